using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>Draws up a meeting with its rules.</summary>
public sealed class CreateModel : RegisterPage
{
    private const int CriterionRows = 5, GroupRows = 4;

    [BindProperty]
    public MeetingFields Form { get; set; } = new();

    public MeetingsView? View { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        Form = Form with
        {
            Criteria = [.. new[] { ("benefit", "40"), ("feasible", "35"), ("lasting", "25") }
                .Select(row => new NamedRow { Name = W[$"meeting.criterion-{row.Item1}"], Weight = row.Item2 })],
            Groups =
            [
                new NamedRow { Name = W["meeting.group-residents"], Weight = "1", Quorum = "10" },
                new NamedRow { Name = W["meeting.group-committees"], Weight = "1", Quorum = "3" },
            ],
        };
        Fill();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long meeting = 0;
        LocalDate on = Day("Form.On", Form.On);
        List<CriterionForm> criteria = [.. Form.Criteria.Where(row => !string.IsNullOrWhiteSpace(row.Name))
            .Select(row => new CriterionForm(row.Name!, Whole(row.Weight)))];
        List<VoterGroupForm> groups = [.. Form.Groups.Where(row => !string.IsNullOrWhiteSpace(row.Name))
            .Select(row => new VoterGroupForm(row.Name!, Form.WeighsGroups ? Whole(row.Weight) : 1, Whole(row.Quorum)))];
        await Load();
        if (ModelState.IsValid && await Try(async () => meeting = await Session.Run(new ProposeMeeting(
            FormKey, Form.Round, Form.Title ?? "", Form.Place ?? "", on, Form.At ?? "", Whole(Form.Speak), Whole(Form.Answer), Form.Mode,
            Form.WeighsGroups, criteria, groups, Whole(Form.Quorum), Form.OwnCommunity,
            [.. new[] { Form.Tie1, Form.Tie2, Form.Tie3 }.OfType<TieRule>().Append(TieRule.Lots)]), Ct)))
        {
            Said = W["meeting.said-proposed"];
            return RedirectToPage("Show", new { id = meeting });
        }

        Fill();
        Unprocessable();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new MeetingList(), Ct));

    private void Fill()
    {
        Form.Criteria.AddRange(Enumerable.Range(0, Math.Max(0, CriterionRows - Form.Criteria.Count)).Select(_ => new NamedRow()));
        Form.Groups.AddRange(Enumerable.Range(0, Math.Max(0, GroupRows - Form.Groups.Count)).Select(_ => new NamedRow()));
    }

    /// <summary>What is no whole number is below every range, so the command says what is asked for.</summary>
    private static int Whole(string? typed) =>
        int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}

/// <summary>A criterion or group as typed.</summary>
public sealed record NamedRow
{
    public string? Name { get; init; }

    public string? Weight { get; init; }

    public string? Quorum { get; init; }
}

/// <summary>What is typed for a meeting.</summary>
public sealed record MeetingFields
{
    public long Round { get; init; }

    public string? Title { get; init; }

    public string? Place { get; init; }

    public string? On { get; init; }

    public string? At { get; init; } = "14:30";

    public string? Speak { get; init; } = "5";

    public string? Answer { get; init; } = "3";

    public VoteMode Mode { get; init; } = VoteMode.Share;

    public bool WeighsGroups { get; init; }

    public string? Quorum { get; init; } = "15";

    public bool OwnCommunity { get; init; } = true;

    public TieRule? Tie1 { get; init; } = TieRule.FirstCriterion;

    public TieRule? Tie2 { get; init; } = TieRule.MoreVotes;

    public TieRule? Tie3 { get; init; } = TieRule.SmallerRequest;

    public List<NamedRow> Criteria { get; init; } = [];

    public List<NamedRow> Groups { get; init; } = [];
}
