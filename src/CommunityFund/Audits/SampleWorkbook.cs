using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime.Text;

namespace CommunityFund.Audits;

/// <summary>The worksheet of a sample as a workbook: how it was drawn, a row for each line with boxes to tick, and how to draw it again.</summary>
public sealed class SampleWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 8, AmountColumn = 7, LastColumn = 17;

    private static readonly int[] Widths = [5, 13, 11, 22, 20, 16, 13, 6, 8, 9, 9, 8, 8, 9, 8, 8, 14];

    private readonly SampleSheetView _view;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;

    private SampleWorkbook(SampleSheetView view, Words words)
    {
        (_view, _words) = (view, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(words["audit.sheet.title"]);
        _book.Properties.Title = words["audit.sheet.title"];
        _book.Properties.Author = SheetText.Clean(view.Body);
    }

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(SampleSheetView view, Words words) => new SampleWorkbook(view, words).Save();

    /// <summary>抽样底稿-3-2026-04-15.xlsx.</summary>
    public static string FileName(SampleSheetView view, Words words) => string.Create(CultureInfo.InvariantCulture,
        $"{words["audit.sheet.title"].Value.Replace(' ', '-')}-{view.Id}-{LocalDatePattern.Iso.Format(view.To)}.xlsx");

    /// <summary>What stands above the lines, on the page and in the files.</summary>
    internal static string[] Head(SampleSheetView view, Words words) =>
    [
        words["audit.sheet.body", view.Body, view.Id],
        words["audit.sheet.what", view.Class, view.From, view.To, view.Lines, view.Total],
        words["audit.sheet.how", view.Seed, view.Size, view.Interval, view.Start, view.UpToEntry],
        view.FundNames.Count == 0 ? words["audit.sheet.whole"] : words["audit.sheet.funds", string.Join("、", view.FundNames)],
        words["audit.sheet.reason", view.Reason],
        words["audit.sheet.drawn", view.DrawnBy, view.DrawnAt, view.GeneratedAt],
    ];

    /// <summary>记-12, as the period's series counts.</summary>
    internal static string NumberOf(SampleSheetRow row, Words words) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Period / 100}-{row.Period % 100:D2} {words.Show(new Series(row.Series))}-{row.Number}");

    private byte[] Save()
    {
        Line(1, _words["audit.sheet.title"]).Style.Font.SetBold().Font.SetFontSize(15);
        _sheet.Row(1).Height = 24;
        string[] head = Head(_view, _words);
        for (int at = 0; at < head.Length; at++)
        {
            Line(at + 2, head[at]);
        }

        string[] heads = ["no", "voucher", "day", "narrative", "account", "fund", "amount", "hits", "documents", "maker", "reviewer", "tick-voucher",
            "tick-papers", "tick-approval", "tick-amount", "tick-place", "note"];
        for (int column = 0; column < heads.Length; column++)
        {
            _sheet.Cell(HeadRow, column + 1).Write(_words.Text($"audit.sheet.{heads[column]}", [])).Style.Font.SetBold().Alignment.SetWrapText()
                .Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4")).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }

        _sheet.Row(HeadRow).Height = 30;
        int row = HeadRow;
        foreach (SampleSheetRow line in _view.Rows)
        {
            Write(++row, line);
        }

        Total(++row);
        IXLRange body = _sheet.Range(HeadRow, 1, row, LastColumn);
        body.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        Line(row + 2, _words["audit.sheet.method"]).Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Top);
        _sheet.Row(row + 2).Height = 56;
        Line(row + 4, string.Join(new string('　', 14), new[] { "checker", "second", "body" }
            .Select(who => $"{_words.Text($"audit.sheet.sign-{who}", [])}：")));
        Page();
        return _known.Save(_book);
    }

    private void Write(int row, SampleSheetRow line)
    {
        string[] texts = [NumberOf(line, _words), LocalDatePattern.Iso.Format(line.OccurredOn), line.Narrative,
            $"{line.AccountCode} {line.Account}", line.Fund];
        _sheet.Cell(row, 1).SetValue(line.No);
        for (int at = 0; at < texts.Length; at++)
        {
            _sheet.Cell(row, at + 2).Write(texts[at]).Style.NumberFormat.SetFormat("@").Alignment.SetWrapText();
        }

        _sheet.Row(row).Height = 6 + (14 * texts.Select((text, at) => LinesOf(text, Widths[at + 1])).Max());

        _sheet.Cell(row, AmountColumn).SetValue(Yuan(line.Amount)).Style.NumberFormat.SetFormat(Money);
        _sheet.Cell(row, AmountColumn + 1).SetValue(line.Hits);
        _sheet.Cell(row, AmountColumn + 2).SetValue(line.Documents);
        _sheet.Cell(row, AmountColumn + 3).Write(line.Maker);
        _sheet.Cell(row, AmountColumn + 4).Write(line.Reviewer.Length > 0 ? line.Reviewer : _words["audit.sheet.by-rule"].Value);
        for (int column = AmountColumn + 5; column < LastColumn; column++)
        {
            _sheet.Cell(row, column).Write("□");
        }

        foreach (int column in Enumerable.Range(AmountColumn + 1, LastColumn - AmountColumn - 1).Prepend(1))
        {
            _sheet.Cell(row, column).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }
    }

    private void Total(int row)
    {
        _sheet.Cell(row, 1).Write(_words["audit.sheet.total"]);
        IXLCell sum = _sheet.Cell(row, AmountColumn), hits = _sheet.Cell(row, AmountColumn + 1);
        sum.FormulaA1 = $"SUM(G{HeadRow + 1}:G{row - 1})";
        _known.Add(sum.Address.ToString()!, _view.Sum);
        sum.Style.NumberFormat.SetFormat(Money);
        hits.FormulaA1 = $"SUM(H{HeadRow + 1}:H{row - 1})";
        _known.AddNumber(hits.Address.ToString()!, _view.Hits.ToString(CultureInfo.InvariantCulture));
        _sheet.Row(row).Style.Font.SetBold();
    }

    private void Page()
    {
        for (int column = 0; column < Widths.Length; column++)
        {
            _sheet.Column(column + 1).Width = Widths[column];
        }

        _sheet.SheetView.FreezeRows(HeadRow);
        _sheet.PageSetup.SetRowsToRepeatAtTop(HeadRow, HeadRow);
        _sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
        _sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        _sheet.PageSetup.FitToPages(1, 0);
        _sheet.PageSetup.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.5);
    }

    private IXLRange Line(int row, string text)
    {
        IXLRange line = _sheet.Range(row, 1, row, LastColumn).Merge();
        _sheet.Cell(row, 1).Write(text);
        return line;
    }

    /// <summary>No program fits the height of a row whose text wraps before somebody touches it.</summary>
    private static int LinesOf(string text, int width) => Math.Max(1, (text.Sum(sign => sign >= 0x2E80 ? 2 : 1) + width - 1) / width);

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
