using CommunityFund.Books;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>What platforms paid out, found on the bank's statement.</summary>
public sealed class SettlementsModel : FundPage
{
    [BindProperty]
    public long BankLine { get; set; }

    [BindProperty]
    public List<long> Lines { get; set; } = [];

    [BindProperty]
    public string? BookOn { get; set; }

    public SettlementView? Desk { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long voucher = 0;
        if (await Try(async () =>
        {
            LocalDate? taken = string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn);
            voucher = await Session.Run(new SettlePlatform(FormKey, BankLine, Lines, taken), Ct);
        }))
        {
            Said = W["payments.said-settled"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Desk = await Session.Ask(new SettlementDesk(), Ct));
}
