using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>Plans money from one own account to another.</summary>
public sealed class TransferModel : FundPage
{
    [BindProperty]
    public int? From { get; set; }

    [BindProperty]
    public int? To { get; set; }

    [BindProperty]
    public string? Amount { get; set; }

    [BindProperty]
    public string? MoveOn { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<PayingAccount> Accounts { get; private set; } = [];

    public string DayType => TypeOf(MoveOn);

    public async Task OnGetAsync()
    {
        await Load();
        To = Accounts.Skip(1).FirstOrDefault()?.Id;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Amount? amount = Read(nameof(Amount), () => AmountText.ReadPositive(Amount));
        LocalDate day = Read(nameof(MoveOn), () => DayText.Read(MoveOn));
        if (ModelState.IsValid && amount is not null && await Try(() => Session.Run(
            new PlanTransfer(FormKey, From ?? 0, To ?? 0, amount, day, Reason ?? ""), Ct)))
        {
            Said = W["payments.said-planned"];
            return RedirectToPage("Index");
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Desk desk = await Session.Ask(new PaymentDesk(), Ct);
        Accounts = desk.Accounts;
        MoveOn ??= LocalDatePattern.Iso.Format(desk.Today);
    });
}
