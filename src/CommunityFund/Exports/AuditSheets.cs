using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Exports;

/// <summary>A sheet that is formatted, and so small: what it is, its name, and what draws it.</summary>
/// <param name="Basis">What a statement is drawn from; empty for other sheets.</param>
internal sealed record AuditSheet(string Key, string Name, Action<IXLWorksheet, KnownValues, SheetPlan> Draw, string Basis = "");

/// <summary>
/// The formatted sheets after the cover: the three forms, the trial balance, all funds and each fund, and the separation of
/// duties. They are asked of the features that answer the pages, in the snapshot that the registers are read in.
/// </summary>
internal sealed class AuditSheets(ExportSource source, ExportTarget target)
{
    /// <summary>The key of the trial balance.</summary>
    public const string Trial = "trial-balance";

    // More funds than these have their figures on the sheet of all funds and in the ledger by fund.
    private const int MostFunds = 40;

    private readonly List<AuditSheet> _sheets = [];

    /// <summary>What the cover says of sheets that could not be drawn.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    private Words Words => target.Words;

    private Work Work => source.Work;

    public async Task<IReadOnlyList<AuditSheet>> All(RegisterTotals totals, StatementSpan? span, CancellationToken ct)
    {
        if (span is not null)
        {
            List<string> notes = [];
            await Guarded(notes, () => source.Part is { } part ? AddPart(part, totals, span, ct) : AddForms(totals, span, ct));
            await Guarded(notes, () => AddFunds(span, ct));
            Notes = notes;
        }

        if (source.Part is not null)
        {
            return _sheets;
        }

        DutySheet duties = await DutySheet.Of(Work, source.Facts.Day, ct);
        Add("duties", Words["export.duties.sheet"], (sheet, _, _) => duties.Draw(sheet, Words));
        return _sheets;
    }

    // The books may be taken away in whatever state they are: a statement that says no is left out, in its words.
    private async Task Guarded(List<string> notes, Func<Task> add)
    {
        try
        {
            await add();
        }
        catch (RefusedException no)
        {
            notes.Add(Words.Of(no.Refusal));
        }
    }

    private async Task AddForms(RegisterTotals totals, StatementSpan span, CancellationToken ct)
    {
        StatementSet set = await StatementSet.Of(Work, Asked("funds", span, null), ct);
        FormLinks links = new(set, TrialBalanceSheet.RowsOf(source, totals, span, Words));
        foreach (StatementLayout layout in set.Layouts.Where(layout => layout.Section == FormSection.Forms))
        {
            AddForm($"form-{layout.Key}", layout.Title.ToString(), set.Draw(layout), set.Basis(layout), links);
        }

        StatementLayout all = set.Layout("funds");
        Add(Trial, Words["statement.trial-balance"], await TrialBalanceSheet.Of(source, totals, span, Words, ct),
            set.Basis(all) is { } basis ? basis with { Form = Trial, Layouts = "" } : null);
        AddForm("fund-statements", all.Title.ToString(), set.Draw(all), set.Basis(all));
    }

    /// <summary>Instead of the body's three forms: what the funds under each of the part's tops came to.</summary>
    private async Task AddPart(ExportPart part, RegisterTotals totals, StatementSpan span, CancellationToken ct)
    {
        Add(Trial, Words["statement.trial-balance"], await TrialBalanceSheet.Of(source, totals, span, Words, ct));
        foreach (ExportedFund top in part.Tops)
        {
            StatementSet set = await StatementSet.Of(Work, Asked("funds", span, top.FundId) with { Below = true }, ct);
            StatementLayout all = set.Layout("funds");
            AddForm($"fund-statements.{top.Code}", part.Tops.Count() == 1 ? all.Title.ToString() : $"{all.Title} {top.Code}", set.Draw(all), null);
        }
    }

    private async Task AddFunds(StatementSpan span, CancellationToken ct)
    {
        int left = 0;
        foreach (Fund fund in source.Funds.Values.Where(fund => fund.IsOwn).OrderBy(fund => fund.Code, StringComparer.Ordinal))
        {
            StatementSet set = await StatementSet.Of(Work, Asked("fund", span, fund.FundId), ct);
            StatementLayout layout = set.Layout("fund");
            FormView view = set.Draw(layout);
            if (view.Rows.SelectMany(row => row.Figures ?? []).All(figure => figure is null or { IsZero: true }))
            {
                continue;
            }

            if (_sheets.Count(sheet => sheet.Key.StartsWith("fund-statement.", StringComparison.Ordinal)) >= MostFunds)
            {
                left++;
                continue;
            }

            AddForm($"fund-statement.{fund.Code}", $"{fund.Code} {fund.Name}", view, source.Part is null ? set.Basis(layout) : null);
        }

        if (left > 0)
        {
            Notes = [.. Notes, Words["export.workbook.funds-left", left]];
        }
    }

    private static Statement Asked(string form, StatementSpan span, int? fund) =>
        new(form, span.From, span.To, fund, Below: false, AsOf: span.Day);

    // What others have a part in is not in the log of a part, so that its statements cannot be drawn from there: they have no basis.
    private void AddForm(string key, string name, FormView view, StatementBasis? basis, FormLinks? links = null) =>
        Add(key, name, (sheet, known, plan) => DrawForm(sheet, known, plan, view, links), basis);

    private void DrawForm(IXLWorksheet sheet, KnownValues known, SheetPlan plan, FormView view, FormLinks? links)
    {
        IReadOnlyList<(string Cell, FormViewRow Row, FormViewColumn Column)> counted = FormWorkbook.DrawOn(sheet, known, view, Words);
        if (links is null || plan.Trial is not { } trial)
        {
            return;
        }

        // A figure that is no sum of others is one of accounts, which the trial balance names.
        foreach (var (cell, row, column) in counted.Where(each => sheet.Cell(each.Cell).GetDouble() != 0))
        {
            known.Link(cell, trial, links.RowOf(view.Layout, row, column));
            sheet.Cell(cell).Style.Font.SetFontColor(XLColor.FromHtml("#0563C1"));
        }
    }

    private void Add(string key, string name, Action<IXLWorksheet, KnownValues, SheetPlan> draw, StatementBasis? basis = null) =>
        _sheets.Add(new AuditSheet(key, name, draw, basis?.ToString() ?? ""));
}
