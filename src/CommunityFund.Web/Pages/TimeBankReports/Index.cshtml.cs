using CommunityFund.TimeBank.Reports;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.TimeBankReports;

/// <summary>A time bank's month, each figure beside the ledger's.</summary>
public sealed class IndexModel(IClock clock) : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    /// <summary>2026-03; anything else, and what has not come, is this month.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Month { get; set; }

    public TimeBankMonthView? View { get; private set; }

    public LocalDate Today => clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    private TimeBankMonth Asked => new(Programme,
        LocalDatePattern.Iso.Parse($"{Month}-01") is { Success: true, Value: { Year: >= 1 and < 9999 } first } && first <= Today ? first : null);

    public static string MonthOf(LocalDate day) => LocalDatePattern.CreateWithInvariantCulture("uuuu-MM").Format(day);

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(Asked, Ct));

    public async Task<IActionResult> OnGetWorkbookAsync() =>
        await Try(async () => View = await Session.Download(Asked, Ct))
            ? File(TimeBankWorkbook.Draw(View!, W), Xlsx, TimeBankWorkbook.FileName(View!, W)) : Page();
}
