using CommunityFund.Ledger;
using Microsoft.Win32.SafeHandles;

namespace CommunityFund.Backups;

/// <summary>
/// The log of changes beside the backups, one file a segment: <c>.partial</c> while it grows, then closed, with its hash
/// in a file beside it. One writer at a time; whoever restores reads what is there.
/// </summary>
/// <param name="cluster">The books whose room a writer leaves alone.</param>
internal sealed class StreamedWal(string directory, string? cluster = null) : IDisposable
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

    /// <summary>Whether the changes go on where a copy ends, to the newest, without a gap; not if there are none.</summary>
    /// <param name="none">What to say if there are none.</param>
    public bool Follow(Backup backup, bool none = false)
    {
        WalSegment first = WalSegment.Named(backup.Facts.FirstSegment)!.Value;
        ILookup<ulong, string> there = Files().Where(file => file.Segment.Timeline == first.Timeline)
            .ToLookup(file => file.Segment.Number, file => Path.GetExtension(file.Path));
        if (there.Count == 0)
        {
            return none;
        }

        ulong begins = there.Max(segment => segment.Key);
        while (there[begins - 1].Contains(""))
        {
            begins--;
        }

        // The copy itself has the segment in which it was begun.
        return begins <= first.Number + 1;
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
    private List<string> From(uint timeline, ulong position)
    {
        List<string> found = [];
        for (WalSegment segment = WalSegment.At(timeline, position); ; segment = segment.Next)
        {
            // In this order: one that is closed meanwhile is not overlooked.
            string whole = PathOf(segment), growing = whole + Partial;
            string? there = File.Exists(growing) ? growing : File.Exists(whole) ? whole : null;
            if (there is not null)
            {
                found.Add(there);
            }

            if (there != whole)
            {
                return found;
            }
        }
    }

    /// <summary>Copies what follows a copy without a gap, one file a segment, up to the first that is not what it was.</summary>
    /// <returns>How far the changes reach, zero if there are none; and the file at which they had to end.</returns>
    public async Task<(ulong Reached, string? Damaged)> CopyFrom(uint timeline, ulong position, string to, CancellationToken ct)
    {
        ulong reached = 0;
        foreach (string file in From(timeline, position))
        {
            WalSegment segment = SegmentOf(file)!.Value;
            if (File.Exists(file + Hash)
                && await Backup.Differs(file, (await File.ReadAllTextAsync(file + Hash, ct)).Split(' ')[0], ct))
            {
                return (reached, file);
            }

            await using FileStream from = Opened(file, PathOf(segment)), copy = File.Create(Path.Combine(to, segment.Name));
            await from.CopyToAsync(copy, ct);
            reached = segment.Starts + (ulong)copy.Length;
            // The one that was still growing is filled up with nothing, which ends the recovery there.
            copy.SetLength(WalSegment.SizeBytes);
        }

        return (reached, null);
    }

    /// <summary>How far the changes reach that follow a position without a gap; zero if there are none.</summary>
    public ulong Reached(uint timeline, ulong position)
    {
        string? last = From(timeline, position).LastOrDefault();
        if (last is null)
        {
            return 0;
        }

        WalSegment segment = SegmentOf(last)!.Value;
        using FileStream file = Opened(last, PathOf(segment));
        return segment.Starts + (ulong)file.Length;
    }

    private static WalSegment? SegmentOf(string path) => WalSegment.Named(Path.GetFileName(path).Split('.')[0]);

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

    // Meanwhile the one that was growing may have been closed, and have another name.
    private static FileStream Opened(string file, string whole)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (FileNotFoundException)
        {
            return File.OpenRead(whole);
        }
    }

    private string PathOf(WalSegment segment) => Path.Combine(directory, segment.Name);

    // What is there is written over with the same bytes, never cut: a stream that begins a segment again loses nothing.
    private void Open(WalSegment segment)
    {
        _file?.Dispose();
        string place = Path.GetDirectoryName(directory)!;
        if (!Directory.Exists(place))
        {
            throw new RefusedException(BackupRefusal.PlaceMissing, ("place", place));
        }

        RoomForBooks.Check(place, cluster);
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
        Books.LocalFiles.WritePrivate(path + Hash, $"{await Backup.HashOf(path + Partial, ct)}  {_open.Name}\n");
        File.Move(path + Partial, path, overwrite: true);
    }
}
