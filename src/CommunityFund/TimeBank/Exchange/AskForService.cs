using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>A neighbour's help is asked for: for oneself, or by the family for an elder of the household. It takes hours that are not
/// spoken for.</summary>
public sealed record AskForService(Guid Key, MemberPass Pass, long ForWhom, ServiceWish Wish) : Command<long>(Key)
{
    /// <summary>Only family of the same household, or who answers for a minor, acts in somebody's place.</summary>
    public const string NotForThem = "exchange.not-for-them";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Fund programme = await Programme.Of(there, me.FundId, ct);
        Member receiver = await Member.Of(there, me.FundId, ForWhom, ct);
        return await Wish.Write(there, programme, receiver, me.PersonId, Place(me, receiver) ?? throw new RefusedException(NotForThem), ct);
    }

    /// <summary>In which place somebody acts for another; null if in none.</summary>
    internal static AskedAs? Place(Member me, Member other) => me.PersonId == other.PersonId ? AskedAs.Self
        : me.Kind == MemberKind.Family && me.HouseholdId is not null && me.HouseholdId == other.HouseholdId || other.GuardianId == me.PersonId
            ? AskedAs.Family : null;
}

/// <summary>A coordinator asks for somebody who has no phone, by the number of the card.</summary>
public sealed record AskForServiceFor(Guid Key, int Programme, string Number, ServiceWish Wish) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        Member receiver = await CardNumber.Of(work, programme.FundId, Number, ct);
        return await Wish.Write(work, programme, receiver, work.ActorId, AskedAs.Coordinator, ct);
    }
}
