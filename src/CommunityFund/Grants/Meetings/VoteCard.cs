using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A project on a voter's phone.</summary>
/// <param name="Recusal">Why the voter does not vote on it; null if the voter does.</param>
/// <param name="Mine">The criteria that the voter ticked so far; null if the voter has not voted on it.</param>
public sealed record CardProject(
    long Grant, short Order, string Title, string Community, Amount Requested, AgendaState State, RecusalReason? Recusal, RecusalState? Recused,
    IReadOnlyList<int>? Mine);

/// <summary>A voter's own page: what is voted on, and what this voter said so far. Of others it knows nothing.</summary>
public sealed record VoteCardView(
    long Meeting, string Body, string Title, string Place, Instant StartsAt, string Group, bool IsHere, bool IsToday, VoteChannel Channel,
    IReadOnlyList<CriterionView> Criteria, IReadOnlyList<CardProject> Projects, bool IsCounted);

/// <summary>A voter asks with number and code of the slip, or signed in.</summary>
public sealed record VoteCard(VoterPass Pass) : Query<VoteCardView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<VoteCardView> Answer(Work work, CancellationToken ct)
    {
        GrantMeetingVoter voter = await GrantMeetingVoter.Who(work, Pass, ct);
        var (book, id) = (voter.BookId, voter.GrantMeetingId);
        GrantMeeting meeting = await work.Db.Set<GrantMeeting>().AsNoTracking()
            .SingleAsync(row => row.BookId == book && row.GrantMeetingId == id, ct);
        MeetingHead head = await MeetingHead.Of(work, meeting, ct);
        IReadOnlyList<AgendaRow> agenda = await MeetingProjects.Of(work, book, id, ct);
        Dictionary<long, GrantRecusal> recusals = await work.Db.Set<GrantRecusal>().AsNoTracking().Where(row => row.BookId == book
            && row.GrantMeetingId == id && row.PersonId == voter.PersonId).ToDictionaryAsync(row => row.GrantId, ct);
        Dictionary<long, byte[]> votes = await work.Db.Set<GrantVote>().Where(row => row.BookId == book && row.GrantMeetingId == id
            && row.PersonId == voter.PersonId).ToDictionaryAsync(row => row.GrantId, row => row.Sealed, ct);
        using BallotSeal seal = new(work.Foundation);
        return new VoteCardView(id, head.Body, head.Title, head.Place, head.StartsAt, head.Groups.Single(group => group.No == voter.GroupNo).Name,
            voter.PresentAt is not null, work.Today == meeting.StartsOn, voter.Channel, head.Criteria,
            [
                .. agenda.Select(row => new CardProject(row.Grant, row.Order, row.Title, row.Community, row.Requested, row.State,
                    recusals.TryGetValue(row.Grant, out GrantRecusal? recusal) && recusal.State != RecusalState.Dismissed ? recusal.Reason : null,
                    recusal?.State, votes.TryGetValue(row.Grant, out byte[]? closed)
                        ? ProjectTicks.Of(seal.Open(closed, BallotSeal.Vote(book, id, row.Grant, voter.PersonId))[0]) : null)),
            ],
            await work.Db.Set<GrantTally>().AnyAsync(row => row.BookId == book && row.GrantMeetingId == id && row.State != TallyState.Keying, ct));
    }
}
