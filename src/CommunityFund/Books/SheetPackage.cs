using System.IO.Compression;
using ClosedXML.Excel;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Books;

/// <summary>
/// A workbook whose first sheets ClosedXML drew in full and whose other sheets it left empty, for their rows are streamed: it
/// holds the cells of a sheet in memory, at some 20 KB a row.
/// </summary>
/// <param name="Paths">The parts of the other sheets, in their order.</param>
internal sealed record SheetPackage(byte[] Bytes, IReadOnlyList<string> Paths, RegisterStyles Styles)
{
    public const string Money = "#,##0.00;[Red]-#,##0.00";

    /// <summary>One cell of each format on the first sheet that is streamed, so that the formats have a number; that sheet's own XML is
    /// not used.</summary>
    public static void DrawFormats(IXLWorksheet streamed)
    {
        streamed.Cell(1, 1).SetValue("x").Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        streamed.Cell(1, 2).SetValue("x").Style.NumberFormat.SetFormat("@").Alignment.SetIndent(1);
        streamed.Cell(1, 3).SetValue("x").Style.NumberFormat.SetFormat("@").Alignment.SetIndent(1).SetIncludeQuotePrefix();
        streamed.Cell(1, 4).SetValue(1).Style.NumberFormat.SetFormat("0");
        streamed.Cell(1, 5).SetValue(1).Style.NumberFormat.SetFormat(Money);
        streamed.Cell(1, 6).SetValue(1).Style.NumberFormat.SetFormat("yyyy-mm-dd");
        streamed.Cell(1, 7).SetValue("x").Style.Fill.SetBackgroundColor(XLColor.FromHtml("#D8EFDC"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        streamed.Cell(1, 8).SetValue("x").Style.Fill.SetBackgroundColor(XLColor.FromHtml("#F7D4D4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
    }

    /// <param name="workbook">With the formats drawn.</param>
    /// <param name="drawn">How many sheets are drawn in full.</param>
    public static SheetPackage Read(byte[] workbook, int drawn = 1)
    {
        using MemoryStream stream = new(workbook, writable: false);
        using SpreadsheetDocument document = SpreadsheetDocument.Open(stream, isEditable: false);
        WorkbookPart part = document.WorkbookPart!;
        WorksheetPart[] sheets = [.. part.Workbook.Descendants<Sheet>().Skip(drawn)
            .Select(sheet => (WorksheetPart)part.GetPartById(sheet.Id!))];
        int[] styles = [.. sheets[0].Worksheet.Descendants<Cell>().Take(8).Select(cell => (int)cell.StyleIndex!.Value)];
        return new SheetPackage(workbook, [.. sheets.Select(sheet => sheet.Uri.ToString().TrimStart('/'))],
            new RegisterStyles(styles[0], styles[1], styles[2], styles[3], styles[4], styles[5], styles[6], styles[7]));
    }

    /// <summary>Copies what is not streamed, part by part.</summary>
    /// <param name="without">Parts that are written otherwise.</param>
    public async Task CopyTo(Func<string, Stream> open, CancellationToken ct, IReadOnlyList<string>? without = null)
    {
        using ZipArchive drawn = new(new MemoryStream(Bytes, writable: false), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in drawn.Entries
            .Where(entry => without?.Contains(entry.FullName) != true && !Paths.Contains(entry.FullName)))
        {
            await using Stream from = entry.Open(), into = open(entry.FullName);
            await from.CopyToAsync(into, ct);
        }
    }
}
