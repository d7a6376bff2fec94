using CommunityFund.Grants.Closings;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Closings;

/// <summary>Grants that run, close or closed.</summary>
public sealed class IndexModel : FundPage
{
    public IReadOnlyList<ClosingListRow>? Rows { get; private set; }

    public Task OnGetAsync() => Try(async () => Rows = await Session.Ask(new ClosingList(), Ct));
}
