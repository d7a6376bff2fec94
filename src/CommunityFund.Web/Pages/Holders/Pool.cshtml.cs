using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>时间池: what it holds, and what came and went in a month.</summary>
public sealed class PoolModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Month { get; set; }

    public PoolView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new PoolPage(Programme, Month), Ct));
}
