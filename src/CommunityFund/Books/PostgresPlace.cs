using System.Security.Cryptography;
using System.Text;

namespace CommunityFund.Books;

/// <summary>
/// Where the cluster, its socket and its log lie. Normally that is the data directory itself. When root's data directory
/// lies where the account <c>postgres</c> cannot go (such as /root), a new cluster is put under /var/lib/communityfund
/// and <c>pg</c> in the data directory points to it.
/// </summary>
internal sealed class PostgresPlace
{
    private const string Elsewhere = "/var/lib/communityfund";
    private const int LongestSocketPath = 100;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string root;
    private readonly string link;

    private PostgresPlace(string root, string link, OsAccount account) => (this.root, this.link, Account) = (root, link, account);

    public OsAccount Account { get; }

    public string Cluster => Path.Combine(root, "pg");

    /// <summary>Where initdb works; the finished cluster is renamed, so a half-made one is never taken for whole.</summary>
    public string Unfinished => Path.Combine(root, "pg.new");

    public string Log => Path.Combine(root, "postgres.log");

    public static async Task<PostgresPlace> Find(string data, CancellationToken ct)
    {
        var entry = Path.Combine(data, "pg");
        var target = new FileInfo(entry).LinkTarget;
        if (target is not null && !Directory.Exists(target))
        {
            throw new LocalPostgresException(
                $"{entry} 指向 {target}，但账簿已不在那里。请从备份恢复，或删除 {entry} 以建立新账簿。",
                $"{entry} points to {target}, but the books are no longer there. "
                + $"Restore them, or delete {entry} to begin new ones.");
        }
        var account = await OsAccount.For(target ?? entry, ct);
        var home = target is null ? data : Path.GetDirectoryName(target)!;
        if (!account.SteppedDown || await account.Reaches(home, ct))
        {
            return new(home, entry, account);
        }
        if (Directory.Exists(entry))
        {
            var closed = await Closed(home, account, ct);
            throw new LocalPostgresException(
                $"账户 {account.Name} 进不了 {closed}，因此打不开其中的账簿。请执行 chmod o+x '{closed}'，或把数据目录移到 /srv 之类的地方。",
                $"The account {account.Name} may not pass through {closed}, so it cannot open the books in it. "
                + $"Run: chmod o+x '{closed}', or move the data directory to a place such as /srv.");
        }
        return new(Path.Combine(Elsewhere, RandomNumberGenerator.GetHexString(12, lowercase: true)), entry, account);
    }

    /// <summary>Makes the data directory: closed to others, but passable when another account runs the cluster in it.</summary>
    public static void Prepare(string data)
    {
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(data, Environment.IsPrivilegedProcess ? Passable : Private);
        }
    }

    /// <summary>An empty private directory in which initdb can work.</summary>
    public async Task<string> Clear(CancellationToken ct)
    {
        try
        {
            Directory.CreateDirectory(root, Passable);
            if (Directory.Exists(Unfinished))
            {
                Directory.Delete(Unfinished, recursive: true);
            }
            Directory.CreateDirectory(Unfinished, Private);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalPostgresException(
                $"无法在 {root} 建立账簿。请用 --data 换一个可以写入的目录。",
                $"The books cannot be made in {root}. Choose a directory you may write to with --data.",
                denied.Message);
        }
        await Account.Give(Unfinished, ct);
        return Unfinished;
    }

    /// <summary>Takes a cluster away that was made for a moment, wherever it lies.</summary>
    public void Remove()
    {
        if (!string.Equals(Cluster, link, StringComparison.Ordinal) && Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }
    }

    public void Finish()
    {
        Directory.Move(Unfinished, Cluster);
        if (!string.Equals(Cluster, link, StringComparison.Ordinal))
        {
            File.CreateSymbolicLink(link, Cluster);
        }
    }

    /// <summary>The socket's directory. The kernel takes short paths only; Npgsql reads commas and colons its own way.</summary>
    /// <param name="known">Where programs already look for it; null chooses one.</param>
    public async Task<string> Socket(string? known, CancellationToken ct)
    {
        var socket = known ?? Path.Combine(root, "socket");
        var bytes = Encoding.UTF8.GetByteCount(Path.Combine(socket, ".s.PGSQL.5432"));
        if (known is null && (bytes > LongestSocketPath || socket.AsSpan().ContainsAny(",:\"")))
        {
            socket = Directory.CreateTempSubdirectory("communityfund-").FullName;
        }
        Directory.CreateDirectory(socket, Private);
        await Account.Give(socket, ct);
        return socket;
    }

    /// <summary>Removes a socket directory that was made in the temporary directory.</summary>
    public void Forget(string socket)
    {
        if (!string.Equals(socket, Path.Combine(root, "socket"), StringComparison.Ordinal)
            && Path.GetFileName(socket).StartsWith("communityfund-", StringComparison.Ordinal)
            && Directory.Exists(socket))
        {
            Directory.Delete(socket, recursive: true);
        }
    }

    private static async Task<string> Closed(string directory, OsAccount account, CancellationToken ct)
    {
        var parent = Path.GetDirectoryName(directory);
        return parent is null || await account.Reaches(parent, ct) ? directory : await Closed(parent, account, ct);
    }
}
