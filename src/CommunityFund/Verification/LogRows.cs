using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Verification;

/// <summary>An entry of the log's sheets.</summary>
/// <param name="Row">The row it begins in.</param>
/// <param name="Leaf">Zeros if it is none.</param>
/// <param name="HasText">Entries after the last day have their leaf alone.</param>
/// <param name="Entry">The entry in form cf1; null if there is none or it does not fit the leaf.</param>
internal sealed record LogRow(string Sheet, long Row, long Position, byte[] Leaf, bool HasText, CanonicalEntry? Entry);

/// <summary>
/// The log's sheets entry by entry, read beside the journal so that neither is kept. Another thread reads ahead by a little: it takes about
/// as long as the journal, and machines have more than one core.
/// </summary>
internal sealed class LogRows : IDisposable
{
    private const int PositionColumn = 0, TextColumn = 2, LeafColumn = 3;

    // Entries that are handed over together, and how many such slices may wait.
    private const int Slice = 128, Waiting = 4;

    // An entry of a hundred thousand lines.
    private const int LongestText = 32 << 20;

    private static readonly byte[] NoLeaf = new byte[32];

    private readonly BlockingCollection<Read> _read = new(Waiting);
    private readonly CancellationTokenSource _stop = new();
    private readonly SheetReader _reader;
    private readonly Seal _seal;
    private readonly Action<VerifyFinding> _found;
    private readonly Task _reading;
    private readonly string _nameOfCheck;
    private SheetProof? _proof;
    private Read _slice = new(), _ahead = new();
    private int _at;

    public LogRows(SheetReader reader, Seal seal, string nameOfCheck, Action<VerifyFinding> found)
    {
        (_reader, _seal, _found, _nameOfCheck) = (reader, seal, found, nameOfCheck);
        _reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Rows that were read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Sheets that were read to their end.</summary>
    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>The next entry; null at the end.</summary>
    public LogRow? Next()
    {
        while (_at == _slice.Entries.Count)
        {
            if (!_read.TryTake(out Read? next, Timeout.Infinite, _stop.Token))
            {
                _reading.GetAwaiter().GetResult();
                return null;
            }

            (_slice, _at) = (next, 0);
            Rows += next.Rows;
            Seen.UnionWith(next.Seen);
            next.Findings.ForEach(_found);
        }

        return _slice.Entries[_at++];
    }

    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _reading.GetAwaiter().GetResult();
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // Whoever asked for entries was told; nobody asks any more.
        }

        _read.Dispose();
        _stop.Dispose();
        _reader.Dispose();
    }

    private void ReadAll()
    {
        try
        {
            Read slice = new();
            foreach (LogRow entry in Entries())
            {
                slice.Entries.Add(entry);
                if (slice.Entries.Count == Slice)
                {
                    HandOver(slice);
                    slice = new Read();
                }
            }

            HandOver(slice);
        }
        finally
        {
            _read.CompleteAdding();
        }
    }

    private void HandOver(Read slice)
    {
        slice.Findings.AddRange(_ahead.Findings);
        slice.Seen.AddRange(_ahead.Seen);
        slice.Rows = _ahead.Rows;
        _ahead = new Read();
        _read.Add(slice, _stop.Token);
    }

    private IEnumerable<LogRow> Entries()
    {
        (string Sheet, long Row, long Position, string Leaf) begun = default;
        StringBuilder text = new();
        while (NextRow())
        {
            string leaf = _reader.Text(LeafColumn);
            long position = _reader.Number(PositionColumn) is >= 0 and <= long.MaxValue and var number ? (long)number : -1;
            if (begun.Row == 0 || position != begun.Position || leaf.Length > 0)
            {
                if (begun.Row > 0)
                {
                    yield return Entry(begun, text.ToString());
                }

                begun = (_reader.Sheet, _reader.Row, position, leaf);
                text.Clear();
            }

            text.Append(_reader.Text(TextColumn));
            WorkbookFile.Must(text.Length <= LongestText);
        }

        if (begun.Row > 0)
        {
            yield return Entry(begun, text.ToString());
        }
    }

    /// <summary>On to the next row that holds something, in whichever sheet of the log.</summary>
    private bool NextRow()
    {
        while (true)
        {
            while (_proof?.Next() == true)
            {
                _ahead.Rows += 1;
                if (_reader.Text(PositionColumn).Length > 0 || _reader.Text(LeafColumn).Length > 0)
                {
                    return true;
                }
            }

            if (_proof is not null)
            {
                _ahead.Rows += 1;
                _ahead.Seen.Add(_reader.Sheet);
                _proof = null;
            }

            if (!_reader.NextSheet())
            {
                return false;
            }

            if (_seal.Named(_reader.Sheet) is { Key: "log" } should)
            {
                _proof = new SheetProof(_reader, should, _nameOfCheck, finding => _ahead.Findings.Add(finding));
            }
        }
    }

    private static LogRow Entry((string Sheet, long Row, long Position, string Leaf) begun, string text)
    {
        byte[] leaf = begun.Leaf.Length == 64 && begun.Leaf.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(begun.Leaf) : NoLeaf;
        CanonicalEntry? entry = null;
        if (text.Length > 0 && CanonicalText.Read(text) is { } read)
        {
            // Written again it was the same text, so its leaf is that of the text.
            byte[] bytes = new byte[1 + Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, bytes.AsSpan(1));
            entry = SHA256.HashData(bytes).AsSpan().SequenceEqual(leaf) ? read : null;
        }

        return new LogRow(begun.Sheet, begun.Row, begun.Position, leaf, text.Length > 0, entry);
    }

    /// <summary>What was read of the log in one go, and what was found meanwhile.</summary>
    private sealed class Read
    {
        public List<LogRow> Entries { get; } = [];

        public List<VerifyFinding> Findings { get; } = [];

        public List<string> Seen { get; } = [];

        public long Rows { get; set; }
    }
}
