using CommunityFund.Banking.Reconciling;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Reconciliation;

/// <summary>A reconciliation as it was prepared: confirming it, sending it back, opening it again, taking it out as a workbook.</summary>
public sealed class ShowModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ReconciliationView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetWorkbookAsync() =>
        await Try(async () => View = await Session.Download(new ReconciliationPage(Id), Ct))
            ? File(ReconciliationWorkbook.Draw(View!.Sheet, W), Xlsx, ReconciliationWorkbook.FileName(View.Sheet, W))
            : Page();

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
        ReconciliationPaper.Of(View = await Session.Download(new ReconciliationPage(Id), Ct), W));

    public Task<IActionResult> OnPostConfirmAsync() =>
        Do(() => Session.Run(new ConfirmReconciliation(FormKey, Id), Ct), "reconcile.said.confirmed");

    public Task<IActionResult> OnPostDropAsync() =>
        Do(() => Session.Run(new DropReconciliation(FormKey, Id, Reason ?? ""), Ct), "reconcile.said.dropped");

    public Task<IActionResult> OnPostUnlockAsync() =>
        Do(() => Session.Run(new AskToUnlock(FormKey, Id, Reason ?? ""), Ct), "reconcile.said.unlock-asked");

    public Task<IActionResult> OnPostAgreeAsync() =>
        Do(() => Session.Run(new AgreeToUnlock(FormKey, Id), Ct), "reconcile.said.unlocked");

    public Task<IActionResult> OnPostKeepAsync() => Do(() => Session.Run(new KeepLocked(FormKey, Id), Ct), "reconcile.said.kept");

    private async Task<IActionResult> Do(Func<Task> command, string said)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { Id });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ReconciliationPage(Id), Ct));
}
