using CommunityFund.Books;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>One claim or bill: what it says, who has decided, and what comes next.</summary>
public sealed class DebtModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    /// <summary>The open day offered to a late item, once it is taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    public DebtView? Debt { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostApproveAsync() => Do(async () =>
    {
        await Session.Run(new ApproveDebt(FormKey, Id), Ct);
        return "payments.said-approved";
    });

    public Task<IActionResult> OnPostReturnAsync() => Do(async () =>
    {
        await Session.Run(new ReturnDebt(FormKey, Id, Reply ?? ""), Ct);
        return "payments.said-returned";
    });

    public Task<IActionResult> OnPostWithdrawAsync() => Do(async () =>
    {
        await Session.Run(new WithdrawDebt(FormKey, Id), Ct);
        return "payments.said-withdrawn";
    });

    public Task<IActionResult> OnPostPrepareAsync() => Do(async () =>
    {
        LocalDate? taken = string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn);
        await Session.Run(new PrepareDebt(FormKey, Id, taken), Ct);
        return "payments.said-prepared";
    });

    private async Task<IActionResult> Do(Func<Task<string>> command)
    {
        if (await Try(async () => Said = W[await command()]))
        {
            return RedirectToPage("Debt", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Debt = await Session.Ask(new DebtPage(Id), Ct));
}
