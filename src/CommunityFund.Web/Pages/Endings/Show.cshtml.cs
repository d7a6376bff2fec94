using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Endings;

/// <summary>How a grant stops: suspension, hearing, end, demand, instalments, receipts, write-off, and what is open to the reader.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>The state version that the page was drawn with.</summary>
    [BindProperty]
    public int Version { get; set; }

    /// <summary>The demand, write-off or tranche that a form is about.</summary>
    [BindProperty]
    public long Of { get; set; }

    [BindProperty]
    public SuspensionCause Suspends { get; set; }

    [BindProperty]
    public TerminationCause Ends { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Resolution { get; set; }

    [BindProperty]
    public string? ToldOn { get; set; }

    [BindProperty]
    public string? HeardOn { get; set; }

    [BindProperty]
    public bool Came { get; set; }

    [BindProperty]
    public string? Summary { get; set; }

    [BindProperty]
    public string? Clause { get; set; }

    [BindProperty]
    public string? Figure { get; set; }

    [BindProperty]
    public string? DueOn { get; set; }

    [BindProperty]
    public int Days { get; set; }

    [BindProperty]
    public string? Way { get; set; }

    [BindProperty]
    public int Bearer { get; set; }

    [BindProperty]
    public string? Disclosure { get; set; }

    /// <summary>A line for each instalment: day and amount.</summary>
    [BindProperty]
    public string? Plan { get; set; }

    public EndingView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetLetterAsync(long demand, int? days) => TakePdf(async () =>
    {
        EndingView view = await Session.Ask(new GrantEndingPage(Id), Ct);
        DemandShown shown = view.Demands.FirstOrDefault(each => each.Id == demand)
            ?? throw new RefusedException(GrantDemand.Unknown, ("demand", demand));
        return DemandPaper.Of(view, shown, days, W);
    });

    public Task<IActionResult> OnPostSuspendAsync() =>
        Moved(() => Session.Run(new SuspendGrant(FormKey, Id, Version, Suspends, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostSuspendByPanelAsync() =>
        Moved(() => Session.Run(new SuspendByPanel(FormKey, Id, Version, Suspends, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostResumeAsync() => Moved(() => Session.Run(new ResumeGrant(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostResumeByPanelAsync() => Moved(() => Session.Run(new ResumeByPanel(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostTerminateAsync() =>
        Moved(() => Session.Run(new TerminateGrant(FormKey, Id, Version, Reason ?? "", Resolution ?? ""), Ct));

    public Task<IActionResult> OnPostAppealTerminationAsync() =>
        Moved(() => Session.Run(new AppealTermination(FormKey, Id, Version, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostNothingToRecoverAsync() => Moved(() => Session.Run(new CloseTerminated(FormKey, Id, Version), Ct));

    public Task<IActionResult> OnPostSettleRecoveryAsync() => Moved(() => Session.Run(new SettleRecovery(FormKey, Id, Version), Ct));

    public Task<IActionResult> OnPostHearAsync()
    {
        var (told, heard) = (Day(nameof(ToldOn), ToldOn), Day(nameof(HeardOn), HeardOn));
        return Done(() => Session.Run(new RecordHearing(FormKey, Id, told, heard, Came, Summary ?? ""), Ct));
    }

    public Task<IActionResult> OnPostProposeAsync() => Done(() => Session.Run(new ProposeTermination(FormKey, Id, Ends, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostFindAsync()
    {
        Amount amount = Money(nameof(Figure), Figure);
        return Done(() => Session.Run(new NoteFinding(FormKey, Of, amount, Reason ?? "", Clause ?? ""), Ct));
    }

    public Task<IActionResult> OnPostDraftAsync()
    {
        var due = Day(nameof(DueOn), DueOn);
        return Done(() => Session.Run(new DraftDemand(FormKey, Id, Version, due, Reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostSignAsync() => Done(() => Session.Run(new SignDemand(FormKey, Of), Ct));

    public Task<IActionResult> OnPostWithdrawAsync() => Done(() => Session.Run(new WithdrawDemand(FormKey, Of), Ct));

    public Task<IActionResult> OnPostBookAsync() => Done(() => Session.Run(new PrepareDemand(FormKey, Of, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostCutAsync()
    {
        Amount amount = Money(nameof(Figure), Figure);
        return Done(async () =>
        {
            EndingView view = await Session.Ask(new GrantEndingPage(Id), Ct);
            await Session.Run(new CutDemand(FormKey, view.Demands.First(each => each.State == DemandState.Stands).Id, Of, amount, Reason ?? "",
                Resolution ?? "", Enclosed.Enclosures), Ct);
        });
    }

    public Task<IActionResult> OnPostPlanAsync()
    {
        List<InstalmentForm> rows = [];
        foreach (string line in (Plan ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            rows.Add(new InstalmentForm(Day(nameof(Plan), cells[0]), Money(nameof(Plan), cells.Length > 1 ? cells[1] : "")));
        }

        return Done(() => Session.Run(new PlanInstalments(FormKey, Of, rows, Reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostAgreeAsync() => Done(() => Session.Run(new DecideInstalments(FormKey, Of, true), Ct));

    public Task<IActionResult> OnPostRefuseAsync() => Done(() => Session.Run(new DecideInstalments(FormKey, Of, false), Ct));

    public Task<IActionResult> OnPostRemindAsync()
    {
        var sent = Day(nameof(DueOn), DueOn);
        return Done(() => Session.Run(new NoteReminder(FormKey, Of, Days, sent, Way ?? ""), Ct));
    }

    public Task<IActionResult> OnPostWriteOffAsync() =>
        Done(() => Session.Run(new DraftWriteOff(FormKey, Id, Bearer, Reason ?? "", Disclosure ?? ""), Ct));

    public Task<IActionResult> OnPostResolveAsync() => Done(() => Session.Run(new ResolveWriteOff(FormKey, Of, Resolution ?? ""), Ct));

    public Task<IActionResult> OnPostDropWriteOffAsync() => Done(() => Session.Run(new WithdrawWriteOff(FormKey, Of), Ct));

    public Task<IActionResult> OnPostBookWriteOffAsync() => Done(() => Session.Run(new PrepareWriteOff(FormKey, Of, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostLateAsync()
    {
        Amount amount = Money(nameof(Figure), Figure);
        return Done(() => Session.Run(new AwaitLateRecovery(FormKey, Of, amount, Reason ?? ""), Ct));
    }

    public Task<IActionResult> OnPostDropLateAsync() => Done(() => Session.Run(new DropLateRecovery(FormKey, Of), Ct));

    public Task<IActionResult> OnPostRenewAsync()
    {
        var until = Day(nameof(DueOn), DueOn);
        return Done(() => Session.Run(new RenewSuspension(FormKey, Id, Version, Reason ?? "", until), Ct));
    }

    private Task<IActionResult> Moved(Func<Task<GrantMoved>> move) =>
        Do(async () => (await move()).Happened ? "stopped.said-moved" : "stopped.said-signed", Reload, new { id = Id });

    private Task<IActionResult> Done(Func<Task> command) => Do(async () =>
    {
        await command();
        return "stopped.said-done";
    }, Reload, new { id = Id });

    private Task Reload()
    {
        ModelState.Remove(nameof(Version));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new GrantEndingPage(Id), Ct));
        Version = View?.Grant.StateVersion ?? 0;
        if (Request.Method == HttpMethods.Get && View is { } view)
        {
            DueOn = view.Today.PlusDays(30).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
            Came = true;
        }
    }
}
