using System.Globalization;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CsvHelper;
using ExcelDataReader;

namespace CommunityFund.Donations;

/// <summary>A list of gifts as rows of cells: the first sheet of a workbook, or CSV or TSV in UTF-8 or GB18030. Formulas and macros are
/// never looked at.</summary>
internal static class GiftTable
{
    /// <summary>The file is no workbook and no text with columns.</summary>
    public const string Unreadable = "gift-list.unreadable";

    /// <summary>The file is larger than a list of gifts may be.</summary>
    public const string TooLarge = "gift-list.too-large";

    public const int LargestBytes = 20 * 1024 * 1024, MostRows = 20_000;

    private const int LargestUnpacked = 200 * 1024 * 1024, MostColumns = 60;

    // The library asks .NET for the code page that an .xls names.
    static GiftTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool IsWorkbook(byte[] content) => content.AsSpan().StartsWith("PK"u8)
        || content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF]);

    public static IReadOnlyList<string[]> Read(byte[] content)
    {
        if (content.Length > LargestBytes)
        {
            throw Large();
        }

        try
        {
            return IsWorkbook(content) ? Workbook(content) : Text(content);
        }
        catch (Exception broken) when (broken is not (RefusedException or OutOfMemoryException or OperationCanceledException))
        {
            // Whatever a library stumbles over in a stranger's file, it is the file that cannot be read.
            throw new RefusedException(Unreadable);
        }
    }

    private static List<string[]> Workbook(byte[] content)
    {
        if (content[0] == (byte)'P')
        {
            Measure(content);
        }

        using IExcelDataReader reader = ExcelReaderFactory.CreateReader(new MemoryStream(content),
            new ExcelReaderConfiguration { FallbackEncoding = Encoding.GetEncoding(54936) });
        List<string[]> rows = [];
        while (reader.Read())
        {
            if (rows.Count > MostRows + 40)
            {
                throw Large();
            }

            rows.Add([.. Enumerable.Range(0, Math.Min(reader.FieldCount, MostColumns)).Select(at => Shown(reader.GetValue(at)))]);
        }

        return rows;
    }

    private static string Shown(object? value) => value switch
    {
        null or bool => "",
        string text => PlainText.Of(text),
        DateTime moment => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IConvertible number => Number(number),
        _ => "",
    };

    // What Excel adds up it keeps with a tail such as 12.340000000000001; an order number must not lose a figure by that.
    private static string Number(IConvertible number)
    {
        try
        {
            decimal exact = number.ToDecimal(CultureInfo.InvariantCulture), rounded = decimal.Round(exact, 2);
            return (Math.Abs(exact - rounded) < 0.000001m ? rounded : exact).ToString("0.##########", CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return "";
        }
    }

    private static List<string[]> Text(byte[] content)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            text = CodePagesEncodingProvider.Instance.GetEncoding(54936, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!
                .GetString(content);
        }

        text = text.TrimStart('\uFEFF');
        if (text.Contains('\0'))
        {
            throw new RefusedException(Unreadable);
        }

        string head = text[..Math.Min(text.Length, 2000)];
        using CsvReader csv = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = head.Count(c => c == '\t') > head.Count(c => c == ',') ? '\t' : ',',
            HasHeader = false,
        });
        List<string[]> rows = [];
        while (csv.Read())
        {
            if (rows.Count > MostRows + 40)
            {
                throw Large();
            }

            rows.Add([.. Enumerable.Range(0, Math.Min(csv.FieldCount, MostColumns)).Select(at => PlainText.Of(csv.GetString(at)).TrimStart('\''))]);
        }

        return rows;
    }

    /// <summary>A small file may unpack to gigabytes: it is unpacked once into nothing, and only so far.</summary>
    private static void Measure(byte[] content)
    {
        using ZipArchive zip = new(new MemoryStream(content));
        byte[] sink = new byte[81920];
        long left = LargestUnpacked;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using Stream part = entry.Open();
            for (int read = part.Read(sink); read > 0; read = part.Read(sink))
            {
                left -= read;
                if (left < 0)
                {
                    throw Large();
                }
            }
        }
    }

    private static RefusedException Large() => new(TooLarge, ("limit", LargestBytes / 1024 / 1024), ("rows", MostRows));
}
