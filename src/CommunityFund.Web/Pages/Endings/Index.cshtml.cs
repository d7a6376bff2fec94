using CommunityFund.Grants.Endings;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Endings;

/// <summary>Grants that are suspended, ended or owe money back, and those whose report is late.</summary>
public sealed class IndexModel : FundPage
{
    public IReadOnlyList<EndingRow>? Rows { get; private set; }

    public Task OnGetAsync() => Try(async () => Rows = await Session.Ask(new EndingList(), Ct));
}
