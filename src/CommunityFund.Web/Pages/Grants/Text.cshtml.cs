using CommunityFund.Grants.Applications;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>The whole of an application to read, as it stands or as it was signed.</summary>
public sealed class TextModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>Which signed text; none for the application as it stands.</summary>
    [BindProperty(SupportsGet = true)]
    public short? No { get; set; }

    public ApplicationView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ReadApplication(Id, No), Ct));
}
