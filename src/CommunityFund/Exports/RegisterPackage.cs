using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>A sheet whose rows are streamed.</summary>
/// <param name="Path">Its part in the package.</param>
/// <param name="HashPlace">What stands among the shared strings until its fingerprint is known.</param>
internal sealed record RegisterSheet(string Name, string Path, string HashPlace, Register Register);

/// <summary>What ClosedXML makes of the workbook: the formatted sheet in full, the registers empty.</summary>
internal sealed class RegisterPackage
{
    private const int Last = 6;

    private readonly ExportSource _source;
    private readonly ExportTarget _target;
    private readonly RegisterTotals _totals;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly IXLWorksheet _sheet;
    private readonly List<RegisterSheet> _sheets = [];
    private int _row;

    private RegisterPackage(ExportSource source, ExportTarget target, RegisterTotals totals)
    {
        (_source, _target, _totals) = (source, target, totals);
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _sheet = _book.AddWorksheet(Words["export.register.summary"]);
        _book.Properties.Title = Words["export.workbook.title"];
        _book.Properties.Author = SheetText.Clean(source.Facts.Body);
        _book.Properties.Created = source.Work.Now.ToDateTimeUtc();
        _book.Properties.Modified = source.Work.Now.ToDateTimeUtc();
    }

    public SheetPackage Drawn { get; private set; } = new([], [], new RegisterStyles(0, 0, 0, 0, 0, 0));

    /// <summary>What the formatted sheets are, in their order.</summary>
    public IReadOnlyList<string> Keys { get; } = ["summary"];

    /// <summary>The last sheet, which says what all others must be.</summary>
    public RegisterSheet Seal { get; private set; } = null!;

    private Words Words => _target.Words;

    private bool Lives =>
        _totals.Lines > 0 && _totals.Lines <= Math.Min(_target.LinesWithFormulas, _target.RowsPerSheet);

    public static RegisterPackage Draw(
        ExportSource source, ExportTarget target, IReadOnlyList<Register> registers, RegisterTotals totals)
    {
        RegisterPackage package = new(source, target, totals);
        package.AddRegisters(registers);
        package.WriteSummary();
        package.Save();
        return package;
    }

    public IEnumerable<RegisterSheet> SheetsOf(Register register) => _sheets.Where(sheet => sheet.Register == register);

    private void AddRegisters(IReadOnlyList<Register> registers)
    {
        foreach (Register register in registers)
        {
            long parts = Math.Max(1, (register.Expected + _target.RowsPerSheet - 1) / _target.RowsPerSheet);
            for (int part = 1; part <= parts; part++)
            {
                string title = Words[$"export.register.{register.Key}"];
                string name = part == 1 ? title : string.Create(CultureInfo.InvariantCulture, $"{title} ({part})");
                string place = string.Create(CultureInfo.InvariantCulture, $"hash-of-{register.Key}-{part}.");
                _book.AddWorksheet(name).PageSetup.SetRowsToRepeatAtTop(1, 1);
                _sheets.Add(new RegisterSheet(name, "", place, register));
            }
        }

        Seal = new RegisterSheet(Words["export.register.seal"], "", "", null!);
        _book.AddWorksheet(Seal.Name);
        SheetPackage.DrawFormats(_book.Worksheet(1 + Keys.Count));
    }

    private void WriteSummary()
    {
        Line(Words["export.workbook.title"], bold: true)
            .Font.SetFontSize(16).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        _sheet.Row(1).Height = 26;
        Line(Words["export.workbook.body", _source.Facts.Body, _source.Facts.Code]);
        Line(Words["export.workbook.facts", _source.Facts.Day, _source.Facts.KnownAt, _source.Work.Now]);
        Line(Words["export.workbook.standard", Standards.Find(_source.Standard) is { } known
            ? Languages.Of(CultureInfo.CurrentUICulture) == Language.English ? known.NameEn : known.NameZh : _source.Standard]);
        _row++;
        Heads("export.workbook.register", "export.workbook.rows", "export.workbook.hash");
        _sheet.Range(_row, 3, _row, Last).Merge();
        foreach (RegisterSheet sheet in _sheets)
        {
            _row++;
            _sheet.Cell(_row, 1).Write(sheet.Name);
            int part = SheetsOf(sheet.Register).ToList().IndexOf(sheet);
            long rows = Math.Min(_target.RowsPerSheet, sheet.Register.Expected - ((long)part * _target.RowsPerSheet));
            _sheet.Cell(_row, 2).SetValue(rows).Style.NumberFormat.SetFormat("#,##0");
            _sheet.Range(_row, 3, _row, Last).Merge();
            _sheet.Cell(_row, 3).Write(sheet.Register.IsHashed ? sheet.HashPlace : Words["export.workbook.not-hashed"].Value)
                .Style.Alignment.SetIndent(1);
        }

        Frame(_row - _sheets.Count, _row);
        _row++;
        WriteControls();
        WriteAccounts();
        SetUpPage();
    }

    private void WriteControls()
    {
        int head = _row + 1;
        Heads("export.workbook.control", "export.workbook.value", null);
        _sheet.Range(_row, 3, _row, Last).Merge();
        Control("export.workbook.lines", $"COUNT({Span(0)})", _totals.Lines.ToString(CultureInfo.InvariantCulture), "#,##0");
        int debit = Sum("export.workbook.debit", Registers.DebitColumn, _totals.Debit);
        int credit = Sum("export.workbook.credit", Registers.CreditColumn, _totals.Credit);
        _row++;
        _sheet.Range(_row, 1, _row, Last).Merge().Style.Font.SetBold();
        string yes = Words["export.workbook.balanced"], no = Words["export.workbook.unbalanced"];
        if (Lives)
        {
            _sheet.Cell(_row, 1).FormulaA1 = $"IF(ROUND(B{debit}-B{credit},2)=0,\"{yes}\",\"{no}\")";
            _known.Add($"A{_row}", _totals.Debit == _totals.Credit ? yes : no);
        }
        else
        {
            _sheet.Cell(_row, 1).Write(_totals.Debit == _totals.Credit ? yes : no);
        }

        Frame(head, _row);
        Line(Words[Lives ? "export.workbook.live" : "export.workbook.values", _target.LinesWithFormulas]);
        _row++;
    }

    private int Sum(string name, int column, long fen)
    {
        Control(name, $"SUM({Span(column)})", Amount.Fen(fen).ToString(), SheetPackage.Money);
        return _row;
    }

    private void Control(string name, string formula, string text, string format)
    {
        _row++;
        _sheet.Cell(_row, 1).Write(Words[name]);
        _sheet.Range(_row, 3, _row, Last).Merge();
        Figure(2, formula, text, format);
    }

    /// <summary>A live formula with the value the books know, or the value alone.</summary>
    private void Figure(int column, string formula, string text, string format)
    {
        IXLCell cell = _sheet.Cell(_row, column);
        cell.Style.NumberFormat.SetFormat(format);
        if (!Lives)
        {
            cell.SetValue(decimal.Parse(text, CultureInfo.InvariantCulture));
            return;
        }

        cell.FormulaA1 = formula;
        _known.AddNumber(cell.Address.ToString()!, text);
    }

    private void WriteAccounts()
    {
        int head = _row + 1;
        Heads("export.field.account-id", "export.field.code", "export.field.account", "export.field.debit", "export.field.credit",
            "export.workbook.balance");
        foreach (AccountTotal total in _totals.Accounts
            .OrderBy(each => _source.Accounts[each.AccountId].Code, StringComparer.Ordinal))
        {
            _row++;
            ExportAccount account = _source.Accounts[total.AccountId];
            _sheet.Cell(_row, 1).SetValue(total.AccountId).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            _sheet.Cell(_row, 2).Write(account.Code);
            _sheet.Cell(_row, 3).Write(string.Join('—', _source.PathOf(account).Select(each => each.Name)));
            string by = $"{Span(Registers.AccountColumn)},$A{_row}";
            Figure(4, $"SUMIFS({Span(Registers.DebitColumn)},{by})", Amount.Fen(total.Debit).ToString(), SheetPackage.Money);
            Figure(5, $"SUMIFS({Span(Registers.CreditColumn)},{by})", Amount.Fen(total.Credit).ToString(), SheetPackage.Money);
            Figure(6, $"D{_row}-E{_row}", Amount.Fen(checked(total.Debit - total.Credit)).ToString(), SheetPackage.Money);
        }

        Frame(head, _row);
    }

    /// <summary>A column of the journal's lines.</summary>
    private string Span(int column)
    {
        string letter = XLHelper.GetColumnLetterFromNumber(column + 1);
        return string.Create(CultureInfo.InvariantCulture, $"'{_sheets[0].Name}'!${letter}$2:${letter}${_totals.Lines + 1}");
    }

    private IXLStyle Line(string text, bool bold = false)
    {
        _row++;
        IXLRange range = _sheet.Range(_row, 1, _row, Last).Merge();
        range.Style.Font.SetBold(bold).Alignment.SetWrapText();
        _sheet.Cell(_row, 1).Write(text);
        return range.Style;
    }

    private void Heads(params string?[] keys)
    {
        _row++;
        for (int i = 0; i < keys.Length; i++)
        {
            _sheet.Cell(_row, i + 1).Write(keys[i] is { } key ? Words[key].Value : "");
        }

        _sheet.Range(_row, 1, _row, Last).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
    }

    private void Frame(int first, int last) => _sheet.Range(first, 1, last, Last).Style
        .Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);

    private void SetUpPage()
    {
        int[] widths = [16, 20, 34, 20, 20, 20];
        for (int i = 0; i < widths.Length; i++)
        {
            _sheet.Column(i + 1).Width = widths[i];
        }

        _sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        _sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
        _sheet.PageSetup.FitToPages(1, 0);
        _sheet.Cell(1, 1).SetActive();
    }

    private void Save()
    {
        Drawn = SheetPackage.Read(_known.Save(_book), Keys.Count);
        for (int i = 0; i < _sheets.Count; i++)
        {
            _sheets[i] = _sheets[i] with { Path = Drawn.Paths[i] };
        }

        Seal = Seal with { Path = Drawn.Paths[^1] };
    }
}
