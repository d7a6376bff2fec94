using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>One case from the ranking on: opinions, the decision with what each fund gives, the award and its two signatures.</summary>
public sealed class AwardModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>The state version that the page was drawn with.</summary>
    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public DecisionKind Kind { get; set; }

    /// <summary>What each fund of the pool gives, by fund. Read by hand: a bound dictionary would take every field of the other forms for
    /// its own.</summary>
    public Dictionary<int, string?> Shares { get; private set; } = [];

    [BindProperty]
    public string? Place { get; set; }

    [BindProperty]
    public string? ProjectClass { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Expert { get; set; }

    [BindProperty]
    public Stance Stance { get; set; }

    [BindProperty]
    public string? Opinion { get; set; }

    [BindProperty]
    public string? Resolution { get; set; }

    [BindProperty]
    public string? Contact { get; set; }

    public AwardView? View { get; private set; }

    public bool IsTyped { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostDecideAsync()
    {
        foreach (var (field, text) in Request.Form.Where(field => field.Key.StartsWith("Shares[", StringComparison.Ordinal)))
        {
            if (int.TryParse(field[7..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int fund))
            {
                Shares[fund] = text;
            }
        }

        FundShare[] shares = Kind == DecisionKind.Refuse ? [] :
            [.. Shares.Select(share => new FundShare(share.Key, AnyMoney($"Shares[{share.Key}]",
                share.Value))).Where(share => !share.Amount.IsZero)];
        int? place = Kind != DecisionKind.Waitlist ? null : int.TryParse(Place, CultureInfo.InvariantCulture, out int typed) ? typed : 0;
        return Do("award.said-decided", () => Session.Run(new DecideCase(
            FormKey, Id, Version, Kind, shares, place, ProjectClass ?? "", Reason ?? "", Minutes ?? ""), Ct));
    }

    public Task<IActionResult> OnPostOpinionAsync() =>
        Do("award.said-opinion", () => Session.Run(new NoteOpinion(FormKey, Id, Expert ?? "", Stance, Opinion ?? ""), Ct));

    public Task<IActionResult> OnPostRedecideAsync() =>
        Do("award.said-redecide", () => Session.Run(new RedecideCase(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostPromoteAsync() =>
        Do("award.said-promoted", () => Session.Run(new PromoteCase(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostPassOverAsync() =>
        Do("award.said-passed-over", () => Session.Run(new PassOverCase(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostAppealAsync() => Do("award.said-appealed",
        () => Session.Run(new AppealRemoval(FormKey, Id, Version, Reason ?? "", Contact ?? "", Resolution ?? ""), Ct));

    public Task<IActionResult> OnPostAwardAsync() =>
        Moved("award.said-awarded", () => Session.Run(new AwardGrant(FormKey, Id, Version, Resolution ?? ""), Ct));

    public Task<IActionResult> OnPostRevokeAsync() =>
        Moved("award.said-revoked", () => Session.Run(new RevokeAward(FormKey, Id, Version, Reason ?? "", Resolution ?? ""), Ct));

    private Task<IActionResult> Moved(string said, Func<Task<GrantMoved>> move) =>
        Do(async () => (await move()).Happened ? said : "award.said-signed", Reload, new { id = Id });

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Reload, new { id = Id });

    private Task Reload()
    {
        IsTyped = true;
        ModelState.Remove(nameof(Version));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new AwardPage(Id), Ct));
        if (View is { } view)
        {
            Version = view.Grant.StateVersion;
            if (!IsTyped)
            {
                Shares = view.Funds.ToDictionary(fund => fund.Fund.Fund, fund => fund.Given.IsZero ? null : Figures.Of(fund.Given));
                Place = view.NextPlace?.ToString(CultureInfo.InvariantCulture);
                ProjectClass = view.Decisions.Count > 0 ? view.Decisions[0].ProjectClass : "";
            }
        }
    }
}
