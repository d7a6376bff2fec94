using CommunityFund.Enterprises;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>The register of social enterprises, what is due or late from them, and what is to be published.</summary>
public sealed class IndexModel : FundPage
{
    public EnterpriseDesk? Desk { get; private set; }

    public Task OnGetAsync() => Try(async () => Desk = await Session.Ask(new EnterpriseList(), Ct));
}
