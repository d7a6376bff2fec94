using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Agency;

/// <summary>The statement of money held for others as a workbook: matters and recipients with live sums, and the check at the
/// foot.</summary>
public sealed class AgencyWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, FirstFigure = 3, LastColumn = 9;

    private readonly AgencyStatementView _view;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;

    private AgencyWorkbook(AgencyStatementView view, Words words)
    {
        (_view, _words) = (view, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(words["agency.statement"]);
        _book.Properties.Title = words["agency.statement"];
        _book.Properties.Author = SheetText.Clean(view.Body);
    }

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(AgencyStatementView view, Words words) => new AgencyWorkbook(view, words).Save();

    /// <summary>受托代理明细表-2026-04-15.xlsx.</summary>
    public static string FileName(AgencyStatementView view, Words words) =>
        $"{words["agency.statement"].Value.Replace(' ', '-')}-{NodaTime.Text.LocalDatePattern.Iso.Format(view.Until)}.xlsx";

    private byte[] Save()
    {
        Line(1, _words["agency.statement"]);
        _sheet.Cell(1, 1).Style.Font.SetBold().Font.SetFontSize(15);
        _sheet.Row(1).Height = 24;
        Line(2, _words["agency.sheet.body", _view.Body]);
        Line(3, _words["agency.sheet.until", _view.Until, _view.GeneratedAt]);
        string[] heads = ["agency.matter-or-recipient", "agency.meant", "agency.money-in", "agency.money-out",
            "agency.money-held",
            "agency.goods-in", "agency.goods-out", "agency.goods-held", "agency.held"];
        for (int column = 0; column < heads.Length; column++)
        {
            _sheet.Cell(HeadRow, column + 1).Write(_words.Text(heads[column], [])).Style.Font.SetBold()
                .Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4")).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }

        int row = HeadRow + 1;
        List<int> matters = [];
        foreach (AgencyMatterRow matter in _view.Matters)
        {
            int first = row + 1;
            matters.Add(row);
            _sheet.Cell(row, 1).Write(_words["agency.sheet.matter", matter.Title,
                matter.Principal]).Style.NumberFormat.SetFormat("@");
            _sheet.Row(row).Style.Font.SetBold();
            Figures(row, matter.Figures, column => matter.Recipients.Count == 0 ? "0"
                : $"SUM({column}{first}:{column}{first + matter.Recipients.Count - 1})");
            row++;
            foreach (AgencyRecipientRow recipient in matter.Recipients)
            {
                _sheet.Cell(row, 1).Write(recipient.Name).Style.NumberFormat.SetFormat("@").Alignment.SetIndent(2);
                if (recipient.Meant is { } meant)
                {
                    _sheet.Cell(row, 2).SetValue(Yuan(meant));
                }

                Figures(row, recipient.Figures, null);
                row++;
            }
        }

        _sheet.Cell(row, 1).Write(_words["agency.total"]);
        Figures(row, _view.Total, column => matters.Count == 0 ? "0" : string.Join("+", matters.Select(at => $"{column}{at}")));
        _sheet.Row(row).Style.Font.SetBold();
        IXLRange body = _sheet.Range(HeadRow, 1, row, LastColumn);
        body.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);
        _sheet.Range(HeadRow + 1, 2, row, LastColumn).Style.NumberFormat.SetFormat(Money);
        Foot(row + 2);
        _sheet.Column(1).Width = 40;
        _sheet.Columns(2, LastColumn).Width = 15;
        _sheet.SheetView.Freeze(HeadRow, 1);
        _sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
        _sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        _sheet.PageSetup.FitToPages(1, 0);
        return _known.Save(_book);
    }

    private void Figures(int row, AgencyFigures figures, Func<string, string>? sum)
    {
        Amount[] plain = [figures.MoneyIn, figures.MoneyOut, figures.Money, figures.GoodsIn, figures.GoodsOut, figures.Goods,
            figures.Held];
        for (int i = 0; i < plain.Length; i++)
        {
            IXLCell cell = _sheet.Cell(row, FirstFigure + i);
            string? formula = i switch
            {
                2 => $"C{row}-D{row}",
                5 => $"F{row}-G{row}",
                6 => $"E{row}+H{row}",
                _ => sum?.Invoke(cell.Address.ColumnLetter),
            };
            if (formula is null)
            {
                cell.SetValue(Yuan(plain[i]));
                continue;
            }

            cell.FormulaA1 = formula;
            _known.Add(cell.Address.ToString()!, plain[i]);
        }
    }

    private void Foot(int row)
    {
        (string Word, Amount Figure)[] check =
            [("agency.assets", _view.Assets), ("agency.liabilities", _view.Liabilities), ("agency.elsewhere", _view.Elsewhere)];
        foreach (var (word, figure) in check)
        {
            _sheet.Cell(row, 1).Write(_words.Text(word, []));
            _sheet.Cell(row, 2).SetValue(Yuan(figure)).Style.NumberFormat.SetFormat(Money);
            row++;
        }

        _sheet.Cell(row, 1).Write(_words[_view.IsHeld ? "agency.equal" : "agency.unequal"]).Style.Font.SetBold();
    }

    private void Line(int row, string text)
    {
        _sheet.Range(row, 1, row, LastColumn).Merge();
        _sheet.Cell(row, 1).Write(text);
    }

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
