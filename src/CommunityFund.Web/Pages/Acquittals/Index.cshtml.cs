using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>核销: what the desk has to review and the accountant has to book; for a lead, the folders of the own projects.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public AcquittalStep? Step { get; set; }

    public bool IsOffice { get; private set; }

    public IReadOnlyList<AcquittalWaiting> Waiting { get; private set; } = [];

    public IReadOnlyList<MyFolder> Mine { get; private set; } = [];

    public async Task OnGetAsync()
    {
        IsOffice = (await WhoAmI()).Is([.. GrantRoles.Office]);
        await Try(async () =>
        {
            Mine = await Session.Ask(new MyFolders(), Ct);
            Waiting = IsOffice ? await Session.Ask(new AcquittalDesk(Step), Ct) : [];
        });
    }
}
