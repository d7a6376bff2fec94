using CommunityFund.PublicMoney;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.PublicMoney;

/// <summary>The register of government money.</summary>
public sealed class IndexModel : FundPage
{
    public ContractDesk? Desk { get; private set; }

    public Task OnGetAsync() => Try(async () => Desk = await Session.Ask(new PublicContractList(), Ct));
}
