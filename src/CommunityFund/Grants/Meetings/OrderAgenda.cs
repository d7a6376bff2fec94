using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>The desk sets who speaks when, until voting begins.</summary>
/// <param name="Grants">All projects of the agenda, in order.</param>
/// <param name="Seen">The order that the page showed; null where nobody looked at one.</param>
public sealed record OrderAgenda(Guid Key, long Meeting, IReadOnlyList<long> Grants, IReadOnlyList<long>? Seen = null) : Command<Done>(Key)
{
    /// <summary>The order does not name each project once.</summary>
    public const string NotAll = "vote.order-not-all";

    /// <summary>Somebody else has ordered the agenda since the page was drawn.</summary>
    public const string Stale = "vote.order-stale";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        if (MeetingNeeds.NotOpened(await MeetingFacts.Of(work, meeting, ct)) is { } opened)
        {
            throw new RefusedException(opened);
        }

        List<GrantMeetingItem> items = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == AgendaState.Listed).OrderBy(row => row.OrderNo).ThenBy(row => row.GrantId).ToListAsync(ct);
        if (Seen is not null && !Seen.SequenceEqual(items.Select(item => item.GrantId)))
        {
            throw new RefusedException(Stale, ("title", meeting.Title));
        }

        if (Grants.Count != items.Count || !Grants.ToHashSet().SetEquals(items.Select(item => item.GrantId)))
        {
            throw new RefusedException(NotAll, ("count", items.Count));
        }

        foreach (GrantMeetingItem item in items)
        {
            item.OrderNo = (short)(Enumerable.Range(0, Grants.Count).First(index => Grants[index] == item.GrantId) + 1);
        }

        return Done.It;
    }
}
