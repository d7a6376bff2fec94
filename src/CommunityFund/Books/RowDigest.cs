using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CommunityFund.Books;

/// <summary>
/// The digest of one row of a sheet, over values and not over bytes of the file, so that it survives being saved by another program:
/// SHA-256 over the sheet's name and the row's number, and of each cell that holds something its column, its kind and its value
/// (form cw1, reports/workbook-cw1). Numbers as the shortest decimal, days as the number of the sheet's calendar.
/// </summary>
internal sealed class RowDigest
{
    /// <summary>So many hexadecimal digits of it stand in a row's own cell.</summary>
    public const int Shown = 16;

    // Sheets count days from the last of 1899.
    private static readonly DateOnly Epoch = new(1899, 12, 30);

    // Up to here a number with two decimals is fen, which are written faster.
    private const decimal LargestFen = 10_000_000_000_000_000m;

    private readonly ArrayBufferWriter<byte> _row = new(1024);

    /// <summary>Begins a row, from 1.</summary>
    public RowDigest Begin(string sheet, long row)
    {
        _row.ResetWrittenCount();
        Text(sheet);
        Whole(row);
        _row.Write("\n"u8);
        return this;
    }

    /// <summary>A cell of a register.</summary>
    /// <param name="column">From 0.</param>
    public void Add(int column, RegisterKind kind, RegisterCell cell)
    {
        if (cell.Words is { Length: > 0 } words)
        {
            AddText(column, words);
        }
        else if (cell.IsNumber)
        {
            Open(column, (byte)'n');
            switch (kind)
            {
                case RegisterKind.Money:
                    Fen(cell.Number);
                    break;
                case RegisterKind.Day:
                    Whole(cell.Number - Epoch.DayNumber);
                    break;
                default:
                    Whole(cell.Number);
                    break;
            }

            _row.Write("\n"u8);
        }
    }

    public void AddText(int column, string words)
    {
        string clean = SheetText.IsClean(words) ? words : SheetText.Clean(words);
        if (clean.Length > 0)
        {
            Open(column, (byte)'s');
            Text(clean);
            _row.Write("\n"u8);
        }
    }

    public void AddNumber(int column, decimal number)
    {
        Open(column, (byte)'n');
        if (Math.Abs(number) < LargestFen && decimal.IsInteger(number * 100))
        {
            Fen((long)(number * 100));
        }
        else
        {
            Text(number.ToString("0.#############################", CultureInfo.InvariantCulture));
        }

        _row.Write("\n"u8);
    }

    /// <summary>The row's digest; all 32 bytes.</summary>
    public byte[] End() => SHA256.HashData(_row.WrittenSpan);

    /// <summary>As it stands in the row's own cell.</summary>
    public static string ShownOf(byte[] digest) => Convert.ToHexStringLower(digest)[..Shown];

    /// <summary>A day as the sheet's calendar counts it.</summary>
    public static decimal Serial(DateTime moment) =>
        (decimal)(moment - Epoch.ToDateTime(TimeOnly.MinValue)).Ticks / TimeSpan.TicksPerDay;

    private void Open(int column, byte kind)
    {
        Whole(column);
        _row.Write([kind]);
    }

    private void Whole(long number)
    {
        Utf8Formatter.TryFormat(number, _row.GetSpan(24), out int written);
        _row.Advance(written);
    }

    private void Fen(long fen)
    {
        (long yuan, long rest) = Math.DivRem(fen, 100);
        if (fen < 0 && yuan == 0)
        {
            _row.Write("-"u8);
        }

        Whole(yuan);
        rest = Math.Abs(rest);
        if (rest > 0)
        {
            _row.Write(rest % 10 == 0 ? [(byte)'.', (byte)('0' + (rest / 10))] : [(byte)'.', (byte)('0' + (rest / 10)), (byte)('0' + (rest % 10))]);
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _row);
}

/// <summary>The digest of a sheet: SHA-256 over the digests of its rows that hold something, in their order.</summary>
internal sealed class SheetDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(byte[] row) => _hash.AppendData(row);

    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
