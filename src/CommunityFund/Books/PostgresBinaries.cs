using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Books;

/// <summary>One installed PostgreSQL, 15 or later.</summary>
internal sealed partial record PostgresBinaries(int Major, string Directory)
{
    private const int Oldest = 15;
    private const string DebianHome = "/usr/lib/postgresql";

    public string Initdb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    public string PgBasebackup => Path.Combine(Directory, "pg_basebackup");

    public string PgVerifybackup => Path.Combine(Directory, "pg_verifybackup");

    /// <summary>The newest one, or for an existing cluster exactly the version that made it.</summary>
    public static async Task<PostgresBinaries> Find(string cluster, CancellationToken ct)
    {
        var installed = Debian().Concat(await OnPath(ct)).OrderByDescending(found => found.Major).ToList();
        if (MadeBy(cluster) is { } made)
        {
            return installed.Find(found => found.Major == made) ?? throw new LocalPostgresException(
                $"账簿目录 {cluster} 由 PostgreSQL {made} 建立，但本机没有这个版本。请执行 apt-get install postgresql-{made}。",
                $"The books in {cluster} were made by PostgreSQL {made}, which is not installed. "
                + $"Run: apt-get install postgresql-{made}");
        }
        return installed.FirstOrDefault() ?? throw new LocalPostgresException(
            "本机没有 PostgreSQL 15 或更新的版本。请执行 sudo apt-get install postgresql-15，或直接用 ./run 启动，它会自动安装。",
            "No PostgreSQL 15 or later on this machine. Run: sudo apt-get install postgresql-15, or start with ./run, "
            + "which installs it.");
    }

    private static int? MadeBy(string cluster)
    {
        try
        {
            return int.Parse(File.ReadAllText(Path.Combine(cluster, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            throw new LocalPostgresException(
                $"当前账户 {Environment.UserName} 不能读取 {cluster}，它属于另一个账户。请用当初的账户（或 sudo）启动。",
                $"The account {Environment.UserName} may not read {cluster}, which belongs to another account. "
                + "Start from the account that made it, or with sudo.");
        }
    }

    private static IEnumerable<PostgresBinaries> Debian() =>
        from home in System.IO.Directory.Exists(DebianHome) ? System.IO.Directory.GetDirectories(DebianHome) : []
        let version = int.TryParse(Path.GetFileName(home), CultureInfo.InvariantCulture, out var major) ? major : 0
        let found = new PostgresBinaries(version, Path.Combine(home, "bin"))
        where version >= Oldest && File.Exists(found.Initdb) && File.Exists(found.PgCtl)
        select found;

    private static async Task<IReadOnlyList<PostgresBinaries>> OnPath(CancellationToken ct)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            var candidate = new PostgresBinaries(0, folder);
            if (!Path.IsPathRooted(folder) || !File.Exists(candidate.Initdb) || !File.Exists(candidate.PgCtl))
            {
                continue;
            }
            var says = VersionText().Match((await OsAccount.Own.Run(candidate.Initdb, ["--version"], ct)).Output);
            if (says.Success && int.Parse(says.Groups["major"].Value, CultureInfo.InvariantCulture) is >= Oldest and var major)
            {
                found.Add(candidate with { Major = major });
            }
        }
        return found;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>[0-9]{1,4})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionText();
}
