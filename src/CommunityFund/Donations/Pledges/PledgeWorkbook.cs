using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations.Pledges;

/// <summary>The register of pledges for the notes to the statements: one row a pledge, what is open by age, sums as formulas.</summary>
public static class PledgeWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, FirstRow = 5, FirstFigure = 6, LastColumn = 13;
    private static readonly int[] Widths = [24, 20, 9, 12, 30, 14, 14, 14, 14, 14, 14, 14, 14];

    public static string FileName(PledgeItems pledges, Words words) =>
        new string([.. $"{words["pledge.file"].Value}-{SheetText.Clean(pledges.Body)}-{words.Show(pledges.Day)}"
            .Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))]) + ".xlsx";

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(PledgeItems pledges, Words words)
    {
        KnownValues known = new();
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        IXLWorksheet sheet = book.AddWorksheet(words["pledge.file"]);
        sheet.Range(1, 1, 1, LastColumn).Merge().Style
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Font.SetFontSize(16).Font.SetBold();
        sheet.Cell(1, 1).SetValue(words["pledge.file"].Value);
        sheet.Cell(2, 1).SetValue(words["pledge.sheet-of", SheetText.Clean(pledges.Body), pledges.Day].Value);
        sheet.Cell(2, LastColumn).SetValue(words["pledge.sheet-unit"].Value).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Right);
        Head(sheet, words);
        for (int at = 0; at < pledges.Items.Count; at++)
        {
            Row(sheet, FirstRow + at, pledges.Items[at], words);
        }

        Total(sheet, pledges, known, words);
        sheet.Cell(FirstRow + pledges.Items.Count + 2, 1).SetValue(words["pledge.sheet-foot"].Value);
        sheet.SheetView.FreezeRows(HeadRow);
        sheet.PageSetup.SetPageOrientation(XLPageOrientation.Landscape).SetPaperSize(XLPaperSize.A4Paper).FitToPages(1, 0);
        return known.Save(book);
    }

    private static void Head(IXLWorksheet sheet, Words words)
    {
        string[] heads =
        [
            words["pledge.donor"], words["pledge.fund"], words["pledge.form"], words["pledge.pledged-on"], words["pledge.about"],
            words["pledge.amount"], words["pledge.met"], words["pledge.open"],
            .. Enum.GetValues<PledgeAge>().Select(age => words.Show(age)),
        ];
        for (int column = 1; column <= LastColumn; column++)
        {
            sheet.Column(column).Width = Widths[column - 1];
            sheet.Cell(HeadRow, column).SetValue(heads[column - 1]).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF2F3"))
                .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetWrapText();
        }
    }

    private static void Row(IXLWorksheet sheet, int row, PledgeItem pledge, Words words)
    {
        sheet.Cell(row, 1).SetValue(SheetText.Clean(pledge.Donor));
        sheet.Cell(row, 2).SetValue(SheetText.Clean(pledge.Fund));
        sheet.Cell(row, 3).SetValue(words.Show(pledge.Form));
        sheet.Cell(row, 4).SetValue(words.Show(pledge.PledgedOn));
        sheet.Cell(row, 5).SetValue(SheetText.Clean(pledge.About)).Style.Alignment.SetWrapText();
        Amount[] figures = [pledge.Amount, pledge.Met, pledge.Open, .. Enum.GetValues<PledgeAge>().Select(pledge.Of)];
        for (int at = 0; at < figures.Length; at++)
        {
            sheet.Cell(row, FirstFigure + at).SetValue(Yuan(figures[at])).Style.NumberFormat.SetFormat(Money);
        }
    }

    private static void Total(IXLWorksheet sheet, PledgeItems pledges, KnownValues known, Words words)
    {
        int row = FirstRow + pledges.Items.Count;
        sheet.Cell(row, 1).SetValue(words["pledge.total"].Value).Style.Font.SetBold();
        for (int column = FirstFigure; column <= LastColumn; column++)
        {
            string letter = sheet.Column(column).ColumnLetter();
            int at = column;
            Amount sum = pledges.Items.Aggregate(Amount.Fen(0), (total, item) => total + Figure(item, at - FirstFigure));
            IXLCell cell = sheet.Cell(row, column);
            cell.Style.NumberFormat.SetFormat(Money).Font.SetBold();
            if (pledges.Items.Count == 0)
            {
                cell.SetValue(0m);
                continue;
            }

            cell.FormulaA1 = $"SUM({letter}{FirstRow}:{letter}{row - 1})";
            known.Add(cell.Address.ToString()!, sum);
        }
    }

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static Amount Figure(PledgeItem item, int at) => at switch
    {
        0 => item.Amount,
        1 => item.Met,
        2 => item.Open,
        _ => item.Of((PledgeAge)(at - 3)),
    };
}
