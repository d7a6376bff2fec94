using CommunityFund.Donations.Posters;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations.References;

/// <summary>What donors write into the note of a transfer, fund by fund, and the posters that say so.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Fund { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Account { get; set; }

    public FundReferenceItems? View { get; private set; }

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Load();
    }

    public async Task<IActionResult> OnGetPdfAsync()
    {
        ModelState.Clear();
        await Load();
        return View is null ? Page() : await TakePdf(() => Task.FromResult(PosterPaper.Of(View, Fund, Account, W)));
    }

    private Task Load() => Try(async () => View = await Session.Ask(new FundReferences(), Ct));
}
