using CommunityFund.Grants.Awards;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>What waits for whom between ranking and agreement.</summary>
public sealed class IndexModel : FundPage
{
    public AwardBoardView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new AwardBoard(), Ct));
}
