using System.Globalization;
using System.IO.Compression;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>A filled-in row as it stands in the file.</summary>
internal sealed record OpeningCells(OpeningSheet Sheet, string SheetName, int Row, IReadOnlyDictionary<OpeningColumn, string> Texts)
{
    public string this[OpeningColumn column] => Texts.GetValueOrDefault(column, "");

    public string CellOf(OpeningColumn column)
    {
        int at = Sheet.Columns.ToList().IndexOf(column);
        return string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + Math.Max(0, at))}{Row}");
    }
}

/// <summary>Reads the workbook that somebody filled in; formulas count as what they last showed, and nothing in it is run.</summary>
internal static class OpeningBook
{
    /// <summary>The file is no workbook, is damaged, or unpacks to far more than a workbook may.</summary>
    public const string NoWorkbook = "opening-book.no-workbook";

    /// <summary>The file is larger than a filled-in workbook is.</summary>
    public const string TooLarge = "opening-book.too-large";

    /// <summary>The workbook has none of the sheets.</summary>
    public const string OtherWorkbook = "opening-book.other-workbook";

    /// <summary>More rows than the books would take at once.</summary>
    public const string TooLong = "opening-book.too-long";

    public const int LargestBytes = 2 * 1024 * 1024;
    private const int MostParts = 200, MostRows = 2000, LargestUnpacked = 40 * 1024 * 1024;

    public static IReadOnlyList<OpeningCells> Read(byte[] content)
    {
        if (content.Length > LargestBytes)
        {
            throw new RefusedException(TooLarge, ("megabytes", LargestBytes / 1024 / 1024));
        }

        Unpacks(content);
        List<OpeningCells> rows = [];
        bool isOurs = false;
        try
        {
            using XLWorkbook book = new(new MemoryStream(content, writable: false), XLEventTracking.Disabled);
            foreach (OpeningSheet sheet in OpeningSheets.All)
            {
                if (book.Worksheets.FirstOrDefault(found => sheet.Names.Contains(found.Name.Trim())) is { } found)
                {
                    isOurs = true;
                    rows.AddRange(Rows(found, sheet));
                }
            }
        }
        catch (Exception broken) when (broken is not RefusedException and not OutOfMemoryException)
        {
            // The library answers a damaged file with whatever it stumbles over.
            throw new RefusedException(NoWorkbook);
        }

        return !isOurs ? throw new RefusedException(OtherWorkbook)
            : rows.Count > MostRows ? throw new RefusedException(TooLong, ("limit", MostRows)) : rows;
    }

    /// <summary>Every part is unpacked once and counted, so what the file says of its own sizes does not matter.</summary>
    private static void Unpacks(byte[] content)
    {
        try
        {
            using ZipArchive zip = new(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            byte[] buffer = new byte[81920];
            long unpacked = 0;
            foreach (ZipArchiveEntry part in zip.Entries.Take(MostParts + 1))
            {
                using Stream stream = part.Open();
                for (int read = stream.Read(buffer); read > 0 && unpacked <= LargestUnpacked; read = stream.Read(buffer))
                {
                    unpacked += read;
                }
            }

            if (zip.Entries.Count > MostParts || unpacked > LargestUnpacked || zip.GetEntry("xl/workbook.xml") is null)
            {
                throw new RefusedException(NoWorkbook);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw new RefusedException(NoWorkbook);
        }
    }

    private static IEnumerable<OpeningCells> Rows(IXLWorksheet found, OpeningSheet sheet)
    {
        int last = Math.Min(found.LastRowUsed()?.RowNumber() ?? 0, OpeningSheet.FirstRow + MostRows);
        for (int row = OpeningSheet.FirstRow; row <= last; row++)
        {
            Dictionary<OpeningColumn, string> texts = [];
            for (int at = 0; at < sheet.Columns.Count; at++)
            {
                if (Text(found.Cell(row, at + 1)) is { Length: > 0 } text)
                {
                    texts[sheet.Columns[at]] = text;
                }
            }

            if (texts.Count > 0)
            {
                yield return new OpeningCells(sheet, found.Name, row, texts);
            }
        }
    }

    private static string Text(IXLCell cell)
    {
        object shown = cell.HasFormula ? cell.CachedValue : cell.Value;

        // A number is kept in binary: to the fen it is what was typed.
        return shown is IConvertible number and not (string or bool or DateTime)
            ? Math.Round(Convert.ToDecimal(number, CultureInfo.InvariantCulture), 4).ToString("0.####", CultureInfo.InvariantCulture)
            : PlainText.Of(Convert.ToString(shown, CultureInfo.InvariantCulture));
    }
}
