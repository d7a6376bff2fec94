using System.Text;
using CommunityFund.Ledger;
using CsvHelper;

namespace CommunityFund.Banking;

/// <summary>
/// Text to rows. Quotes are lenient: a quoted cell may run over several lines, but a quote that is never closed must not
/// swallow the lines below it, so a line as wide as the table always begins a row of its own.
/// </summary>
internal sealed class StatementRows
{
    private const int LongestLine = 40_000;
    private const int MostLinesInARow = 20;
    private const int RowsAtATime = 150;

    private readonly BoundedLines lines;
    private readonly char delimiter;
    private readonly int width;
    private readonly CsvReaderOptions options;

    /// <param name="text">The file's text; it is read once.</param>
    /// <param name="delimiter">What stands between two cells.</param>
    /// <param name="width">How many cells the table has.</param>
    public StatementRows(TextReader text, char delimiter, int width)
    {
        (lines, this.delimiter, this.width) = (new BoundedLines(text, delimiter), delimiter, width);
        options = new CsvReaderOptions { Separator = delimiter, HasHeader = false, AllowLineBreaksInQuotes = false };
    }

    /// <summary>The rows of the file in order, without those that have no text at all.</summary>
    /// <exception cref="RefusedException">bank.line-too-long, with the line.</exception>
    public IEnumerable<StatementRow> Read(int until)
    {
        foreach ((int LineNo, string Text)[] rows in JoinedRows(until).Chunk(RowsAtATime))
        {
            int i = 0;
            foreach (string[] raw in Split(string.Join('\n', rows.Select(row => row.Text))))
            {
                int lineNo = rows[i++].LineNo;
                string[] cells = [.. raw.Select(TextSheet.Cleaned)];
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
    }

    private IEnumerable<(int LineNo, string Text)> JoinedRows(int until)
    {
        for (int taken; lines.Next is { } line && lines.LineNo <= until; lines.Skip(taken))
        {
            if (line.Length > LongestLine)
            {
                throw TooLong(lines.LineNo);
            }

            if (lines.LineNo > StatementSheet.MostRows)
            {
                throw new RefusedException(StatementRefusal.TooManyLines, ("limit", StatementFile.MostLines));
            }

            // Excel's own mark of what stands between cells; the library would swallow it.
            if (lines.LineNo == 1 && line.Length <= 6 && line.TrimStart('"').StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            {
                taken = 1;
                continue;
            }

            taken = LinesOfRow(line);
            string text = Closed(taken == 1 ? line : lines.Joined(taken));
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (lines.LineNo, text);
            }
        }
    }

    private int LinesOfRow(string first)
    {
        if (OpenQuote(first) is null)
        {
            return 1;
        }

        StringBuilder row = new(first);
        for (int taken = 1; taken < MostLinesInARow && lines.Ahead(taken) is { } next; taken++)
        {
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
            string[] cells = new string[reader.FieldCount];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.GetString(i);
            }

            yield return cells;
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
        if (!row.Contains('"', StringComparison.Ordinal))
        {
            return null;
        }

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
        new(StatementRefusal.LineTooLong, ("line", lineNo), ("limit", StatementSheet.LongestCell));

    /// <summary>Lines of a text with a look ahead; of a line longer than any is read only enough to see that it is.</summary>
    private sealed class BoundedLines(TextReader text, char delimiter)
    {
        private readonly (string Written, string Meant) spaced = ($"{delimiter} \"", $"{delimiter}\"");
        private readonly char[] buffer = new char[8 * 1024];
        private readonly Queue<string> ahead = new();
        private readonly StringBuilder begun = new();
        private int at, filled;
        private bool afterReturn, ended;

        /// <summary>The 1-based number of <see cref="Next"/>.</summary>
        public int LineNo { get; private set; } = 1;

        public string? Next => Ahead(0);

        public string? Ahead(int by)
        {
            while (ahead.Count <= by && !ended)
            {
                if (ReadLine() is { } line)
                {
                    ahead.Enqueue(line);
                }
            }

            return by == 0 ? ahead.TryPeek(out string? first) ? first : null : ahead.ElementAtOrDefault(by);
        }

        public void Skip(int count)
        {
            for (LineNo += count; count > 0; count--)
            {
                ahead.Dequeue();
            }
        }

        public string Joined(int count) => string.Join(' ', ahead.Take(count));

        private string? ReadLine()
        {
            while (true)
            {
                if (at == filled)
                {
                    (at, filled) = (0, text.Read(buffer, 0, buffer.Length));
                    if (filled == 0)
                    {
                        ended = true;
                        return begun.Length > 0 ? Take() : null;
                    }
                }

                if (afterReturn && buffer[at] == '\n')
                {
                    at++;
                    afterReturn = false;
                    continue;
                }

                afterReturn = false;
                int end = buffer.AsSpan(at, filled - at).IndexOfAny('\r', '\n');
                int length = end < 0 ? filled - at : end;
                if (begun.Length <= LongestLine)
                {
                    begun.Append(buffer, at, length);
                }

                at += length;
                if (end >= 0)
                {
                    afterReturn = buffer[at++] == '\r';
                    return Take();
                }
            }
        }

        private string Take()
        {
            // "a", "b": a space before a quote does not take its meaning from it.
            string line = begun.Replace(spaced.Written, spaced.Meant).ToString();
            begun.Clear();
            return line;
        }
    }
}
