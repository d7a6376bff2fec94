using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>A coordinator reserves for somebody who has no phone, by the number of the passbook.</summary>
public sealed class ForModel : FundPage
{
    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public long? Item { get; set; }

    public CounterDayView? Day { get; private set; }

    public IReadOnlyList<CatalogueBoardRow> Open { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long reservation = 0;
        if (await Load() && await Try(async () => reservation = await Session.Run(new ReserveFor(FormKey, Number ?? "", Item ?? 0), Ct)))
        {
            Said = W["redeem.said-reserved"];
            return RedirectToPage("Note", new { id = reservation });
        }

        return Page();
    }

    private Task<bool> Load() => Try(async () =>
    {
        Day = await Session.Ask(new CounterDay(), Ct);
        Open = [.. (await Session.Ask(new CatalogueBoard(), Ct)).Rows.Where(row => row.State == CatalogueState.Open)];
    });
}
