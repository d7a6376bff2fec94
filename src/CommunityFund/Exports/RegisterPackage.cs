using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Statements;

namespace CommunityFund.Exports;

/// <summary>A sheet whose rows are streamed.</summary>
/// <param name="Path">Its part in the package.</param>
/// <param name="HashPlace">What stands among the shared strings until its fingerprint is known.</param>
internal sealed record RegisterSheet(string Name, string Path, string HashPlace, Register Register);

/// <summary>What ClosedXML makes of the workbook: the formatted sheets in full, the registers empty.</summary>
internal sealed class RegisterPackage
{
    private const int LongestName = 31;

    private readonly ExportTarget _target;
    private readonly KnownValues _known = new();
    private readonly XLWorkbook _book = new();
    private readonly List<RegisterSheet> _sheets = [];
    private readonly List<string> _names = [];

    private RegisterPackage(ExportSource source, ExportTarget target)
    {
        _target = target;
        _book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        _book.Properties.Title = Words["export.workbook.title"];
        _book.Properties.Author = SheetText.Clean(source.Facts.Body);
        _book.Properties.Created = source.Work.Now.ToDateTimeUtc();
        _book.Properties.Modified = source.Work.Now.ToDateTimeUtc();
    }

    public SheetPackage Drawn { get; private set; } = new([], [], new RegisterStyles(0, 0, 0, 0, 0, 0, 0, 0));

    /// <summary>What the formatted sheets are, in their order, and what statements were drawn from.</summary>
    public IReadOnlyList<(string Key, string Basis)> Keys { get; private set; } = [];

    /// <summary>The last sheet, which says what all others must be.</summary>
    public RegisterSheet Seal { get; private set; } = null!;

    private Words Words => _target.Words;

    public static RegisterPackage Draw(
        ExportSource source, ExportTarget target, IReadOnlyList<Register> registers, RegisterTotals totals, WorkbookLog log,
        StatementSpan? span, AuditSheets audit, IReadOnlyList<AuditSheet> drawn)
    {
        RegisterPackage package = new(source, target);
        package.Keys = [("summary", ""), .. drawn.Select(sheet => (sheet.Key, sheet.Basis))];

        // The names of registers are words of their own; what bears the name of a fund makes room for them.
        package._names.AddRange(
            registers.Select(register => register.Key).Append("seal").Select(key => target.Words[$"export.register.{key}"].Value));
        IXLWorksheet cover = package._book.AddWorksheet(package.Name(target.Words["export.register.summary"]));
        AuditSheet[] named = [.. drawn.Select(sheet => sheet with { Name = package.Name(sheet.Name) })];
        IXLWorksheet[] formatted = [.. named.Select(sheet => package._book.AddWorksheet(sheet.Name))];
        package.AddRegisters(registers);

        bool lives = totals.Lines > 0 && totals.Lines <= Math.Min(target.LinesWithFormulas, target.RowsPerSheet);
        SheetPlan plan = new(lives, package._sheets[0].Name, totals.Lines, package._sheets.First(sheet => sheet.Register.Key == "ledger").Name,
            named.FirstOrDefault(sheet => sheet.Key == AuditSheets.Trial)?.Name, cover.Name);
        plan = new CoverSheet(source, target, totals, log, cover, package._known.On(cover.Name))
            .Draw(plan, span, audit, named, package._sheets, package.Seal.Name);
        for (int i = 0; i < named.Length; i++)
        {
            named[i].Draw(formatted[i], package._known.On(named[i].Name), plan);
        }

        foreach (IXLWorksheet sheet in formatted.Prepend(cover))
        {
            sheet.PageSetup.PrintAreas.Add(1, 1, sheet.LastRowUsed().RowNumber(), sheet.LastColumnUsed().ColumnNumber());
        }

        package.Save();
        return package;
    }

    public IEnumerable<RegisterSheet> SheetsOf(Register register) => _sheets.Where(sheet => sheet.Register == register);

    /// <summary>The last cell that is printed of a register with so many rows, as the workbook names it.</summary>
    public static string LastCell(Register register, long row) => string.Create(
        CultureInfo.InvariantCulture, $"${XLHelper.GetColumnLetterFromNumber(register.Printed ?? register.Columns.Count)}${row}");

    private void AddRegisters(IReadOnlyList<Register> registers)
    {
        foreach (Register register in registers)
        {
            long parts = Math.Max(1, ((register.Expected ?? 0) + _target.RowsPerSheet - 1) / _target.RowsPerSheet);
            for (int part = 1; part <= parts; part++)
            {
                string title = Words[$"export.register.{register.Key}"];
                string name = part == 1 ? title : string.Create(CultureInfo.InvariantCulture, $"{title} ({part})");
                string place = string.Create(CultureInfo.InvariantCulture, $"hash-of-{register.Key}-{part}.");
                IXLPageSetup page = _book.AddWorksheet(name).PageSetup;
                page.SetRowsToRepeatAtTop(1, 1);
                if (register.PagesWide > 1)
                {
                    page.SetColumnsToRepeatAtLeft(1, 2);
                }

                int rows = register.Expected is { } expected
                    ? 1 + (int)Math.Min(_target.RowsPerSheet, expected - ((part - 1L) * _target.RowsPerSheet)) : XLHelper.MaxRowNumber;
                page.PrintAreas.Add(1, 1, rows, register.Printed ?? register.Columns.Count);

                _sheets.Add(new RegisterSheet(name, "", place, register));
            }
        }

        Seal = new RegisterSheet(Words["export.register.seal"], "", "", null!);
        _book.AddWorksheet(Seal.Name).PageSetup.SetRowsToRepeatAtTop(1, 1);
        SheetPackage.DrawFormats(_book.Worksheet(1 + Keys.Count));
    }

    /// <summary>A name that no sheet has yet.</summary>
    private string Name(string wanted)
    {
        string plain = FormWorkbook.SheetName(wanted), name = plain;
        for (int i = 2; _names.Contains(name, StringComparer.OrdinalIgnoreCase); i++)
        {
            string suffix = string.Create(CultureInfo.InvariantCulture, $" ({i})");
            name = plain[..Math.Min(plain.Length, LongestName - suffix.Length)] + suffix;
        }

        _names.Add(name);
        return name;
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
