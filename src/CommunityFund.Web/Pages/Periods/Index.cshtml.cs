using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Periods;

/// <summary>The calendar of the books: which months are closed, and what keeps the next one open.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Year { get; set; }

    public CalendarYear? Calendar { get; private set; }

    public bool KeepsBank { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostOpenAsync(int next) => Do(
        () => Session.Run(new OpenYear(FormKey, next), Ct), W["calendar.said.opened", next], next);

    private async Task<IActionResult> Do(Func<Task> command, string said, int year)
    {
        if (await Try(command))
        {
            Said = said;
            return RedirectToPage(new { Year = year });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private async Task Load()
    {
        KeepsBank = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () => Calendar = await Session.Ask(new PeriodCalendar(Year), Ct));
    }
}
