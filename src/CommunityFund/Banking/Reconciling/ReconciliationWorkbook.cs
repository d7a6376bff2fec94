using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime.Text;

namespace CommunityFund.Banking.Reconciling;

/// <summary>余额调节表 as a workbook: one sheet, A4, the books on the left and the bank on the right, sums live.</summary>
public sealed class ReconciliationWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 5, FirstRow = 6, Width = 4, LastColumn = 8;

    private readonly BankSheet _shown;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;
    private int _row = FirstRow;

    private ReconciliationWorkbook(BankSheet shown, Words words)
    {
        (_shown, _words) = (shown, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(words["reconcile.title"]);
        _book.Properties.Title = words["reconcile.title"];
        _book.Properties.Author = SheetText.Clean(shown.Body);
    }

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(BankSheet shown, Words words) => new ReconciliationWorkbook(shown, words).Save();

    /// <summary>银行存款余额调节表-清河慈善会-1234-2026-03-31.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(BankSheet shown, Words words)
    {
        string body = new([.. SheetText.Clean(shown.Body).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))]);
        string tail = new([.. shown.Number.Where(char.IsAsciiLetterOrDigit).TakeLast(4)]);
        return $"{words["reconcile.file"]}-{body}-{tail}-{LocalDatePattern.Iso.Format(shown.Day)}.xlsx";
    }

    private byte[] Save()
    {
        WriteTitle();
        WriteHead();
        int start = _row++;
        (int Add, int Less) sums = (Part("reconcile.add", OpenSide.BankReceived, OpenSide.BooksReceived),
            Part("reconcile.less", OpenSide.BankPaid, OpenSide.BooksPaid));
        WriteBalances(start, sums);
        int end = _row++;
        _sheet.Range(HeadRow, 1, end, LastColumn).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin)
            .Border.SetOutsideBorder(XLBorderStyleValues.Thin).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        WriteControl(end);
        WriteAges(start, end);
        WriteFoot();
        SetUpPage();
        return _known.Save(_book);
    }

    private void WriteTitle()
    {
        _sheet.Range(1, 1, 1, LastColumn).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
            .Font.SetBold().Font.SetFontSize(16);
        _sheet.Cell(1, 1).Write(_words["reconcile.title"]);
        _sheet.Row(1).Height = 26;
        Line(2, 1, Width, _words["reconcile.body-is", _shown.Body]);
        Line(2, Width + 1, LastColumn, _words["reconcile.day-is", _shown.Day], right: true);
        Line(3, 1, LastColumn - 2, _words["reconcile.account-is", _shown.BankName, _shown.Number]);
        Line(3, LastColumn - 1, LastColumn, _words["reconcile.currency"], right: true);
        Line(4, 1, LastColumn, _words["reconcile.account-name", _shown.AccountName]);
    }

    private void WriteHead()
    {
        foreach (int left in new[] { 1, Width + 1 })
        {
            Head(left, "reconcile.item");
            Head(left + 1, "reconcile.day");
            Head(left + 2, "reconcile.age");
            Head(left + 3, "reconcile.amount");
        }
    }

    private void Head(int column, string words)
    {
        _sheet.Cell(HeadRow, column).Write(_words[words]);
        _sheet.Cell(HeadRow, column).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
    }

    /// <summary>加 or 减: a sum on each side and below it what it is made of.</summary>
    /// <returns>The row of the sums.</returns>
    private int Part(string title, OpenSide books, OpenSide bank)
    {
        int sum = _row++;
        int rows = Math.Max(1, Math.Max(_shown.On(books).Count, _shown.On(bank).Count));
        foreach (var (side, left) in new[] { (books, 1), (bank, Width + 1) })
        {
            IReadOnlyList<OpenItem> items = _shown.On(side);
            _sheet.Cell(sum, left).Write(_words[title, _words.Show(side)]);
            IXLCell cell = _sheet.Cell(sum, left + 3);
            cell.FormulaA1 = $"SUM({Cell(sum + 1, left + 3)}:{Cell(sum + rows, left + 3)})";
            _known.Add(cell.Address.ToString()!, _shown.SumOf(side));
            for (int i = 0; i < items.Count; i++)
            {
                Item(sum + 1 + i, left, items[i]);
            }

            if (items.Count == 0)
            {
                _sheet.Cell(sum + 1, left).Write(_words["reconcile.none"]);
                _sheet.Cell(sum + 1, left).Style.Alignment.SetIndent(1);
            }
        }

        _sheet.Range(sum, 1, sum, LastColumn).Style.Font.SetBold();
        _row = sum + rows + 1;
        return sum;
    }

    private void Item(int row, int left, OpenItem item)
    {
        string[] texts = [item.Number?.In(_words) ?? "", item.Text, item.Party];
        _sheet.Cell(row, left).Write(string.Join(' ', texts.Where(text => text.Length > 0)))
            .Style.Alignment.SetIndent(1).Alignment.SetWrapText();
        _sheet.Cell(row, left + 1).Write(LocalDatePattern.Iso.Format(item.Day))
            .Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        _sheet.Cell(row, left + 2).SetValue(item.Age).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Right);
        _sheet.Cell(row, left + 3).SetValue(Yuan(item.Size));
        _sheet.Row(row).Height = item.Text.Length + item.Party.Length > 22 ? 28 : 15;
    }

    private void WriteBalances(int start, (int Add, int Less) sums)
    {
        Balance(1, "reconcile.booked", _shown.Booked, _shown.AdjustedBooked);
        Balance(Width + 1, "reconcile.statement", _shown.Statement!, _shown.AdjustedStatement!);

        void Balance(int left, string words, Amount said, Amount adjusted)
        {
            _sheet.Cell(start, left).Write(_words[words]);
            _sheet.Cell(start, left + 3).SetValue(Yuan(said));
            _sheet.Cell(_row, left).Write(_words["reconcile.adjusted"]);
            IXLCell cell = _sheet.Cell(_row, left + 3);
            cell.FormulaA1 = $"{Cell(start, left + 3)}+{Cell(sums.Add, left + 3)}-{Cell(sums.Less, left + 3)}";
            _known.Add(cell.Address.ToString()!, adjusted);
            _sheet.Range(start, left + 3, _row, left + 3).Style.NumberFormat.SetFormat(Money);
        }

        _sheet.Range(start, 1, start, LastColumn).Style.Font.SetBold();
        _sheet.Range(_row, 1, _row, LastColumn).Style.Font.SetBold();
    }

    private void WriteControl(int end)
    {
        IXLCell control = _sheet.Cell(_row, 1);
        string equal = _words["reconcile.equal"], unequal = _words["reconcile.unequal"];
        control.FormulaA1 = $"IF(ROUND({Cell(end, Width)}-{Cell(end, LastColumn)},2)=0,\"{equal}\",\"{unequal}\")";
        _known.Add(control.Address.ToString()!, _shown.Difference is { IsZero: true } ? equal : unequal);
        _sheet.Range(_row, 1, _row, LastColumn).Merge().Style.Font.SetBold();
        _row += 2;
    }

    /// <summary>Live counts and sums over the ages of both sides.</summary>
    private void WriteAges(int start, int end)
    {
        if (_shown.Items.Count == 0)
        {
            return;
        }

        int first = _row;
        _sheet.Cell(_row, 1).Write(_words["reconcile.ages"]);
        _sheet.Cell(_row, 3).Write(_words["reconcile.count"]);
        _sheet.Cell(_row, 4).Write(_words["reconcile.amount"]);
        _sheet.Range(_row, 1, _row, Width).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"));
        int lower = 0;
        foreach (var ((band, count, size), upper) in _shown.Ages.Zip([7, 30, 60, 100_000]))
        {
            _row++;
            _sheet.Cell(_row, 1).Write(_words.Show(band));
            string within = string.Create(CultureInfo.InvariantCulture, $"\">={lower}\",{{0}},\"<={upper}\")");
            _sheet.Cell(_row, 3).FormulaA1 = string.Join('+', Sides().Select(side =>
                $"COUNTIFS({side.Ages},{within.Replace("{0}", side.Ages, StringComparison.Ordinal)}"));
            _known.AddNumber(Cell(_row, 3), count.ToString(CultureInfo.InvariantCulture));
            _sheet.Cell(_row, 4).FormulaA1 = string.Join('+', Sides().Select(side =>
                $"SUMIFS({side.Sizes},{side.Ages},{within.Replace("{0}", side.Ages, StringComparison.Ordinal)}"));
            _known.Add(Cell(_row, 4), size);
            _sheet.Cell(_row, 4).Style.NumberFormat.SetFormat(Money);
            lower = upper + 1;
        }

        _sheet.Range(first, 1, _row, Width).Style.Border.SetInsideBorder(XLBorderStyleValues.Thin)
            .Border.SetOutsideBorder(XLBorderStyleValues.Thin);
        _row += 2;

        IEnumerable<(string Ages, string Sizes)> Sides() => new[] { 1, Width + 1 }.Select(left =>
            ($"{Fixed(start, left + 2)}:{Fixed(end, left + 2)}", $"{Fixed(start, left + 3)}:{Fixed(end, left + 3)}"));
    }

    private void WriteFoot()
    {
        Line(_row, 1, LastColumn, _words[_shown.FromPaper ? "reconcile.from-paper" : "reconcile.from-lines"]);
        Line(_row + 1, 1, LastColumn, _words["reconcile.standard-is", _shown.StandardName]);
        Line(_row + 3, 1, 3, _words["reconcile.sign.lead"]);
        Line(_row + 3, 4, 6, _words["reconcile.sign.check"] + Signed(_shown.Confirmer));
        Line(_row + 3, 7, LastColumn, _words["reconcile.sign.make"] + Signed(_shown.Preparer));
        _sheet.Row(_row + 3).Height = 28;
    }

    private string Signed(Signature? signature) => signature is null ? "" : $" {signature.Name} {_words.Show(signature.At)}";

    private void SetUpPage()
    {
        int longest = new[] { _shown.Booked, _shown.Statement!, _shown.AdjustedBooked, _shown.AdjustedStatement! }
            .Max(amount => Figures.Of(amount).Length);
        foreach (int left in new[] { 1, Width + 1 })
        {
            _sheet.Column(left).Width = 34;
            _sheet.Column(left + 1).Width = 12;
            _sheet.Column(left + 2).Width = 11;
            _sheet.Column(left + 3).Width = Math.Max(14, longest + 3);
        }

        _sheet.SheetView.Freeze(HeadRow, 0);
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["reconcile.page-of", "&P", "&N"]);
        _sheet.Cell(FirstRow, 1).SetActive();
    }

    private void Line(int row, int left, int last, string text, bool right = false)
    {
        _sheet.Range(row, left, row, last).Merge().Style.Alignment.SetWrapText()
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center)
            .Alignment.SetHorizontal(right ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left);
        _sheet.Cell(row, left).Write(text);
    }

    private string Cell(int row, int column) => _sheet.Cell(row, column).Address.ToString()!;

    private string Fixed(int row, int column) => _sheet.Cell(row, column).Address.ToStringFixed(XLReferenceStyle.A1);

    private static decimal Yuan(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
