using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Backups;

/// <summary>
/// Makes a data directory out of a backup: the copy, then every change that was streamed after it, to the last moment. The
/// directory gets its name when its PostgreSQL has recovered and stopped.
/// </summary>
public static class Restoration
{
    private const string Replay = "replay", Mark = "restoring";
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromHours(6);

    /// <summary>Restores into a directory that is not there yet; <c>./run --data</c> starts from it.</summary>
    /// <returns>A note if the log of changes is damaged, so that the books end before their last moment.</returns>
    /// <exception cref="RefusedException">The backup is damaged, or the directory is there already.</exception>
    public static async Task<Refusal?> To(Backup backup, string directory, CancellationToken ct)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (Path.Exists(directory))
        {
            throw new RefusedException(BackupRefusal.TargetExists, ("path", directory));
        }

        IReadOnlyList<Refusal> damage = await backup.Damage(ct);
        if (damage.Count > 0)
        {
            throw new RefusedException(damage[0]);
        }

        string unfinished = directory + ".unfinished", mark = Path.Combine(unfinished, Mark);
        if (Directory.Exists(unfinished) && !File.Exists(mark) && Directory.EnumerateFileSystemEntries(unfinished).Any())
        {
            throw new RefusedException(BackupRefusal.TargetExists, ("path", unfinished));
        }

        await Remove(unfinished);
        try
        {
            PostgresPlace.Prepare(unfinished);
            LocalFiles.WritePrivate(mark, "");
            Recovered books = await Into(backup, unfinished, durable: true, ct);
            File.Delete(mark);
            Directory.Move(unfinished, directory);
            return books.Damaged is { } damaged
                ? new RefusedException(
                    BackupRefusal.ChangesCut, ("file", damaged), ("until", books.LastChange ?? backup.TakenAt)).Refusal
                : null;
        }
        catch
        {
            await Remove(unfinished);
            throw;
        }
    }

    /// <summary>Takes a restored directory away, wherever its cluster lies.</summary>
    internal static async Task Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            if (Directory.Exists(Path.Combine(directory, "pg")))
            {
                // Whoever was killed in the middle of a test has left its server running.
                PostgresPlace place = await PostgresPlace.Find(directory, CancellationToken.None);
                PostgresBinaries binaries = await PostgresBinaries.Find(place.Cluster, CancellationToken.None);
                PostgresCluster server = new(binaries, place, new LocalPostgresOptions { DataDirectory = directory });
                if (await server.Runs(CancellationToken.None))
                {
                    await server.Stop();
                }

                place.Remove();
            }

            Directory.Delete(directory, recursive: true);
        }
    }

    /// <param name="Reached">How far the changes reach that were replayed after the copy; zero if only the copy was there.</param>
    /// <param name="Damaged">The file of changes at which the replay had to end.</param>
    internal sealed record Recovered(ulong Reached, string? Damaged, Instant? LastChange);

    internal static async Task<Recovered> Into(Backup backup, string directory, bool durable, CancellationToken ct)
    {
        PostgresPlace.Prepare(directory);
        foreach (string name in Backup.Beside.Where(name => File.Exists(Path.Combine(backup.Directory, name))))
        {
            LocalFiles.WritePrivate(Path.Combine(directory, name), await File.ReadAllBytesAsync(Path.Combine(backup.Directory, name), ct));
        }

        PostgresPlace place = await PostgresPlace.Find(directory, ct);
        PostgresBinaries binaries;
        ulong reached = 0;
        string? damaged = null;
        try
        {
            string cluster = await place.Clear(ct);
            using RoomForBooks room = new(cluster, cluster, ct);
            await room.Keep(full => Extract(Path.Combine(backup.Directory, Backup.Base), cluster, full));
            await place.Account.GiveAll(cluster, ct);
            binaries = await PostgresBinaries.Find(cluster, ct);
            await Prove(binaries, place, cluster, ct);
            await room.Keep(async full => (reached, damaged) = await GiveChanges(backup, cluster, full));
            await place.Account.GiveAll(cluster, ct);
            place.Finish();
        }
        catch (Exception failed)
        {
            place.Remove();
            if (failed is IOException { HResult: RoomForBooks.DiskFull })
            {
                throw new RefusedException(BackupRefusal.NoRoom, ("place", directory));
            }

            throw;
        }

        LocalPostgresOptions options = new() { DataDirectory = directory, Durable = durable };
        PostgresCluster server = new(binaries, place, options);
        await server.Start(null, ct);
        Instant? lastChange;
        try
        {
            lastChange = await UntilRecovered(await server.SocketDirectory(ct), directory, ct);
        }
        finally
        {
            await server.Stop();
        }

        await ClearRecovery(place.Cluster, ct);
        return new Recovered(reached, damaged, lastChange);
    }

    private static async Task Extract(string archive, string cluster, CancellationToken ct)
    {
        try
        {
            await using FileStream file = File.OpenRead(archive);
            await using GZipStream whole = new(file, CompressionMode.Decompress);
            await using TarReader tar = new(whole);
            while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                string path = Path.GetFullPath(Path.Combine(cluster, entry.Name));
                bool inside = path.StartsWith(cluster + Path.DirectorySeparatorChar, StringComparison.Ordinal);
                if (!inside || entry.EntryType is not (TarEntryType.Directory or TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    throw new InvalidDataException(entry.Name);
                }

                if (entry.EntryType == TarEntryType.Directory)
                {
                    BackupPlace.MakePrivate(path);
                }
                else
                {
                    await entry.ExtractToFileAsync(path, overwrite: false, ct);
                    File.SetUnixFileMode(path, LocalFiles.OnlyOwner);
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new RefusedException(BackupRefusal.CopyDamaged, ("file", archive), ("detail", broken.Message));
        }
    }

    /// <summary>PostgreSQL's own proof: every file of the copy has the size and hash it had in the cluster.</summary>
    private static async Task Prove(PostgresBinaries binaries, PostgresPlace place, string cluster, CancellationToken ct)
    {
        OsAccount.Outcome proved = await place.Account.Run(
            binaries.PgVerifybackup, ["--no-parse-wal", "--quiet", cluster], ct);
        if (!proved.Succeeded)
        {
            throw new RefusedException(BackupRefusal.CopyDamaged, ("file", cluster), ("detail", proved.Output.Trim()));
        }
    }

    /// <summary>Lays the streamed changes where recovery fetches them. The copy brings its own up to where it ends.</summary>
    private static async Task<(ulong Reached, string? Damaged)> GiveChanges(Backup backup, string cluster, CancellationToken ct)
    {
        // PostgreSQL begins a new segment when a copy ends, so the copy's own last one is whole.
        (uint timeline, ulong end) = await EndOfCopy(cluster, ct);
        using StreamedWal wal = new(backup.WalDirectory);
        string replay = Path.Combine(cluster, Replay);
        BackupPlace.MakePrivate(replay);
        var changes = await wal.CopyFrom(timeline, WalSegment.At(timeline, end - 1).Next.Starts, replay, ct);
        await File.WriteAllTextAsync(Path.Combine(cluster, "recovery.signal"), "", ct);
        await File.AppendAllTextAsync(Path.Combine(cluster, "postgresql.auto.conf"),
            $"restore_command = 'cp \"{Replay}/%f\" \"%p\"'\nrecovery_target_timeline = 'current'\n", ct);
        return changes;
    }

    private static async Task<(uint Timeline, ulong End)> EndOfCopy(string cluster, CancellationToken ct)
    {
        await using FileStream file = File.OpenRead(Path.Combine(cluster, "backup_manifest"));
        using JsonDocument manifest = await JsonDocument.ParseAsync(file, cancellationToken: ct);
        JsonElement range = manifest.RootElement.GetProperty("WAL-Ranges").EnumerateArray().Last();
        return (range.GetProperty("Timeline").GetUInt32(), WalSegment.Position(range.GetProperty("End-LSN").GetString()!));
    }

    /// <returns>When the last change was made that was replayed.</returns>
    private static async Task<Instant?> UntilRecovered(string socket, string directory, CancellationToken ct)
    {
        string password = LocalSecrets.Open(LocalSecrets.PathIn(directory)).For(PostgresCluster.Superuser);
        string server = LocalConnections.To(socket, "postgres", PostgresCluster.Superuser, password);
        string connection = new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(LongestRecovery);
        try
        {
            await using NpgsqlConnection database = new(connection);
            await database.OpenAsync(late.Token);
            await using NpgsqlCommand still = new("select pg_is_in_recovery()", database);
            while ((bool)(await still.ExecuteScalarAsync(late.Token))!)
            {
                await Task.Delay(100, late.Token);
            }

            await using NpgsqlCommand last = new("select pg_last_xact_replay_timestamp()", database);
            return await last.ExecuteScalarAsync(late.Token) is DateTime at ? Instant.FromDateTimeUtc(at) : null;
        }
        catch (NpgsqlException failed)
        {
            throw new RefusedException(BackupRefusal.NotRecovered, ("detail", failed.Message));
        }
    }

    private static async Task ClearRecovery(string cluster, CancellationToken ct)
    {
        string settings = Path.Combine(cluster, "postgresql.auto.conf");
        await File.WriteAllLinesAsync(settings, (await File.ReadAllLinesAsync(settings, ct)).Where(line =>
            !line.StartsWith("restore_command", StringComparison.Ordinal)
            && !line.StartsWith("recovery_target_timeline", StringComparison.Ordinal)), ct);
        Directory.Delete(Path.Combine(cluster, Replay), recursive: true);
        foreach (string spent in new[] { "backup_label.old", "backup_manifest" })
        {
            File.Delete(Path.Combine(cluster, spent));
        }
    }
}
