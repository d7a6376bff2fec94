using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Backups;

/// <summary>One book as it came out of the backup.</summary>
/// <param name="Recorded">Entries just before the copy began.</param>
/// <param name="Restored">Entries after the restore, with what was streamed since.</param>
/// <param name="Root">Root of the log over the restored entries.</param>
public sealed record DrilledBook(string Book, string Body, long Recorded, long Restored, string Root, long CheckFaults);

/// <summary>What a restore into a scratch cluster showed.</summary>
/// <param name="Faults">Why this backup cannot be trusted; empty if it can.</param>
/// <param name="Notes">What is no fault but should be known.</param>
public sealed record DrillReport(
    string Backup, Duration Took, IReadOnlyList<DrilledBook> Books, IReadOnlyList<Refusal> Faults, IReadOnlyList<Refusal> Notes)
{
    public bool IsGood => Faults.Count == 0;
}

/// <summary>
/// 恢复演练: restores a backup beside the books, replays the changes, checks the restored books from the beginning, and
/// compares their logs with what the backup recorded and with the running books. Then the scratch is thrown away.
/// </summary>
/// <param name="live">The running books; null on a machine that has none.</param>
/// <param name="dataDirectory">Where the scratch is made.</param>
public sealed class RestoreDrill(Installation? live, string dataDirectory, IClock clock)
{
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(60);

    /// <summary>Where a test works; what a killed one left there, a running server even, is taken away by the next.</summary>
    internal static string ScratchIn(string dataDirectory) => Path.Combine(dataDirectory, "restore-test");

    /// <summary>Takes away what a killed test left, unless another is under way.</summary>
    public static async Task ClearUp(string dataDirectory)
    {
        if (Directory.Exists(ScratchIn(dataDirectory))
            && LocalFiles.TryHold(Path.Combine(dataDirectory, "backup.lock")) is { } alone)
        {
            await using FileStream held = alone;
            await Restoration.Remove(ScratchIn(dataDirectory));
        }
    }

    public async Task<DrillReport> Run(Backup backup, CancellationToken ct)
    {
        Instant began = clock.GetCurrentInstant();
        Directory.CreateDirectory(dataDirectory);
        await using FileStream alone = BaseBackup.Alone(dataDirectory);
        List<Refusal> faults = [], notes = [];
        List<DrilledBook> books = [];
        try
        {
            faults.AddRange(await backup.Damage(ct));
            if (faults.Count == 0)
            {
                await InScratch(scratch => Compare(backup, scratch, books, faults, notes, ct));
            }
        }
        catch (RefusedException refused)
        {
            faults.Add(refused.Refusal);
        }
        catch (Exception failed) when (failed is LocalPostgresException || (failed is PostgresException && !PassingFault.Is(failed)))
        {
            faults.Add(new RefusedException(BackupRefusal.NotRecovered, ("detail", failed.Message)).Refusal);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            faults.Add(new RefusedException(BackupRefusal.NotTested, ("detail", failed.Message)).Refusal);
        }

        await Remember(backup, began, books, faults, ct);
        return new DrillReport(backup.Name, clock.GetCurrentInstant() - began, books, faults, notes);
    }

    private async Task InScratch(Func<string, Task> test)
    {
        string scratch = ScratchIn(dataDirectory);
        await Restoration.Remove(scratch);
        try
        {
            await test(scratch);
        }
        finally
        {
            await Restoration.Remove(scratch);
        }
    }

    private async Task Compare(
        Backup backup, string scratch, List<DrilledBook> books, List<Refusal> faults, List<Refusal> notes, CancellationToken ct)
    {
        (IReadOnlyList<LogHead> Heads, ulong Position, bool Streams)? before = await Live(backup, ct);
        Restoration.Recovered recovered = await Restoration.Into(backup, scratch, durable: false, ct);
        if (recovered.Damaged is { } damaged)
        {
            throw new RefusedException(BackupRefusal.FileDiffers, ("file", damaged));
        }

        await using Installation restored = await Installation.Start(null, null, scratch, ct);
        IReadOnlyList<LogHead> heads = await LogHead.Read(restored.Owner, ct);
        await restored.Migrate(ct);
        foreach (LogHead recorded in backup.Facts.Books.Where(book => heads.All(head => head.Book != book.Book)))
        {
            faults.Add(new RefusedException(BackupRefusal.BookMissing, ("book", recorded.Book)).Refusal);
        }

        IReadOnlyDictionary<string, long> found = await CheckFaults(restored, ct);
        foreach (LogHead head in heads)
        {
            LogHead? recorded = backup.Facts.Books.FirstOrDefault(book => book.Book == head.Book);
            books.Add(new DrilledBook(
                head.Book, head.Body, recorded?.Entries ?? 0, head.Entries, head.Root, found.GetValueOrDefault(head.Book)));
            if (found.GetValueOrDefault(head.Book) is > 0 and var count)
            {
                faults.Add(new RefusedException(BackupRefusal.CheckFaults, ("book", head.Book), ("count", count)).Refusal);
            }

            if (recorded is not null)
            {
                await Agree(restored.Owner, head, recorded, faults, ct);
            }
        }

        if (before is not { } running)
        {
            notes.Add(new RefusedException(BackupRefusal.NotCompared).Refusal);
            return;
        }

        foreach (LogHead head in heads)
        {
            LogHead? now = running.Heads.FirstOrDefault(book => book.Book == head.Book);
            if (now is null)
            {
                continue;
            }

            if (running.Streams || recovered.Reached >= running.Position || head.Entries >= now.Entries)
            {
                await Agree(restored.Owner, head, now, faults, ct);
                continue;
            }

            // Nobody streamed: then the backup ends with its copy, and what it has must be the beginning of what there is.
            string root = await LogHead.RootAt(live!.Owner, head.Book, head.Entries, ct);
            await Agree(restored.Owner, head, now with { Entries = head.Entries, Root = root }, faults, ct);
            notes.Add(new RefusedException(
                BackupRefusal.NotYetIn, ("book", head.Book), ("count", now.Entries - head.Entries)).Refusal);
        }
    }

    /// <summary>The log at that length has that root: the same entries in the same order, not one changed.</summary>
    private static async Task Agree(string connection, LogHead restored, LogHead other, List<Refusal> faults, CancellationToken ct)
    {
        if (restored.Entries < other.Entries)
        {
            faults.Add(new RefusedException(BackupRefusal.EntriesMissing,
                ("book", restored.Book), ("is", restored.Entries), ("should", other.Entries)).Refusal);
        }
        else if (await LogHead.RootAt(connection, restored.Book, other.Entries, ct) != other.Root)
        {
            faults.Add(new RefusedException(BackupRefusal.RootDiffers, ("book", restored.Book), ("count", other.Entries)).Refusal);
        }
    }

    /// <summary>The running books of the same cluster, once the stream has what they have; it is given a moment for that.</summary>
    private async Task<(IReadOnlyList<LogHead> Heads, ulong Position, bool Streams)?> Live(Backup backup, CancellationToken ct)
    {
        if (live?.Local is not { } local)
        {
            return null;
        }

        await using NpgsqlConnection database = new(local.Maintenance);
        await database.OpenAsync(ct);
        await using NpgsqlCommand system = new("select system_identifier::text from pg_control_system()", database);
        if ((string)(await system.ExecuteScalarAsync(ct))! != backup.Facts.SystemId)
        {
            return null;
        }

        IReadOnlyList<LogHead> heads = await LogHead.Read(local.SuperuserConnection, ct);
        await using NpgsqlCommand now = new("select pg_current_wal_flush_lsn()::text || ' ' || timeline_id from pg_control_checkpoint()", database);
        string[] at = ((string)(await now.ExecuteScalarAsync(ct))!).Split(' ');
        ulong position = WalSegment.Position(at[0]);
        uint timeline = uint.Parse(at[1], System.Globalization.CultureInfo.InvariantCulture);
        await using NpgsqlCommand followed = new(
            $"select exists (select from pg_replication_slots where slot_name = '{WalStream.Slot}' and active)", database);
        bool streams = (bool)(await followed.ExecuteScalarAsync(ct))! && backup.IsFollowed(none: false);
        for (TimeSpan waited = TimeSpan.Zero; streams && waited < LongestLag; waited += TimeSpan.FromMilliseconds(100))
        {
            using StreamedWal wal = new(backup.WalDirectory);
            if (wal.Reached(timeline, position - 1) >= position)
            {
                break;
            }

            await Task.Delay(100, ct);
        }

        return (heads, position, streams);
    }

    private async Task<IReadOnlyDictionary<string, long>> CheckFaults(Installation restored, CancellationToken ct)
    {
        Foundation foundation = restored.Open(clock);
        Dictionary<string, long> found = [];
        foreach (BookToCheck book in await foundation.Operator().Ask(new BooksToCheck(), ct))
        {
            CheckReport report = await foundation.Operator(book.BookId).Ask(new CheckBooks(), ct);
            found[book.Code] = report.FaultCount;
        }

        await using NpgsqlConnection pooled = new(restored.Books);
        NpgsqlConnection.ClearPool(pooled);
        return found;
    }

    private async Task Remember(
        Backup backup, Instant began, IReadOnlyList<DrilledBook> books, IReadOnlyList<Refusal> faults, CancellationToken ct)
    {
        if (live is null)
        {
            return;
        }

        BackupDiary diary = new(live, clock);
        if (faults.Count == 0)
        {
            await diary.Proved(backup, began, books.Sum(book => book.Restored), ct);
        }
        else
        {
            await diary.Failed(
                BackupRun.Proved, faults[0], Path.GetDirectoryName(backup.Directory)!, began, null, backup.Name);
        }
    }
}
