using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>公开募捐: appeals and what they bring in.</summary>
public sealed class CampaignsModel : FundPage
{
    public IReadOnlyList<CampaignView>? Rows { get; private set; }

    public bool Keeps { get; private set; }

    public Task OnGetAsync() => Try(async () =>
    {
        Rows = await Session.Ask(new CampaignList(), Ct);
        Keeps = (await WhoAmI()).Is(Role.Accountant);
    });
}
