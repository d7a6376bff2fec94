using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The chair's desk: rules, agenda, who is here, recusals, the vote on each project, and the count.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>Cases to put on the agenda, each "case version" as the page saw it.</summary>
    [BindProperty]
    public List<string> Cases { get; set; } = [];

    /// <summary>A case or recusal that a button is about: "case version" or "person case".</summary>
    [BindProperty]
    public string? One { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The projects of the agenda in the order that the page showed.</summary>
    [BindProperty]
    public List<long> Order { get; set; } = [];

    public MeetingView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostLockAsync() => Do("meeting.said-locked", () => Session.Run(new LockMeeting(FormKey, Id), Ct));

    public Task<IActionResult> OnPostDropAsync() => Do("meeting.said-dropped", () => Session.Run(new DropMeeting(FormKey, Id), Ct));

    public Task<IActionResult> OnPostPutAsync() => Do("meeting.said-put", () => Session.Run(new PutCasesOnAgenda(FormKey, Id,
        [.. Cases.Select(Pair).Select(pair => new AgendaCase(pair.First, (int)pair.Second))]), Ct));

    public Task<IActionResult> OnPostTakeOffAsync() => Do("meeting.said-taken-off", () => Session.Run(
        new TakeCaseOffAgenda(FormKey, Pair(One).First, (int)Pair(One).Second, Reason ?? ""), Ct));

    /// <summary>Moves a project one place up or down.</summary>
    public async Task<IActionResult> OnPostMoveAsync(long grant, int by)
    {
        int from = Order.IndexOf(grant);
        List<long> moved = [.. Order];
        if (from >= 0)
        {
            moved.RemoveAt(from);
            moved.Insert(Math.Clamp(from + Math.Sign(by), 0, moved.Count), grant);
        }

        IActionResult done = await Do("meeting.said-moved", () => Session.Run(new OrderAgenda(FormKey, Id, moved, Order), Ct));
        return done is RedirectToPageResult ? RedirectToPage(null, null, new { id = Id }, "agenda") : done;
    }

    public Task<IActionResult> OnPostOpenAsync(long? grant) => Do("meeting.said-open", () => Session.Run(new OpenVoting(FormKey, Id, grant), Ct));

    public Task<IActionResult> OnPostCloseAsync(long? grant) => Do("meeting.said-closed", () => Session.Run(new CloseVoting(FormKey, Id, grant), Ct));

    public Task<IActionResult> OnPostStandsAsync() => Do("meeting.said-recusal", () => Session.Run(
        new ConfirmRecusal(FormKey, Id, Pair(One).First, Pair(One).Second, Stands: true), Ct));

    public Task<IActionResult> OnPostDismissAsync() => Do("meeting.said-recusal", () => Session.Run(
        new ConfirmRecusal(FormKey, Id, Pair(One).First, Pair(One).Second, Stands: false), Ct));

    public Task<IActionResult> OnPostCountAsync() => Do("meeting.said-counted", () => Session.Run(new OpenCount(FormKey, Id), Ct));

    public Task<IActionResult> OnPostRecountAsync() => Do("meeting.said-recount", () => Session.Run(new Recount(FormKey, Id, Reason ?? ""), Ct));

    internal static (long First, long Second) Pair(string? typed)
    {
        string[] parts = (typed ?? "").Split(' ');
        return parts.Length == 2 && long.TryParse(parts[0], System.Globalization.CultureInfo.InvariantCulture, out long first)
            && int.TryParse(parts[1], System.Globalization.CultureInfo.InvariantCulture, out int second) ? (first, second) : (0, 0);
    }

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new MeetingPage(Id), Ct));
}
