using CommunityFund.Funds.Endings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The end of a fund: what is left, where it goes, and closing it when it has gone.</summary>
public sealed class EndingModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public EndingForm Form { get; set; } = new();

    public EndingView? Ending { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostProposeAsync() => Do("ending.said-proposed", () => Session.Run(
        new ProposeEnding(FormKey, Id, Form.Rule, Form.Reason ?? "", Form.Source ?? "", Form.IsMajor, Form.UnrestrictedTo,
            [.. Form.Homes.Where(home => home.ToFund is not null).Select(home => new RestrictedHome(home.Lots,
                home.ToFund!.Value, home.Aim ?? ""))]), Ct));

    public Task<IActionResult> OnPostAgreeAsync(long plan) => Do("ending.said-agreed",
        () => Session.Run(new AgreeEnding(FormKey, plan), Ct));

    public Task<IActionResult> OnPostDropAsync(long plan) => Do("fund.said-dropped", () => Session.Run(new DropEnding(FormKey,
        plan), Ct));

    public Task<IActionResult> OnPostRestAsync(long plan) => Do("ending.said-agreed", () => Session.Run(new MoveRest(FormKey,
        plan), Ct));

    public Task<IActionResult> OnPostFinishAsync(long plan) => Do("ending.said-closed",
        () => Session.Run(new FinishEnding(FormKey, plan), Ct), "Show");

    private async Task<IActionResult> Do(string said, Func<Task> command, string next = "Ending")
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(next, new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Ending = await Session.Ask(new EndingPage(Id), Ct));
}

/// <summary>Where gifts under the same clauses are to go.</summary>
public sealed record HomeForm
{
    public List<long> Lots { get; init; } = [];

    public int? ToFund { get; init; }

    public string? Aim { get; init; }
}

/// <summary>What is typed for the end of a fund.</summary>
public sealed record EndingForm
{
    public EndingRule Rule { get; init; } = EndingRule.Similar;

    public string? Reason { get; init; }

    public string? Source { get; init; }

    public bool IsMajor { get; init; }

    public int? UnrestrictedTo { get; init; }

    public List<HomeForm> Homes { get; init; } = [];

    public HomeForm? HomeAt(int at) => at < Homes.Count ? Homes[at] : null;
}
