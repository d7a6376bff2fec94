using CommunityFund.Ledger;
using Microsoft.Win32.SafeHandles;

namespace CommunityFund.Backups;

/// <summary>
/// The log of changes beside the backups, one file a segment: <c>.partial</c> while it grows, then closed, with its hash
/// in a file beside it. One writer at a time; whoever restores reads what is there.
/// </summary>
internal sealed class StreamedWal(string directory) : IDisposable
{
    private const string Partial = ".partial", Hash = ".sha256";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SafeFileHandle? _file;
    private WalSegment _open;
    private ulong _written, _safe;

    /// <summary>Where to go on: the beginning of the segment that is being written, or the one after the last whole one.</summary>
    public ulong? Resume(uint timeline)
    {
        WalSegment? last = Files().Where(file => file.Segment.Timeline == timeline).Select(file => (WalSegment?)file.Segment)
            .MaxBy(segment => segment!.Value.Number);
        return last is null ? null : File.Exists(PathOf(last.Value)) ? last.Value.Next.Starts : last.Value.Starts;
    }

    /// <summary>Adds what has come; a segment that is full is closed.</summary>
    public async Task Write(uint timeline, ulong position, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            while (bytes.Length > 0)
            {
                WalSegment segment = WalSegment.At(timeline, position);
                if (_file is null || segment != _open)
                {
                    Open(segment);
                }

                int room = (int)(segment.Next.Starts - position), fits = Math.Min(room, bytes.Length);
                await RandomAccess.WriteAsync(_file!, bytes[..fits], (long)(position - segment.Starts), ct);
                position += (ulong)fits;
                bytes = bytes[fits..];
                _written = position;
                if (fits == room)
                {
                    await Close(ct);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Brings what was written to the disk.</summary>
    /// <returns>How far it is safe now, if further than before.</returns>
    public async Task<ulong?> Flush(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_written == _safe)
            {
                return null;
            }

            if (_file is not null)
            {
                RandomAccess.FlushToDisk(_file);
            }

            return _safe = _written;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _turn.Dispose();
    }

    /// <summary>The files that follow one another without a gap from a position on.</summary>
    public IReadOnlyList<string> From(uint timeline, ulong position)
    {
        List<string> found = [];
        for (WalSegment segment = WalSegment.At(timeline, position); ; segment = segment.Next)
        {
            string whole = PathOf(segment), growing = whole + Partial;
            if (File.Exists(whole))
            {
                found.Add(whole);
                continue;
            }

            if (File.Exists(growing))
            {
                found.Add(growing);
            }

            return found;
        }
    }

    /// <summary>How far the changes reach that follow a copy without a gap; zero if there are none.</summary>
    public static ulong Reached(IReadOnlyList<string> files, uint timeline) =>
        files.Count > 0 && SegmentOf(files[^1]) is { } last && last.Timeline == timeline
            ? last.Starts + (ulong)Math.Min(new FileInfo(files[^1]).Length, WalSegment.SizeBytes)
            : 0;

    /// <summary>Names whole segments that are not what they were.</summary>
    public static async Task<IReadOnlyList<Refusal>> Damage(IEnumerable<string> files, CancellationToken ct)
    {
        List<Refusal> found = [];
        foreach (string file in files.Where(file => File.Exists(file + Hash)))
        {
            if ((await File.ReadAllTextAsync(file + Hash, ct)).Split(' ')[0] != await Backup.HashOf(file, ct))
            {
                found.Add(new RefusedException(BackupRefusal.FileDiffers, ("file", file)).Refusal);
            }
        }

        return found;
    }

    public static WalSegment? SegmentOf(string path) => WalSegment.Named(Path.GetFileName(path).Split('.')[0]);

    /// <summary>Takes away what no kept backup needs any more.</summary>
    public void DropBefore(WalSegment first)
    {
        foreach ((string path, WalSegment segment) in Files())
        {
            if (segment.Timeline < first.Timeline || (segment.Timeline == first.Timeline && segment.Number < first.Number))
            {
                File.Delete(path);
            }
        }
    }

    private IEnumerable<(string Path, WalSegment Segment)> Files() =>
        from path in Directory.Exists(directory) ? Directory.GetFiles(directory) : []
        let segment = SegmentOf(path)
        where segment is not null
        select (path, segment.Value);

    private string PathOf(WalSegment segment) => Path.Combine(directory, segment.Name);

    // What is there is written over with the same bytes, never cut: a stream that begins a segment again loses nothing.
    private void Open(WalSegment segment)
    {
        _file?.Dispose();
        string place = Path.GetDirectoryName(directory)!;
        if (!Directory.Exists(place))
        {
            throw new DirectoryNotFoundException($"There is no directory {place}.");
        }

        BackupPlace.MakePrivate(directory);
        _file = File.OpenHandle(PathOf(segment) + Partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        File.SetUnixFileMode(_file, Books.LocalFiles.OnlyOwner);
        _open = segment;
    }

    private async Task Close(CancellationToken ct)
    {
        RandomAccess.FlushToDisk(_file!);
        _file!.Dispose();
        _file = null;
        string path = PathOf(_open);
        await File.WriteAllTextAsync(path + Hash, $"{await Backup.HashOf(path + Partial, ct)}  {_open.Name}\n", ct);
        File.Move(path + Partial, path, overwrite: true);
    }
}
