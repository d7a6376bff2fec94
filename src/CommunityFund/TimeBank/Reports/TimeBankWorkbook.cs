using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.TimeBank.Reports;

/// <summary>The month of a time bank as a workbook: one sheet, A4 upright, the sum live. Hours are shown as 1:30 and kept as the sheet's own
/// time.</summary>
public static class TimeBankWorkbook
{
    private const int Columns = 5;
    private const string Money = "#,##0.00;[Red]-#,##0.00", Whole = "#,##0;[Red]-#,##0", Time = "[h]:mm";

    /// <summary>A name a file may have.</summary>
    public static string FileName(TimeBankMonthView view, Words words) =>
        string.Create(CultureInfo.InvariantCulture, $"{words["time-bank.report"]}-{view.Month.Year}-{view.Month.Month:00}.xlsx");

    public static byte[] Draw(TimeBankMonthView view, Words words)
    {
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = words["time-bank.report"];
        IXLWorksheet sheet = book.AddWorksheet(words["time-bank.report"]);
        foreach ((int column, int width) in new[] { (1, 30), (2, 20), (3, 16), (4, 16), (5, 18) })
        {
            sheet.Column(column).Width = width;
        }

        sheet.Range(1, 1, 1, Columns).Merge().Style.Font.SetBold().Font.SetFontSize(16).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        sheet.Cell(1, 1).Write(words["time-bank.report"]);
        sheet.Row(1).Height = 26;
        sheet.Range(2, 1, 2, Columns).Merge();
        sheet.Cell(2, 1).Write(words["time-bank.sheet-of", view.Body, view.Programme?.Name ?? "", view.Month, view.LastDay]);
        KnownValues known = new();
        int row = Earned(sheet, view, words, known, 3);
        row = Kinds(sheet, view, words, row + 2);
        row = Checked(sheet, view, words, row + 2);
        Facts(sheet, view, words, row + 2);
        sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        sheet.PageSetup.FitToPages(1, 0);
        sheet.PageSetup.Footer.Center.AddText(words["stock.page-of", "&P", "&N"]);
        return known.Save(book);
    }

    private static int Earned(IXLWorksheet sheet, TimeBankMonthView view, Words words, KnownValues known, int head)
    {
        Head(sheet, words, head, "time-bank.project", "time-bank.community", "time-bank.grade", "time-bank.persons", "time-bank.hours");
        int row = head;
        foreach (EarnedRow line in view.Earned)
        {
            row++;
            sheet.Cell(row, 1).Write(line.Project ?? words["time-bank.no-project"].Value);
            sheet.Cell(row, 2).Write(line.Community);
            sheet.Cell(row, 3).Write(words.Show(line.Grade));
            sheet.Cell(row, 4).SetValue(line.People).Style.NumberFormat.SetFormat(Whole);
            Put(sheet.Cell(row, 5), line.Hours);
        }

        row++;
        sheet.Cell(row, 1).Write(words["time-bank.sum"]);
        if (view.Earned.Any(line => line.Hours.IsNegative))
        {
            // What stands there as words a formula would leave out.
            Put(sheet.Cell(row, 5), view.EarnedHours);
        }
        else
        {
            sheet.Cell(row, 5).FormulaA1 = view.Earned.Count == 0 ? "0" : $"SUM(E{head + 1}:E{row - 1})";
            sheet.Cell(row, 5).Style.NumberFormat.SetFormat(Time);
            known.AddNumber($"E{row}", (view.EarnedHours.Units / 1440m).ToString(CultureInfo.InvariantCulture));
        }

        return Box(sheet, head, row, Columns);
    }

    private static int Kinds(IXLWorksheet sheet, TimeBankMonthView view, Words words, int head)
    {
        Head(sheet, words, head, "time-bank.kind", "time-bank.entries", "time-bank.taken-back", "time-bank.net");
        int row = head;
        foreach (KindRow line in view.Kinds)
        {
            row++;
            sheet.Cell(row, 1).Write(words.Show(line.Kind));
            sheet.Cell(row, 2).SetValue(line.Entries).Style.NumberFormat.SetFormat(Whole);
            Put(sheet.Cell(row, 3), line.TakenBack);
            Put(sheet.Cell(row, 4), line.Net);
        }

        return Box(sheet, head, row, 4);
    }

    private static int Checked(IXLWorksheet sheet, TimeBankMonthView view, Words words, int head)
    {
        Head(sheet, words, head, "time-bank.what", "time-bank.register", "time-bank.ledger", "time-bank.agrees");
        int row = head;
        foreach ((string key, Amount register, Amount ledger) in view.Figures.Select(figure => (figure.Key, figure.Register, figure.Ledger))
            .Append(("cost", view.Redemption.Register, view.Redemption.Cost)))
        {
            row++;
            sheet.Cell(row, 1).Write(words[$"time-bank.figure.{key}"]);
            Put(sheet.Cell(row, 2), register);
            Put(sheet.Cell(row, 3), ledger);
            sheet.Cell(row, 4).Write(register == ledger ? words["time-bank.equal"].Value : words["time-bank.unequal", register - ledger].Value)
                .Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            if (register != ledger)
            {
                sheet.Range(row, 1, row, 4).Style.Font.SetFontColor(XLColor.Red);
            }
        }

        return Box(sheet, head, row, 4);
    }

    private static void Facts(IXLWorksheet sheet, TimeBankMonthView view, Words words, int row)
    {
        (string Key, Amount? Amount, int? Count)[] facts =
        [
            ("time-bank.pool", view.Pool, null), ("time-bank.members", null, view.Members), ("time-bank.holders", null, view.Holders),
            ("time-bank.pieces", null, view.Redemption.Pieces), ("time-bank.points-handed", view.Redemption.Points, null),
            ("time-bank.cost", view.Redemption.Cost, null), ("time-bank.per-hour", view.Redemption.PerHour, null),
            ("time-bank.open-pieces", null, view.Redemption.Open), ("time-bank.open-cost", view.Redemption.OpenCost, null),
        ];
        foreach ((string key, Amount? amount, int? count) in facts)
        {
            sheet.Cell(row, 1).Write(words[key]);
            if (amount is not null)
            {
                Put(sheet.Cell(row, 2), amount);
            }
            else if (count is { } number)
            {
                sheet.Cell(row, 2).SetValue(number).Style.NumberFormat.SetFormat(Whole);
            }

            row++;
        }
    }

    private static void Head(IXLWorksheet sheet, Words words, int row, params string[] keys)
    {
        for (int at = 0; at < keys.Length; at++)
        {
            sheet.Cell(row, at + 1).Write(words[keys[at]]);
            sheet.Cell(row, at + 1).Style.Font.SetBold().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
                .Fill.SetBackgroundColor(XLColor.FromHtml("#EEF2F3"));
        }
    }

    private static int Box(IXLWorksheet sheet, int head, int row, int columns)
    {
        sheet.Range(head, 1, row, columns).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetWrapText();
        return row;
    }

    // A sheet cannot show time below zero: that stands there as words.
    private static void Put(IXLCell cell, Amount amount)
    {
        if (amount.Commodity == Commodity.Hour && amount.IsNegative)
        {
            cell.Write(amount.ToString()).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Right);
        }
        else if (amount.Commodity == Commodity.Hour)
        {
            cell.SetValue(amount.Units / 1440m).Style.NumberFormat.SetFormat(Time);
        }
        else if (amount.Commodity == Commodity.Point)
        {
            cell.SetValue(amount.Units).Style.NumberFormat.SetFormat(Whole);
        }
        else
        {
            cell.SetValue(decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture)).Style.NumberFormat.SetFormat(Money);
        }
    }
}
