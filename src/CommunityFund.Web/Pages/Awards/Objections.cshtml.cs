using CommunityFund.Grants.Awards;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>The panel's desk for objections: registered, answered, turned away.</summary>
public sealed class ObjectionsModel : RegisterPage
{
    [BindProperty]
    public long Objection { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public ObjectionFinding Finding { get; set; }

    [BindProperty]
    public string? Answer { get; set; }

    [BindProperty]
    public string? Resolution { get; set; }

    /// <summary>The case and its state version, as the list offers them.</summary>
    [BindProperty]
    public string? Case { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Contact { get; set; }

    [BindProperty]
    public string? Words { get; set; }

    [BindProperty]
    public string? Evidence { get; set; }

    public ObjectionListView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostTakeUpAsync() => Do("award.said-registered", () => Session.Run(new TakeUpObjection(FormKey, Objection,
        Version), Ct));

    public Task<IActionResult> OnPostTurnAwayAsync() =>
        Do("award.said-turned-away", () => Session.Run(new TurnAwayObjection(FormKey, Objection, Answer ?? ""), Ct));

    public Task<IActionResult> OnPostAnswerAsync() => Do("award.said-answered",
        () => Session.Run(new AnswerObjection(FormKey, Objection, Version, Finding, Answer ?? "", Resolution ?? ""), Ct));

    public Task<IActionResult> OnPostRegisterAsync()
    {
        string[] parts = (Case ?? "").Split('/');
        _ = long.TryParse(parts[0], out long grant);
        _ = int.TryParse(parts.ElementAtOrDefault(1), out int version);
        return Do("award.said-registered", () => Session.Run(
            new RegisterObjection(FormKey, grant, version, Name ?? "", Contact ?? "", Words ?? "", Evidence ?? ""), Ct));
    }

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { });

    private async Task Load() => await Try(async () => View = await Session.Ask(new ObjectionList(), Ct));
}
