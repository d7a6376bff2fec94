using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations.Refunds;

/// <summary>What is left of a gift goes back: first a preview, then the voucher.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Lot { get; set; }

    [BindProperty]
    public string? Money { get; set; }

    [BindProperty]
    public string? Cause { get; set; }

    [BindProperty]
    public string? Day { get; set; }

    [BindProperty]
    public string? Basis { get; set; }

    [BindProperty]
    public string? PartyAccount { get; set; }

    /// <summary>The open day that was offered for a late item, and taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public RefundView? View { get; private set; }

    public string DayType => TypeOf(Day);

    private GiftRefundCause Why => Codes.Find<GiftRefundCause>(Cause ?? "") ?? GiftRefundCause.Outside;

    public async Task OnGetAsync()
    {
        await Try(async () => View = await Session.Ask(new RefundPreview(Lot), Ct));
        Day = View is null ? null : LocalDatePattern.Iso.Format(View.Today);
    }

    /// <summary>The entry to come.</summary>
    public async Task<IActionResult> OnPostPreviewAsync()
    {
        await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
        Amount? amount = Read(nameof(Money), () => AmountText.ReadPositive(Money));
        var day = Read(nameof(Day), () => DayText.Read(Day));
        await Try(async () => View = await Session.Ask(
            ModelState.IsValid ? new RefundPreview(Lot, amount, Why, day) : new RefundPreview(Lot), Ct));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long voucher = 0;
        await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
        Amount? amount = Read(nameof(Money), () => AmountText.ReadPositive(Money));
        var day = Read(nameof(Day), () => DayText.Read(Day));
        if (ModelState.IsValid && Refusal is null && await Try(async () => voucher = await Session.Run(new RefundGift(
            FormKey, Lot, amount!, Why, day, Basis ?? "", Enclosed.Enclosures, PartyAccount ?? "",
            string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn)), Ct)))
        {
            return RedirectToPage("/Vouchers/Show", new { id = voucher });
        }

        Refusal? no = Refusal;
        Unprocessable();
        ModelState.Remove(nameof(FormKey));
        await Try(async () => View = await Session.Ask(new RefundPreview(Lot), Ct));
        Refusal = no;
        return Page();
    }
}
