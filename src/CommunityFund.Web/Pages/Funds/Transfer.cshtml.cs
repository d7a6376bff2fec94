using CommunityFund.Funds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>One transfer: who has signed, and what comes next.</summary>
public sealed class TransferModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    public TransferView? Transfer { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync() => Do(async () =>
        await Session.Run(new AgreeTransfer(FormKey, Id), Ct) is null ? "transfer.said-agreed" : "transfer.said-prepared");

    public Task<IActionResult> OnPostPrepareAsync() => Do(async () =>
    {
        await Session.Run(new PrepareTransfer(FormKey, Id), Ct);
        return "transfer.said-prepared";
    });

    public Task<IActionResult> OnPostRefuseAsync() => Do(async () =>
    {
        await Session.Run(new RefuseTransfer(FormKey, Id, Reply ?? ""), Ct);
        return "transfer.said-refused";
    });

    public Task<IActionResult> OnPostWithdrawAsync() => Do(async () =>
    {
        await Session.Run(new WithdrawTransfer(FormKey, Id), Ct);
        return "transfer.said-withdrawn";
    });

    private async Task<IActionResult> Do(Func<Task<string>> command)
    {
        if (await Try(async () => Said = W[await command()]))
        {
            return RedirectToPage("Transfer", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Transfer = (await Session.Ask(new TransferList(Id: Id), Ct)).SingleOrDefault()
            ?? throw new Ledger.RefusedException(FundTransfer.Unknown, ("transfer", Id));
    });
}
