using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>The chair opens the count: only now are there totals, for anybody. They are written down once and never changed.</summary>
public sealed record OpenCount(Guid Key, long Meeting) : Command<int>(Key)
{
    /// <summary>It is counted already.</summary>
    public const string Counted = "vote.counted";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct)).Proved();

    /// <returns>The version of the count.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantTally? last = await work.Db.Set<GrantTally>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);
        if (last is { State: not TallyState.Keying })
        {
            throw new RefusedException(Counted, ("title", meeting.Title));
        }

        MeetingFacts facts = await MeetingFacts.Of(work, meeting, ct);
        if ((MeetingNeeds.HasQuorum(facts) ?? MeetingNeeds.VotingClosed(facts) ?? MeetingNeeds.PapersAgree(facts)) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        short version = last?.Version ?? 1;
        List<long> grants = version == 1
            ? await (from item in work.Db.Set<GrantMeetingItem>()
                     join one in work.Db.Set<GrantCase>() on new { item.BookId, item.GrantId } equals new { one.BookId, one.GrantId }
                     where item.BookId == work.Book && item.GrantMeetingId == Meeting && item.State == AgendaState.Closed
                         && one.State == GrantState.InReview
                     select item.GrantId).ToListAsync(ct)
            : await work.Db.Set<GrantTallyGroup>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
                    && row.Version == version - 1)
                .Select(row => row.GrantId).Distinct().ToListAsync(ct);
        BallotBox box = await BallotBox.Open(work, meeting, version, grants, ct);
        await Write(work, last, version, box, ct);
        return version;
    }

    private async Task Write(Work work, GrantTally? tally, short version, BallotBox box, CancellationToken ct)
    {
        if (tally is null)
        {
            work.Db.Add(tally = new GrantTally
            {
                BookId = work.Book,
                GrantMeetingId = Meeting,
                Version = version,
                State = TallyState.Opened,
                Reason = "",
                BegunBy = work.ActorId,
                BegunAt = work.Now,
                Present = 0,
                Papers = 0,
                ValidPapers = 0,
                SpoiledPapers = 0,
                AbsentPapers = 0,
            });
        }

        (tally.State, tally.OpenedBy, tally.OpenedAt) = (TallyState.Opened, work.ActorId, work.Now);
        (tally.Present, tally.Papers, tally.ValidPapers, tally.SpoiledPapers, tally.AbsentPapers) =
            (box.Present, box.Papers, box.Valid, box.Spoiled, box.Absent);
        await work.Db.SaveChangesAsync(ct);
        (long[] grants, short[] groups, int[] entitled) =
            ([.. box.Entitled.Keys.Select(key => key.Grant)], [.. box.Entitled.Keys.Select(key => key.Group)], [.. box.Entitled.Values]);
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into grant_tally_group (book_id, grant_meeting_id, version, grant_id, group_no, entitled)
            select {work.Book}, {Meeting}, {version}, g, n, e from unnest({grants}, {groups}, {entitled}) x(g, n, e)
            """, ct);
        (long[] cases, short[] parts, short[] ticks, int[] ballots) =
            ([.. box.Patterns.Keys.Select(key => key.Grant)], [.. box.Patterns.Keys.Select(key => key.Group)],
                [.. box.Patterns.Keys.Select(key => key.Ticks)], [.. box.Patterns.Values]);
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into grant_tally_pattern (book_id, grant_meeting_id, version, grant_id, group_no, ticks, ballots)
            select {work.Book}, {Meeting}, {version}, g, n, t, b from unnest({cases}, {parts}, {ticks}, {ballots}) x(g, n, t, b)
            """, ct);
    }
}
