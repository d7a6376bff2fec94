using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Lots;

/// <summary>The tables beside a picture as one sheet of A4, in the reader's language; sums are live.</summary>
public sealed class MoneyWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int Narrowest = 6;

    private readonly MoneyHead _head;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;
    private readonly int _last;
    private int _row = 1;

    private MoneyWorkbook(MoneyHead head, string title, IReadOnlyList<MoneyTable> tables, Words words)
    {
        (_head, _words) = (head, words);
        _last = Math.Max(Narrowest, 1 + tables.Max(table => table.Columns.Count));
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(title[..Math.Min(31, title.Length)]);
        _book.Properties.Title = title;
        _book.Properties.Author = SheetText.Clean(head.Body);
        WriteHead(title);
    }

    public static byte[] Draw(InflowView view, Words words) => Draw(view.Head, words["money.inflow"], [MoneyTable.Of(view, words)], [], words);

    public static byte[] Draw(MoneyFlowView view, Words words) =>
        Draw(view.Head, words["money.flow"], [MoneyTable.Came(view, words), MoneyTable.Went(view, words)], [], words);

    public static byte[] Draw(FundTimelineView view, Words words) =>
        Draw(view.Head, words["money.timeline"], [MoneyTable.Of(view, words)], view.Moments, words);

    /// <summary>收入来源-清河慈善会-2026-01-01-2026-12-31.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(string title, MoneyHead head)
    {
        string body = new([.. SheetText.Clean(head.Body).Where(sign => !@"\/:*?""<>|".Contains(sign, StringComparison.Ordinal))]);
        return string.Create(CultureInfo.InvariantCulture, $"{title.Replace(' ', '-')}-{body}-{head.From:uuuu-MM-dd}-{head.To:uuuu-MM-dd}.xlsx");
    }

    private static byte[] Draw(
        MoneyHead head, string title, IReadOnlyList<MoneyTable> tables, IReadOnlyList<FundMoment> moments, Words words)
    {
        MoneyWorkbook drawn = new(head, title, tables, words);
        foreach (MoneyTable table in tables)
        {
            drawn.WriteTable(table, hasTitle: tables.Count > 1);
        }

        drawn.WriteMoments(moments);
        drawn.SetUpPage(tables);
        return drawn._known.Save(drawn._book);
    }

    private void WriteHead(string title)
    {
        _sheet.Range(1, 1, 1, _last).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(title);
        _sheet.Row(1).Height = 26;
        _row = 2;
        Line($"{_words["money.body-is", _head.Body]}    {_words["money.days-are", _head.From, _head.To]}    {_words["money.unit"]}");
        Line(_words["money.funds-are", _head.Funds(_words)]);
    }

    private void WriteTable(MoneyTable table, bool hasTitle)
    {
        if (hasTitle)
        {
            _sheet.Cell(_row, 1).Write(table.Title).Style.Font.SetBold();
            _row++;
        }

        int heads = _row, width = table.Columns.Count + 1;
        Head(heads, 1, table.RowHead);
        for (int at = 0; at < table.Columns.Count; at++)
        {
            Head(heads, at + 2, table.Columns[at].Head);
        }

        // Words of a head stand on up to three lines; a program that opens the file does not find their height by itself.
        _sheet.Row(heads).Height = 16 * (1 + table.Columns.Max(column => Math.Min(2, column.Head.Sum(sign => sign >= 0x2E80 ? 2 : 1) / 14)));
        int first = heads + 1, total = first + table.Rows.Count;
        for (int at = 0; at < table.Rows.Count; at++)
        {
            WriteRow(first + at, table.Rows[at], table.Columns);
        }

        _sheet.Cell(total, 1).Write(_words["money.total"]);
        foreach (var (sum, at) in table.Totals.Select((sum, at) => (sum, at)).Where(each => each.sum is not null))
        {
            IXLCell cell = _sheet.Cell(total, at + 2);
            string column = cell.Address.ColumnLetter;
            Sum(cell, table.Rows.Count == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"SUM({column}{first}:{column}{total - 1})"), sum!);
        }

        _sheet.Range(total, 1, total, width).Style.Font.SetBold();
        _sheet.Range(heads, 1, total, width).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        _sheet.Range(first, 2, total, width).Style.NumberFormat.SetFormat(Money);
        _row = total + 2;
    }

    private void WriteRow(int row, MoneyRow shown, IReadOnlyList<MoneyColumn> columns)
    {
        _sheet.Cell(row, 1).Write(shown.Head).Style.NumberFormat.SetFormat("@").Alignment.SetWrapText();
        for (int at = 0; at < columns.Count; at++)
        {
            IXLCell cell = _sheet.Cell(row, at + 2);
            if (columns[at].Kind == MoneyColumnKind.Sum)
            {
                string last = _sheet.Cell(row, at + 1).Address.ToString()!;
                Sum(cell, at == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"SUM(B{row}:{last})"), shown.Amounts[at]!);
            }
            else if (shown.Amounts[at] is { IsZero: false } amount)
            {
                cell.SetValue(decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture));
            }
        }
    }

    private void WriteMoments(IReadOnlyList<FundMoment> moments)
    {
        if (moments.Count > 0)
        {
            _sheet.Cell(_row, 1).Write(_words["money.moments"]).Style.Font.SetBold();
            _row++;
            foreach (FundMoment moment in moments)
            {
                _sheet.Cell(_row, 1).Write(_words.Show(moment.Day));
                _sheet.Range(_row, 2, _row, _last).Merge().Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Top);
                string line = string.Join(" · ", new[] { moment.Line(_words), moment.Source }.Where(part => part.Length > 0));
                _sheet.Cell(_row, 2).Write(line);
                _sheet.Row(_row).Height = 15 * (1 + (line.Length / 60));
                _row++;
            }

            _row++;
        }

        Line(_words["money.known-at", _head.KnownAt, _head.GeneratedAt]);
    }

    private void SetUpPage(IReadOnlyList<MoneyTable> tables)
    {
        int longest = tables.SelectMany(table => table.Rows.SelectMany(row => row.Amounts).Concat(table.Totals)).OfType<Amount>()
            .Select(amount => Figures.Of(amount).Length).DefaultIfEmpty(0).Max();
        _sheet.Column(1).Width = 26;
        _sheet.Columns(2, _last).Width = Math.Max(13, longest + 2);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = _last > Narrowest ? XLPageOrientation.Landscape : XLPageOrientation.Portrait;
        page.FitToPages(1, 0);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
    }

    private void Sum(IXLCell cell, string formula, Amount amount)
    {
        cell.FormulaA1 = formula;
        _known.Add(cell.Address.ToString()!, amount);
    }

    private void Head(int row, int column, string text) => _sheet.Cell(row, column).Write(text).Style.Font.SetBold()
        .Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4")).Alignment.SetWrapText()
        .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);

    private void Line(string text)
    {
        _sheet.Range(_row, 1, _row, _last).Merge().Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        _sheet.Cell(_row, 1).Write(text);
        _row++;
    }
}
