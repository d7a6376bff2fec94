using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CsvHelper;

namespace CommunityFund.Banking;

/// <summary>One row of the file: cleaned cells, and the 1-based line where it begins.</summary>
internal sealed record StatementRow(int LineNo, string[] Cells)
{
    public string Cell(int column) => column < Cells.Length ? Cells[column] : "";
}

/// <summary>
/// Text to rows. Quotes are lenient: a quoted cell may run over several lines, but a quote that is never closed must not
/// swallow the lines below it, so a line as wide as the table always begins a row of its own.
/// </summary>
internal sealed class StatementRows
{
    public const int LongestCell = 4_000;
    private const int LongestLine = 40_000;
    private const int MostLinesInARow = 20;

    private readonly string[] lines;
    private readonly char delimiter;
    private readonly int width;
    private readonly CsvReaderOptions options;

    /// <param name="lines">The file's lines.</param>
    /// <param name="delimiter">What stands between two cells.</param>
    /// <param name="width">How many cells the table has.</param>
    public StatementRows(string[] lines, char delimiter, int width)
    {
        (this.lines, this.delimiter, this.width) = (lines, delimiter, width);
        options = new CsvReaderOptions { Separator = delimiter, HasHeader = false, AllowLineBreaksInQuotes = false };
    }

    /// <summary>The rows of the file in order, without those that have no text at all.</summary>
    /// <exception cref="RefusedException">bank.line-too-long, with the line.</exception>
    public IEnumerable<StatementRow> Read(int longestCell = LongestCell)
    {
        (int LineNo, string Text)[] rows = [.. JoinedRows()];
        int i = 0;
        foreach (string[] raw in Split(string.Join('\n', rows.Select(row => row.Text))))
        {
            int lineNo = rows[i++].LineNo;
            if (raw.Any(cell => cell.Length > longestCell))
            {
                throw TooLong(lineNo);
            }

            string[] cells = [.. raw.Select(PlainText.Of)];
            if (cells.Any(cell => cell.Length > 0))
            {
                yield return new StatementRow(lineNo, cells);
            }
        }

        if (i != rows.Length)
        {
            throw new InvalidOperationException($"{rows.Length} rows were written for the CSV reader, {i} came back.");
        }
    }

    private IEnumerable<(int LineNo, string Text)> JoinedRows()
    {
        for (int i = 0, taken; i < lines.Length; i += taken)
        {
            if (lines[i].Length > LongestLine)
            {
                throw TooLong(i + 1);
            }

            taken = LinesOfRow(i);
            string text = Closed(taken == 1 ? lines[i] : string.Join(' ', lines, i, taken));
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (i + 1, text);
            }
        }
    }

    private int LinesOfRow(int start)
    {
        if (OpenQuote(lines[start]) is null)
        {
            return 1;
        }

        StringBuilder row = new(lines[start]);
        for (int taken = 1; taken < MostLinesInARow && start + taken < lines.Length; taken++)
        {
            string next = lines[start + taken];
            if (row.Length + next.Length > LongestLine || next.AsSpan().Count(delimiter) + 1 >= width)
            {
                return 1;
            }

            row.Append(' ').Append(next);
            if (OpenQuote(row.ToString()) is null)
            {
                return CellsIn(row.ToString()) <= width + 1 ? taken + 1 : 1;
            }
        }

        return 1;
    }

    private int CellsIn(string row) => Split(row).Select(cells => cells.Length).FirstOrDefault();

    private IEnumerable<string[]> Split(string text)
    {
        using CsvReader reader = CsvReader.FromText(text, options);
        while (reader.Read())
        {
            yield return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        }
    }

    private string Closed(string row)
    {
        if (OpenQuote(row) is not int open)
        {
            return row;
        }

        string without = row.Remove(open, 1);
        return OpenQuote(without) is null ? without : row.Replace("\"", "", StringComparison.Ordinal);
    }

    private int? OpenQuote(string row)
    {
        int? open = null;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] != '"')
            {
                continue;
            }

            if (open is null && (i == 0 || row[i - 1] == delimiter))
            {
                open = i;
            }
            else if (open is not null && i + 1 < row.Length && row[i + 1] == '"')
            {
                i++;
            }
            else
            {
                open = null;
            }
        }

        return open;
    }

    private static RefusedException TooLong(int lineNo) =>
        new(StatementRefusal.LineTooLong, ("line", lineNo), ("limit", LongestCell));
}
