using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;

namespace CommunityFund.Grants.Registers;

/// <summary>A register as one sheet, with sums that are live formulas; where not all rows are on it, it says so and sums all the same.</summary>
public static class GrantRegisterWorkbook
{
    private const int HeadRow = 5, MostOnA4 = 13;

    /// <summary>The workbook's bytes.</summary>
    /// <param name="total">Rows of the register in all.</param>
    public static byte[] Draw(RegisterHead head, RegisterTable table, int total, Words words)
    {
        KnownValues known = new();
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        IXLWorksheet sheet = book.AddWorksheet(string.Concat(table.Title.Take(31)));
        (book.Properties.Title, book.Properties.Author) = (table.Title, SheetText.Clean(head.Body));
        int last = table.Columns.Count;
        sheet.Range(1, 1, 1, last).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Font.SetBold().Font.SetFontSize(16);
        sheet.Cell(1, 1).Write(table.Title);
        sheet.Row(1).Height = 26;
        Line(sheet, 2, last, $"{words["grantreg.body-is", head.Body]}    {words["grantreg.as-of", head.Day]}    {words["grantreg.unit"]}");
        Line(sheet, 3, last, Chosen(head, words));
        Line(sheet, 4, last, total > table.Rows.Count ? words["grantreg.cut", table.Rows.Count, total] : words["grantreg.rows", total]);
        for (int at = 0; at < last; at++)
        {
            GrantColumn column = table.Columns[at];
            sheet.Column(at + 1).Width = column.Width;
            sheet.Cell(HeadRow, at + 1).Write(column.Head).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromArgb(0xE3, 0xEE, 0xF0))
                .Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center)
                .Alignment.SetHorizontal(column.IsMoney || column.IsCount ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left)
                .Border.SetBottomBorder(XLBorderStyleValues.Thin);
        }

        sheet.Row(HeadRow).Height = 30;
        for (int row = 0; row < table.Rows.Count; row++)
        {
            WriteRow(sheet, HeadRow + 1 + row, table, row);
        }

        WriteTotals(sheet, HeadRow + 1 + table.Rows.Count, table, total, known, words);
        sheet.SheetView.FreezeRows(HeadRow);
        IXLPageSetup page = sheet.PageSetup;
        page.PaperSize = last > MostOnA4 ? XLPaperSize.A3Paper : XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow);
        page.Footer.Center.AddText(words["statement.page-of", "&P", "&N"]);
        return known.Save(book);
    }

    /// <summary>资助项目登记簿-清河慈善会-2026-11-26.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(RegisterHead head, RegisterTable table) => string.Create(CultureInfo.InvariantCulture,
        $"{Plain(table.Title)}-{Plain(SheetText.Clean(head.Body))}-{head.Day:uuuu-MM-dd}.xlsx");

    private static string Plain(string text) =>
        string.Concat(text.Where(sign => !@"\/:*?""<>| ".Contains(sign, StringComparison.Ordinal)));

    private static string Chosen(RegisterHead head, Words words) => string.Join("    ", new[]
    {
        words["grantreg.fund-is", head.Fund.Length > 0 ? head.Fund : words["grantreg.every-fund", head.Funds.Count].Value].Value,
        head.Round.Length > 0 ? words["grantreg.round-is", head.Round].Value : "",
        head.Person.Length > 0 ? words["grantreg.person-is", head.Person].Value : "",
        words["grantreg.made-at", head.GeneratedAt].Value,
    }.Where(part => part.Length > 0));

    private static void Line(IXLWorksheet sheet, int row, int last, string text)
    {
        sheet.Range(row, 1, row, last).Merge();
        sheet.Cell(row, 1).Write(text);
    }

    private static void WriteRow(IXLWorksheet sheet, int at, RegisterTable table, int row)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            GrantCell cell = table.Rows[row][column];
            IXLCell into = sheet.Cell(at, column + 1);
            if (table.Columns[column].IsMoney)
            {
                if (cell.Amount is { } amount)
                {
                    into.SetValue(amount.Units / 100m).Style.NumberFormat.SetFormat(SheetPackage.Money);
                }
            }
            else if (table.Columns[column].IsCount)
            {
                into.SetValue(decimal.Parse(cell.Text, CultureInfo.InvariantCulture)).Style.NumberFormat.SetFormat("0");
            }
            else
            {
                into.Write(NoteIsAColumn(table, column) || cell.Note.Length == 0 ? cell.Text : $"{cell.Text} · {cell.Note}")
                    .Style.Alignment.SetWrapText().Alignment.SetIndent(column > 0 && table.Columns[column - 1].IsMoney ? 1 : 0);
            }

            into.Style.Alignment.SetVertical(XLAlignmentVerticalValues.Top);
        }
    }

    // What stands small under a project is in columns of its own behind it.
    private static bool NoteIsAColumn(RegisterTable table, int column) =>
        column + 1 < table.Columns.Count && table.Columns[column + 1].SheetOnly;

    private static void WriteTotals(IXLWorksheet sheet, int at, RegisterTable table, int total, KnownValues known, Words words)
    {
        sheet.Cell(at, 1).Write(words["grantreg.sum"]);
        for (int column = 0; column < table.Totals.Count; column++)
        {
            if (table.Totals[column] is not { } sum)
            {
                continue;
            }

            IXLCell cell = sheet.Cell(at, column + 1);
            cell.Style.NumberFormat.SetFormat(SheetPackage.Money);
            string letter = cell.Address.ColumnLetter;
            bool adds = table.Rows.Count > 0 && total <= table.Rows.Count && table.AddsUp(column);
            if (adds)
            {
                cell.FormulaA1 = string.Create(CultureInfo.InvariantCulture, $"SUM({letter}{HeadRow + 1}:{letter}{at - 1})");
                known.Add(cell.Address.ToString()!, sum);
            }
            else
            {
                cell.SetValue(sum.Units / 100m);
            }
        }

        sheet.Row(at).Cells(1, table.Columns.Count).Style.Font.SetBold().Border.SetTopBorder(XLBorderStyleValues.Thin);
    }
}
