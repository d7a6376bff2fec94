using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>The counter, in two taps: 核对 says what and for whom, 已交付 hands it over. Wrong codes are counted by clerk and reservation; the code
/// goes in the form and never in an address.</summary>
public sealed class CounterModel(Tries tries) : FundPage
{
    /// <summary>Too many codes were tried.</summary>
    public const string TooMany = "redemption.too-many";

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public long Reservation { get; set; }

    public CounterDayView? Day { get; private set; }

    public CounterView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task OnPostAsync()
    {
        if (await Load())
        {
            await Counted(CommunityFund.TimeBank.Redemptions.Redemption.NumberIn(Code),
                async () => View = await Session.Ask(new FindReservation(Code ?? ""), Ct));
        }
    }

    public async Task<IActionResult> OnPostHandAsync()
    {
        if (await Load() && await Counted(Reservation, () => Session.Run(new HandOver(FormKey, Reservation, Code ?? ""), Ct)))
        {
            Said = W["redeem.said-handed"];
            return RedirectToPage("Slip", new { id = Reservation });
        }

        return Page();
    }

    private async Task<bool> Counted(long reservation, Func<Task> work) => await Try(async () =>
    {
        if (await tries.Begin($"pickup {Day!.Person} {reservation}", null, Ct) is not { } attempt)
        {
            throw new RefusedException(TooMany);
        }

        try
        {
            await work();
        }
        catch (RefusedException refused) when (refused.Refusal.Code != HandOver.CodeUnknown)
        {
            // Something else says no, before or after the code was looked at: that is no mistake, and makes none forgotten.
            await tries.TakeBack(attempt, Ct);
            throw;
        }

        await tries.Succeeded(attempt, Ct);
    });

    private Task<bool> Load() => Try(async () => Day = await Session.Ask(new CounterDay(), Ct));
}
