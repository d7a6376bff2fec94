using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Backups;

/// <summary>
/// The directory in which backups lie, each a directory named after the moment it was begun, and beside them the log of
/// changes as it streams in. A name that begins with a dot is not finished and is never taken for a backup.
/// </summary>
/// <param name="isNamed">Named in the settings: then it must be there, for the mount point of a disk that is missing is not the disk.</param>
internal sealed partial class BackupPlace(string directory, bool isNamed = false)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Unfinished = ".unfinished-";

    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private static readonly LocalDateTimePattern Stamp = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd-HHmmss");

    public string Directory => directory;

    public static string WalIn(string place, string log) => Path.Combine(place, $"wal-{log}");

    /// <summary>
    /// The name of a data directory's own log of changes, made once. A restored directory gets another one, so that two which
    /// came from the same books never write into each other's log, though PostgreSQL knows both under one number.
    /// </summary>
    public static string LogOf(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, "backups.id");
        if (!File.Exists(path))
        {
            string fresh = $"{path}.{Guid.NewGuid():N}";
            LocalFiles.WritePrivate(fresh, Guid.NewGuid().ToString("N"));
            try
            {
                File.Move(fresh, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(fresh);
            }
        }

        return File.ReadAllText(path).Trim();
    }

    public static void MakePrivate(string path) => System.IO.Directory.CreateDirectory(path, Private);

    /// <exception cref="RefusedException">It was named, and is not there.</exception>
    public void Prepare()
    {
        if (isNamed && !System.IO.Directory.Exists(directory))
        {
            throw new RefusedException(BackupRefusal.PlaceMissing, ("place", directory));
        }

        MakePrivate(directory);
    }

    /// <summary>Newest first. What only looks like a backup is left out.</summary>
    public IReadOnlyList<Backup> All()
    {
        List<Backup> found = [];
        foreach (string path in System.IO.Directory.Exists(directory) ? System.IO.Directory.GetDirectories(directory) : [])
        {
            if (Name().IsMatch(Path.GetFileName(path)) && TryOpen(path) is { } backup)
            {
                found.Add(backup);
            }
        }

        return [.. found.OrderByDescending(backup => backup.TakenAt).ThenByDescending(backup => backup.Name, StringComparer.Ordinal)];
    }

    /// <summary>By name or path; without either the newest.</summary>
    /// <exception cref="RefusedException">There is none, or not this one.</exception>
    public Backup Find(string? which) => which is null
        ? All().FirstOrDefault() ?? throw new RefusedException(BackupRefusal.None, ("place", directory))
        : Backup.Open(which.Contains('/', StringComparison.Ordinal) || System.IO.Directory.Exists(which)
            ? which
            : Path.Combine(directory, which));

    /// <summary>An empty private directory to work in; what an earlier, killed one of the same books left is taken away.</summary>
    public string Begin(Instant now, string log, out string finished)
    {
        Prepare();
        foreach (string left in System.IO.Directory.GetDirectories(directory, $"{Unfinished}{log}-*"))
        {
            System.IO.Directory.Delete(left, recursive: true);
        }

        string name;
        for (Instant at = now; ; at += Duration.FromSeconds(1))
        {
            name = Stamp.Format(at.InZone(Shanghai).LocalDateTime);
            finished = Path.Combine(directory, name);
            if (!System.IO.Directory.Exists(finished))
            {
                break;
            }
        }

        string unfinished = Path.Combine(directory, $"{Unfinished}{log}-{name}");
        MakePrivate(unfinished);
        return unfinished;
    }

    /// <summary>Gives the finished one its name, once all of it is on disk; and then the name is.</summary>
    public async Task Finish(string unfinished, string finished)
    {
        await Sync(unfinished);
        System.IO.Directory.Move(unfinished, finished);
        await Sync(directory);
    }

    /// <summary>First the name goes, so that a half-deleted one is never taken for a backup.</summary>
    public void Drop(Backup backup)
    {
        string going = Path.Combine(directory, $"{Unfinished}{backup.Facts.Log}-{backup.Name}");
        System.IO.Directory.Move(backup.Directory, going);
        System.IO.Directory.Delete(going, recursive: true);
    }

    private static Backup? TryOpen(string path)
    {
        try
        {
            return File.Exists(Path.Combine(path, Backup.Sums)) ? Backup.Open(path) : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    // .NET opens no directory, so that a rename is on disk is the system's own program to see to.
    private static async Task Sync(string path)
    {
        OsAccount.Outcome done = await OsAccount.Own.Run("sync", [path], CancellationToken.None);
        if (!done.Succeeded)
        {
            throw new IOException(done.Output);
        }
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}\z", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
