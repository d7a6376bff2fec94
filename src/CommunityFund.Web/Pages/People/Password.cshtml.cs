using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>The own password. Other sessions end; this one goes on, free of the claim that sent a newcomer here.</summary>
public sealed class PasswordModel(CurrentSession current, Entrance entrance) : FundPage
{
    [BindProperty]
    public string? Old { get; set; }

    [BindProperty]
    public string? New { get; set; }

    [BindProperty]
    public string? Again { get; set; }

    public bool Must => current.MustChangePassword;

    public int Shortest => NewLogin.ShortestPassword;

    public async Task<IActionResult> OnPostAsync()
    {
        if (New != Again)
        {
            ModelState.AddModelError(nameof(Again), W["password.differs"]);
            return Page();
        }

        bool must = Must;
        if (!await Try(() => Session.Run(new ChangePassword(FormKey, Old ?? "", New ?? "", current.SessionId), Ct)))
        {
            return Page();
        }

        await entrance.Refresh();
        Said = W["password.changed"];
        return must ? LocalRedirect("/") : RedirectToPage();
    }
}
