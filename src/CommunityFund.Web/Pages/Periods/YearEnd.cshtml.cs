using CommunityFund.Periods;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Periods;

/// <summary>结转下年 and 上年结转, account by account.</summary>
public sealed class YearEndModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Year { get; set; }

    public YearEndView? End { get; private set; }

    public async Task OnGetAsync()
    {
        await Try(async () =>
        {
            Year = Year == 0 ? (await Session.Ask(new PeriodCalendar(null), Ct)).Year : Year;
            End = await Session.Ask(new YearEnd(Year), Ct);
        });
    }
}
