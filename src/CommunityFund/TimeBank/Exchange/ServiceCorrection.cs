using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>A correction's way from one person to the other.</summary>
public enum ServiceCorrectionState
{
    /// <summary>Proposed.</summary>
    Waiting,

    /// <summary>Another person agreed, and both sides were taken back.</summary>
    Agreed,

    /// <summary>Nothing was taken back.</summary>
    Dropped,
}

/// <summary>A confirmed service is to be taken back whole: hours of both sides, and points that nobody has used.</summary>
public sealed class ServiceCorrection
{
    public required int BookId { get; init; }

    public long ServiceCorrectionId { get; init; }

    public required long ServiceRequestId { get; init; }

    public required string Reason { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public ServiceCorrectionState State { get; set; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceCorrection>
    {
        public void Configure(EntityTypeBuilder<ServiceCorrection> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceCorrectionId });
            entity.Property(row => row.ServiceCorrectionId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A coordinator writes down why a confirmed service is disputed, in the days that the rules give.</summary>
public sealed record ProposeServiceCorrection(Guid Key, long Request, [property: Personal] string Reason) : Command<long>(Key)
{
    /// <summary>The days to dispute have passed.</summary>
    public const string TooLate = "exchange.dispute-over";

    /// <summary>A correction waits already.</summary>
    public const string OneWaits = "exchange.correction-waits";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        request.RefuseUnless(ServiceState.Confirmed);
        string reason = CancelRequestFor.Said(Reason);
        ProgrammeRule rule = await ProgrammeRule.On(work, await Programme.Of(work, request.FundId, ct), request.ServedOn!.Value, ct);
        Instant confirmed = await work.Db.Set<ServiceLog>().Where(row => row.BookId == work.Book && row.ServiceRequestId == Request
            && row.Move == ServiceMove.Confirm).Select(row => row.At).SingleAsync(ct);
        if (confirmed + Duration.FromDays(rule.DisputeDays) < work.Now)
        {
            throw new RefusedException(TooLate, ("days", rule.DisputeDays));
        }

        if (await work.Db.Set<ServiceCorrection>().AnyAsync(row => row.BookId == work.Book && row.ServiceRequestId == Request
            && row.State == ServiceCorrectionState.Waiting, ct))
        {
            throw new RefusedException(OneWaits);
        }

        ServiceCorrection correction = new()
        {
            BookId = work.Book,
            ServiceRequestId = Request,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(correction);
        await work.Db.SaveChangesAsync(ct);
        return correction.ServiceCorrectionId;
    }
}

/// <summary>Another coordinator agrees, and red entries take both sides back; or the service stays as it was confirmed.</summary>
public sealed record AgreeServiceCorrection(Guid Key, long Request, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who proposed it, or has a part in the service, does not agree to it.</summary>
    public const string Own = "exchange.own-correction";

    /// <summary>Nothing waits.</summary>
    public const string Gone = "exchange.correction-gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        ServiceCorrection correction = await work.Db.Set<ServiceCorrection>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ServiceRequestId == Request && row.State == ServiceCorrectionState.Waiting, ct) ?? throw new RefusedException(Gone);
        if (Agrees && (correction.ProposedBy == work.ActorId || await Member.AreClose(work, work.ActorId, request.ProviderId!.Value, ct)
            || await Member.AreClose(work, work.ActorId, request.ReceiverId, ct)))
        {
            throw new RefusedException(Own);
        }

        (correction.State, correction.DecidedBy, correction.DecidedAt) =
            (Agrees ? ServiceCorrectionState.Agreed : ServiceCorrectionState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        if (Agrees)
        {
            await new ServiceBooking(work, request).TakeBack(correction.ProposedBy, ct);
        }

        return Done.It;
    }
}
