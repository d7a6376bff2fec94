using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Verification;

/// <summary>An entry of the log's sheets.</summary>
/// <param name="Row">The row it begins in.</param>
/// <param name="Text">The entry in form cf1; empty for one after the last day.</param>
internal sealed record LogRow(string Sheet, long Row, long Position, string Text, string Leaf);

/// <summary>The log's sheets entry by entry, read beside the journal so that neither is kept.</summary>
internal sealed class LogRows : IDisposable
{
    private const int PositionColumn = 0, TextColumn = 2, LeafColumn = 3;

    private readonly SheetReader _reader;
    private readonly HashSet<string> _sheets;
    private bool _isInLog, _isAtEnd;
    private bool _stands;

    public LogRows(Stream workbook, Seal seal)
    {
        _reader = new SheetReader(workbook);
        _sheets = [.. seal.Sheets.Where(sheet => sheet.Key == "log").Select(sheet => sheet.Name)];
    }

    /// <summary>The next entry; null at the end.</summary>
    public LogRow? Next()
    {
        if (!_stands && !Move())
        {
            return null;
        }

        LogRow row = new(_reader.Sheet, _reader.Row, Position(), _reader.Text(TextColumn), _reader.Text(LeafColumn));
        System.Text.StringBuilder? more = null;
        while (Move())
        {
            _stands = true;
            if (Position() != row.Position || _reader.Text(LeafColumn).Length > 0)
            {
                break;
            }

            (more ??= new System.Text.StringBuilder(row.Text)).Append(_reader.Text(TextColumn));
        }

        return more is null ? row : row with { Text = more.ToString() };
    }

    public void Dispose() => _reader.Dispose();

    private long Position() => _reader.Number(PositionColumn) is >= 0 and <= long.MaxValue and var number ? (long)number : -1;

    /// <summary>On to the next row that holds something, in whichever sheet of the log.</summary>
    private bool Move()
    {
        _stands = false;
        while (!_isAtEnd)
        {
            if (_isInLog)
            {
                while (_reader.NextRow())
                {
                    if (_reader.Row > 1 && (_reader.Text(PositionColumn).Length > 0 || _reader.Text(LeafColumn).Length > 0))
                    {
                        return true;
                    }
                }
            }

            _isAtEnd = !_reader.NextSheet();
            _isInLog = !_isAtEnd && _sheets.Contains(_reader.Sheet);
        }

        return false;
    }
}
