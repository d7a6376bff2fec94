using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>Gifts that have no receipt.</summary>
public sealed class WaitingModel : FundPage
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public bool Anonymous { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public WaitingGifts? View { get; private set; }

    /// <summary>The gift whose form stays open after a refusal.</summary>
    public long? Refused { get; private set; }

    public Pager Pager => new(Number, Size, View!.Total);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        await Load();
    }

    public async Task<IActionResult> OnPostWaiveAsync(long id, string? reason)
    {
        if (await Try(() => Session.Run(new WaiveReceipt(FormKey, id, reason ?? ""), Ct)))
        {
            Said = W["receipts.said-waived"];
            return RedirectToPage(new { Anonymous = Anonymous ? "true" : null });
        }

        (Refused, var no) = (id, Refusal);
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => View = await Session.Ask(new GiftsWithoutReceipt(Anonymous, Number, Size), Ct));
    }
}
