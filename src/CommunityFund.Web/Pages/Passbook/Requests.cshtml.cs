using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>What is asked for the holder and the family, and what the holder does for neighbours.</summary>
public sealed class RequestsModel : MemberPage
{
    public MyRequestsView? View { get; private set; }

    /// <summary>The form that was refused, such as report-3: it keeps what was typed.</summary>
    public string Refused { get; private set; } = "";

    public string? On { get; private set; }

    public string? From { get; private set; }

    public string? Until { get; private set; }

    public string? Reason { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostConfirmAsync(long id, string? bookOn) => Do("swap.said-confirmed", $"confirm-{id}", () => Holder.Run(
        new ConfirmService(FormKey, Pass, id, string.IsNullOrEmpty(bookOn) ? null : DayText.Read(bookOn)), Ct));

    public Task<IActionResult> OnPostReturnAsync(long id, string? reason)
    {
        Reason = reason;
        return Do("swap.said-returned", $"return-{id}", () => Holder.Run(new ReturnReport(FormKey, Pass, id, reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostCancelAsync(long id) =>
        Do("swap.said-cancelled", "", () => Holder.Run(new CancelRequest(FormKey, Pass, id), Ct));

    public Task<IActionResult> OnPostReportAsync(long id, string? on, string? from, string? until)
    {
        (On, From, Until) = (on, from, until);
        return Do("swap.said-reported", $"report-{id}", () => Holder.Run(
            new ReportDone(FormKey, Pass, id, new ServedTime(DayText.Read(on), from ?? "", until ?? "")), Ct));
    }

    public Task<IActionResult> OnPostWithdrawAsync(long id) =>
        Do("swap.said-withdrawn", "", () => Holder.Run(new WithdrawOffer(FormKey, Pass, id), Ct));

    private async Task<IActionResult> Do(string said, string form, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage();
        }

        Refused = form;
        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => View = await Holder.Ask(new MyRequests(Pass), Ct));
}
