using CommunityFund.Books;
using CommunityFund.Vouchers;
using CommunityFund.Web.Pages.Documents;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Vouchers;

[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class PrepareModel : GridPage
{
    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    [BindProperty]
    public string? OccurredOn { get; set; }

    [BindProperty]
    public string? Narrative { get; set; }

    /// <summary>The open day offered to a late item, once it is taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    /// <summary>It belongs to the adjusting period of its year.</summary>
    [BindProperty]
    public bool IsAdjusting { get; set; }

    public override bool IsOpening => false;

    public override EnclosedForm Documents => Enclosed;

    public string DayType => TypeOf(OccurredOn);

    public async Task OnGetAsync()
    {
        if (await Load())
        {
            OccurredOn = LocalDatePattern.Iso.Format(Choices!.Today);
            if (await Copy() is { } voucher)
            {
                OccurredOn = LocalDatePattern.Iso.Format(voucher.OccurredOn);
                Narrative = voucher.Narrative;
                Enclosed.Kept = [.. voucher.Documents.Select(document => document.Sha256)];
                await Try(() => Enclosed.Recall(Session, Ct));
            }

            Pad();
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        ModelState.Clear();
        bool received = await Receive();
        OccurredOn = BookOn ?? OccurredOn;
        LocalDate day = Read(nameof(OccurredOn), () => DayText.Read(OccurredOn));
        bool isDay = ModelState.GetFieldValidationState(nameof(OccurredOn)) != ModelValidationState.Invalid;
        OccurredOn = isDay ? LocalDatePattern.Iso.Format(day) : OccurredOn;
        if (await Begin(isDay ? day : null))
        {
            if (isDay)
            {
                Read(nameof(OccurredOn), () => Choices!.Kept(day));
            }

            IReadOnlyList<VoucherRow> rows = ReadRows();
            long voucher = 0;
            if (received && ModelState.IsValid && await Try(async () => voucher = await Session.Run(
                new PrepareVoucher(FormKey, day, Narrative ?? "", rows, Enclosed.Enclosures, IsAdjusting), Ct)))
            {
                Said = W["voucher.said.prepared"];
                return RedirectToPage("Show", new { id = voucher });
            }

            PlaceByLine();
            PlaceInHead();
            Unprocessable();
            Pad();
        }

        return Page();
    }

    protected override Task<bool> Load() => Begin(null);

    private void PlaceInHead()
    {
        if (Refusal?.Code == Work.MonthClosed)
        {
            return; // it stands above, beside the button that takes the open day
        }

        if (Refusal?.Facts.ContainsKey("day") == true)
        {
            ModelState.AddModelError(nameof(OccurredOn), W.Of(Refusal));
            Refusal = null;
        }
        else if (Refusal?.Facts.ContainsKey("length") == true)
        {
            ModelState.AddModelError(nameof(Narrative), W.Of(Refusal));
            Refusal = null;
        }
    }
}
