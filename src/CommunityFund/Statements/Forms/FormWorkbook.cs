using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>A statement as the street office files it: one sheet on A4, sums as live formulas with their values beside them.</summary>
public sealed class FormWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00;\"-\"";
    private const int HeadRow = 4, TwoSided = 26, OneSided = 38;

    private readonly FormView _view;
    private readonly Words _words;
    private readonly KnownValues _known;
    private readonly IXLWorksheet _sheet;
    private readonly IReadOnlyList<FormPanel> _panels;
    private readonly bool _hasHeads;
    private readonly List<(string Cell, FormViewRow Row, FormViewColumn Column)> _counted = [];

    private FormWorkbook(IXLWorksheet sheet, KnownValues known, FormView view, Words words)
    {
        (_sheet, _known, _view, _words) = (sheet, known, view, words);
        _panels = FormPanel.Of(view, words);
        _hasHeads = view.Columns.Any(column => column.Head is not null);
    }

    private int FirstRow => HeadRow + (_hasHeads ? 2 : 1);

    private int LastColumn => _panels.Sum(panel => panel.Heads.Count);

    private int LastRow => FirstRow + _panels.Max(panel => panel.Rows.Count) - 1;

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(FormView view, Words words)
    {
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = view.Layout.Title.ToString();
        book.Properties.Author = SheetText.Clean(view.Head.Body);
        KnownValues known = new();
        DrawOn(book.AddWorksheet(SheetName(view.Layout.Title.ToString())), known, view, words);
        return known.Save(book);
    }

    /// <summary>As one sheet of a workbook.</summary>
    /// <param name="known">Of that sheet.</param>
    /// <returns>The figures that are no sum of others on the sheet, each with its cell, row and column.</returns>
    internal static IReadOnlyList<(string Cell, FormViewRow Row, FormViewColumn Column)> DrawOn(
        IXLWorksheet sheet, KnownValues known, FormView view, Words words)
    {
        FormWorkbook drawn = new(sheet, known, view, words);
        drawn.Draw();
        return drawn._counted;
    }

    /// <summary>Where on the sheet names, line numbers and figures stand.</summary>
    internal static IEnumerable<FormCell> Cells(FormView view, Words words)
    {
        int first = HeadRow + (view.Columns.Any(column => column.Head is not null) ? 2 : 1), left = 1;
        foreach (FormPanel panel in FormPanel.Of(view, words))
        {
            for (int at = 0; at < panel.Rows.Count; at++)
            {
                FormViewRow row = panel.Rows[at];
                yield return new FormCell(first + at, left, row.Name.ToString(), null);
                if (panel.HasLines)
                {
                    yield return new FormCell(first + at, left + 1, row.Line, null);
                }

                int figures = left + panel.Heads.Count - view.Columns.Count;
                for (int i = 0; i < view.Columns.Count; i++)
                {
                    yield return new FormCell(first + at, figures + i, "", row.Figures?[i]);
                }
            }

            left += panel.Heads.Count;
        }
    }

    /// <summary>资产负债表-清河慈善会-2026-03.xlsx, without what a file name cannot hold.</summary>
    /// <param name="last">The last of the funds that the file holds, if not the statement's own alone.</param>
    public static string FileName(FormView view, string extension, string? last = null)
    {
        string fund = view.Head.Funds.Root is { } root ? last is null ? $"-{root.Code}" : $"-{root.Code}-{last}" : "";
        string name = $"{view.Layout.Title}-{view.Head.Body}{fund}-{new PeriodNumber(view.Head.Range.ToPeriod)}";
        return string.Concat(SheetText.Clean(name).Where(sign => !@"\/:*?""<>| ".Contains(sign, StringComparison.Ordinal))) + "." + extension;
    }

    /// <summary>A name that a sheet may have.</summary>
    internal static string SheetName(string title) =>
        new string([.. SheetText.Clean(title).Where(sign => !@"\/:*?[]'".Contains(sign, StringComparison.Ordinal)).Take(31)])
            is { Length: > 0 } name ? name : "1";

    private void Draw()
    {
        WriteTitle();
        int left = 1;
        foreach (FormPanel panel in _panels)
        {
            WriteHeads(panel, left);
            for (int i = 0; i < panel.Rows.Count; i++)
            {
                WriteRow(panel, panel.Rows[i], FirstRow + i, left);
            }

            left += panel.Heads.Count;
        }

        IXLRange body = _sheet.Range(HeadRow, 1, LastRow, LastColumn);
        body.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        WriteFoot();
        SetUpPage();
    }

    private void WriteTitle()
    {
        Line(1, 1, LastColumn, _view.Layout.Title.ToString());
        _sheet.Range(1, 1, 1, LastColumn).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Font.SetBold().Font.SetFontSize(16);
        _sheet.Row(1).Height = 26;
        int half = Math.Max(1, LastColumn / 2);
        Line(2, 1, half, _words["statement.body-is", _view.Head.Body]);
        Line(2, half + 1, LastColumn, _view.Layout.Number, right: true);
        Line(3, 1, half, _view.Head.Funds.WholeBook ? _view.Days(_words) : $"{_view.Days(_words)}　{_view.Head.Funds.Text(_words)}");
        Line(3, half + 1, LastColumn, _words["statement.form.unit"], right: true);
    }

    private void WriteHeads(FormPanel panel, int left)
    {
        int figures = left + panel.Heads.Count - _view.Columns.Count;
        for (int column = left; column < figures; column++)
        {
            Head(HeadRow, column, FirstRow - 1, column, panel.Heads[column - left]);
        }

        for (int i = 0; i < _view.Columns.Count; i++)
        {
            FormViewColumn column = _view.Columns[i];
            if (column.Head is not { } head)
            {
                Head(HeadRow, figures + i, FirstRow - 1, figures + i, column.Name.ToString());
                continue;
            }

            Head(HeadRow + 1, figures + i, HeadRow + 1, figures + i, column.Name.ToString());
            if (i == 0 || _view.Columns[i - 1].Head != head)
            {
                int same = _view.Columns.Skip(i).TakeWhile(each => each.Head == head).Count();
                Head(HeadRow, figures + i, HeadRow, figures + i + same - 1, head.ToString());
            }
        }
    }

    private void WriteRow(FormPanel panel, FormViewRow shown, int row, int left)
    {
        _sheet.Cell(row, left).Write(shown.Name.ToString()).Style.NumberFormat.SetFormat("@").Alignment.SetIndent(shown.Indent)
            .Alignment.SetWrapText();
        int figures = left + panel.Heads.Count - _view.Columns.Count;
        if (panel.HasLines)
        {
            _sheet.Cell(row, left + 1).Write(shown.Line).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }

        for (int i = 0; shown.Figures is not null && i < shown.Figures.Count; i++)
        {
            if (shown.Figures[i] is not { } amount)
            {
                continue;
            }

            IXLCell cell = _sheet.Cell(row, figures + i);
            if (FormulaOf(shown, row, i, figures) is { } formula)
            {
                cell.FormulaA1 = formula;
                _known.Add(cell.Address.ToString()!, amount);
            }
            else
            {
                cell.SetValue(decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture));
                _counted.Add((cell.Address.ToString()!, shown, _view.Columns[i]));
            }
        }

        _sheet.Range(row, left, row, left + panel.Heads.Count - 1).Style.Font.SetBold(shown.IsTotal);
        _sheet.Range(row, figures, row, left + panel.Heads.Count - 1).Style.NumberFormat.SetFormat(Money);
        int lines = 1 + (Width(shown) / (_panels.Count > 1 ? TwoSided : OneSided));
        _sheet.Row(row).Height = Math.Max(_sheet.Row(row).Height, 14 * lines + 2);
    }

    private static int Width(FormViewRow shown) => (2 * shown.Indent) + shown.Name.ToString().Sum(sign => sign >= 0x2E80 ? 2 : 1);

    /// <summary>A row that adds rows is a live sum of them; else a column that adds columns is one, where the row counts in those too.</summary>
    private string? FormulaOf(FormViewRow shown, int row, int column, int figures)
    {
        if (shown.Adds is { } rows && rows.All(term => _view.Rows[term.Row].Figures?[column] is not null))
        {
            return Joined(rows.Select(term => (term.IsMinus, PlaceOf(_view.Rows[term.Row], column))));
        }

        return _view.Columns[column].Adds is { Count: > 0 } columns && columns.All(each => shown.Figures![each] is not null)
            ? Joined(columns.Select(each => (false, _sheet.Cell(row, figures + each).Address.ToString()!))) : null;
    }

    private string PlaceOf(FormViewRow shown, int column)
    {
        int left = 1;
        foreach (FormPanel panel in _panels)
        {
            int at = panel.Rows.ToList().IndexOf(shown);
            if (at >= 0)
            {
                return _sheet.Cell(FirstRow + at, left + panel.Heads.Count - _view.Columns.Count + column).Address.ToString()!;
            }

            left += panel.Heads.Count;
        }

        throw new InvalidOperationException($"{shown.Key} is on no side.");
    }

    private static string Joined(IEnumerable<(bool IsMinus, string Cell)> terms) =>
        string.Concat(terms.Select((term, at) => term.IsMinus ? "-" + term.Cell : at == 0 ? term.Cell : "+" + term.Cell));

    private void WriteFoot()
    {
        int row = LastRow + 1;
        foreach (string control in FormControls.Lines(_view, _words))
        {
            Line(row++, 1, LastColumn, control);
        }

        if (!_view.IsSettled)
        {
            Line(row++, 1, LastColumn, _words["statement.form.unsettled"]);
        }

        Line(row++, 1, LastColumn, _words["statement.standard-is", _view.StandardName]);
        if (_view.Layout.IsOwn)
        {
            Line(row++, 1, LastColumn, _words["statement.form.own", _view.Layout.Digest]);
        }

        Line(row, 1, LastColumn, _view.Head.Position(_words));
        _sheet.Row(row++).Height = LastColumn > 4 ? 15 : 28; // on a narrow form it takes two lines
        int third = Math.Max(1, LastColumn / 3);
        Line(row + 1, 1, third, _words["statement.form.sign.head"]);
        Line(row + 1, third + 1, Math.Max(third + 1, 2 * third), _words["statement.form.sign.finance"]);
        if (LastColumn > 2 * third)
        {
            Line(row + 1, (2 * third) + 1, LastColumn, _words["statement.form.sign.accounting"]);
        }
    }

    private void SetUpPage()
    {
        int longest = Math.Max(12, 2 + _view.Rows.SelectMany(row => row.Figures ?? []).OfType<Amount>()
            .Select(amount => Figures.Of(amount).Length).DefaultIfEmpty(0).Max());
        int left = 1;
        foreach (FormPanel panel in _panels)
        {
            _sheet.Column(left).Width = _panels.Count > 1 ? TwoSided : OneSided;
            if (panel.HasLines)
            {
                _sheet.Column(left + 1).Width = 6;
            }

            _sheet.Columns(left + panel.Heads.Count - _view.Columns.Count, left + panel.Heads.Count - 1).Width = longest + 1;
            left += panel.Heads.Count;
        }

        _sheet.SheetView.Freeze(FirstRow - 1, 1);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = _panels.Count > 1 || _view.Columns.Count > 3 ? XLPageOrientation.Landscape : XLPageOrientation.Portrait;
        page.FitToPages(1, _view.Layout.Section == FormSection.Forms ? 1 : 0); // a form of the standard is one sheet of paper
        page.SetRowsToRepeatAtTop(1, FirstRow - 1);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
        _sheet.Cell(FirstRow, 1).SetActive();
    }

    private void Head(int top, int left, int bottom, int right, string text)
    {
        _sheet.Cell(top, left).Write(text);
        IXLRange range = top == bottom && left == right ? _sheet.Range(top, left, top, left) : _sheet.Range(top, left, bottom, right).Merge();
        range.Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4")).Alignment.SetWrapText()
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
    }

    private void Line(int row, int left, int last, string text, bool right = false)
    {
        IXLRange range = left == last ? _sheet.Range(row, left, row, left) : _sheet.Range(row, left, row, last).Merge();
        range.Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center)
            .Alignment.SetHorizontal(right ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left);
        _sheet.Cell(row, left).Write(text);
    }
}

/// <summary>A cell of a statement's sheet: words or a figure; a figure's cell may be empty.</summary>
/// <param name="Row">From 1, as the column.</param>
internal sealed record FormCell(int Row, int Column, string Words, Amount? Figure);
