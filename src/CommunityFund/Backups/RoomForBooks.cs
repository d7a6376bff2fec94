namespace CommunityFund.Backups;

/// <summary>
/// Where backups lie on the disk of the books, a copy stops before it takes the last room: PostgreSQL cannot go on without
/// any, and yesterday's backup is worth less than today's work.
/// </summary>
internal sealed class RoomForBooks : IDisposable
{
    /// <summary>ENOSPC; .NET hands the system's own number on.</summary>
    public const int DiskFull = 28;

    private const long ReserveBytes = 200_000_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _full;
    private readonly DriveInfo? _disk;

    public RoomForBooks(string place, string? cluster, CancellationToken ct)
    {
        _full = CancellationTokenSource.CreateLinkedTokenSource(ct);
        string disk = BackupShelf.Disk(place);
        _disk = disk.Length > 0 && cluster is not null && disk == BackupShelf.Disk(cluster) ? new DriveInfo(disk) : null;
    }

    /// <exception cref="IOException">There is not enough; its number is <see cref="DiskFull"/>.</exception>
    public static void Check(string place, string? cluster)
    {
        using RoomForBooks room = new(place, cluster, CancellationToken.None);
        room.Refuse();
    }

    /// <exception cref="IOException">The room ran short; its number is <see cref="DiskFull"/>.</exception>
    public async Task Keep(Func<CancellationToken, Task> copy)
    {
        Refuse();
        Task copying = copy(_full.Token);
        while (await Task.WhenAny(copying, Task.Delay(Every, CancellationToken.None)) != copying)
        {
            if (IsShort)
            {
                await _full.CancelAsync();
                await copying.ContinueWith(_ => { }, TaskScheduler.Default);
                Refuse();
            }
        }

        await copying;
    }

    public void Dispose() => _full.Dispose();

    private bool IsShort => _disk is { AvailableFreeSpace: < ReserveBytes };

    private void Refuse()
    {
        if (IsShort)
        {
            throw new IOException($"Less than {ReserveBytes / 1_000_000} MB are left for the books.", DiskFull);
        }
    }
}
