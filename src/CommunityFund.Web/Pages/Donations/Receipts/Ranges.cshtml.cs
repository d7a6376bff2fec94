using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>Ranges of receipts that were received, and the numbers missing in them.</summary>
public sealed class RangesModel : FundPage
{
    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? FirstNumber { get; set; }

    [BindProperty]
    public string? LastNumber { get; set; }

    [BindProperty]
    public ReceiptMedium Medium { get; set; }

    [BindProperty]
    public string? ReceivedOn { get; set; }

    public RangesView? View { get; private set; }

    /// <summary>The first number of the gap whose reason was refused, and what was typed.</summary>
    public string? Refused { get; private set; }

    public string? Typed { get; private set; }

    public string DayType => TypeOf(ReceivedOn);

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate day = Read(nameof(ReceivedOn), () => DayText.Read(ReceivedOn));
        if (ModelState.IsValid && await Try(() => Session.Run(
            new AddReceiptRange(FormKey, Code ?? "", FirstNumber ?? "", LastNumber ?? "", Medium, day), Ct)))
        {
            Said = W["receipts.said-range"];
            return RedirectToPage();
        }

        Unprocessable();
        return await Again();
    }

    public async Task<IActionResult> OnPostExplainAsync(string? code, string? first, string? last, string? reason)
    {
        ModelState.Clear();
        int given = 0;
        if (await Try(async () => given = await Session.Run(new ExplainMissing(FormKey, code ?? "", first ?? "", last ?? "", reason ?? ""), Ct)))
        {
            Said = W["receipts.said-explained", given];
            return RedirectToPage();
        }

        (Refused, Typed, Code) = (first, reason, null);
        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        Ledger.Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new MissingNumbers(), Ct));
}
