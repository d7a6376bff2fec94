using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Holders;

/// <summary>转赠: a holder gives own hours to another member of the same time bank, by the number on the card. Groups may.</summary>
/// <param name="To">The receiver's number.</param>
public sealed record GiveHours(Guid Key, MemberPass Pass, string To, long Minutes, HourReason Reason) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    /// <returns>The entry.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Member to = await HourGift.Receiver(there, me.FundId, To, ct);
        return await HourGift.Post(there, me, to, Minutes, Reason, me.PersonId, null, ct);
    }
}

/// <summary>捐入时间池: a holder gives own hours to the pool, out of which elders are helped.</summary>
public sealed record DonateHours(Guid Key, MemberPass Pass, long Minutes) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    /// <returns>The entry.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await HourGift.Post(work.In(me.BookId), me, null, Minutes, HourReason.Shared, me.PersonId, null, ct);
    }
}

/// <summary>A coordinator writes down what a holder without a phone signed on paper: hours to another member or to the pool.</summary>
/// <param name="To">The receiver's number; empty for the pool.</param>
/// <param name="Slip">The signed slip, photographed or scanned.</param>
public sealed record GiveHoursFor(
    Guid Key, long Person, string To, long Minutes, HourReason Reason, IReadOnlyList<Enclosure>? Slip) : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ProgrammeOf(work, Person, ct));

    /// <returns>The entry.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member from = await Member.Find(work, Person, ct) is { LeftOn: null } member ? member : throw new RefusedException(Member.Unknown);
        Member? to = PlainText.Digits(To).Length == 0 ? null : await HourGift.Receiver(work, from.FundId, To, ct);
        HourGift.RefuseBad(Minutes);
        if (to is not null && await Member.AreClose(work, work.ActorId, to.PersonId, ct))
        {
            throw new RefusedException(HourGift.Close);
        }

        return await HourGift.Post(work, from, to, Minutes, Reason, work.ActorId, await FiledDocument.Keep(work, Slip, ct), ct);
    }

    /// <summary>The programme somebody takes part in; zero for nobody, so that only who reaches the whole book is told so.</summary>
    internal static Task<int> ProgrammeOf(Work work, long person, CancellationToken ct) => work.Db.Set<Member>()
        .Where(row => row.BookId == work.Book && row.PersonId == person).Select(row => row.FundId).FirstOrDefaultAsync(ct);
}
