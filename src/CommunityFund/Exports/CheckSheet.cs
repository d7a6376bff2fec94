using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Checks;

namespace CommunityFund.Exports;

/// <summary>What the check of the whole book found when the workbook was written: a row for each check, green or red, and its faults.</summary>
internal static class CheckSheet
{
    private static readonly XLColor Green = XLColor.FromHtml("#D8EFDC"), Red = XLColor.FromHtml("#F7D4D4");

    public static void Draw(IXLWorksheet sheet, CheckReport report, Words words)
    {
        SheetPen pen = new(sheet, words, 4);
        pen.Title("export.checks.title");
        pen.Line(words["export.checks.about", report.Body, report.Entries, report.Lines, report.RanAt]);
        IXLStyle all = pen.Line(words[report.IsClean ? "check.all-clean" : "check.not-clean", report.FaultCount], bold: true);
        all.Fill.SetBackgroundColor(report.IsClean ? Green : Red);
        pen.Heads("check.cli.check", "check.cli.examined", "export.checks.faults", "check.cli.state");
        int head = pen.Row;
        foreach (CheckResult check in report.Checks)
        {
            pen.Texts(words[$"check.{check.Key}"], null, null, words[check.IsClean ? "check.clean" : "export.checks.faulty"]);
            pen.Cell(2).SetValue(check.Examined).Style.NumberFormat.SetFormat("#,##0");
            pen.Cell(3).SetValue(check.FaultCount).Style.NumberFormat.SetFormat("#,##0");
            pen.Cell(4).Style.Fill.SetBackgroundColor(check.IsClean ? Green : Red).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            foreach (Fault fault in check.Faults)
            {
                pen.Line(words.Named(fault.WordsKey, fault.Facts)).Alignment.SetIndent(2);
            }

            if (check.FaultCount > check.Faults.Count)
            {
                pen.Line(words["check.more", check.FaultCount - check.Faults.Count]).Alignment.SetIndent(2);
            }
        }

        pen.Frame(head);
        pen.SetUpPage(head, isWide: false, 72, 11, 10, 11);
    }
}
