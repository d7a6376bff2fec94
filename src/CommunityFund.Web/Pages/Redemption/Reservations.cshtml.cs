using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>Reservations: what waits, what lapsed, what was handed out, and what is still to be booked.</summary>
public sealed class ReservationsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Filter { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public long Reservation { get; set; }

    public ReservationFilter Shown => Codes.Find<ReservationFilter>(Filter ?? "") ?? ReservationFilter.Reserved;

    public ReservationListView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReleaseAsync() =>
        Do(() => Session.Run(new ReleaseReservationFor(FormKey, Reservation), Ct), "redeem.said-released");

    public Task<IActionResult> OnPostLapsedAsync() => Do(async () =>
    {
        ReservationListView view = await Session.Ask(new ReservationList(Shown, Programme), Ct);
        foreach (int programme in view.Hands)
        {
            await Session.Run(new ReleaseLapsed(Guid.NewGuid(), programme), Ct);
        }
    }, "redeem.said-lapsed");

    public Task<IActionResult> OnPostBookAsync() => Do(() => Session.Run(new BookCostAgain(FormKey, Reservation), Ct), "redeem.said-booked");

    private async Task<IActionResult> Do(Func<Task> command, string said)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { filter = Codes.Kebab(Shown), Programme });
        }

        Refusal? refused = Refusal;
        await Load();
        Refusal = refused;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ReservationList(Shown, Programme), Ct));
}
