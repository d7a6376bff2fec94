using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>A ledger as an accountant prints and files it: one sheet, A4 across, in the reader's language.</summary>
public sealed class LedgerWorkbook
{
    /// <summary>The ledger has more rows than a formatted sheet can hold at a sitting.</summary>
    public const string TooManyRows = "ledger.too-many-rows";

    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, FirstRow = 5;

    private readonly LedgerSheet _drawn;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;

    private LedgerWorkbook(LedgerSheet drawn, Words words)
    {
        (_drawn, _words) = (drawn, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        string tab = new([.. SheetText.Clean(drawn.File).Where(c => !@"\/:*?[]'".Contains(c, StringComparison.Ordinal)).Take(31)]);
        _sheet = _book.AddWorksheet(tab);
        _book.Properties.Title = SheetText.Clean(drawn.Title);
        _book.Properties.Author = SheetText.Clean(drawn.Head.Body);
    }

    private int Columns => _drawn.Columns.Count;

    private int LastRow => FirstRow + _drawn.Rows.Count - 1;

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(LedgerSheet sheet, Words words) => new LedgerWorkbook(sheet, words).Save();

    /// <summary>明细账-1002-清河慈善会-2026-01-01-2026-03-31.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(LedgerSheet sheet, Words words)
    {
        string name = $"{sheet.File}-{sheet.Head.Body}-{words.Show(sheet.Head.Range.FromDay)}-{words.Show(sheet.Head.Range.ToDay)}";
        return new string([.. SheetText.Clean(name).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))])
            .Replace(' ', '-') + ".xlsx";
    }

    private byte[] Save()
    {
        WriteTitle();
        for (int column = 1; column <= Columns; column++)
        {
            _sheet.Cell(HeadRow, column).Write(_drawn.Columns[column - 1].Label);
        }

        for (int i = 0; i < _drawn.Rows.Count; i++)
        {
            WriteRow(FirstRow + i, _drawn.Rows[i]);
        }

        for (int i = 0; i < _drawn.Feet.Count; i++)
        {
            WriteRow(LastRow + 1 + i, _drawn.Feet[i]);
            AddUp(LastRow + 1 + i, _drawn.Feet[i]);
        }

        Format();
        Line(LastRow + _drawn.Feet.Count + 1, 1, Columns, _drawn.Head.Position(_words));
        SetUpPage();
        return _known.Save(_book);
    }

    private void WriteTitle()
    {
        _sheet.Range(1, 1, 1, Columns).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
            .Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(_drawn.Title);
        _sheet.Row(1).Height = 26;
        int half = (Columns + 1) / 2;
        Line(2, 1, half, _words["statement.body-is", _drawn.Head.Body]);
        Line(2, half + 1, Columns, _drawn.Head.Days(_words), right: true);
        Line(3, 1, Columns - 2, _words["statement.funds-are", _drawn.Head.Funds.Text(_words)]);
        Line(3, Columns - 1, Columns, _words["statement.currency"], right: true);
        _sheet.Row(3).Height = _drawn.Head.Funds.Text(_words).Length > 70 ? 28 : 15;
    }

    private void WriteRow(int row, SheetRow drawn)
    {
        for (int column = 1; column <= Columns; column++)
        {
            SheetCell cell = drawn.Cells[column - 1];
            if (cell.Amount is { } amount)
            {
                _sheet.Cell(row, column).SetValue(decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture));
            }
            else if (cell.Text.Length > 0 || cell.Note is not null)
            {
                _sheet.Cell(row, column).Write(cell.Note is null ? cell.Text : $"{cell.Text} [{cell.Note}]");
            }
        }

        if (drawn.Kind != SheetRowKind.Line)
        {
            _sheet.Range(row, 1, row, Columns).Style.Font.SetBold();
        }
    }

    /// <summary>Live sums over the lines where they are what the foot says: on a sheet that holds all of them.</summary>
    private void AddUp(int row, SheetRow foot)
    {
        int numbers = _drawn.Columns.ToList().FindIndex(column => column.Kind == SheetColumnKind.Voucher) + 1;
        foreach (int column in Enumerable.Range(1, Columns)
            .Where(column => _drawn.Columns[column - 1].Kind == SheetColumnKind.Money))
        {
            Amount lines = _drawn.Rows.Where(each => each.Kind == SheetRowKind.Line)
                .Aggregate(Amount.Fen(0), (sum, each) => sum + (each.Cells[column - 1].Amount ?? Amount.Fen(0)));
            if (_drawn.Rows.Count == 0 || foot.Cells[column - 1].Amount is not { } said || said != lines)
            {
                continue;
            }

            string figures = Span(column);
            IXLCell cell = _sheet.Cell(row, column);
            cell.FormulaA1 = numbers == 0 ? $"SUM({figures})" : $"SUMIF({Span(numbers)},\"?*\",{figures})";
            _known.Add(cell.Address.ToString()!, said);
        }

        string Span(int column) => $"{_sheet.Cell(FirstRow, column).Address}:{_sheet.Cell(LastRow, column).Address}";
    }

    private void Format()
    {
        int last = LastRow + _drawn.Feet.Count;
        _sheet.Range(HeadRow, 1, HeadRow, Columns).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        _sheet.Range(HeadRow, 1, last, Columns).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin)
            .Border.SetOutsideBorder(XLBorderStyleValues.Thin).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        for (int column = 1; column <= Columns && last >= FirstRow; column++)
        {
            SheetColumn drawn = _drawn.Columns[column - 1];
            IXLStyle style = _sheet.Range(FirstRow, column, last, column).Style;
            _ = drawn.Kind switch
            {
                SheetColumnKind.Money or SheetColumnKind.Balance => style.NumberFormat.SetFormat(Money),
                SheetColumnKind.Side => style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center),
                _ => style.NumberFormat.SetFormat("@").Alignment.SetWrapText(),
            };
        }
    }

    private void SetUpPage()
    {
        for (int column = 1; column <= Columns; column++)
        {
            // Wide enough for the longest figure, which would otherwise be shown as ####.
            SheetColumn drawn = _drawn.Columns[column - 1];
            int longest = drawn.IsMoney ? _drawn.Rows.Concat(_drawn.Feet).Select(row => row.Cells[column - 1].Amount)
                .OfType<Amount>().Select(amount => Figures.Of(amount).Length).DefaultIfEmpty(0).Max() + 3 : 0;
            _sheet.Column(column).Width = Math.Max(drawn.Width, longest);
        }

        _sheet.SheetView.FreezeRows(HeadRow);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
        _sheet.Cell(FirstRow, 1).SetActive();
    }

    private void Line(int row, int left, int last, string text, bool right = false)
    {
        _sheet.Range(row, left, row, last).Merge().Style.Alignment.SetWrapText()
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center)
            .Alignment.SetHorizontal(right ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left);
        _sheet.Cell(row, left).Write(text);
    }
}
