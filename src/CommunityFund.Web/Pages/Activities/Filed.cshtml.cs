using CommunityFund.Books;
using CommunityFund.TimeBank.Hours;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>A signed sheet, list or slip as whoever confirms it looks at it.</summary>
public sealed class FiledModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long id)
    {
        FiledPaper? paper = null;
        return await Try(async () => paper = await Session.Ask(new ReadTimeBankPaper(id), Ct)) ? this.ShowPicture(paper!) : Page();
    }
}
