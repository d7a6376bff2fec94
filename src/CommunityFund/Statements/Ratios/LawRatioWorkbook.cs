using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The law's ratios as a sheet that is filed with the annual report: bases, sums and shares as live formulas, their values beside
/// them.</summary>
public sealed class LawRatioWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00;\"-\"", Share = "0.00%";
    private const int Columns = 10;

    private readonly LawRatioView _view;
    private readonly Words _words;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;
    private readonly Dictionary<RatioBase, string> _bases = [];
    private readonly Dictionary<RatioFigure, string> _sums = [];
    private int _row = 1;

    private LawRatioWorkbook(LawRatioView view, Words words)
    {
        (_view, _words) = (view, words);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(string.Concat(words["law.title"].Value.Take(31)));
        _book.Properties.Title = words["law.title"];
        _book.Properties.Author = SheetText.Clean(view.Head.Body);
    }

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(LawRatioView view, Words words) => new LawRatioWorkbook(view, words).Save();

    /// <summary>公益支出和管理费用比例-清河慈善会-2026.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(LawRatioView view, Words words)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{words["law.title"]}-{view.Head.Body}-{view.Year}");
        return string.Concat(SheetText.Clean(name).Where(sign => !@"\/:*?""<>| ".Contains(sign, StringComparison.Ordinal))) + ".xlsx";
    }

    private byte[] Save()
    {
        Line(_words["law.title"]).Style.Font.SetBold().Font.SetFontSize(16).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        Line(string.Join("　", _words["statement.body-is", _view.Head.Body], _words["statement.form.year", _view.Year],
            _words["law.as-of", _view.AsOf], _words["statement.form.unit"]));
        if (_view.Profile is { } profile)
        {
            Line(ProfileLine(profile, _words));
        }

        WriteBases();
        WriteGifts();
        WriteSums();
        WriteTests();
        WriteFoot();
        SetUpPage();
        return _known.Save(_book);
    }

    /// <summary>基金会、慈善组织、有公开募捐资格（自 2026-01-01 起）.</summary>
    public static string ProfileLine(BodyProfileView profile, Words words) => words["law.profile-line", profile.Kind,
        words[profile.IsCharity ? "law.is-charity" : "law.no-charity"].Value,
        words[profile.RaisesPublicly ? "law.raises" : "law.raises-not"].Value, profile.Since];

    private void WriteBases()
    {
        Section("law.bases");
        int head = _row, first = _row + 1, last = _row + _view.Bases.Count;
        Heads("law.base-year", "law.income", "law.barred", "law.freed", "law.total", "law.net-assets", "law.source");
        foreach (RatioYear year in _view.Bases)
        {
            _sheet.Cell(_row, 1).SetValue(year.Year).Style.NumberFormat.SetFormat("0").Alignment.SetHorizontal(XLAlignmentHorizontalValues.Left);
            Put(2, year.Income);
            Put(3, year.Barred);
            Put(4, year.Freed);
            if (year.Total is { } total)
            {
                Live(5, Row("ROUND(B{0}-C{0}+D{0},2)"), total);
            }

            Put(6, year.NetAssets);
            _sheet.Cell(_row, 7).Write(year.Report.Length > 0 ? $"{_words.Show(year.Source)} · {year.Report}" : _words.Show(year.Source));
            _sheet.Range(_row, 7, _row, Columns).Merge();
            _row++;
        }

        _sheet.Cell(_row, 1).Write(_words["law.average"]);
        Average("E", 5, RatioBase.AverageIncome, first, last);
        Average("F", 6, RatioBase.AverageNetAssets, first, last);
        (_bases[RatioBase.LastIncome], _bases[RatioBase.LastNetAssets]) = (Place("E", first), Place("F", first));
        _sheet.Range(head, 7, head, Columns).Merge();
        _sheet.Range(_row, 7, _row, Columns).Merge();
        Frame(head, Columns);
        _row++;
    }

    private void Average(string column, int number, RatioBase of, int first, int last)
    {
        Amount? known = _view.Rules.SelectMany(rule => rule.Tests).SelectMany(test => test.Options)
            .FirstOrDefault(option => option.Base == of && option.Figure is not null)?.Figure;
        if (known is { IsNegative: false })
        {
            Live(number, string.Create(CultureInfo.InvariantCulture, $"ROUNDUP(ROUND(AVERAGE({column}{first}:{column}{last}),6),2)"), known);
            _bases[of] = Place(column, _row);
        }
    }

    private void WriteGifts()
    {
        if (_view.Gifts.Count == 0)
        {
            return;
        }

        Section("law.gifts", _view.Year - 1);
        int head = _row;
        Heads("law.gift-fund", "law.gift-received", "law.gift-starts", "law.gift-barred", "law.gift-freed");
        foreach (TimedGift gift in _view.Gifts)
        {
            _sheet.Cell(_row, 1).Write(gift.Fund.ToString());
            _sheet.Cell(_row, 2).Write(_words.Show(gift.ReceivedOn));
            _sheet.Cell(_row, 3).Write(_words.Show(gift.Starts));
            Put(gift.IsBarred ? 4 : 5, gift.Left);
            _row++;
        }

        Frame(head, 5);
    }

    private void WriteSums()
    {
        Section("law.sums");
        int head = _row;
        Heads("law.figure", "law.amount", "law.waiting");
        foreach (RatioSum sum in _view.Sums)
        {
            int at = _row++;
            foreach (RatioAccount account in sum.Accounts)
            {
                _sheet.Cell(_row, 1).Write(_words["law.of-which", account.Name]).Style.Alignment.SetIndent(1);
                Put(2, account.Amount);
                _row++;
            }

            _sheet.Cell(at, 1).Write(sum.Name.ToString());
            if (sum.Accounts.Count > 0)
            {
                Live(at, 2, string.Create(CultureInfo.InvariantCulture, $"SUM(B{at + 1}:B{_row - 1})"), sum.SoFar);
            }
            else
            {
                _sheet.Cell(at, 2).SetValue(0m).Style.NumberFormat.SetFormat(Money);
            }

            _sheet.Cell(at, 3).SetValue(Number(sum.Waiting)).Style.NumberFormat.SetFormat(Money);
            _sheet.Range(at, 1, at, 3).Style.Font.SetBold();
            _sums[sum.Figure] = Place("B", at);
        }

        _sheet.Cell(_row, 1).Write(_words["law.committed"]).Style.Font.SetBold();
        Put(2, _view.Committed);
        _row++;
        (_bases[RatioBase.Spend], _bases[RatioBase.Donations]) = (_sums[RatioFigure.Spend], _sums[RatioFigure.Donations]);
        Frame(head, 3);
    }

    private void WriteTests()
    {
        foreach (RatioRule rule in _view.Rules.Where(rule => rule.Tests.Count > 0))
        {
            _row++;
            Line($"{rule.Law.Name} · {_words.Show(rule.Fit)} · {rule.Law.Source} · {_words.Show(rule.Law.Mark)}").Style.Font.SetBold();
            int head = _row;
            Heads("law.test", "law.base", "law.required-or-allowed", "law.so-far", "law.ratio", "law.room", "law.linear", "law.pledged",
                "law.state", "law.better");
            foreach (RatioTest test in rule.Tests)
            {
                foreach (RatioOption option in test.Options)
                {
                    WriteOption(test, option);
                }
            }

            Frame(head, Columns);
        }
    }

    private void WriteOption(RatioTest test, RatioOption option)
    {
        string share = (test.Law.Share / 100m).ToString(CultureInfo.InvariantCulture), what = _sums[test.Law.What];
        _sheet.Cell(_row, 1).Write(_words[
            test.Law.IsLeast ? "law.least" : "law.most", test.What, _words.Show(option.Base), RatioWords.Percent(test.Law.Share)])
            .Style.Alignment.SetWrapText();
        if (option is { Figure: { } figure, Required: { } required } && _bases.TryGetValue(option.Base, out string? place))
        {
            Live(2, place, figure);
            if (figure.IsNegative)
            {
                Put(3, required);
            }
            else
            {
                Live(3, Row($"{(test.Law.IsLeast ? "ROUNDUP" : "ROUNDDOWN")}(ROUND(B{{0}}*{share},6),2)"), required);
            }
        }
        else
        {
            _sheet.Cell(_row, 2).Write(_words["law.option-unknown", option.Missing]).Style.Alignment.SetWrapText();
        }

        Live(4, what, test.SoFar);
        if (option.IsBetter)
        {
            if (test.Ratio is { } ratio)
            {
                string formula = Row($"{(test.Law.IsLeast ? "ROUNDDOWN" : "ROUNDUP")}(ROUND(D{{0}}/B{{0}},10),4)");
                _sheet.Cell(_row, 5).FormulaA1 = formula;
                _known.AddNumber(_sheet.Cell(_row, 5).Address.ToString()!, (ratio / 100m).ToString(CultureInfo.InvariantCulture));
                _sheet.Cell(_row, 5).Style.NumberFormat.SetFormat(Share);
            }

            Live(6, Row("ROUND(MAX(0,C{0}-D{0}),2)"), test.Room!);
        }

        if (option.IsBetter || (test.Better is null && option == test.Options[0]))
        {
            Put(7, test.Linear);
            Put(8, test.Pledged);
            _sheet.Cell(_row, 9).Write(RatioWords.Why(test, _words) is { } why ? $"{_words.Show(test.State)} · {why}" : _words.Show(test.State))
                .Style.Alignment.SetWrapText();
            _sheet.Cell(_row, 10).Write(option.IsBetter ? _words["text.yes"] : "");
        }

        _sheet.Row(_row).Height = 28; // two lines of what is asked, and of why it does not bind
        _row++;
    }

    private void WriteFoot()
    {
        _row++;
        Line(_words["law.exclusions-note"]);
        Line(_words["law.pay-note"]);
        if (_view.IsPart)
        {
            Line(_words["law.part-note", _view.OpeningDay]);
        }

        Line(_view.Head.Position(_words));
    }

    private void SetUpPage()
    {
        _sheet.Column(1).Width = 40;
        _sheet.Columns(2, 8).Width = 17;
        _sheet.Column(9).Width = 36;
        _sheet.Column(10).Width = 8;
        IXLPageSetup page = _sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(_words["statement.page-of", "&P", "&N"]);
        _sheet.Cell(1, 1).SetActive();
    }

    private void Section(string key, params object[] facts)
    {
        _row++;
        Line(_words[key, facts]).Style.Font.SetBold();
    }

    private IXLRange Line(string text)
    {
        _sheet.Cell(_row, 1).Write(text);
        IXLRange line = _sheet.Range(_row, 1, _row, Columns).Merge();
        line.Style.Alignment.SetWrapText();
        _row++;
        return line;
    }

    private void Heads(params IReadOnlyList<string> keys)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            _sheet.Cell(_row, i + 1).Write(_words[keys[i]]).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
                .Alignment.SetWrapText().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        }

        _sheet.Row(_row).Height = 28;
        _row++;
    }

    private void Frame(int head, int columns) => _sheet.Range(head, 1, Math.Max(head, _sheet.LastRowUsed().RowNumber()), columns).Style
        .Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin)
        .Alignment.SetVertical(XLAlignmentVerticalValues.Center);

    private void Put(int column, Amount? amount)
    {
        if (amount is not null)
        {
            _sheet.Cell(_row, column).SetValue(Number(amount)).Style.NumberFormat.SetFormat(Money);
        }
    }

    private void Live(int column, string formula, Amount known) => Live(_row, column, formula, known);

    private void Live(int row, int column, string formula, Amount known)
    {
        IXLCell cell = _sheet.Cell(row, column);
        cell.FormulaA1 = formula;
        cell.Style.NumberFormat.SetFormat(Money);
        _known.Add(cell.Address.ToString()!, known);
    }

    private string Row(string formula) => string.Format(CultureInfo.InvariantCulture, formula, _row);

    private static string Place(string column, int row) => string.Create(CultureInfo.InvariantCulture, $"{column}{row}");

    private static decimal Number(Amount amount) => decimal.Parse(amount.ToString(), CultureInfo.InvariantCulture);
}
