using CommunityFund.Grants.Tranches;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>等我办理的用款: for desk, approvers, panel and the payment desk.</summary>
public sealed class WaitingModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    public TrancheList? List { get; private set; }

    public Task OnGetAsync() => Try(async () => List = await Session.Ask(new TranchesForMe(All), Ct));
}
