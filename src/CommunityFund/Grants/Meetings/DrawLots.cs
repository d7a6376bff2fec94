using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Meetings;

/// <summary>The chair draws lots before all for projects that nothing else parts, and enters the order in which they were drawn.</summary>
public sealed record DrawLots(Guid Key, long Meeting, IReadOnlyList<long> Order) : Command<Done>(Key)
{
    /// <summary>No lot is needed.</summary>
    public const string NoneNeeded = "vote.no-lots";

    /// <summary>The order does not name just the projects that need a lot, each once.</summary>
    public const string NotThose = "vote.lots-not-those";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantTally tally = await GrantTallies.LastOpened(work, Meeting, ct)
            ?? throw new RefusedException(GrantTallies.NotOpenedYet, ("title", meeting.Title));
        IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(await GrantTallies.Rules(work, meeting, ct),
            await GrantTallies.Boxes(work, Meeting, tally.Version, ct));
        HashSet<long> tied = [.. ranking.Where(score => score.NeedsLot).Select(score => score.Grant)];
        if (tied.Count == 0)
        {
            throw new RefusedException(NoneNeeded, ("title", meeting.Title));
        }

        if (Order.Count != tied.Count || !tied.SetEquals(Order))
        {
            throw new RefusedException(NotThose, ("count", tied.Count));
        }

        work.Db.AddRange(Order.Select((grant, index) => new GrantTallyLot
        {
            BookId = work.Book,
            GrantMeetingId = Meeting,
            Version = tally.Version,
            GrantId = grant,
            LotNo = (short)(index + 1),
            DrawnBy = work.ActorId,
            DrawnAt = work.Now,
        }));
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
