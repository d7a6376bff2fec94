using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>Somebody would help.</summary>
public sealed class ServiceOffer
{
    public required int BookId { get; init; }

    public long ServiceOfferId { get; init; }

    public required long ServiceRequestId { get; init; }

    public required long PersonId { get; init; }

    public required Instant OfferedAt { get; init; }

    public Instant? WithdrawnAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceOffer>
    {
        public void Configure(EntityTypeBuilder<ServiceOffer> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceOfferId });
            entity.Property(row => row.ServiceOfferId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>A volunteer offers to help; the coordinator decides who goes.</summary>
public sealed record OfferService(Guid Key, MemberPass Pass, long Request) : Command<Done>(Key)
{
    /// <summary>Who lives together or answers for each other helps without the time bank.</summary>
    public const string TooClose = "exchange.too-close";

    /// <summary>Under 18 years nobody goes alone to somebody's home.</summary>
    public const string Minor = "exchange.minor";

    /// <summary>The offer stands already.</summary>
    public const string Already = "exchange.offered-already";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        if (request.FundId != me.FundId)
        {
            throw new RefusedException(ServiceRequest.Unknown);
        }

        if (request.Seen(there.Today) != ServiceState.Open)
        {
            throw new RefusedException(ServiceRequest.OutOfTurn, ("state", request.Seen(there.Today)));
        }

        await RefuseUnfit(there, request, me, ct);
        if (await Standing(there, request.ServiceRequestId).AnyAsync(row => row.PersonId == me.PersonId, ct))
        {
            throw new RefusedException(Already);
        }

        there.Db.Add(new ServiceOffer
        {
            BookId = there.Book,
            ServiceRequestId = request.ServiceRequestId,
            PersonId = me.PersonId,
            OfferedAt = there.Now,
        });
        await there.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <exception cref="RefusedException">This person is not the one to help.</exception>
    internal static async Task RefuseUnfit(Work work, ServiceRequest request, Member provider, CancellationToken ct)
    {
        if (await Member.AreClose(work, provider.PersonId, request.ReceiverId, ct))
        {
            throw new RefusedException(TooClose);
        }

        if (provider.BornOn is { } born && born.PlusYears(AddMember.OfAge) > request.WantedOn)
        {
            throw new RefusedException(Minor);
        }
    }

    internal static IQueryable<ServiceOffer> Standing(Work work, long request) => work.Db.Set<ServiceOffer>()
        .Where(row => row.BookId == work.Book && row.ServiceRequestId == request && row.WithdrawnAt == null);
}

/// <summary>Whoever offered, or was to help, cannot; the request waits for somebody else.</summary>
public sealed record WithdrawOffer(Guid Key, MemberPass Pass, long Request) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        ServiceOffer? offer = await OfferService.Standing(there, request.ServiceRequestId)
            .SingleOrDefaultAsync(row => row.PersonId == me.PersonId, ct);
        bool helps = request.ProviderId == me.PersonId;
        if (request.FundId != me.FundId || offer is null && !helps)
        {
            throw new RefusedException(ServiceRequest.Unknown);
        }

        if (helps)
        {
            await request.Move(there, ServiceMove.Unmatch, me.PersonId, ct, set: () => request.ProviderId = null);
        }

        if (offer is not null)
        {
            offer.WithdrawnAt = there.Now;
            await there.Db.SaveChangesAsync(ct);
        }

        return Done.It;
    }
}
