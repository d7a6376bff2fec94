using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>Ballots to print: all alike but for their numbers.</summary>
public sealed record BlankBallotsView(MeetingHead Head, IReadOnlyList<AgendaRow> Projects, IReadOnlyList<int> Serials);

/// <summary>Numbered ballots with nobody's name: the projects of the agenda in order, and a box for each criterion. Numbers that were handed
/// out are not printed again.</summary>
public sealed record BlankBallots(long Meeting, int From, int Count) : Query<BlankBallotsView>
{
    /// <summary>Nothing is on the agenda.</summary>
    public const string Nothing = "vote.ballots-nothing";

    /// <summary>Numbers out of bounds, or more than are printed at once.</summary>
    public const string BadRange = "vote.ballots-range";

    private const int Most = 500;

    internal override Need Needs => Need.Any(MeetingRoles.Preparing);

    internal override async Task<BlankBallotsView> Answer(Work work, CancellationToken ct)
    {
        work.Rights.Require(await MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct), isOperator: false);
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        if (meeting.State != RegisterState.Agreed)
        {
            throw new RefusedException(GrantMeeting.NotLocked, ("title", meeting.Title));
        }

        AgendaRow[] projects = [.. (await MeetingProjects.Of(work, work.Book, Meeting, ct)).Where(row => row.CaseState != GrantState.Withdrawn)];
        if (projects.Length == 0)
        {
            throw new RefusedException(Nothing, ("title", meeting.Title));
        }

        int limit = MostAtOnce(projects.Length);
        if (From is < 1 or > IssuePaper.LastSerial || Count < 1 || Count > limit || From + Count - 1 > IssuePaper.LastSerial)
        {
            throw new RefusedException(BadRange, ("limit", limit));
        }

        int[] handed = await work.Db.Set<GrantBallot>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Serial >= From && row.Serial < From + Count).OrderBy(row => row.Serial).Select(row => row.Serial).Take(1).ToArrayAsync(ct);
        return handed is [var serial] ? throw new RefusedException(IssuePaper.SerialTaken, ("serial", serial))
            : new BlankBallotsView(await MeetingHead.Of(work, meeting, ct), projects, [.. Enumerable.Range(From, Count)]);
    }

    /// <summary>As many as one print bears.</summary>
    internal static int MostAtOnce(int projects) => Math.Clamp(PaperSheet.MostRows / Math.Max(1, projects), 1, Most);
}

/// <summary>What a printing of ballots begins with.</summary>
/// <param name="Next">The number after the last that was handed out.</param>
/// <param name="Limit">How many are printed at once.</param>
public sealed record BallotPlanView(MeetingHead Head, int Projects, int Next, int Limit)
{
    /// <summary>Two ballots go on a sheet.</summary>
    public bool IsHalf => Projects <= BallotPaper.Half;
}

/// <summary>What to fill in before ballots are printed.</summary>
public sealed record BallotPlan(long Meeting) : Query<BallotPlanView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Preparing);

    internal override async Task<BallotPlanView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        int projects = (await MeetingProjects.Of(work, work.Book, Meeting, ct)).Count(row => row.CaseState != GrantState.Withdrawn);
        int last = await work.Db.Set<GrantBallot>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting)
            .MaxAsync(row => (int?)row.Serial, ct) ?? 0;
        return new BallotPlanView(await MeetingHead.Of(work, meeting, ct), projects, Math.Min(last + 1, IssuePaper.LastSerial),
            BlankBallots.MostAtOnce(projects));
    }
}
