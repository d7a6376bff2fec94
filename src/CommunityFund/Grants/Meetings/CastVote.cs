using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>What a voter says.</summary>
/// <param name="Nonce">Key of the form: so that equal ballots leave unequal traces in the log.</param>
public sealed record Ballot(Guid Nonce, IReadOnlyList<ProjectTicks> Ticks);

/// <summary>A voter votes on projects that are open, by phone; a project's ticks may be changed until its vote is closed. Kept sealed, and the
/// log keeps a keyed digest alone.</summary>
public sealed record CastVote(Guid Key, VoterPass Pass, [property: Personal] Ballot Ballot) : Command<Done>(Key)
{
    /// <summary>No project, a project twice, or a criterion that the meeting has not.</summary>
    public const string NothingSaid = "vote.nothing-said";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeetingVoter voter = await GrantMeetingVoter.Who(work, Pass, ct);
        int criteria = await work.Db.Set<GrantMeetingCriterion>().CountAsync(row => row.BookId == voter.BookId
            && row.GrantMeetingId == voter.GrantMeetingId, ct);
        Check(Ballot.Ticks, criteria);

        // One voter at a time: two phones of one person do not decide about the channel at once.
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select 1 from grant_meeting_voter
             where book_id = {voter.BookId} and grant_meeting_id = {voter.GrantMeetingId} and person_id = {voter.PersonId} for no key update
            """, ct);
        await work.Db.Entry(voter).ReloadAsync(ct);
        if (voter.PresentAt is null)
        {
            throw new RefusedException(IssuePaper.NotPresent);
        }

        if (voter.Channel == VoteChannel.Paper)
        {
            throw new RefusedException(IssuePaper.HasChannel, ("channel", voter.Channel));
        }

        voter.Channel = VoteChannel.Phone;
        await work.Db.SaveChangesAsync(ct);
        using BallotSeal seal = new(work.Foundation);
        long[] grants = [.. Ballot.Ticks.Select(tick => tick.Grant)];
        Dictionary<long, GrantVote> before = await work.Db.Set<GrantVote>().Where(row => row.BookId == voter.BookId
            && row.GrantMeetingId == voter.GrantMeetingId && row.PersonId == voter.PersonId && grants.Contains(row.GrantId))
            .ToDictionaryAsync(row => row.GrantId, ct);
        foreach (ProjectTicks tick in Ballot.Ticks)
        {
            byte[] closed = seal.Seal([(byte)tick.Bits], BallotSeal.Vote(voter.BookId, voter.GrantMeetingId, tick.Grant, voter.PersonId));
            if (before.TryGetValue(tick.Grant, out GrantVote? vote))
            {
                vote.Sealed = closed;
                continue;
            }

            work.Db.Add(new GrantVote
            {
                BookId = voter.BookId,
                GrantMeetingId = voter.GrantMeetingId,
                GrantId = tick.Grant,
                PersonId = voter.PersonId,
                Sealed = closed,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    internal static void Check(IReadOnlyList<ProjectTicks> ticks, int criteria)
    {
        if (ticks.Count is 0 or > 200 || ticks.DistinctBy(tick => tick.Grant).Count() < ticks.Count
            || ticks.Any(tick => tick.Criteria.Count > criteria || tick.Criteria.Any(no => no < 1 || no > criteria)))
        {
            throw new RefusedException(NothingSaid);
        }
    }
}
