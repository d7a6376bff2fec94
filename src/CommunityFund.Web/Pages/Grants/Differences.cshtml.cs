using CommunityFund.Grants.Applications;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>What changed from one signed text to another, or to the application as it stands.</summary>
public sealed class DifferencesModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public short From { get; set; } = 1;

    [BindProperty(SupportsGet = true)]
    public short? To { get; set; }

    public DifferencesView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ApplicationDifferences(Id, From, To), Ct));
}
