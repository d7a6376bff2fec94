using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace CommunityFund.Books;

/// <summary>What a column of a register holds, which tells how its cells are drawn.</summary>
public enum RegisterKind
{
    /// <summary>Words: always text, never a formula.</summary>
    Text,

    /// <summary>A whole number: a position, an id, a count.</summary>
    Whole,

    /// <summary>Fen, shown as yuan with two decimals.</summary>
    Money,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A word on green or red ground.</summary>
    Verdict,
}

/// <summary>A column.</summary>
/// <param name="Width">In characters of a sheet.</param>
/// <param name="Changes">Names and words, which may be put right or erased one day: no fingerprint covers them.</param>
/// <param name="IsPerson">Numbers of people.</param>
public sealed record RegisterColumn(string Label, RegisterKind Kind, int Width, bool Changes = false, bool IsPerson = false);

/// <summary>A cell: words, or a number in the smallest unit of its column; the default is empty.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RegisterCell(string? Words, long Number, bool IsNumber)
{
    public static implicit operator RegisterCell(string? words) => new(words, 0, IsNumber: false);

    public static implicit operator RegisterCell(long number) => new(null, number, IsNumber: true);

    public static implicit operator RegisterCell(long? number) => number is { } known ? known : default(RegisterCell);

    /// <summary>A word on green ground if it is good, else on red.</summary>
    public static RegisterCell Verdict(string words, bool isGood) => new(words, isGood ? 1 : 0, IsNumber: false);

    public static implicit operator RegisterCell(DateOnly day) => (long)day.DayNumber;
}

/// <summary>Numbers of the formats in the workbook's styles.</summary>
/// <param name="Quoted">For text that begins like a formula.</param>
public sealed record RegisterStyles(int Head, int Text, int Quoted, int Whole, int Money, int Day, int Good, int Bad);

/// <summary>
/// The rows of a register as the XML of a worksheet, as bytes straight into a stream: nothing of a row is kept once the next one
/// comes. Words are inline text, so that no cell can be a formula, whatever is typed into it.
/// </summary>
/// <param name="into">Not closed.</param>
/// <param name="told">Told of every row that is written.</param>
/// <param name="pagesWide">Over so many sheets of paper the columns are printed.</param>
public sealed partial class SheetXml(
    Stream into, IReadOnlyList<RegisterColumn> columns, RegisterStyles styles, Action<RegisterCell[]>? told = null, int pagesWide = 1)
{
    // The longest text a cell holds, and how many bytes one character can become.
    private const int LongestText = 32_767, LongestCharacter = 8;

    private const int BufferBytes = 1 << 16;

    // Sheets count days from the last of 1899.
    private static readonly int Epoch = new DateOnly(1899, 12, 30).DayNumber;
    private static readonly SearchValues<char> StartsFormula = SearchValues.Create(SheetText.StartsFormula);
    private static readonly SearchValues<char> Simple = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;/()[]{}+-_*=#@!?%$'\"|~^\\");

    private byte[] _buffer = new byte[BufferBytes], _spare = new byte[BufferBytes];
    private readonly byte[][] _openings = [.. columns.Select((_, i) => Encoding.ASCII.GetBytes($"<c r=\"{Letters(i)}"))];
    private Task _behind = Task.CompletedTask;
    private int _used;
    private int _row;

    /// <summary>Writes rows until there are no more or <paramref name="most"/> are written.</summary>
    /// <param name="more">Stands on the next row; true was returned by its last move.</param>
    /// <returns>How many were written.</returns>
    public async Task<int> Write(IAsyncEnumerator<RegisterCell[]> rows, bool more, int most)
    {
        int written = 0;
        try
        {
            Begin();
            for (; more && written < most; written++)
            {
                Row(rows.Current);
                told?.Invoke(rows.Current);
                more = await rows.MoveNextAsync();
            }

            End();
        }
        finally
        {
            await _behind;
        }

        return written;
    }

    /// <summary>Writes rows that are known.</summary>
    public void Write(IEnumerable<RegisterCell[]> rows)
    {
        try
        {
            Begin();
            foreach (RegisterCell[] row in rows)
            {
                Row(row);
            }

            End();
        }
        finally
        {
            _behind.GetAwaiter().GetResult();
        }
    }

    private void Begin()
    {
        Raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"u8);
        Raw("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"u8);
        Raw("<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\">"u8);
        Raw("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"u8);
        Raw("<sheetFormatPr defaultRowHeight=\"15\"/><cols>"u8);
        for (int i = 0; i < columns.Count; i++)
        {
            Ascii(string.Create(CultureInfo.InvariantCulture,
                $"<col min=\"{i + 1}\" max=\"{i + 1}\" width=\"{columns[i].Width}\" customWidth=\"1\"/>"));
        }

        Raw("</cols><sheetData>"u8);
        OpenRow();
        for (int i = 0; i < columns.Count; i++)
        {
            Text(i, styles.Head, columns[i].Label);
        }

        Raw("</row>"u8);
    }

    private void End()
    {
        Raw("</sheetData><autoFilter ref=\"A1:"u8);
        Ascii(string.Create(CultureInfo.InvariantCulture, $"{Letters(columns.Count - 1)}{_row}"));
        Raw("\"/><pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.7\" header=\"0.3\" footer=\"0.3\"/>"u8);
        Ascii(string.Create(CultureInfo.InvariantCulture,
            $"<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"{pagesWide}\" fitToHeight=\"0\"/>"));
        Raw("<headerFooter><oddFooter>&amp;C&amp;A  &amp;P / &amp;N</oddFooter></headerFooter></worksheet>"u8);
        Flush();
    }

    private void Row(RegisterCell[] cells)
    {
        OpenRow();
        for (int i = 0; i < cells.Length; i++)
        {
            if (cells[i].Words is { Length: > 0 } words)
            {
                Text(i, StyleOf(columns[i], cells[i], words), words);
            }
            else if (cells[i].IsNumber)
            {
                Number(i, cells[i].Number);
            }
        }

        Raw("</row>"u8);
    }

    private int StyleOf(RegisterColumn column, RegisterCell cell, string words) =>
        column.Kind == RegisterKind.Verdict ? cell.Number == 0 ? styles.Bad : styles.Good
            : StartsFormula.Contains(words[0]) ? styles.Quoted : styles.Text;

    private void OpenRow()
    {
        _row++;
        Raw("<row r=\""u8);
        Digits(_row);
        Raw("\">"u8);
    }

    private void Open(int column, int style)
    {
        Raw(_openings[column]);
        Digits(_row);
        Raw("\" s=\""u8);
        Digits(style);
    }

    private void Number(int column, long number)
    {
        RegisterKind kind = columns[column].Kind;
        Open(column, kind switch
        {
            RegisterKind.Money => styles.Money,
            RegisterKind.Day => styles.Day,
            _ => styles.Whole,
        });
        Raw("\"><v>"u8);
        if (kind == RegisterKind.Money)
        {
            Fen(number);
        }
        else
        {
            Digits(kind == RegisterKind.Day ? number - Epoch : number);
        }

        Raw("</v></c>"u8);
    }

    private void Text(int column, int style, string words)
    {
        Open(column, style);
        Raw("\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"u8);
        // Spreadsheets read _x0041_ as a letter: what was typed so says that it is none.
        string written = words.Contains("_x", StringComparison.Ordinal) ? Escape().Replace(words, "_x005F$0") : words;
        ReadOnlySpan<char> left = written.AsSpan(0, Math.Min(written.Length, LongestText));
        while (!left.IsEmpty)
        {
            int plain = left.IndexOfAnyExcept(Simple);
            plain = Math.Min(plain < 0 ? left.Length : plain, _buffer.Length / LongestCharacter);
            if (plain > 0)
            {
                Room(plain);
                _used += Encoding.ASCII.GetBytes(left[..plain], _buffer.AsSpan(_used));
                left = left[plain..];
                continue;
            }

            Rune.DecodeFromUtf16(left, out Rune rune, out int taken);
            left = left[taken..];
            Escaped(rune);
        }

        Raw("</t></is></c>"u8);
    }

    private void Escaped(Rune rune)
    {
        Room(LongestCharacter);
        switch (rune.Value)
        {
            case '&':
                Raw("&amp;"u8);
                break;
            case '<':
                Raw("&lt;"u8);
                break;
            case '>':
                Raw("&gt;"u8);
                break;
            default:
                _used += SheetText.IsShown(rune) ? rune.EncodeToUtf8(_buffer.AsSpan(_used)) : 0;
                break;
        }
    }

    // Exact: a long of fen may need more digits than a binary fraction has.
    private void Fen(long fen)
    {
        if (fen < 0)
        {
            Raw("-"u8);
        }

        ulong size = fen < 0 ? (ulong)(-(Int128)fen) : (ulong)fen;
        Room(32);
        Utf8Formatter.TryFormat(size / 100, _buffer.AsSpan(_used), out int written);
        _used += written;
        ulong rest = size % 100;
        _buffer[_used++] = (byte)'.';
        _buffer[_used++] = (byte)('0' + (rest / 10));
        _buffer[_used++] = (byte)('0' + (rest % 10));
    }

    private void Digits(long number)
    {
        Room(24);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
    }

    private void Ascii(string text)
    {
        Room(text.Length);
        _used += Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_used));
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Room(int bytes)
    {
        if (_buffer.Length - _used < bytes)
        {
            Flush();
        }
    }

    // What is full is packed by another thread while the next rows are written.
    private void Flush()
    {
        _behind.GetAwaiter().GetResult();
        (byte[] full, int bytes) = (_buffer, _used);
        (_buffer, _spare, _used) = (_spare, _buffer, 0);
        _behind = Task.Run(() => into.Write(full, 0, bytes));
    }

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_", RegexOptions.None, 1000)]
    private static partial Regex Escape();

    private static string Letters(int column) =>
        column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));
}
