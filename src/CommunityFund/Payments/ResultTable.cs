using System.Globalization;
using System.IO.Compression;
using System.Text;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CsvHelper;

namespace CommunityFund.Payments;

/// <summary>A bank's result file as rows of cells, whatever it is: CSV or TSV in UTF-8 or GB18030, or a workbook of modest size.</summary>
internal static class ResultTable
{
    /// <summary>The file is no CSV and no workbook that can be read.</summary>
    public const string Unreadable = "payment.result-unreadable";

    /// <summary>The file is larger than any answer to a batch.</summary>
    public const string TooLarge = "payment.result-too-large";

    private const int LargestBytes = 4 * 1024 * 1024, LargestUnpacked = 4 * 1024 * 1024, MostRows = 5000, MostColumns = 100;

    public static IReadOnlyList<string[]> Read(byte[] content)
    {
        if (content.Length > LargestBytes)
        {
            throw new RefusedException(TooLarge, ("limit", LargestBytes / 1024 / 1024));
        }

        try
        {
            return content.AsSpan().StartsWith("PK"u8) ? Workbook(content) : Text(content);
        }
        catch (Exception broken) when (broken is not (RefusedException or OutOfMemoryException or OperationCanceledException))
        {
            // Whatever a library stumbles over in a stranger's file, it is the file that cannot be read.
            throw new RefusedException(Unreadable);
        }
    }

    private static List<string[]> Text(byte[] content)
    {
        Encoding strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        string text;
        try
        {
            text = strict.GetString(content);
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

        string head = text.Split('\n', 2)[0];
        using CsvReader csv = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = head.Count(c => c == '\t') > head.Count(c => c == ',') ? '\t' : ',',
            HasHeader = false,
        });
        List<string[]> rows = [];
        while (rows.Count <= MostRows && csv.Read())
        {
            rows.Add([.. Enumerable.Range(0, Math.Min(csv.FieldCount, MostColumns)).Select(at => PlainText.Of(csv.GetString(at)))]);
        }

        return rows.Count <= MostRows ? rows : throw new RefusedException(TooLarge, ("limit", LargestBytes / 1024 / 1024));
    }

    private static List<string[]> Workbook(byte[] content)
    {
        Measure(content);
        using XLWorkbook book = new(new MemoryStream(content));
        IXLRange? used = book.Worksheets.First().RangeUsed();
        return used is null ? [] : used.RowCount() > MostRows || used.ColumnCount() > MostColumns
            ? throw new RefusedException(TooLarge, ("limit", LargestBytes / 1024 / 1024))
            : [.. used.Rows().Select(row => row.Cells(1, used.ColumnCount()).Select(Shown).ToArray())];
    }

    private static string Shown(IXLCell cell) => PlainText.Of(cell.HasFormula ? "" : cell.DataType == XLDataType.Number
        ? ((decimal)cell.GetDouble()).ToString(CultureInfo.InvariantCulture) : cell.GetString());

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
                    throw new RefusedException(TooLarge, ("limit", LargestBytes / 1024 / 1024));
                }
            }
        }
    }
}
