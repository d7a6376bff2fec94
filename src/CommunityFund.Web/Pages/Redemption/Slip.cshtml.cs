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

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new RedemptionSlip(Id), Ct));

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new RedemptionSlip(Id), Ct);
        return RedemptionSlipPaper.Of(View, W);
    });
}
