using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>Number and code of the card, asked once on each phone. Open to strangers, so tries are counted.</summary>
[AllowAnonymous]
public sealed class CardModel(MemberCard card) : FundPage
{
    /// <summary>Where the holder was going.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    public void OnGet() => Response.Headers["Referrer-Policy"] = "no-referrer";

    public async Task<IActionResult> OnPostAsync()
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        return await Try(() => card.Show(Number ?? "", Code ?? "", Ct)) ? LocalRedirect(Url.IsLocalUrl(To) ? To : "/Passbook") : Page();
    }

    public IActionResult OnPostAway()
    {
        card.PutAway();
        return RedirectToPage();
    }
}
