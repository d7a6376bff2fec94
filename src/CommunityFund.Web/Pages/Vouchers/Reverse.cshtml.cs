using CommunityFund.Books;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class ReverseModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? On { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The first open day, taken by its button where the month of the day written is closed.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    /// <summary>It belongs to the adjusting period of the voucher's year.</summary>
    [BindProperty]
    public bool IsAdjusting { get; set; }

    public CorrectionWays? Ways { get; private set; }

    public string DayType => TypeOf(On);

    public async Task OnGetAsync()
    {
        if (await Ask())
        {
            (On, IsAdjusting) = (LocalDatePattern.Iso.Format(Ways!.RedDay), Ways.IsAdjusting);
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        ModelState.Clear();
        (On, IsAdjusting) = (BookOn ?? On, IsAdjusting && BookOn is null);
        LocalDate day = Read(nameof(On), () => DayText.Read(On));
        long red = 0;
        if (ModelState.IsValid
            && await Try(async () => red = await Session.Run(new ReverseVoucher(FormKey, Id, day, Reason ?? "", IsAdjusting), Ct)))
        {
            Said = W["voucher.said.prepared"];
            return RedirectToPage("Show", new { id = red });
        }

        if (CorrectionPage.FieldOf(Refusal) is { } field)
        {
            ModelState.AddModelError(field, W.Of(Refusal!));
            Refusal = null;
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        await Ask();
        return Page();
    }

    private Task<bool> Ask() => Try(async () => Ways = await Session.Ask(new WaysToCorrect(Id), Ct));
}
