using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Periods;

/// <summary>试结账 and 结账 of one period.</summary>
public sealed class CloseModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Period { get; set; }

    /// <summary>Why lines that were set aside stay so.</summary>
    [BindProperty]
    public string? Held { get; set; }

    /// <summary>Why money in suspense is still there.</summary>
    [BindProperty]
    public string? Suspense { get; set; }

    /// <summary>How the annual report was approved.</summary>
    [BindProperty]
    public string? Approval { get; set; }

    public TrialCloseView? Trial { get; private set; }

    public bool KeepsBank { get; private set; }

    /// <summary>Whether the reader may look at all seals, not only the published ones.</summary>
    public bool SeesSeals { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(() => Session.Run(new CloseMonth(FormKey, Period, Held ?? "", Suspense ?? "", Approval ?? ""), Ct)))
        {
            Said = W["calendar.said.closed", new PeriodNumber(Period)];
            return RedirectToPage("Index", new { Year = Period / 100 });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private async Task Load()
    {
        var who = await WhoAmI();
        (KeepsBank, SeesSeals) = (who.Is(Role.Accountant), who.Is([.. CheckpointList.Readers]));
        if (Period == 0)
        {
            await Try(async () => Period = (await Session.Ask(new PeriodCalendar(null), Ct)).Next?.Period ?? 0);
        }

        await Try(async () => Trial = await Session.Ask(new TrialClose(Period), Ct));
    }
}
