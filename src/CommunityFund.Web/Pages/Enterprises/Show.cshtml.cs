using System.Globalization;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>One enterprise: its agreements, declarations, start-up money, shares and activities.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>The agreement or activity a button stands at.</summary>
    [BindProperty]
    public long? Item { get; set; }

    [BindProperty]
    public string? ShareYear { get; set; }

    [BindProperty]
    public string? ShareProfit { get; set; }

    [BindProperty]
    public string? DisclosedOn { get; set; }

    [BindProperty]
    public string? DisclosedWhere { get; set; }

    public EnterpriseView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync() => Do(async () =>
    {
        await Session.Run(new AgreeTerm(FormKey, Item ?? 0), Ct);
        return "enterprises.said-agreed";
    });

    public Task<IActionResult> OnPostDropAsync() => Do(async () =>
    {
        await Session.Run(new DropTerm(FormKey, Item ?? 0), Ct);
        return "enterprises.said-dropped";
    });

    public Task<IActionResult> OnPostShareAsync()
    {
        Amount profit = AnyMoney(nameof(ShareProfit), ShareProfit);
        if (!short.TryParse(ShareYear, CultureInfo.InvariantCulture, out short year) || year is < 2000 or > 2200)
        {
            ModelState.AddModelError(nameof(ShareYear), W["form.number"]);
        }

        return Do(async () =>
        {
            await Session.Run(new RecordEquityShare(FormKey, Id, year, profit, Enclosed.Enclosures), Ct);
            return "enterprises.said-voucher";
        });
    }

    public Task<IActionResult> OnPostDiscloseAsync()
    {
        LocalDate on = Day(nameof(DisclosedOn), DisclosedOn);
        return Do(async () =>
        {
            await Session.Run(new DisclosePledge(FormKey, Item ?? 0, on, DisclosedWhere ?? ""), Ct);
            return "enterprises.said-disclosed";
        });
    }

    private Task<IActionResult> Do(Func<Task<string>> command) => Do(command, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new EnterprisePage(Id), Ct));
}
