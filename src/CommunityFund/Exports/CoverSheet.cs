using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>The first sheet: whose books, of what and until when, who made the workbook, what is in it, control totals and account sums.</summary>
internal sealed class CoverSheet(
    ExportSource source, ExportTarget target, RegisterTotals totals, WorkbookLog log, IXLWorksheet sheet, KnownValues known)
{
    private const int Last = 6;

    private readonly SheetPen _pen = new(sheet, target.Words, Last);

    private Words Words => target.Words;

    /// <returns>The plan with the rows of the control totals.</returns>
    public SheetPlan Draw(
        SheetPlan plan, StatementSpan? span, AuditSheets audit, IReadOnlyList<AuditSheet> drawn, IReadOnlyList<RegisterSheet> streamed, string seal)
    {
        _pen.Title(source.Part is null ? "export.workbook.title" : "export.workbook.title-part");
        _pen.Line(Words["export.workbook.body", source.Facts.Body, source.Facts.Code]);
        WriteParameters(span, audit);
        _pen.Skip();
        int head = WriteContents(drawn, streamed, seal);
        _pen.Frame(head);
        _pen.Skip();
        plan = plan with { Controls = WriteControls(plan) };
        WriteAccounts(plan);
        _pen.SetUpPage(1, isWide: true, 28, 20, 34, 18, 18, 18);
        return plan;
    }

    private void WriteParameters(StatementSpan? span, AuditSheets audit)
    {
        ExportFacts facts = source.Facts;
        int first = _pen.Row + 1;
        string standard = Standards.Find(source.Standard) is { } known
            ? Languages.Of(CultureInfo.CurrentUICulture) == Language.English ? known.NameEn : $"{known.NameZh} {known.Source}" : source.Standard;
        if (source.Part is { } part)
        {
            Parameter("part", Words["export.cover.only", part.Funds.Count, part.Named]);
            Parameter("whose", part.Whose(Words));
        }

        Parameter("period", span is null ? Words["export.cover.no-period"]
            : Words["export.cover.from-to", new NodaTime.LocalDate(span.Year, 1, 1), span.Day]);
        Parameter("standard", standard);
        Parameter("as-of", source.Until.Year == 9999 ? Words["export.cover.all", facts.Day] : Words["export.cover.up-to", facts.Day]);
        Parameter("known-at", Words["export.cover.entry", facts.KnownAt, facts.Entries, facts.Lines]);
        Parameter("log", Words["export.cover.root", log.Size, log.Root]);
        Parameter("seal", log.Sealed is { } seal ? Words["export.cover.sealed", seal.Size, seal.MadeAt] : Words["export.cover.not-sealed"]);
        if (source.Part is null)
        {
            Parameter("checks", CheckRegister.Place);
        }

        Parameter("made", Words["export.cover.made-by", source.Work.Now,
            source.Work.Actor is { } person ? Words["export.cover.person", person].Value
            : Words[target.BySite ? "export.cover.site" : "export.cover.operator"].Value]);
        if (source.Part is not null)
        {
            Parameter("left-out", Words["export.part.left-out"]);
        }

        foreach (string note in audit.Notes)
        {
            Parameter("note", note);
        }

        _pen.Frame(first);
    }

    private void Parameter(string key, string text)
    {
        _pen.Texts(Words[$"export.cover.{key}"], text);
        _pen.Merge(2, Last);
        _pen.Cell(1).Style.Font.SetBold();
        // A merged cell does not grow by itself: some 110 narrow letters fit into a line.
        int lines = 1 + (text.Sum(sign => sign >= 0x2E80 ? 2 : 1) / 110);
        sheet.Row(_pen.Row).Height = Math.Max(15, 14 * lines);
    }

    private int WriteContents(IReadOnlyList<AuditSheet> drawn, IReadOnlyList<RegisterSheet> streamed, string seal)
    {
        Heads("export.workbook.register", "export.workbook.rows", "export.workbook.hash");
        int head = _pen.Row;
        foreach (AuditSheet each in drawn)
        {
            Content(each.Name, null, Words["export.workbook.formatted"]);
        }

        foreach (RegisterSheet each in streamed)
        {
            int part = streamed.Where(other => other.Register == each.Register).ToList().IndexOf(each);
            Content(each.Name, each.Register.Expected is { } rows ? Math.Min(target.RowsPerSheet, rows - ((long)part * target.RowsPerSheet)) : null,
                each.Register.IsHashed ? each.HashPlace : Words["export.workbook.not-hashed"].Value);
        }

        Content(seal, null, Words["export.workbook.is-seal"]);
        return head;
    }

    private void Content(string name, long? rows, string says)
    {
        _pen.Texts(name, null, says);
        _pen.Cell(1).Style.Font.SetFontColor(XLColor.FromHtml("#0563C1")).Font.SetUnderline();
        known.Link(_pen.Cell(1).Address.ToString()!, name);
        if (rows is { } count)
        {
            _pen.Cell(2).SetValue(count).Style.NumberFormat.SetFormat("#,##0");
        }

        _pen.Merge(3, Last);
        _pen.Cell(3).Style.Alignment.SetIndent(1);
    }

    private void Heads(string? first, string? second, string? third)
    {
        _pen.Heads(first, second, third);
        _pen.Merge(3, Last);
    }

    private (int Debit, int Credit) WriteControls(SheetPlan plan)
    {
        Heads("export.workbook.control", "export.workbook.value", null);
        int head = _pen.Row;
        Control(plan, "export.workbook.lines", $"COUNT({plan.Journal(0)})", totals.Lines.ToString(CultureInfo.InvariantCulture), "#,##0");
        int debit = Sum(plan, "export.workbook.debit", Registers.DebitColumn, totals.Debit);
        int credit = Sum(plan, "export.workbook.credit", Registers.CreditColumn, totals.Credit);
        string yes = Words["export.workbook.balanced"], no = Words["export.workbook.unbalanced"];
        _pen.Line(plan.Lives ? "" : totals.Debit == totals.Credit ? yes : no, bold: true);
        if (plan.Lives)
        {
            _pen.Cell(1).FormulaA1 = string.Create(CultureInfo.InvariantCulture, $"IF(ROUND(B{debit}-B{credit},2)=0,\"{yes}\",\"{no}\")");
            known.Add(_pen.Cell(1).Address.ToString()!, totals.Debit == totals.Credit ? yes : no);
        }

        _pen.Frame(head);
        _pen.Line(Words[plan.Lives ? "export.workbook.live" : "export.workbook.values", target.LinesWithFormulas]);
        _pen.Skip();
        return (debit, credit);
    }

    private int Sum(SheetPlan plan, string name, int column, long fen)
    {
        Control(plan, name, $"SUM({plan.Journal(column)})", Amount.Fen(fen).ToString(), SheetPackage.Money);
        return _pen.Row;
    }

    private void Control(SheetPlan plan, string name, string formula, string text, string format)
    {
        _pen.Texts(Words[name]);
        _pen.Merge(3, Last);
        Figure(plan, 2, formula, text, format);
    }

    /// <summary>A live formula with the value the books know, or the value alone.</summary>
    private void Figure(SheetPlan plan, int column, string formula, string text, string format)
    {
        IXLCell cell = _pen.Cell(column);
        cell.Style.NumberFormat.SetFormat(format);
        if (!plan.Lives)
        {
            cell.SetValue(decimal.Parse(text, CultureInfo.InvariantCulture));
            return;
        }

        cell.FormulaA1 = formula;
        known.AddNumber(cell.Address.ToString()!, text);
    }

    private void WriteAccounts(SheetPlan plan)
    {
        _pen.Heads("export.field.account-id", "export.field.code", "export.field.account", "export.field.debit", "export.field.credit",
            "export.workbook.balance");
        int head = _pen.Row;
        foreach (ExportAccount account in LedgerRegisters.Ordered(totals.Accounts.Select(total => source.Accounts[total.AccountId])))
        {
            AccountTotal total = totals.Accounts.Single(each => each.AccountId == account.AccountId);
            _pen.Texts(null, account.Code, string.Join('—', source.PathOf(account).Select(each => each.Name)));
            _pen.Cell(1).SetValue(account.AccountId).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            string by = string.Create(CultureInfo.InvariantCulture, $"{plan.Journal(Registers.AccountColumn)},$A{_pen.Row}");
            Figure(plan, 4, $"SUMIFS({plan.Journal(Registers.DebitColumn)},{by})", Amount.Fen(total.Debit).ToString(), SheetPackage.Money);
            Figure(plan, 5, $"SUMIFS({plan.Journal(Registers.CreditColumn)},{by})", Amount.Fen(total.Credit).ToString(), SheetPackage.Money);
            Figure(plan, 6, string.Create(CultureInfo.InvariantCulture, $"D{_pen.Row}-E{_pen.Row}"),
                Amount.Fen(checked(total.Debit - total.Credit)).ToString(), SheetPackage.Money);
        }

        _pen.Frame(head);
    }
}
