using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A case as a page saw it.</summary>
public sealed record AgendaCase(long Grant, int Version);

/// <summary>Cases that passed screening come on the agenda of a locked and noticed meeting of their round, in this order after those that are
/// there.</summary>
public sealed record PutCasesOnAgenda(Guid Key, long Meeting, IReadOnlyList<AgendaCase> Cases) : Command<Done>(Key)
{
    /// <summary>No case, or more than an agenda bears.</summary>
    public const string NoCases = "vote.no-cases";

    /// <summary>The case is of another round than the meeting.</summary>
    public const string OtherRound = "vote.other-round";

    private const int Longest = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Cases.Count is 0 or > Longest || Cases.DistinctBy(one => one.Grant).Count() < Cases.Count)
        {
            throw new RefusedException(NoCases, ("limit", Longest));
        }

        GrantMeeting meeting = await GrantMeeting.Lock(work, Meeting, ct);
        MeetingFacts facts = await MeetingFacts.Of(work, meeting, ct);
        if ((MeetingNeeds.IsLocked(facts) ?? MeetingNeeds.IsNoticed(facts) ?? MeetingNeeds.NotOpened(facts)) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        List<GrantMeetingItem> items = await work.Db.Set<GrantMeetingItem>()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting).ToListAsync(ct);
        short next = items.Where(row => row.State != AgendaState.TakenOff).Select(row => row.OrderNo).DefaultIfEmpty().Max();
        if (next + Cases.Count > Longest)
        {
            throw new RefusedException(NoCases, ("limit", Longest));
        }

        foreach (AgendaCase one in Cases)
        {
            GrantCase row = await GrantCase.Lock(work, one.Grant, ct);
            if (row.GrantRoundId != meeting.GrantRoundId)
            {
                throw new RefusedException(OtherRound, ("title", row.Title));
            }

            next++;
            await GrantMoves.Make(work, one.Grant, one.Version, GrantMove.PutOnAgenda, null, null, ct, moving: async (_, _, _) =>
            {
                if (items.Find(item => item.GrantId == one.Grant) is { } before)
                {
                    (before.State, before.OrderNo, before.PutBy, before.PutAt) = (AgendaState.Listed, next, work.ActorId, work.Now);
                }
                else
                {
                    work.Db.Add(new GrantMeetingItem
                    {
                        BookId = work.Book,
                        GrantMeetingId = Meeting,
                        GrantId = one.Grant,
                        OrderNo = next,
                        State = AgendaState.Listed,
                        PutBy = work.ActorId,
                        PutAt = work.Now,
                    });
                }

                await work.Db.SaveChangesAsync(ct);
                return [];
            });
        }

        await GrantRecusal.Compute(work, work.Book, Meeting, ct);
        return Done.It;
    }
}

/// <summary>A case comes off the agenda before voting begins, with a reason.</summary>
public sealed record TakeCaseOffAgenda(Guid Key, long Grant, int Version, string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(MeetingRoles.Preparing));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await GrantMoves.Make(work, Grant, Version, GrantMove.TakeOffAgenda, Reason, null, ct, moving: async (_, _, _) =>
        {
            GrantMeetingItem item = await work.Db.Set<GrantMeetingItem>()
                .SingleAsync(row => row.BookId == work.Book && row.GrantId == Grant && row.State != AgendaState.TakenOff, ct);
            item.State = AgendaState.TakenOff;
            await work.Db.SaveChangesAsync(ct);
            return [];
        });
        return Done.It;
    }
}
