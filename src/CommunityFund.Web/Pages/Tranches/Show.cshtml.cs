using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>One tranche: what was asked for, what happened, its money, and what the reader may do.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public TrancheMove Move { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Cure { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public bool UseOk { get; set; }

    [BindProperty]
    public bool PapersOk { get; set; }

    [BindProperty]
    public bool ProgressOk { get; set; }

    /// <summary>The supplier's account, where the foundation is to pay the supplier itself.</summary>
    [BindProperty]
    public long? Supplier { get; set; }

    [BindProperty]
    public long Account { get; set; }

    [BindProperty]
    public PayeeKind Kind { get; set; }

    public TrancheView? View { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        Version = View?.Version ?? 0;
    }

    public Task<IActionResult> OnPostCheckAsync() =>
        Do(() => Session.Run(new CheckTranche(FormKey, Id, Version, UseOk, PapersOk, ProgressOk, Note ?? "", Supplier), Ct), "tranches.said-checked");

    public Task<IActionResult> OnPostApproveAsync() =>
        Do(() => Session.Run(new ApproveTranche(FormKey, Id, Version, Move, Reason ?? ""), Ct), "tranches.said-approved");

    public Task<IActionResult> OnPostReturnAsync() =>
        Do(() => Session.Run(new ReturnTrancheRequest(FormKey, Id, Version, Reason ?? ""), Ct), "tranches.said-returned");

    public Task<IActionResult> OnPostWithdrawAsync() =>
        Do(() => Session.Run(new WithdrawTrancheRequest(FormKey, Id, Version), Ct), "tranches.said-withdrawn");

    public Task<IActionResult> OnPostDeclineAsync() =>
        Do(() => Session.Run(new DeclineTranche(FormKey, Id, Version, Reason ?? ""), Ct), "tranches.said-declined");

    public Task<IActionResult> OnPostCancelAsync() =>
        Do(() => Session.Run(new CancelTranche(FormKey, Id, Version, Reason ?? ""), Ct), "tranches.said-cancelled");

    public Task<IActionResult> OnPostHoldAsync() =>
        Do(() => Session.Run(new HoldTranche(FormKey, Id, Version, Reason ?? "", Cure ?? "", Move == TrancheMove.HoldByPanel), Ct),
            "tranches.said-held");

    public Task<IActionResult> OnPostReleaseAsync() =>
        Do(() => Session.Run(new ReleaseTranche(FormKey, Id, Version, Reason ?? "", Move == TrancheMove.ReleaseByPanel), Ct),
            "tranches.said-released");

    public Task<IActionResult> OnPostRetryAsync() =>
        Do(() => Session.Run(new RetryPayment(FormKey, Id, Version), Ct), "tranches.said-retried");

    public async Task<IActionResult> OnPostPayeeAsync(long grant) =>
        await Do(() => Session.Run(new ChangePayee(FormKey, grant, Account, Kind), Ct), "tranches.said-payee");

    /// <summary>A paper as a download and never as a page.</summary>
    public async Task<IActionResult> OnGetFileAsync(long document)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadTranchePaper(Id, document), Ct))
            ? this.Download(file!.Name, file.Format, file.Content) : Page();
    }

    private async Task<IActionResult> Do(Func<Task> command, string said)
    {
        if (ModelState.IsValid && await Try(async () =>
        {
            await command();
            Said = W[said];
        }))
        {
            return RedirectToPage(new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new TranchePage(Id), Ct));
}
