using System.Globalization;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>审议: who gets what by rank down to a line, what is decided, what the funds bear, and all that is left decided by the line
/// (S-R8).</summary>
public sealed class DecideModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Round { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Line { get; set; }

    /// <summary>The undecided cases as the page showed them, each "case version".</summary>
    [BindProperty]
    public List<string> Cases { get; set; } = [];

    /// <summary>What lies below the line waits; else it is not selected.</summary>
    [BindProperty]
    public bool Waits { get; set; } = true;

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    public Deliberation? View { get; private set; }

    /// <summary>The line that was drawn, as a field holds it: the whole pool has an amount too by the time it is decided.</summary>
    public string TypedLine => View is { } view ? (view.Line.Units / 100m).ToString(CultureInfo.InvariantCulture) : "";

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostByLineAsync()
    {
        Amount line = AnyMoney(nameof(Line), Line);
        LineDecided? decided = null;
        IActionResult done = await Do(async () =>
        {
            decided = await Session.Run(
                new DecideByCutLine(FormKey, Round, line, [.. Cases.Select(Read)], Waits, Reason ?? "", Minutes ?? ""), Ct);
            return "award.said-decided";
        }, Load, new { round = Round, line = Line });
        if (decided is not null)
        {
            Said = W["award.said-by-line", decided.Recommended, decided.Below];
        }

        return done;
    }

    private static LineCase Read(string typed)
    {
        var (grant, version) = Meetings.ShowModel.Pair(typed);
        return new LineCase(grant, (int)version);
    }

    private Task Load()
    {
        Amount? line = string.IsNullOrWhiteSpace(Line) ? null : Money(nameof(Line), Line);
        return Try(async () => View = await Session.Ask(new SimulateDecisions(Round, ModelState.IsValid ? line : null), Ct));
    }
}
