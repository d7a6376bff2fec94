using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Exchange;

/// <summary>One request: who would help, who does, what was done, and how it was settled.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public string? Number { get; private set; }

    public string? On { get; private set; }

    public string? From { get; private set; }

    public string? Until { get; private set; }

    public string? Reason { get; private set; }

    public ServiceRequestView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostMatchAsync(string? number)
    {
        Number = number;
        return Do("exchange.said-matched", () => Session.Run(new MatchRequest(FormKey, Id, number ?? ""), Ct));
    }

    public Task<IActionResult> OnPostUnmatchAsync() => Do("exchange.said-unmatched", () => Session.Run(new UnmatchRequest(FormKey, Id), Ct));

    public Task<IActionResult> OnPostReportAsync(string? on, string? from, string? until)
    {
        (On, From, Until) = (on, from, until);
        return Do("exchange.said-reported", () => Session.Run(
            new ReportDoneFor(FormKey, Id, new ServedTime(DayText.Read(on), from ?? "", until ?? "")), Ct));
    }

    public Task<IActionResult> OnPostConfirmAsync(string? bookOn) => Do("exchange.said-confirmed", () => Session.Run(
        new ConfirmServiceFor(FormKey, Id, string.IsNullOrEmpty(bookOn) ? null : DayText.Read(bookOn)), Ct));

    public Task<IActionResult> OnPostReopenAsync(string? on)
    {
        On = on;
        return Do("exchange.said-reopened", () => Session.Run(new ReopenRequest(FormKey, Id, DayText.Read(on)), Ct));
    }

    public Task<IActionResult> OnPostCancelAsync(string? reason)
    {
        Reason = reason;
        return Do("exchange.said-cancelled", () => Session.Run(new CancelRequestFor(FormKey, Id, reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostProposeAsync(string? reason)
    {
        Reason = reason;
        return Do("exchange.said-proposed", () => Session.Run(new ProposeServiceCorrection(FormKey, Id, reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostAgreeAsync() =>
        Do("exchange.said-corrected", () => Session.Run(new AgreeServiceCorrection(FormKey, Id, true), Ct));

    public Task<IActionResult> OnPostDropAsync() =>
        Do("exchange.said-dropped", () => Session.Run(new AgreeServiceCorrection(FormKey, Id, false), Ct));

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { id = Id });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ServiceRequestPage(Id), Ct));
}
