using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Members;

/// <summary>Somebody takes part no longer: the card opens nothing from now on, hours and points stay as they are.</summary>
public sealed record EndMember(Guid Key, long Person) : Command<Done>(Key)
{
    /// <summary>Something reserved waits to be handed out.</summary>
    public const string HasReserved = "member.has-reserved";

    /// <summary>Help that was arranged or given waits to be confirmed.</summary>
    public const string HasRequest = "member.has-request";

    /// <summary>A minor would be without a guardian.</summary>
    public const string GuardsMinor = "member.guards-minor";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await ChangeMember.Hands(work, Person, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member member = await ChangeMember.Locked(work, Person, ct);
        if (member.LeftOn is not null)
        {
            throw new RefusedException(Member.Unknown);
        }

        long reserved = await work.Db.Set<HolderBalance>().Where(row => row.BookId == work.Book && row.PersonId == Person)
            .SumAsync(row => row.InRedemption, ct);
        if (reserved > 0)
        {
            throw new RefusedException(HasReserved, ("points", reserved));
        }

        if (await work.Db.Set<ServiceRequest>().AnyAsync(row => row.BookId == work.Book
            && (row.State == ServiceState.Matched || row.State == ServiceState.Done) && (row.ReceiverId == Person || row.ProviderId == Person), ct))
        {
            throw new RefusedException(HasRequest);
        }

        var adultSince = work.Today.PlusYears(-AddMember.OfAge);
        if (await work.Db.Set<Member>().AnyAsync(row => row.BookId == work.Book && row.GuardianId == Person && row.LeftOn == null
            && row.BornOn > adultSince, ct))
        {
            throw new RefusedException(GuardsMinor);
        }

        member.LeftOn = work.Today;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>Somebody who left takes part again, with a new card: the old one may be in other hands.</summary>
public sealed record ReadmitMember(Guid Key, long Person) : Command<Done>(Key)
{
    /// <summary>The person takes part.</summary>
    public const string TakesPart = "member.takes-part";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await ChangeMember.Hands(work, Person, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member member = await ChangeMember.Locked(work, Person, ct);
        if (member.LeftOn is null)
        {
            throw new RefusedException(TakesPart);
        }

        // Who came of age or lost the guardian meanwhile is judged as on the first day.
        await new AddMember(Key, member.FundId, member.Kind, "", Guardian: member.GuardianId, BornOn: member.BornOn)
            .RefuseMinorAlone(work, await Programme.Of(work, member.FundId, ct), ct);
        (member.LeftOn, member.Salt) = (null, Member.NewSalt());
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
