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
public sealed class BaseBackup(Installation installation, IClock clock)
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
            Backup made = await Make(local, place, began, ct);
            await diary.Made(made, began, request, ct);
            IReadOnlySet<string> verified = await diary.Verified(ct);
            Prune(place, settings, verified, made.Facts.Log);
            await diary.Gone(ct);
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
        string unfinished = place.Begin(began, out string finished);
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
                InstantPattern.ExtendedIso.Format(began), local.Cluster.Binaries.Major, system.SystemId, BackupPlace.LogOf(local.DataDirectory),
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
    }

    /// <summary>Old backups go, and changes that only they would have needed.</summary>
    private static void Prune(BackupPlace place, BackupSettings settings, IReadOnlySet<string> verified, string log)
    {
        // Others may keep theirs in the same place.
        IReadOnlyList<Backup> all = [.. place.All().Where(backup => backup.Facts.Log == log)];
        IReadOnlyList<string> drop = Retention.Drop([.. all.Select(backup => (backup.Name, backup.TakenAt))], verified, settings);
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
