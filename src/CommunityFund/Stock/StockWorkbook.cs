using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime.Text;

namespace CommunityFund.Stock;

/// <summary>Goods, and goods that are only noted, as workbooks: one sheet each, A4 across, the sum live.</summary>
public static class StockWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00", Pieces = "#,##0";
    private const int HeadRow = 3;

    /// <summary>What lies where.</summary>
    public static byte[] Draw(StockBoardView view, Words words)
    {
        string[] heads = ["stock.fund", "stock.item", "stock.unit", "stock.place", "stock.quantity", "stock.held", "stock.value", "stock.expires"];
        IXLWorksheet sheet = Begin(words, "stock.title", words["stock.sheet-of", view.Body, view.Today], heads, [22, 26, 8, 18, 12, 12, 16, 14]);
        int row = HeadRow;
        foreach (StockRow line in view.Rows)
        {
            row++;
            Texts(sheet, row, line.Fund, line.Name, line.Unit, line.PlaceName);
            sheet.Cell(row, 5).SetValue(line.Quantity).Style.NumberFormat.SetFormat(Pieces);
            sheet.Cell(row, 6).SetValue(line.Held).Style.NumberFormat.SetFormat(Pieces);
            sheet.Cell(row, 7).SetValue(Yuan(line.Value)).Style.NumberFormat.SetFormat(Money);
            sheet.Cell(row, 8).Write(line.ExpiresOn is { } day ? LocalDatePattern.Iso.Format(day) : "");
        }

        KnownValues known = new();
        row++;
        sheet.Cell(row, 1).Write(words["stock.slip.total"]);
        sheet.Cell(row, 7).FormulaA1 = view.Rows.Count == 0 ? "0" : $"SUM(G{HeadRow + 1}:G{row - 1})";
        sheet.Cell(row, 7).Style.NumberFormat.SetFormat(Money);
        known.Add($"G{row}", view.Value);
        return End(sheet, row, heads.Length, known, words);
    }

    /// <summary>备查登记簿.</summary>
    public static byte[] Draw(MemoView view, Words words)
    {
        string[] heads =
            ["stock.fund", "stock.item", "stock.unit", "memo.received", "memo.source", "memo.in", "memo.out", "memo.stands", "memo.use"];
        IXLWorksheet sheet = Begin(words, "memo.title", words["memo.sheet-of", view.Body, view.From, view.To], heads,
            [22, 24, 8, 12, 20, 10, 10, 10, 36]);
        int row = HeadRow;
        foreach (MemoRow line in view.Rows)
        {
            row++;
            Texts(sheet, row, line.Fund, line.Name, line.Unit, LocalDatePattern.Iso.Format(line.ReceivedOn), line.Source);
            sheet.Cell(row, 6).SetValue(line.In).Style.NumberFormat.SetFormat(Pieces);
            sheet.Cell(row, 7).SetValue(line.Out).Style.NumberFormat.SetFormat(Pieces);
            sheet.Cell(row, 8).SetValue(line.Stands).Style.NumberFormat.SetFormat(Pieces);
            sheet.Cell(row, 9).Write(line.Use);
        }

        return End(sheet, row, heads.Length, new KnownValues(), words);
    }

    /// <summary>A name a file may have.</summary>
    public static string FileName(string title, string body) =>
        $"{title}-{new string([.. SheetText.Clean(body).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))])}.xlsx";

    private static IXLWorksheet Begin(Words words, string title, string under, string[] heads, int[] widths)
    {
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = words[title];
        IXLWorksheet sheet = book.AddWorksheet(words[title]);
        sheet.Range(1, 1, 1, heads.Length).Merge().Style.Font.SetBold().Font.SetFontSize(16)
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        sheet.Cell(1, 1).Write(words[title]);
        sheet.Row(1).Height = 26;
        sheet.Range(2, 1, 2, heads.Length).Merge();
        sheet.Cell(2, 1).Write(under);
        for (int at = 0; at < heads.Length; at++)
        {
            sheet.Cell(HeadRow, at + 1).Write(words[heads[at]]);
            sheet.Cell(HeadRow, at + 1).Style.Font.SetBold().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
                .Fill.SetBackgroundColor(XLColor.FromHtml("#EEF2F3"));
            sheet.Column(at + 1).Width = widths[at];
        }

        return sheet;
    }

    private static void Texts(IXLWorksheet sheet, int row, params string[] texts)
    {
        for (int at = 0; at < texts.Length; at++)
        {
            sheet.Cell(row, at + 1).Write(texts[at]);
        }
    }

    private static byte[] End(IXLWorksheet sheet, int last, int columns, KnownValues known, Words words)
    {
        sheet.Range(HeadRow, 1, last, columns).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin)
            .Border.SetOutsideBorder(XLBorderStyleValues.Thin).Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetWrapText();
        sheet.SheetView.Freeze(HeadRow, 0);
        IXLPageSetup page = sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow);
        page.Footer.Center.AddText(words["stock.page-of", "&P", "&N"]);
        return known.Save(sheet.Workbook);
    }

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
