using CommunityFund.Funds.Purposes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>Changes of purpose: those that wait first.</summary>
public sealed class PurposesModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    public IReadOnlyList<PurposeChangeRow> Cases { get; private set; } = [];

    public Task OnGetAsync() => Try(async () => Cases = await Session.Ask(new PurposeChangeList(Fund), Ct));
}
