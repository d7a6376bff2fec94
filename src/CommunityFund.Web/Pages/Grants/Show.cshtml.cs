using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Screening;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>One case: how far it has come, whom it waits for, what is open to the reader and why the rest is not.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int StateVersion { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? ProjectTitle { get; set; }

    [BindProperty]
    public string? Community { get; set; }

    public CaseView? View { get; private set; }

    /// <summary>Money, tranches, moves and papers.</summary>
    public GrantStoryView? Story { get; private set; }

    public VolunteerContributionView? Hours { get; private set; }

    /// <summary>The move whose form was sent, so that it stays open.</summary>
    public GrantMove? Sent { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        (ProjectTitle, Community) = (View?.Title, View?.Community);
    }

    public async Task<IActionResult> OnGetPdfAsync() =>
        await TakePdf(async () => ApplicationPaper.Of(await Session.Download(new ReadApplication(Id), Ct), W)) is FileResult file
            ? file : await Again();

    /// <summary>A paper of the application, for whoever reads the case.</summary>
    public async Task<IActionResult> OnGetFileAsync(long paper)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadApplicationPaper(Id, paper), Ct))
            ? this.Download(file!.Name, file.Format, file.Content) : await Again();
    }

    public Task<IActionResult> OnPostAskAsync() => Do(GrantMove.RequestSignOff, () => Session.Run(new AskForSignOff(FormKey, Id, StateVersion), Ct));

    public Task<IActionResult> OnPostWithdrawAsync() =>
        Do(GrantMove.Withdraw, () => Session.Run(new WithdrawApplication(FormKey, Id, StateVersion, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostAppealAsync() =>
        Do(GrantMove.AppealIneligible, () => Session.Run(new AppealRefusal(FormKey, Id, StateVersion, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostReopenAsync() =>
        Do(GrantMove.ReopenCorrection, () => Session.Run(new TakeCorrectionBack(FormKey, Id, StateVersion, Reason ?? ""), Ct));

    public async Task<IActionResult> OnPostScreenAsync()
    {
        IActionResult done = await Do(GrantMove.StartScreening, () => Session.Run(new StartScreening(FormKey, Id, StateVersion), Ct));
        return done is RedirectToPageResult ? RedirectToPage("Screen", new { id = Id }) : done;
    }

    public async Task<IActionResult> OnPostTitleAsync()
    {
        if (await Try(() => Session.Run(new RetitleApplication(FormKey, Id, ProjectTitle ?? "", Community ?? ""), Ct)))
        {
            Said = W["apply.said-titled"];
            return RedirectToPage(null, new { id = Id });
        }

        return await Again();
    }

    private async Task<IActionResult> Do(GrantMove move, Func<Task<GrantMoved>> command)
    {
        GrantMoved? moved = null;
        if (await Try(async () => moved = await command()))
        {
            Said = moved!.Happened ? W["apply.said-moved", move] : W["apply.said-signed", move, moved.Waits];
            return RedirectToPage(null, new { id = Id });
        }

        Sent = move;
        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        Ledger.Refusal? refusal = Refusal;
        await Load();
        Refusal = refusal ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        View = await Session.Ask(new CasePage(Id), Ct);
        Story = await Session.Ask(new GrantStory(Id), Ct);
        Hours = await Session.Ask(new VolunteerContribution(Id), Ct);
        StateVersion = View.StateVersion;
        ModelState.Remove(nameof(StateVersion));
    });
}
