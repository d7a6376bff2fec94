using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>A row of a table as typed: up to four texts.</summary>
public sealed class TypedRow
{
    public string? A { get; set; }

    public string? B { get; set; }

    public string? C { get; set; }

    public string? D { get; set; }

    public bool IsEmpty => string.IsNullOrWhiteSpace(A) && string.IsNullOrWhiteSpace(B) && string.IsNullOrWhiteSpace(C)
        && string.IsNullOrWhiteSpace(D);
}

/// <summary>Agreement and duty contract: drafted by the desk, signed by phone or on paper, and the start of the project (S-P7).</summary>
public sealed class AgreementModel : RegisterPage
{
    private const int SpareRows = 2;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public int PaperVersion { get; set; }

    [BindProperty]
    public GrantPaper Paper { get; set; }

    [BindProperty]
    public GrantSide Side { get; set; }

    [BindProperty]
    public string? StartsOn { get; set; }

    [BindProperty]
    public string? EndsOn { get; set; }

    [BindProperty]
    public string? Forbidden { get; set; }

    [BindProperty]
    public string? Returns { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>Amount, earliest day, condition, day of the report.</summary>
    [BindProperty]
    public List<TypedRow> Tranches { get; set; } = [];

    /// <summary>What for, granted, own part.</summary>
    [BindProperty]
    public List<TypedRow> Budget { get; set; } = [];

    /// <summary>Indicator, now, target.</summary>
    [BindProperty]
    public List<TypedRow> Indicators { get; set; } = [];

    public GrantAgreementView? View { get; private set; }

    public bool IsDrafting { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPrintAsync(GrantPaper paper) => TakePdf(async () =>
    {
        GrantAgreementView view = await Session.Ask(new GrantAgreementPage(Id), Ct);
        return paper == GrantPaper.Agreement ? GrantPapers.Agreement(view, W) : GrantPapers.Duty(view, W);
    });

    public Task<IActionResult> OnPostDraftAsync()
    {
        IsDrafting = true;
        AgreementTerms terms = new(Day(nameof(StartsOn), StartsOn), Day(nameof(EndsOn), EndsOn),
            [.. Tranches.Select((row, at) => (row,
                at)).Where(each => !each.row.IsEmpty).Select(each => new TrancheTerm(Money($"Tranches[{each.at}].A", each.row.A),
                Day($"Tranches[{each.at}].B", each.row.B), each.row.C ?? "", Day($"Tranches[{each.at}].D", each.row.D)))],
            [.. Budget.Select((row, at) => (row, at)).Where(each => !each.row.IsEmpty).Select(each => new BudgetTerm(each.row.A ?? "",
                AnyMoney($"Budget[{each.at}].B", each.row.B), AnyMoney($"Budget[{each.at}].C", each.row.C)))],
            [.. Indicators.Where(row => !row.IsEmpty).Select(row => new IndicatorTerm(row.A ?? "", row.B ?? "", row.C ?? ""))],
            Forbidden ?? "", Returns ?? "");
        return Do("award.said-drafted", () => Session.Run(new DraftAgreement(FormKey, Id, Version, terms), Ct));
    }

    public Task<IActionResult> OnPostSignAsync() => Do("award.said-signed-paper", () => Session.Run(
        new SignGrantPaper(FormKey, Id, Version, PaperVersion, Paper, Side, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostActivateAsync() => Do(async () =>
        (await Session.Run(new ActivateGrant(FormKey, Id, Version), Ct)).Happened ? "award.said-active" : "award.said-signed", Reload,
            new { id = Id });

    public Task<IActionResult> OnPostDeclineAsync() => Do("award.said-declined", () => Session.Run(new DeclineAward(FormKey, Id, Version,
        Reason ?? ""), Ct));

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Reload, new { id = Id });

    private Task Reload()
    {
        ModelState.Remove(nameof(Version));
        ModelState.Remove(nameof(PaperVersion));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new GrantAgreementPage(Id), Ct));
        if (View is not { } view)
        {
            return;
        }

        (Version, PaperVersion) = (view.Grant.StateVersion, view.PaperVersion);
        if (!IsDrafting)
        {
            AgreementTerms terms = view.Terms;
            (StartsOn, EndsOn, Forbidden, Returns) = (Iso(terms.StartsOn), Iso(terms.EndsOn), terms.Forbidden, terms.Returns);
            Tranches = [.. terms.Tranches.Select(row => new TypedRow { A = Figures.Of(row.Amount), B = Iso(row.EarliestOn),
                C = row.Condition, D = Iso(row.ReportDueOn) })];
            Budget = [.. terms.Budget.Select(row => new TypedRow { A = row.What, B = Figures.Of(row.Amount), C = row.Own.IsZero
                ? null : Figures.Of(row.Own) })];
            Indicators = [.. terms.Indicators.Select(row => new TypedRow { A = row.Indicator, B = row.Baseline, C = row.Target })];
        }

        // Room for more without a script: what stays empty is left out.
        foreach (List<TypedRow> rows in new[] { Tranches, Budget, Indicators })
        {
            rows.RemoveAll(row => row.IsEmpty && !IsDrafting);
            int empty = rows.Count(row => row.IsEmpty);
            rows.AddRange(Enumerable.Range(0, Math.Max(0, SpareRows - empty)).Select(_ => new TypedRow()));
        }
    }

    private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);
}
