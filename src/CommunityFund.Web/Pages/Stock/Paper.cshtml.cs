using CommunityFund.Stock;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>One paper with its goods, and as it is printed and signed.</summary>
public sealed class PaperModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public SlipView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new StockSlip(Id), Ct));

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Download(new StockSlip(Id), Ct);
        return StockSlipPaper.Of(View, W);
    });
}
