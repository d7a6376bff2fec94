using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>A reservation: the code that is shown at the counter, or the receipt once it is collected.</summary>
public sealed class ReservationModel : MemberPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public MyReservationView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostReleaseAsync()
    {
        if (await Try(() => Holder.Run(new ReleaseReservation(FormKey, Pass, Id), Ct)))
        {
            return RedirectToPage("Catalogue");
        }

        Refusal? refused = Refusal;
        await Load();
        Refusal = refused;
        return Page();
    }

    public async Task<IActionResult> OnGetPdfAsync() => await TakePdf(async () =>
    {
        View = await Holder.Ask(new MyReservation(Pass, Id), Ct);
        return RedemptionSlipPaper.Of(View.Receipt ?? throw new RefusedException(CommunityFund.TimeBank.Redemptions.Redemption.Unknown), W);
    });

    private Task Load() => Try(async () => View = await Holder.Ask(new MyReservation(Pass, Id), Ct));
}
