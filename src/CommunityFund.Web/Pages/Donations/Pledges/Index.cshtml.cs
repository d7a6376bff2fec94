using CommunityFund.Donations.Pledges;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations.Pledges;

/// <summary>The register of pledges, by age.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Day { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    public PledgeItems? View { get; private set; }

    private LocalDate? AsOf => LocalDatePattern.Iso.Parse(Day ?? "") is { Success: true } day ? day.Value : null;

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Try(async () => View = await Session.Ask(new PledgeList(AsOf, All), Ct));
    }

    public async Task<IActionResult> OnGetWorkbookAsync()
    {
        ModelState.Clear();
        return await Try(async () => View = await Session.Download(new PledgeList(AsOf, All), Ct))
            ? File(PledgeWorkbook.Draw(View!, W), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                PledgeWorkbook.FileName(View!, W))
            : Page();
    }
}
