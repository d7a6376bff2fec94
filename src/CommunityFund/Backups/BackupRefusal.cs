namespace CommunityFund.Backups;

/// <summary>Why a backup or a restore was not done; nothing is left half made, and no earlier backup was touched.</summary>
public static class BackupRefusal
{
    /// <summary>The database is a server of somebody else's, whose keeper backs it up.</summary>
    public const string External = "backup.external";

    /// <summary>A backup, or the test of one, is under way.</summary>
    public const string Busy = "backup.busy";

    /// <summary>No room where the backups lie.</summary>
    public const string DiskFull = "backup.disk-full";

    /// <summary>The directory of the backups cannot be written.</summary>
    public const string CannotWrite = "backup.cannot-write";

    /// <summary>The directory that the settings name is not there.</summary>
    public const string PlaceMissing = "backup.place-missing";

    /// <summary>A file without which no backup opens is not in the data directory.</summary>
    public const string KeyMissing = "backup.key-missing";

    /// <summary>PostgreSQL did not hand out a copy.</summary>
    public const string NoCopy = "backup.no-copy";

    /// <summary>The file of settings cannot be understood.</summary>
    public const string BadSettings = "backup.bad-settings";

    /// <summary>There is no backup yet.</summary>
    public const string None = "backup.none";

    /// <summary>What was named is no backup.</summary>
    public const string NotOne = "backup.not-one";

    /// <summary>A file of the backup is not what it was.</summary>
    public const string FileDiffers = "backup.file-differs";

    /// <summary>A file of the backup is gone.</summary>
    public const string FileMissing = "backup.file-missing";

    /// <summary>PostgreSQL finds the copy damaged.</summary>
    public const string CopyDamaged = "backup.copy-damaged";

    /// <summary>The restored server did not get to its feet.</summary>
    public const string NotRecovered = "backup.not-recovered";

    /// <summary>No room to restore.</summary>
    public const string NoRoom = "backup.no-room";

    /// <summary>The test itself failed, which says nothing of the backup.</summary>
    public const string NotTested = "backup.not-tested";

    /// <summary>No fault: the books were restored up to a damaged file of changes.</summary>
    public const string ChangesCut = "backup.changes-cut";

    /// <summary>The directory to restore into is there already.</summary>
    public const string TargetExists = "backup.target-exists";

    /// <summary>The restored books have fewer entries than were in the backup, or than the log of changes reaches.</summary>
    public const string EntriesMissing = "backup.entries-missing";

    /// <summary>The restored log has another root.</summary>
    public const string RootDiffers = "backup.root-differs";

    /// <summary>A book of the backup is not among the restored ones.</summary>
    public const string BookMissing = "backup.book-missing";

    /// <summary>The check of the restored books found faults.</summary>
    public const string CheckFaults = "backup.check-faults";

    /// <summary>No fault: the newest entries are in no backup yet.</summary>
    public const string NotYetIn = "backup.not-yet-in";

    /// <summary>No fault: there were no running books to compare with.</summary>
    public const string NotCompared = "backup.not-compared";
}
