using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The trial balance as an accountant prints and files it: one sheet, A4 across, in the reader's language.</summary>
public sealed class TrialBalanceWorkbook
{
    /// <summary>The first row of an account, and the first column of its eight figures.</summary>
    internal const int FirstRow = 6, FirstFigure = 4;

    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, LevelColumn = 3, LastColumn = 11;
    private static readonly string[] Pairs = ["statement.opening", "statement.turnover", "statement.year", "statement.closing"];

    private readonly TrialBalanceView _view;
    private readonly Words _words;
    private readonly KnownValues _known;
    private readonly IXLWorksheet _sheet;
    private readonly TrialLines? _lines;

    private TrialBalanceWorkbook(IXLWorksheet sheet, KnownValues known, TrialBalanceView view, Words words, TrialLines? lines) =>
        (_sheet, _known, _view, _words, _lines) = (sheet, known, view, words, lines);

    private int TotalRow => FirstRow + _view.Rows.Count;

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(TrialBalanceView view, Words words)
    {
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = words["statement.trial-balance"];
        book.Properties.Author = SheetText.Clean(view.Body);
        KnownValues known = new();
        DrawOn(book.AddWorksheet(words["statement.trial-balance"]), known, view, words);
        return known.Save(book);
    }

    /// <summary>As one sheet of a workbook.</summary>
    /// <param name="known">Of that sheet.</param>
    /// <param name="lines">The lines on other sheets that its figures come from.</param>
    internal static void DrawOn(IXLWorksheet sheet, KnownValues known, TrialBalanceView view, Words words, TrialLines? lines = null) =>
        new TrialBalanceWorkbook(sheet, known, view, words, lines).Draw();

    /// <summary>科目余额表-清河慈善会-2026-01-2026-03.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(TrialBalanceView view, Words words)
    {
        string body = new([.. SheetText.Clean(view.Body).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))]);
        string title = words["statement.trial-balance"].Value.Replace(' ', '-');
        return $"{title}-{body}-{new PeriodNumber(view.FromPeriod)}-{new PeriodNumber(view.ToPeriod)}.xlsx";
    }

    private void Draw()
    {
        WriteTitle();
        WriteHead();
        for (int i = 0; i < _view.Rows.Count; i++)
        {
            WriteRow(FirstRow + i, _view.Rows[i]);
        }

        WriteTotals();
        WriteFoot();
        SetUpPage();
    }

    private void WriteTitle()
    {
        _sheet.Range(1, 1, 1, LastColumn).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
            .Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(_words["statement.trial-balance"]);
        _sheet.Row(1).Height = 26;
        Line(2, 1, 6, _words["statement.body-is", _view.Body]);
        Line(2, 7, LastColumn,
            _words["statement.period-is", new PeriodNumber(_view.FromPeriod), new PeriodNumber(_view.ToPeriod)],
                right: true);
        Line(3, 1, 9, _words["statement.funds-are", _view.Funds.Text(_words)]);
        Line(3, 10, LastColumn, _words["statement.currency"], right: true);
        _sheet.Row(3).Height = _view.Funds.Text(_words).Length > 70 ? 28 : 15;
    }

    private void WriteHead()
    {
        Head(HeadRow, 1, HeadRow + 1, 1, "statement.code");
        Head(HeadRow, 2, HeadRow + 1, 2, "statement.name");
        Head(HeadRow, LevelColumn, HeadRow + 1, LevelColumn, "statement.level");
        for (int pair = 0; pair < Pairs.Length; pair++)
        {
            int column = FirstFigure + (2 * pair);
            Head(HeadRow, column, HeadRow, column + 1, Pairs[pair]);
            Head(HeadRow + 1, column, HeadRow + 1, column, "statement.debit");
            Head(HeadRow + 1, column + 1, HeadRow + 1, column + 1, "statement.credit");
        }
    }

    private void WriteRow(int row, TrialBalanceRow shown)
    {
        _sheet.Cell(row, 1).Write(shown.Fund is null ? shown.Code : "").Style.NumberFormat.SetFormat("@");
        _sheet.Cell(row, 2).Write(shown.Fund?.ToString() ?? shown.Name).Style.NumberFormat.SetFormat("@")
            .Alignment.SetIndent(shown.Level - 1 + (shown.Fund is null ? 0 : 2)).Alignment.SetShrinkToFit();
        if (shown.Fund is null)
        {
            _sheet.Cell(row, LevelColumn).SetValue(shown.Level).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }

        for (int i = 0; i < shown.Figures.Columns.Count; i++)
        {
            WriteFigure(_sheet.Cell(row, FirstFigure + i), shown, i);
        }

        _sheet.Row(row).Height = 16;
        _sheet.Range(row, 1, row, LastColumn).Style.Font.SetBold(shown.IsTop && (_view.ByFund || _view.Level > 1));
    }

    private void WriteFigure(IXLCell cell, TrialBalanceRow shown, int column)
    {
        Amount figure = shown.Figures.Columns[column];
        if (_lines?.Formula(shown, column) is { } formula)
        {
            cell.FormulaA1 = formula;
            _known.Add(cell.Address.ToString()!, figure);
        }
        else if (!figure.IsZero)
        {
            cell.SetValue(Yuan(figure));
        }

        if (!figure.IsZero && _lines?.PlaceOf(shown) is { } place)
        {
            _known.Link(cell.Address.ToString()!, place.Sheet, place.Row);
            cell.Style.Font.SetFontColor(XLColor.FromHtml("#0563C1"));
        }
    }

    /// <summary>Live sums over the accounts of the standard: rows below them and rows of funds are parts of these.</summary>
    private void WriteTotals()
    {
        _sheet.Range(TotalRow, 1, TotalRow, LevelColumn).Merge()
            .Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        _sheet.Cell(TotalRow, 1).Write(_words["statement.total"]);
        string levels = $"$C${FirstRow}:$C${TotalRow - 1}";
        for (int i = 0; i < _view.Totals.Columns.Count; i++)
        {
            IXLCell cell = _sheet.Cell(TotalRow, FirstFigure + i);
            string column = cell.Address.ColumnLetter, figures = $"{column}{FirstRow}:{column}{TotalRow - 1}";
            cell.FormulaA1 = _view.Rows.Count == 0 ? "0" : _view.Rows.All(row => row.IsTop) ? $"SUM({figures})"
                : $"SUMIF({levels},1,{figures})";
            _known.Add(cell.Address.ToString()!, _view.Totals.Columns[i]);
        }

        _sheet.Range(TotalRow, 1, TotalRow, LastColumn).Style.Font.SetBold();
        IXLRange body = _sheet.Range(HeadRow, 1, TotalRow, LastColumn);
        body.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        _sheet.Range(FirstRow, FirstFigure, TotalRow, LastColumn).Style.NumberFormat.SetFormat(_lines is null ? Money : Money + ";\"\"");
    }

    private void WriteFoot()
    {
        int row = TotalRow + 1;
        IXLCell control = _sheet.Cell(row, 1);
        string equal = string.Join(",", Enumerable.Range(0, 4).Select(pair => (2 * pair) + FirstFigure)
            .Select(column => $"ROUND({_sheet.Cell(TotalRow, column).Address}-{_sheet.Cell(TotalRow, column + 1).Address},2)=0"));
        control.FormulaA1 = $"IF(AND({equal}),\"{_words["statement.balanced"]}\",\"{_words["statement.unbalanced"]}\")";
        _known.Add(control.Address.ToString()!, _words[_view.IsBalanced ? "statement.balanced" : "statement.unbalanced"]);
        _sheet.Range(row, 1, row, LastColumn).Merge().Style.Font.SetBold()
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Left);
        foreach ((string formula, string says) in _lines?.Ties(TotalRow) ?? [])
        {
            row++;
            _sheet.Range(row, 1, row, LastColumn).Merge().Style.Font.SetBold();
            WriteTie(_sheet.Cell(row, 1), formula, says);
        }

        Line(row + 1, 1, LastColumn, _words["statement.standard-is", _view.StandardName]);
        Line(row + 2, 1, LastColumn, _words["statement.known-at", _view.GeneratedAt, _view.KnownAt]);
        Line(row + 4, 1, 3, _words["statement.sign.lead"]);
        Line(row + 4, 4, 7, _words["statement.sign.check"]);
        Line(row + 4, 8, LastColumn, _words["statement.sign.make"]);
    }

    private void WriteTie(IXLCell cell, string formula, string says)
    {
        if (formula.Length == 0)
        {
            cell.Write(says);
            return;
        }

        cell.FormulaA1 = formula;
        _known.Add(cell.Address.ToString()!, says);
    }

    private void SetUpPage()
    {
        // Wide enough for the longest figure, which would otherwise be shown as ####; no wider, so that print stays large.
        int longest = _view.Totals.Columns.Concat(_view.Rows.SelectMany(row => row.Figures.Columns))
            .Max(amount => Figures.Of(amount).Length);
        _sheet.Column(1).Width = Math.Max(9, 2 + _view.Rows.Select(row => row.Code.Length).DefaultIfEmpty(0).Max());
        _sheet.Column(2).Width = 28;
        _sheet.Column(LevelColumn).Width = 6;
        _sheet.Columns(FirstFigure, LastColumn).Width = Math.Max(13, longest + 3);
        _sheet.SheetView.Freeze(HeadRow + 1, 2);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow + 1);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
        _sheet.Cell(FirstRow, 1).SetActive();
    }

    private void Head(int top, int left, int bottom, int right, string words)
    {
        _sheet.Cell(top, left).Write(_words[words]);
        IXLRange range = top == bottom && left == right ? _sheet.Range(top, left, top, left)
            : _sheet.Range(top, left, bottom, right).Merge();
        range.Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
    }

    private void Line(int row, int left, int last, string text, bool right = false)
    {
        _sheet.Range(row, left, row, last).Merge().Style.Alignment.SetWrapText()
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center)
            .Alignment.SetHorizontal(right ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left);
        _sheet.Cell(row, left).Write(text);
    }

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
