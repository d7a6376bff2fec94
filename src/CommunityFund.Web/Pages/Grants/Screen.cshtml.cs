using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Screening;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Screening: the guide and the text side by side, checks, what else these people have applied for, and the ways on.</summary>
public sealed class ScreenModel : FundPage
{
    private const int ItemRows = 4;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int StateVersion { get; set; }

    [BindProperty]
    public List<CheckLine> Checks { get; set; } = [];

    [BindProperty]
    public List<ItemLine> Items { get; set; } = [];

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Clause { get; set; }

    public ScreeningView? View { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Sent { get; private set; }

    public bool IsOpen => View is { Application.State: GrantState.UnderScreening, IsPart: false };

    public async Task OnGetAsync()
    {
        await Load();
        Checks = [.. (View?.Checks ?? []).Select(row => new CheckLine { Verdict = row.Verdict, Note = row.Note })];
    }

    public Task<IActionResult> OnPostChecksAsync()
    {
        Sent = "checks";
        return Do("screen.said-noted", () => Session.Run(new NoteChecks(FormKey, Id,
            [.. Checks.Select((row, i) => (row, (ScreeningCheck)i)).Where(pair => pair.row.Verdict is not null && Enum.IsDefined(pair.Item2))
                .Select(pair => new CheckForm(pair.Item2, pair.row.Verdict!.Value, pair.row.Note ?? ""))]), Ct), stays: true);
    }

    public Task<IActionResult> OnPostAcceptAsync() =>
        Do("screen.said-accepted", () => Session.Run(new AcceptApplication(FormKey, Id, StateVersion), Ct));

    public Task<IActionResult> OnPostCorrectAsync()
    {
        Sent = "correct";
        return Do("screen.said-correct", () => Session.Run(new RequestCorrection(FormKey, Id, StateVersion, Reason ?? "",
            [.. Items.Select(item => new CorrectionForm(item.Section, item.Field ?? "", item.Words ?? ""))]), Ct));
    }

    public Task<IActionResult> OnPostRefuseAsync()
    {
        Sent = "refuse";
        return Do("screen.said-refused", () => Session.Run(new RefuseApplication(FormKey, Id, StateVersion, Reason ?? "", Clause ?? ""), Ct));
    }

    private async Task<IActionResult> Do(string said, Func<Task> command, bool stays = false)
    {
        if (ModelState.IsValid && await Try(command))
        {
            Said = W[said];
            return RedirectToPage(stays ? null : "Show", new { id = Id });
        }

        Unprocessable();
        Ledger.Refusal? refusal = Refusal;
        await Load();
        Refusal = refusal ?? Refusal;
        if (Sent != "checks")
        {
            Checks = [.. (View?.Checks ?? []).Select(row => new CheckLine { Verdict = row.Verdict, Note = row.Note })];
        }

        return Page();
    }

    private async Task Load()
    {
        await Try(async () =>
        {
            View = await Session.Ask(new ScreeningPage(Id), Ct);
            StateVersion = View.Application.StateVersion;
            ModelState.Remove(nameof(StateVersion));
        });
        Items.AddRange(Enumerable.Range(0, Math.Max(0, ItemRows - Items.Count)).Select(_ => new ItemLine()));
    }
}

/// <summary>An answer as typed.</summary>
public sealed record CheckLine
{
    public CheckVerdict? Verdict { get; init; }

    public string? Note { get; init; }
}

/// <summary>Something to correct, as typed.</summary>
public sealed record ItemLine
{
    public SectionKind Section { get; init; } = SectionKind.Budget;

    public string? Field { get; init; }

    public string? Words { get; init; }
}
