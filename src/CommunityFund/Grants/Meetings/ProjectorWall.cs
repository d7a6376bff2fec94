using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A place in the ranking on the wall.</summary>
public sealed record WallRank(int Rank, string Title, string Community, string Score, bool NeedsLot);

/// <summary>What hangs on the wall of the room: one project with its clock; how many have voted; after the count the ranking, and never a total
/// before.</summary>
/// <param name="Shown">The project on the wall; null for an empty agenda.</param>
/// <param name="Voted">How many have voted on it by phone.</param>
public sealed record WallView(
    MeetingHead Head, IReadOnlyList<AgendaRow> Agenda, AgendaRow? Shown, int Voted, IReadOnlyList<WallRank> Ranking);

/// <summary>The projector.</summary>
/// <param name="Grant">The project to show; null for the one that is voted on, else the first that waits.</param>
public sealed record ProjectorWall(long Meeting, long? Grant = null) : Query<WallView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Reading);

    internal override async Task<WallView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        IReadOnlyList<AgendaRow> agenda = await MeetingProjects.Of(work, work.Book, Meeting, ct);
        AgendaRow? shown = agenda.FirstOrDefault(row => row.Grant == Grant) ?? agenda.FirstOrDefault(row => row.State == AgendaState.Open)
            ?? agenda.FirstOrDefault(row => row.State == AgendaState.Listed) ?? agenda.FirstOrDefault();
        GrantTally? tally = await GrantTallies.LastOpened(work, Meeting, ct);
        Dictionary<long, AgendaRow> rows = agenda.ToDictionary(row => row.Grant);
        return new WallView(await MeetingHead.Of(work, meeting, ct), agenda, shown,
            shown is null ? 0 : await work.Db.Set<GrantVote>().CountAsync(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
                && row.GrantId == shown.Grant, ct),
            tally is null ? []
                :
                [
                    .. VoteCount.Rank(await GrantTallies.Rules(work, meeting, ct), await GrantTallies.Boxes(work, Meeting, tally.Version, ct))
                        .Select(score => new WallRank(score.Rank, rows[score.Grant].Title, rows[score.Grant].Community,
                            score.Score.Text(), score.NeedsLot)),
                ]);
    }
}
