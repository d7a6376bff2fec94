using CommunityFund.Books;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>The receipt of what was handed out, on the page and on paper.</summary>
public sealed class SlipModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public RedemptionSlipView? View { get; private set; }

    /// <summary>The reader works at the counter.</summary>
    public bool HandsOut { get; private set; }

    public async Task OnGetAsync()
    {
        HandsOut = (await WhoAmI()).Is(Role.Coordinator);
        await Try(async () => View = await Session.Ask(new RedemptionSlip(Id), Ct));
    }

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new RedemptionSlip(Id), Ct);
        return RedemptionSlipPaper.Of(View, W);
    });
}
