using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>One receipt: what it is for, its file, and how it is taken back.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? VoidedOn { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? RedNumber { get; set; }

    [BindProperty]
    public bool CopiesKept { get; set; }

    public ReceiptView? View { get; private set; }

    public string DayType => TypeOf(VoidedOn);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        await Load();
        VoidedOn = View is null ? null : LocalDatePattern.Iso.Format(View.Today);
    }

    public async Task<IActionResult> OnPostVoidAsync()
    {
        LocalDate day = Read(nameof(VoidedOn), () => DayText.Read(VoidedOn));
        if (ModelState.IsValid
            && await Try(() => Session.Run(new VoidReceipt(FormKey, Id, day, Reason ?? "", CopiesKept, RedNumber ?? ""), Ct)))
        {
            Said = W["receipts.said-void"];
            return RedirectToPage(new { Id });
        }

        Unprocessable();
        return await Again();
    }

    public async Task<IActionResult> OnPostMoveAsync(long donation)
    {
        if (await Try(() => Session.Run(new MoveReceipt(FormKey, Id, donation), Ct)))
        {
            Said = W["receipts.said-moved"];
            return RedirectToPage(new { Id });
        }

        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        Ledger.Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ReceiptPage(Id), Ct));
}
