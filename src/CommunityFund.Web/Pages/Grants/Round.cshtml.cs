using CommunityFund.Grants.Rounds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>One call for applications: its guide, days, needs and pool, and what the reader may do.</summary>
public sealed class RoundModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public RoundView? View { get; private set; }

    public bool SeesMoney => View?.Pool.Any(part => part.Available is not null) == true;

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync() => Do(async () =>
    {
        await Session.Run(new AgreeRound(FormKey, Id), Ct);
        return "rounds.said-agreed";
    }, Load, new { id = Id });

    public Task<IActionResult> OnPostDropAsync() => Do(async () =>
    {
        await Session.Run(new DropRound(FormKey, Id), Ct);
        return "rounds.said-dropped";
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new RoundPage(Id), Ct));
}
