using CommunityFund.Grants.Amendments;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Amendments;

/// <summary>Amendments that wait, and those of late.</summary>
public sealed class IndexModel : FundPage
{
    public IReadOnlyList<AmendmentListRow>? Rows { get; private set; }

    public Task OnGetAsync() => Try(async () => Rows = await Session.Ask(new AmendmentList(), Ct));
}
