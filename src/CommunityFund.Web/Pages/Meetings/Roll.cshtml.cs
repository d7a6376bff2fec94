using System.Globalization;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The door: who is on the roll, who is here, who holds a ballot.</summary>
public sealed class RollModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>Part of a name to look for.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Find { get; set; }

    [BindProperty]
    public string? List { get; set; }

    [BindProperty]
    public long Person { get; set; }

    [BindProperty]
    public string? Serial { get; set; }

    [BindProperty]
    public string? NewSerial { get; set; }

    public RollView? View { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    public IEnumerable<VoterRow> Shown => View!.Voters.Where(row => string.IsNullOrWhiteSpace(Find)
        || row.Name.Contains(Find.Trim(), StringComparison.OrdinalIgnoreCase));

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAddAsync()
    {
        Open = "add";
        return Do("meeting.said-added", () => Session.Run(new AddVoters(FormKey, Id, [.. Lines(List)]), Ct));
    }

    public Task<IActionResult> OnPostHereAsync(long person) => Do("meeting.said-here", () => Session.Run(new CheckIn(FormKey, Id, person), Ct));

    public Task<IActionResult> OnPostGoneAsync(long person) => Do("meeting.said-gone",
        () => Session.Run(new CheckIn(FormKey, Id, person, IsHere: false), Ct));

    public Task<IActionResult> OnPostIssueAsync()
    {
        Open = "issue";
        return Do("meeting.said-issued", () => Session.Run(new IssuePaper(FormKey, Id, Person, Whole(Serial)), Ct));
    }

    public Task<IActionResult> OnPostExchangeAsync()
    {
        Open = "exchange";
        return Do("meeting.said-exchanged", () => Session.Run(new ExchangePaper(FormKey, Id, Whole(Serial), Whole(NewSerial)), Ct));
    }

    /// <summary>One voter a line: name, group, community, parted by commas or tabs.</summary>
    internal static IEnumerable<VoterForm> Lines(string? list) => (list ?? "")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split([',', '，', '\t'], StringSplitOptions.TrimEntries))
        .Select(parts => new VoterForm(parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? ""));

    private static int Whole(string? typed) =>
        int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new VoterRoll(Id), Ct));
}
