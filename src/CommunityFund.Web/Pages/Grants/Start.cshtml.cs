using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Begins an application: one's own, or for a group that came with its form on paper.</summary>
public sealed class StartModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Round { get; set; }

    [BindProperty]
    public string? ProjectTitle { get; set; }

    [BindProperty]
    public string? Community { get; set; }

    [BindProperty]
    public string? Lead { get; set; }

    public IReadOnlyList<RoundCard>? Rounds { get; private set; }

    /// <summary>Whether somebody of the desk fills in for others.</summary>
    public bool IsDesk { get; private set; }

    public bool IsLead { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long grant = 0;
        await Load();
        if (ModelState.IsValid && await Enclose() && await Try(async () => grant = await Session.Run(new StartApplication(
            FormKey, Round, ProjectTitle ?? "", Community ?? "", Lead ?? "", Enclosed.Enclosures), Ct)))
        {
            Said = W["apply.said-started"];
            return RedirectToPage("Show", new { id = grant });
        }

        Unprocessable();
        return Page();
    }

    private async Task Load()
    {
        Identity who = await WhoAmI();
        (IsDesk, IsLead) = (who.Is(Role.Desk), who.Is(Role.Lead));
        await Try(async () => Rounds = [.. (await Session.Ask(new RoundList(), Ct)).Rounds.Where(round => round.Stage == RoundStage.Open)]);
    }
}
