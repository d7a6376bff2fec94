using CommunityFund.Books;
using Npgsql;
using Npgsql.Replication;
using NpgsqlTypes;

namespace CommunityFund.Backups;

/// <summary>
/// Follows the private PostgreSQL's log of changes and writes it beside the backups, a moment behind the books, so that a
/// restore reaches the last voucher and not last night's. PostgreSQL keeps what has not been fetched, up to 2 GB; beyond
/// that the stream begins anew, which leaves a gap between the files, and a new backup is needed.
/// </summary>
public sealed class WalStream(Installation installation)
{
    internal const string Slot = "communityfund_backup";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), FlushEvery = TimeSpan.FromMilliseconds(250);

    private string? _lastSaid;

    /// <summary>Streams until cancelled, over every break.</summary>
    /// <param name="say">Told in words for the log when something keeps the stream from running, and when it runs again.</param>
    public async Task Run(Words words, Action<string> say, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Stream(say, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken)
            {
                string why = broken is Ledger.RefusedException { Refusal: var refusal } ? words.Of(refusal) : broken.Message;
                if (_lastSaid != why)
                {
                    _lastSaid = why;
                    say($"变更记录暂时写不到备份目录，会一直重试。 / The log of changes cannot be written to the backups now; "
                        + $"it is tried again and again.\n{why}");
                }
            }

            try
            {
                await Task.Delay(Pause, ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Stream(Action<string> say, CancellationToken ct)
    {
        LocalPostgres local = installation.Local ?? throw new InvalidOperationException("There is no private PostgreSQL.");
        BackupPlace place = BackupSettings.In(installation.DataDirectory).Place(installation.DataDirectory);
        await using PhysicalReplicationConnection connection = new(local.Maintenance);
        await connection.Open(ct);
        ReplicationSystemIdentification system = await connection.IdentifySystem(ct);
        PhysicalReplicationSlot slot = await SlotOf(connection, ct);
        place.Prepare();
        using StreamedWal wal = new(
            BackupPlace.WalIn(place.Directory, BackupPlace.LogOf(installation.DataDirectory)), local.ClusterDirectory);
        ulong from = Math.Max(
            wal.Resume(system.Timeline) ?? 0, WalSegment.At(system.Timeline, (ulong)slot.RestartLsn!.Value).Starts);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task flushing = FlushNowAndThen(connection, wal, over.Token);
        byte[] buffer = new byte[256 * 1024];
        try
        {
            await foreach (XLogDataMessage message in
                connection.StartReplication(slot, new NpgsqlLogSequenceNumber(from), over.Token))
            {
                if (_lastSaid is not null)
                {
                    _lastSaid = null;
                    say("变更记录又在写入备份目录。 / The log of changes reaches the backups again.");
                }

                ulong at = (ulong)message.WalStart;
                int read;
                while ((read = await message.Data.ReadAsync(buffer, over.Token)) > 0)
                {
                    await wal.Write(system.Timeline, at, buffer.AsMemory(0, read), over.Token);
                    at += (ulong)read;
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            await flushing;
            _ = await wal.Flush(CancellationToken.None);
        }
    }

    /// <summary>A slot that fell too far behind has lost what it kept; then only a new one helps, and a new backup.</summary>
    private async Task<PhysicalReplicationSlot> SlotOf(PhysicalReplicationConnection connection, CancellationToken ct)
    {
        if (await connection.ReadReplicationSlot(Slot, ct) is { } known)
        {
            if (known.RestartLsn is not null)
            {
                return known;
            }

            await connection.DropReplicationSlot(Slot, wait: true, ct);
        }

        await connection.CreateReplicationSlot(Slot, isTemporary: false, reserveWal: true, ct);
        return await connection.ReadReplicationSlot(Slot, ct) is { RestartLsn: not null } made
            ? made
            : throw new InvalidOperationException($"The replication slot {Slot} keeps nothing.");
    }

    private static async Task FlushNowAndThen(PhysicalReplicationConnection connection, StreamedWal wal, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(FlushEvery, ct);
                if (await wal.Flush(ct) is { } safe)
                {
                    connection.SetReplicationStatus(new NpgsqlLogSequenceNumber(safe));
                    await connection.SendStatusUpdate(ct);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or NpgsqlException or IOException or InvalidOperationException
            or ObjectDisposedException)
        {
            // The stream itself meets the same fault and says it; what was not confirmed is sent again.
        }
    }
}
