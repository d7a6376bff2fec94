using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>Points whose last day is over, and those that come to it: whom to tell.</summary>
public sealed class ExpiryModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Programme { get; set; }

    public ExpiringView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        ExpiredPoints? done = null;
        if (await Try(async () => done = await Session.Run(new ExpirePoints(FormKey, Programme), Ct)))
        {
            Said = W["holders.said-expired", done!.Holders, done.Points];
            return RedirectToPage(new { Programme });
        }

        var no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task<bool> Load() => Try(async () => View = await Session.Ask(new PointsToExpire(Programme), Ct));
}
