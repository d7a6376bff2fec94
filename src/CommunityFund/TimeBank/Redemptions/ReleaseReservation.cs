using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>The holder gives a reservation back: the points return to the lots they came from.</summary>
public sealed record ReleaseReservation(Guid Key, MemberPass Pass, long Reservation) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Redemption row = await Redemption.Lock(there, Reservation, ct);
        if (row.PersonId != me.PersonId)
        {
            throw new RefusedException(Redemption.Unknown);
        }

        await Releasing.Write(there, row, me.PersonId, me.PersonId, ct);
        return Done.It;
    }
}

/// <summary>A coordinator gives a reservation back for its holder.</summary>
public sealed record ReleaseReservationFor(Guid Key, long Reservation) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await Redemption.ProgrammeOf(work, Reservation, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await Releasing.Write(work, await Redemption.Lock(work, Reservation, ct), work.ActorId, work.ActorId, ct);
        return Done.It;
    }
}

/// <summary>What was not collected in time is given back, by a coordinator's hand; the calendar does the same every day.</summary>
public sealed record ReleaseLapsed(Guid Key, int Programme) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    /// <returns>How many were given back.</returns>
    internal override Task<int> Apply(Work work, CancellationToken ct) => Releasing.Lapsed(work, Programme, ct);
}

/// <summary>The calendar gives back what was not collected in time, in every time bank of the book.</summary>
public sealed record TimeOutReservations(Guid Key) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many were given back.</returns>
    internal override Task<int> Apply(Work work, CancellationToken ct) => Releasing.Lapsed(work, null, ct);
}

/// <summary>Gives reserved points back, by the rule for confirmed hours.</summary>
internal static class Releasing
{
    // One transaction holds the books for others: the rest is done in the next round.
    private const int Most = 200;

    /// <param name="maker">Whose doing the entry is.</param>
    /// <param name="by">Who gave it back; null if its days were over.</param>
    public static async Task Write(Work work, Redemption row, long maker, long? by, CancellationToken ct)
    {
        row.MustWait();
        PostedNumber back = await PointEntries.Post(work, await work.FundById(row.FundId, ct), UnitKind.PointsReserved, row.Points, row.PersonId,
            row.ReserveEntryNo, isRed: true, maker, ct);
        (row.State, row.EndEntryNo, row.EndedBy, row.EndedOn, row.EndedAt) = (RedemptionState.Released, back.EntryNo, by, work.Today, work.Now);
        await work.Db.SaveChangesAsync(ct);
    }

    public static async Task<int> Lapsed(Work work, int? programme, CancellationToken ct)
    {
        List<long> due = await work.Db.Set<Redemption>().Where(row => row.BookId == work.Book && row.State == RedemptionState.Reserved
                && row.ExpiresOn < work.Today && (programme == null || row.FundId == programme))
            .OrderBy(row => row.RedemptionId).Select(row => row.RedemptionId).Take(Most).ToListAsync(ct);
        int released = 0;
        foreach (long id in due)
        {
            Redemption row = await Redemption.Lock(work, id, ct);
            if (row.State == RedemptionState.Reserved)
            {
                // The calendar has no hand of its own: the reservation's maker let it lapse.
                await Write(work, row, work.Actor ?? row.ReservedBy, work.Actor, ct);
                released++;
            }
        }

        return released;
    }
}
