using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>Which duties are kept apart, now and before, and which roles sign in in two steps.</summary>
public sealed class DutiesModel : FundPage
{
    public DutyView? View { get; private set; }

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostPresetAsync(string preset) => Propose(() => Session.Run(
        new ProposeDuties(FormKey, Codes.Find<DutyPreset>(preset ?? "") ?? throw new RefusedException(Proposal.Gone)), Ct));

    public Task<IActionResult> OnPostSecondFactorAsync(string[] roles) => Propose(() => Session.Run(
        new ProposeSecondFactor(FormKey, [.. roles.Select(Codes.Find<Role>).OfType<Role>()]), Ct));

    private async Task<IActionResult> Propose(Func<Task> proposal)
    {
        if (await Try(proposal))
        {
            Said = W["proposals.proposed"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () => View = await Session.Ask(new DutyPage(), Ct));
        Shown = before ?? Refusal;
    }
}
