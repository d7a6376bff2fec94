using System.Globalization;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>A merchant's month: the statement beside the books, and its settlement.</summary>
public sealed class MerchantModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Merchant { get; set; }

    /// <summary>2026-03; the month that just ended where nothing is said.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Month { get; set; }

    public StatementView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(async () => await Session.Run(new SettleMerchant(FormKey, Merchant, await Which()), Ct)))
        {
            Said = W["redeem.said-settled"];
            return RedirectToPage(new { merchant = Merchant, month = Month });
        }

        Refusal? refused = Refusal;
        await Load();
        Refusal = refused;
        return Page();
    }

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new MerchantStatement(Merchant, await Which()), Ct);
        return StatementPaper.Of(View, W);
    });

    public string Of(LocalDate month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private async Task<LocalDate> Which() =>
        LocalDatePattern.Iso.Parse($"{Month}-01") is { Success: true, Value: { Year: >= 1 and < 9999 } typed } ? typed
            : (await WhoAmI()).Today.With(DateAdjusters.StartOfMonth).PlusMonths(-1);

    private Task Load() => Try(async () => View = await Session.Ask(new MerchantStatement(Merchant, await Which()), Ct));
}
