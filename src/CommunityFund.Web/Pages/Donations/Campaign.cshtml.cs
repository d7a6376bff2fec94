using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>One appeal, and what came in for it.</summary>
public sealed class CampaignModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    public CampaignView? Campaign { get; private set; }

    public DonationRegister? Gifts { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostConfirmAsync() => Do("promise.said-confirmed", () => Session.Run(new ConfirmCampaign(FormKey, Id), Ct));

    public Task<IActionResult> OnPostDropAsync() => Do("promise.said-dropped", () => Session.Run(new DropCampaign(FormKey, Id, Reply ?? ""), Ct));

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage("Campaign", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Campaign = (await Session.Ask(new CampaignList(Id), Ct)).SingleOrDefault()
            ?? throw new RefusedException(CommunityFund.Donations.Campaign.Unknown, ("campaign", Id));
        Gifts = await Session.Ask(new DonationList(Campaign: Id), Ct);
    });
}
