using CommunityFund.Lots;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Lots;

/// <summary>The whole life of one fund: month by month what came and went, what was left, and what was decided about it.</summary>
public sealed class TimelineModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "")]
    public MoneyForm Form { get; set; } = new();

    public FundTimelineView? Life { get; private set; }

    public Task OnGet() => Try(async () => Life = await Session.Ask(Asked(), Ct));

    public async Task<IActionResult> OnGetWorkbook() => await Try(async () => Life = await Session.Download(Asked(), Ct))
        ? File(MoneyWorkbook.Draw(Life!, W), IndexModel.Xlsx, MoneyWorkbook.FileName($"{W["money.timeline"]}-{Life!.Code}", Life!.Head))
        : Page();

    private FundTimeline Asked()
    {
        var (from, to) = Form.Days(null);
        return new FundTimeline(Form.FundId ?? 0, from, to, Form.KnownAt);
    }
}
