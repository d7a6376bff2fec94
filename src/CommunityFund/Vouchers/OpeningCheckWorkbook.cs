using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>The check of a filled-in workbook as a workbook: what is wrong, sums by fund and bank with live formulas, every row
/// read.</summary>
public sealed class OpeningCheckWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int LastColumn = 6;

    private readonly OpeningChecked _checked;
    private readonly Words _words;
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;
    private readonly KnownValues _known = new();
    private int _row = 4;

    private OpeningCheckWorkbook(OpeningChecked found, Words words)
    {
        (_checked, _words) = (found, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(words["opening-book.check"]);
        _book.Properties.Title = words["opening-book.check"];
        _book.Properties.Author = SheetText.Clean(found.Body);
    }

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(OpeningChecked found, Words words) => new OpeningCheckWorkbook(found, words).Save();

    private byte[] Save()
    {
        _sheet.Range(1, 1, 1, LastColumn).Merge().Style.Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(_words["opening-book.check"]);
        _sheet.Cell(2, 1).Write(_words["opening-book.of", _checked.Body, _checked.Day]);
        Findings();
        int first = _row + _checked.Funds.Count + _checked.Banks.Count + 8;
        Funds(first);
        Banks(first);
        Rows(first);
        SetUpPage();
        return _known.Save(_book);
    }

    private void Findings()
    {
        Head("opening-book.finding.sheet", "opening-book.finding.cell", "opening-book.finding.says");
        foreach (OpeningFinding finding in _checked.Findings)
        {
            _sheet.Cell(_row, 1).Write(
                finding.Sheet.Length > 0 ? finding.Sheet : _words[finding.Blocks ? "opening-book.whole" : "opening-book.look"]);
            _sheet.Cell(_row, 2).Write(finding.Cell);
            _sheet.Range(_row, 3, _row, LastColumn).Merge().Style.Alignment.SetWrapText();
            _sheet.Cell(_row, 3).Write(_words.Of(finding.Says));
            _sheet.Row(_row++).Height = 30;
        }

        if (_checked.Findings.Count == 0)
        {
            _sheet.Cell(_row++, 1).Write(_words["opening-book.nothing-wrong"]);
        }

        _row++;
    }

    /// <summary>Debits and credits of each fund, summed over the rows below.</summary>
    private void Funds(int first)
    {
        Head("opening-book.column.fund", null, "opening-book.column.debit", "opening-book.column.credit", "opening-book.difference");
        foreach (OpeningFund fund in _checked.Funds)
        {
            _sheet.Cell(_row, 1).Write(fund.Fund);
            Sum(3, 5, first, fund.Debit);
            Sum(4, 6, first, fund.Credit);
            _sheet.Cell(_row, 5).FormulaA1 = $"{At(_row, 3)}-{At(_row, 4)}";
            _known.Add(At(_row, 5), fund.Difference);
            _row++;
        }

        _row++;

        void Sum(int column, int figures, int from, Amount known)
        {
            int last = Math.Max(from, from + _checked.Lines.Count - 1);
            _sheet.Cell(_row, column).FormulaA1 = $"SUMIF($C${from}:$C${last},{At(_row, 1)},{At(from, figures)}:{At(last, figures)})";
            _known.Add(At(_row, column), known);
        }
    }

    private void Banks(int first)
    {
        Head("opening-book.banks", null, "opening-book.booked", "opening-book.statement", "opening-book.difference");
        foreach (OpeningBank bank in _checked.Banks)
        {
            _sheet.Cell(_row, 1).Write(bank.Account);
            _sheet.Cell(_row, 3).SetValue(Yuan(bank.Booked));
            if (bank.Statement is { } said)
            {
                _sheet.Cell(_row, 4).SetValue(Yuan(said));
                _sheet.Cell(_row, 5).FormulaA1 = $"{At(_row, 4)}-{At(_row, 3)}";
                _known.Add(At(_row, 5), said - bank.Booked);
            }

            _row++;
        }

        _row = first - 1;
    }

    private void Rows(int first)
    {
        Head("opening-book.finding.sheet", "opening-book.row", "opening-book.column.fund", "opening-book.column.account",
            "opening-book.column.debit", "opening-book.column.credit");
        _row = first;
        foreach (OpeningLine line in _checked.Lines)
        {
            _sheet.Cell(_row, 1).Write(line.Sheet);
            _sheet.Cell(_row, 2).SetValue(line.Row);
            _sheet.Cell(_row, 3).Write(line.Fund);
            _sheet.Cell(_row, 4).Write(string.Join(' ', new[] { line.Account, line.Party, line.Clause }.Where(text => text.Length > 0)));
            _sheet.Cell(_row, line.Side == Side.Debit ? 5 : 6).SetValue(Yuan(line.Amount));
            _row++;
        }
    }

    private void Head(params string?[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            _sheet.Cell(_row, i + 1).Write(words[i] is { } key ? _words[key].Value : "");
        }

        _sheet.Range(_row, 1, _row, LastColumn).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"));
        _row++;
    }

    private void SetUpPage()
    {
        _sheet.Column(1).Width = 24;
        _sheet.Column(2).Width = 8;
        _sheet.Column(3).Width = 24;
        _sheet.Column(4).Width = 36;
        _sheet.Columns(5, 6).Width = 17;
        _sheet.Range(5, 3, _row, 6).Style.NumberFormat.SetFormat(Money);
        _sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        _sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
        _sheet.PageSetup.FitToPages(1, 0);
        _sheet.PageSetup.Footer.Center.AddText(_words["opening-book.page-of", "&P", "&N"]);
    }

    private string At(int row, int column) => _sheet.Cell(row, column).Address.ToString()!;

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
