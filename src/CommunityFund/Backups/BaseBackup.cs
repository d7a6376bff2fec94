using System.IO.Compression;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Npgsql.Replication;

namespace CommunityFund.Backups;

/// <summary>
/// Makes a backup while the books are in use: PostgreSQL's own copy of the whole cluster, and what lies beside it. It gets
/// its name when all of it is on disk; what breaks off before leaves nothing, and earlier backups are never touched.
/// </summary>
/// <param name="say">Told when a backup was made but older ones could not be tidied away.</param>
public sealed class BaseBackup(Installation installation, IClock clock, Action<string>? say = null)
{
    /// <param name="to">Another place than the one in the settings.</param>
    /// <param name="request">The wish that it answers.</param>
    /// <exception cref="RefusedException">It could not be made; the words say why and who can put it right.</exception>
    public async Task<Backup> Take(string? to = null, long? request = null, CancellationToken ct = default)
    {
        if (installation.Local is not { } local)
        {
            throw new RefusedException(BackupRefusal.External, ("key", LogKey.PathIn(installation.DataDirectory)));
        }

        Instant began = clock.GetCurrentInstant();
        BackupDiary diary = new(installation, clock);
        string where = to ?? "";
        try
        {
            BackupSettings settings = BackupSettings.In(installation.DataDirectory);
            BackupPlace place = to is null ? settings.Place(installation.DataDirectory) : new BackupPlace(Path.GetFullPath(to));
            where = place.Directory;
            await using FileStream alone = Alone(installation.DataDirectory);
            await Restoration.Remove(RestoreDrill.ScratchIn(installation.DataDirectory));
            string log = BackupPlace.LogOf(installation.DataDirectory);
            IReadOnlySet<string> verified = await diary.Verified(ct);
            Backup made;
            try
            {
                made = await Make(local, place, began, ct);
            }
            catch (IOException full) when (full.HResult == RoomForBooks.DiskFull)
            {
                // What would go once this one is there goes first, if there is any; nothing else does.
                if (!Prune(place, settings, verified, log, "", began))
                {
                    throw;
                }

                made = await Make(local, place, began, ct);
            }

            await diary.Made(made, began, request, ct);
            try
            {
                Prune(place, settings, verified, log, made.Name, null);
                await diary.Gone(ct);
            }
            catch (Exception untidy) when (untidy is IOException or UnauthorizedAccessException or NpgsqlException)
            {
                say?.Invoke(untidy.Message);
            }

            return made;
        }
        catch (Exception failed) when (Said(failed, where) is { } refusal)
        {
            if (refusal.Code != BackupRefusal.Busy)
            {
                await diary.Failed(BackupRun.Made, refusal, where, began, request);
            }

            throw new RefusedException(refusal);
        }
    }

    /// <summary>One backup, or test of one, at a time: neither works on what the other takes away.</summary>
    /// <exception cref="RefusedException">Another is under way.</exception>
    internal static FileStream Alone(string dataDirectory) =>
        LocalFiles.TryHold(Path.Combine(dataDirectory, "backup.lock")) ?? throw new RefusedException(BackupRefusal.Busy);

    private static async Task<Backup> Make(LocalPostgres local, BackupPlace place, Instant began, CancellationToken ct)
    {
        string log = BackupPlace.LogOf(local.DataDirectory), unfinished = place.Begin(began, log, out string finished);
        try
        {
            // PostgreSQL keeps the changes that the copy will need for as long as this connection lives.
            await using PhysicalReplicationConnection keeping = new(local.Maintenance);
            await keeping.Open(ct);
            await keeping.CreateReplicationSlot($"communityfund_{Guid.NewGuid():N}", isTemporary: true, reserveWal: true, ct);
            ReplicationSystemIdentification system = await keeping.IdentifySystem(ct);
            IReadOnlyList<LogHead> heads = await LogHead.Read(local.SuperuserConnection, ct);
            using (RoomForBooks room = new(unfinished, local.ClusterDirectory, ct))
            {
                await room.Keep(full => Copy(local, Path.Combine(unfinished, Backup.Base), full));
            }

            CopyBeside(local.DataDirectory, unfinished);
            await Backup.WriteFacts(unfinished, new BackupFacts(
                InstantPattern.ExtendedIso.Format(began), local.Cluster.Binaries.Major, system.SystemId, log,
                WalSegment.At(system.Timeline, (ulong)system.XLogPos).Name, heads), ct);
            await place.Finish(unfinished, finished);
            return Backup.Open(finished);
        }
        catch
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            throw;
        }
    }

    private static async Task Copy(LocalPostgres local, string path, CancellationToken ct)
    {
        string[] command =
        [
            "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password",
            "--label=CommunityFund", $"--host={local.SocketDirectory}", "--port=5432", $"--username={PostgresCluster.Superuser}",
        ];
        await using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = LocalFiles.OnlyOwner,
        });
        OsAccount.Outcome copied;
        await using (GZipStream small = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            copied = await local.Cluster.Account.Pipe(
                local.Cluster.Binaries.PgBasebackup, command, local.SuperuserPassword, small, ct);
        }

        if (!copied.Succeeded)
        {
            throw new RefusedException(BackupRefusal.NoCopy, ("detail", copied.Output.Trim()));
        }

        file.Flush(flushToDisk: true);
    }

    private static void CopyBeside(string dataDirectory, string unfinished)
    {
        foreach (string name in Backup.Beside.Where(name => File.Exists(Path.Combine(dataDirectory, name))))
        {
            LocalFiles.WritePrivate(Path.Combine(unfinished, name), File.ReadAllBytes(Path.Combine(dataDirectory, name)));
        }

        if (Array.Find(Backup.Needed, name => !File.Exists(Path.Combine(unfinished, name))) is { } gone)
        {
            throw new RefusedException(BackupRefusal.KeyMissing, ("file", Path.Combine(dataDirectory, gone)));
        }
    }

    /// <summary>Old backups go, and changes that only they would have needed.</summary>
    /// <param name="made">The one just made stays, even if a clock that was ahead named others after a later moment.</param>
    /// <param name="coming">If it is not made yet but counts: its moment.</param>
    /// <returns>Whether any went.</returns>
    private static bool Prune(
        BackupPlace place, BackupSettings settings, IReadOnlySet<string> verified, string log, string made, Instant? coming)
    {
        // Others may keep theirs in the same place.
        IReadOnlyList<Backup> all = [.. place.All().Where(backup => backup.Facts.Log == log)];
        List<(string Name, Instant TakenAt)> counted = [.. all.Select(backup => (backup.Name, backup.TakenAt))];
        if (coming is { } moment)
        {
            counted.Add((made, moment));
        }

        List<string> drop = [.. Retention.Drop(counted, verified, settings)
            .Except([made, .. all.Take(Retention.AlwaysKept).Select(backup => backup.Name)])];
        foreach (Backup old in all.Where(backup => drop.Contains(backup.Name)))
        {
            place.Drop(old);
        }

        // Weeks and months back a backup restores to its own moment; from the kept days on, to the last one.
        WalSegment? first = all.Where(backup => !drop.Contains(backup.Name))
            .Take(settings.Daily).Select(backup => WalSegment.Named(backup.Facts.FirstSegment)).LastOrDefault();
        if (first is { } needed)
        {
            using StreamedWal wal = new(BackupPlace.WalIn(place.Directory, log));
            wal.DropBefore(needed);
        }

        return drop.Count > 0;
    }

    /// <summary>What kept the backup from being made, for people; null for a fault of the program or a wish to stop.</summary>
    private static Refusal? Said(Exception failed, string where) => failed switch
    {
        RefusedException { Refusal: var refusal } => refusal,
        IOException { HResult: RoomForBooks.DiskFull } => new RefusedException(BackupRefusal.DiskFull, ("place", where)).Refusal,
        IOException or UnauthorizedAccessException =>
            new RefusedException(BackupRefusal.CannotWrite, ("place", where), ("detail", failed.Message)).Refusal,
        NpgsqlException or LocalPostgresException => new RefusedException(BackupRefusal.NoCopy, ("detail", failed.Message)).Refusal,
        _ => null,
    };
}
