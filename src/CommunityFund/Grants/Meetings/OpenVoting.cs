using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>The chair opens the vote on a project, or on all that wait, once the room is in quorum.</summary>
/// <param name="Grant">Null for all.</param>
public sealed record OpenVoting(Guid Key, long Meeting, long? Grant = null) : Command<Done>(Key)
{
    /// <summary>Nothing waits to be opened.</summary>
    public const string NothingListed = "vote.nothing-listed";

    /// <summary>It is not the day of the meeting yet.</summary>
    public const string NotTheDay = "vote.not-the-day";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        if (work.Today < meeting.StartsOn)
        {
            throw new RefusedException(NotTheDay, ("title", meeting.Title), ("starts", meeting.StartsOn));
        }

        if (MeetingNeeds.HasQuorum(await MeetingFacts.Of(work, meeting, ct)) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        await GrantRecusal.Compute(work, work.Book, Meeting, ct);
        await DropWithdrawn(work, Meeting, ct);
        List<GrantMeetingItem> items = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == AgendaState.Listed && (Grant == null || row.GrantId == Grant)).OrderBy(row => row.OrderNo).ToListAsync(ct);
        if (items.Count == 0)
        {
            throw new RefusedException(NothingListed, ("title", meeting.Title));
        }

        foreach (GrantMeetingItem item in items)
        {
            (item.State, item.OpenedAt) = (AgendaState.Open, work.Now);
        }

        return Done.It;
    }

    /// <summary>What was withdrawn meanwhile comes off the agenda.</summary>
    internal static async Task DropWithdrawn(Work work, long meeting, CancellationToken ct)
    {
        List<GrantMeetingItem> gone = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting
            && row.State == AgendaState.Listed && !work.Db.Set<GrantCase>().Any(one => one.BookId == row.BookId && one.GrantId == row.GrantId
                && one.State == GrantState.InReview)).ToListAsync(ct);
        gone.ForEach(item => item.State = AgendaState.TakenOff);
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>The chair closes the vote on a project, or on all that are open: nothing said about them changes any more.</summary>
/// <param name="Grant">Null for all.</param>
public sealed record CloseVoting(Guid Key, long Meeting, long? Grant = null) : Command<Done>(Key)
{
    /// <summary>Nothing is open.</summary>
    public const string NothingOpen = "vote.nothing-open";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        await OpenVoting.DropWithdrawn(work, Meeting, ct);
        List<GrantMeetingItem> items = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == AgendaState.Open && (Grant == null || row.GrantId == Grant)).ToListAsync(ct);
        if (items.Count == 0)
        {
            throw new RefusedException(NothingOpen, ("title", meeting.Title));
        }

        foreach (GrantMeetingItem item in items)
        {
            (item.State, item.ClosedAt) = (AgendaState.Closed, work.Now);
        }

        return Done.It;
    }
}
