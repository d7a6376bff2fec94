using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>Both trial balances side by side as an accountant files them: one sheet, A4 across, with the funds' proofs below.</summary>
public sealed class ChangeOverBalanceWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, FirstRow = 6, FirstFigure = 6, LastColumn = 11, LevelColumn = 5;

    private readonly ChangeOverBalanceView _view;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;

    private ChangeOverBalanceWorkbook(ChangeOverBalanceView view, Words words)
    {
        (_view, _words) = (view, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(words["statement.change-over-short"]);
        _book.Properties.Title = words["statement.change-over"];
        _book.Properties.Author = SheetText.Clean(view.Body);
    }

    private int TotalRow => FirstRow + _view.Rows.Count;

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(ChangeOverBalanceView view, Words words) => new ChangeOverBalanceWorkbook(view, words).Save();

    /// <summary>新旧科目余额对照表-青岚社区基金会-2026.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(ChangeOverBalanceView view, Words words)
    {
        string body = new([.. SheetText.Clean(view.Body).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))]);
        return $"{words["statement.change-over-short"].Value.Replace(' ', '-')}-{body}-{view.Day.Year}.xlsx";
    }

    private byte[] Save()
    {
        WriteHead();
        for (int i = 0; i < _view.Rows.Count; i++)
        {
            WriteRow(FirstRow + i, _view.Rows[i]);
        }

        WriteTotals();
        WriteProofs(TotalRow + 2);
        SetUpPage();
        return _known.Save(_book);
    }

    private void WriteHead()
    {
        _sheet.Range(1, 1, 1, LastColumn).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
            .Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(_words["statement.change-over"]);
        _sheet.Row(1).Height = 26;
        Line(2, _words["statement.body-is", _view.Body]);
        Line(3, _words["statement.from-to", _view.OldName, _view.NewName]);
        _sheet.Row(3).Height = 28;
        Head(HeadRow, 1, HeadRow + 1, 1, _words["statement.old-code"]);
        Head(HeadRow, 2, HeadRow + 1, 2, _words["statement.old-name"]);
        Head(HeadRow, 3, HeadRow + 1, 3, _words["statement.new-code"]);
        Head(HeadRow, 4, HeadRow + 1, 4, _words["statement.new-name"]);
        Head(HeadRow, LevelColumn, HeadRow + 1, LevelColumn, _words["statement.level"]);
        string[] pairs = [_words["statement.old-end", _view.Day.PlusDays(-1)], _words["statement.moved"],
            _words["statement.new-start", _view.Day]];
        for (int pair = 0; pair < pairs.Length; pair++)
        {
            int column = FirstFigure + (2 * pair);
            Head(HeadRow, column, HeadRow, column + 1, pairs[pair]);
            Head(HeadRow + 1, column, HeadRow + 1, column, _words["statement.debit"]);
            Head(HeadRow + 1, column + 1, HeadRow + 1, column + 1, _words["statement.credit"]);
        }
    }

    private void WriteRow(int row, ChangeOverRow shown)
    {
        string[] texts = [shown.OldCode, shown.OldName, shown.NewCode, shown.NewName];
        for (int i = 0; i < texts.Length; i++)
        {
            _sheet.Cell(row, i + 1).Write(texts[i]).Style.NumberFormat.SetFormat("@")
                .Alignment.SetIndent(i % 2 == 0 ? 0 : shown.Level - 1).Alignment.SetShrinkToFit();
        }

        _sheet.Cell(row, LevelColumn).SetValue(shown.Level).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        for (int i = 0; i < shown.Figures.Columns.Count; i++)
        {
            if (!shown.Figures.Columns[i].IsZero)
            {
                _sheet.Cell(row, FirstFigure + i).SetValue(Yuan(shown.Figures.Columns[i]));
            }
        }
    }

    /// <summary>Live sums over the accounts of the chart: rows below them are parts of these.</summary>
    private void WriteTotals()
    {
        _sheet.Range(TotalRow, 1, TotalRow, LevelColumn).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        _sheet.Cell(TotalRow, 1).Write(_words["statement.total"]);
        for (int i = 0; i < _view.Totals.Columns.Count; i++)
        {
            IXLCell cell = _sheet.Cell(TotalRow, FirstFigure + i);
            string column = cell.Address.ColumnLetter;
            cell.FormulaA1 = _view.Rows.Count == 0 ? "0"
                : $"SUMIF($E${FirstRow}:$E${TotalRow - 1},1,{column}{FirstRow}:{column}{TotalRow - 1})";
            _known.Add(cell.Address.ToString()!, _view.Totals.Columns[i]);
        }

        _sheet.Range(TotalRow, 1, TotalRow, LastColumn).Style.Font.SetBold();
        Frame(_sheet.Range(HeadRow, 1, TotalRow, LastColumn));
        _sheet.Range(FirstRow, FirstFigure, TotalRow, LastColumn).Style.NumberFormat.SetFormat(Money);
    }

    private void WriteProofs(int top)
    {
        string[] heads = [_words["statement.net-old", _view.Day.PlusDays(-1)], _words["statement.recognised"],
            _words["statement.net-new", _view.Day], _words["statement.difference"]];
        Head(top, 1, top, LevelColumn, _words["statement.fund"]);
        for (int i = 0; i < heads.Length; i++)
        {
            Head(top, FirstFigure + i, top, FirstFigure + i, heads[i]);
        }

        _sheet.Row(top).Height = 28;
        _sheet.Range(top, 1, top, LastColumn).Style.Alignment.SetWrapText();
        for (int i = 0; i < _view.Proofs.Count; i++)
        {
            (int row, ChangeOverFund proof) = (top + 1 + i, _view.Proofs[i]);
            _sheet.Range(row, 1, row, LevelColumn).Merge();
            _sheet.Cell(row, 1).Write(proof.Fund.ToString());
            _sheet.Cell(row, 6).SetValue(Yuan(proof.NetAssets));
            _sheet.Cell(row, 7).SetValue(Yuan(proof.Recognised));
            _sheet.Cell(row, 8).FormulaA1 = $"F{row}+G{row}";
            _known.Add($"H{row}", proof.After);
            _sheet.Cell(row, 9).SetValue(Yuan(proof.Difference));
        }

        int last = top + _view.Proofs.Count;
        Frame(_sheet.Range(top, 1, last, 9));
        _sheet.Range(top + 1, 6, last, 9).Style.NumberFormat.SetFormat(Money);
        Line(last + 1, _words[_view.IsProved ? "statement.proved" : "statement.not-proved"]);
        _sheet.Cell(last + 1, 1).Style.Font.SetBold();
        Line(last + 2, _words["statement.known-at", _view.GeneratedAt, _view.KnownAt]);
        Line(last + 4, $"{_words["statement.sign.lead"]}　　　　　　{_words["statement.sign.check"]}　　　　　　{_words["statement.sign.make"]}");
    }

    private void SetUpPage()
    {
        int longest = _view.Totals.Columns.Max(amount => Figures.Of(amount).Length);
        _sheet.Columns(1, 1).Width = _sheet.Columns(3, 3).Width = 9;
        _sheet.Columns(2, 2).Width = _sheet.Columns(4, 4).Width = 24;
        _sheet.Column(LevelColumn).Width = 6;
        _sheet.Columns(FirstFigure, LastColumn).Width = Math.Max(14, longest + 3);
        _sheet.SheetView.Freeze(HeadRow + 1, 0);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow + 1);
        page.CenterHorizontally = true;
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
    }

    private void Head(int top, int left, int bottom, int right, string text)
    {
        _sheet.Cell(top, left).Write(text);
        IXLRange range = top == bottom && left == right ? _sheet.Range(top, left, top, left)
            : _sheet.Range(top, left, bottom, right).Merge();
        range.Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
    }

    private void Line(int row, string text)
    {
        _sheet.Range(row, 1, row, LastColumn).Merge().Style.Alignment.SetWrapText()
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Left);
        _sheet.Cell(row, 1).Write(text);
    }

    private static void Frame(IXLRange range) => range.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin)
        .Border.SetOutsideBorder(XLBorderStyleValues.Thin).Alignment.SetVertical(XLAlignmentVerticalValues.Center);

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
