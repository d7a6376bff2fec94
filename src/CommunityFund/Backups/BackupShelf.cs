using System.Globalization;
using CommunityFund.Books;

namespace CommunityFund.Backups;

/// <summary>What there is, read from the disk: for the command line, which may stand on a machine without books.</summary>
public static class BackupShelf
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<Backup> All(string dataDirectory, string? place) => Place(dataDirectory, place).All();

    /// <summary>By name or path; without either the newest of the data directory's place.</summary>
    public static Backup Find(string dataDirectory, string? which) => Place(dataDirectory, null).Find(which);

    /// <summary>Where this installation's backups lie.</summary>
    public static string DirectoryOf(string dataDirectory) => Place(dataDirectory, null).Directory;

    /// <summary>Whether the loss of one disk would take the backup with the books.</summary>
    public static bool SharesDisk(Backup backup, string dataDirectory) =>
        string.Equals(Disk(backup.Directory), Disk(Path.Combine(dataDirectory, "pg")), StringComparison.Ordinal);

    /// <summary>Whether those that keep books here would lie on the disk of the books; false while the settings cannot
    /// be read or the directory is not there.</summary>
    public static bool SharesDisk(Installation installation)
    {
        try
        {
            string place = DirectoryOf(installation.DataDirectory);
            return Directory.Exists(place) && Disk(place) == Disk(Path.Combine(installation.DataDirectory, "pg"));
        }
        catch (Ledger.RefusedException)
        {
            return false;
        }
    }

    /// <summary>No backup of these books lies where they should, and none that the log of changes follows without a gap: they
    /// were just restored, somebody named another place, or PostgreSQL could not keep the changes until they were fetched.</summary>
    public static bool NeedsNew(Installation installation)
    {
        string log = BackupPlace.LogOf(installation.DataDirectory);
        return !Place(installation.DataDirectory, null).All()
            .Any(backup => backup.Facts.Log == log && backup.IsFollowed(none: true));
    }

    /// <summary>One place after the point, as people read sizes.</summary>
    public static string Megabytes(long bytes) => (bytes / 1_000_000m).ToString("#,##0.0", CultureInfo.InvariantCulture);

    private static BackupPlace Place(string dataDirectory, string? place) => place is null
        ? BackupSettings.In(dataDirectory).Place(Path.GetFullPath(dataDirectory))
        : new BackupPlace(Path.GetFullPath(place));

    internal static string Disk(string path) => DriveInfo.GetDrives().Select(drive => drive.Name)
        .Where(mount => Resolved(path).StartsWith(mount, StringComparison.Ordinal)).MaxBy(mount => mount.Length) ?? "";

    private static string Resolved(string path) =>
        ((Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName : null)
            ?? Path.GetFullPath(path)) + "/";
}
