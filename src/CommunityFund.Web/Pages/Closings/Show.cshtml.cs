using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Closings;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Closings;

/// <summary>A reason for a field, as typed.</summary>
public sealed class TypedRemark
{
    public ReportField Field { get; set; }

    public string? Words { get; set; }
}

/// <summary>The closing of a grant: what has to be done, what is read, and what the desk and the panel decide (S-P13).</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public int ReportNo { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    [BindProperty]
    public List<TypedRemark> Remarks { get; set; } = [];

    [BindProperty]
    public ClosingPaperKind Kind { get; set; }

    [BindProperty]
    public bool Consent { get; set; }

    [BindProperty]
    public long Paper { get; set; }

    [BindProperty]
    public ClosingGrade Grade { get; set; }

    [BindProperty]
    public string? Words { get; set; }

    [BindProperty]
    public long Finding { get; set; }

    [BindProperty]
    public string? Answer { get; set; }

    [BindProperty]
    public string? Found { get; set; }

    [BindProperty]
    public bool Blocks { get; set; }

    /// <summary>What the page said would be given up, in fen.</summary>
    [BindProperty]
    public long? GivesUp { get; set; }

    [BindProperty]
    public bool Agreed { get; set; }

    public bool AgreementMissing { get; private set; }

    public ClosingView? View { get; private set; }

    public bool IsReturning { get; private set; }

    public bool IsRaising { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPrintAsync(ClosingPrint what) => TakePdf(async () =>
        ClosingPapers.Of(await Session.Ask(new ClosingPage(Id), Ct), what, W));

    /// <summary>A paper as a download and never as a page.</summary>
    public async Task<IActionResult> OnGetFileAsync(long paper)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadClosingPaper(Id, paper), Ct))
            ? this.Download(file!.Name, file.Format, file.Content) : Page();
    }

    public async Task<IActionResult> OnPostStartAsync()
    {
        if (GivesUp is > 0 && !Agreed)
        {
            AgreementMissing = true;
            Unprocessable();
            await Load();
            return Page();
        }

        return await Say("closing.said-started", () => Session.Run(new StartClosing(FormKey, Id, Version,
            GivesUp is { } units ? Amount.Fen(units) : null), Ct));
    }

    public Task<IActionResult> OnPostCloseAsync() => Do(async () =>
        (await Session.Run(new CloseGrant(FormKey, Id, Version), Ct)).Happened ? "closing.said-closed" : "closing.said-signed", Load,
        new { id = Id });

    public Task<IActionResult> OnPostReopenAsync()
    {
        NodaTime.LocalDate until = Day(nameof(Until), Until);
        return Say("closing.said-reopened", () => Session.Run(new ReopenWork(FormKey, Id, Version, until, Reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostReopenClosedAsync() => Do(async () =>
        (await Session.Run(new ReopenClosedGrant(FormKey, Id, Version, Reason ?? ""), Ct)).Happened ? "closing.said-opened" : "closing.said-signed",
        Load, new { id = Id });

    public Task<IActionResult> OnPostAcceptAsync() => Say("closing.said-accepted", () =>
        Session.Run(new AcceptClosingReport(FormKey, Id, ReportNo), Ct));

    public Task<IActionResult> OnPostReturnAsync()
    {
        IsReturning = true;
        return Say("closing.said-returned", () => Session.Run(new ReturnClosingReport(FormKey, Id, ReportNo,
            [.. Remarks.Select(row => new ReportRemark(row.Field, row.Words ?? ""))]), Ct));
    }

    public Task<IActionResult> OnPostAttachAsync() => Say("closing.said-attached", () =>
        Session.Run(new AttachToClosing(FormKey, Id, Kind, Consent, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostRemoveAsync() => Say("closing.said-removed", () => Session.Run(new RemoveClosingPaper(FormKey, Id, Paper), Ct));

    public Task<IActionResult> OnPostAssessAsync() => Say("closing.said-assessed", () =>
        Session.Run(new AssessGrant(FormKey, Id, ReportNo, Grade, Words ?? ""), Ct));

    public Task<IActionResult> OnPostRaiseAsync()
    {
        IsRaising = true;
        return Say("closing.said-raised", () => Session.Run(new RaiseFinding(FormKey, Id, Found ?? "", Blocks), Ct));
    }

    public Task<IActionResult> OnPostAnswerAsync() => Say("closing.said-answered", () =>
        Session.Run(new AnswerFinding(FormKey, Id, Finding, Answer ?? ""), Ct));

    public Task<IActionResult> OnPostCloseFindingAsync() => Say("closing.said-finding-closed", () =>
        Session.Run(new CloseFinding(FormKey, Id, Finding, Answer ?? ""), Ct));

    private Task<IActionResult> Say(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new ClosingPage(Id), Ct));
        if (Remarks.Count == 0)
        {
            Remarks = [.. Enum.GetValues<ReportField>().Select(field => new TypedRemark { Field = field })];
        }
    }
}
