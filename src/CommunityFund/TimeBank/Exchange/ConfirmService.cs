using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>Whoever was helped, or the family in their place, agrees: the hours move from one to the other.</summary>
/// <param name="BookOn">The open day that was offered, where the month of the service is closed.</param>
public sealed record ConfirmService(Guid Key, MemberPass Pass, long Request, LocalDate? BookOn = null) : Command<Done>(Key)
{
    /// <summary>Provider, reporter and whoever is close to the provider do not confirm.</summary>
    public const string NotSecondParty = "exchange.not-second-party";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        await RefuseOthers(there, me, request, ct);
        await Confirmed(there, request, me.PersonId, BookOn, ct);
        return Done.It;
    }

    /// <exception cref="RefusedException">It is not the person's own request, nor one of somebody in whose place the person acts.</exception>
    internal static async Task RefuseOthers(Work work, Member me, ServiceRequest request, CancellationToken ct)
    {
        if (request.FundId != me.FundId || await Member.Find(work, request.ReceiverId, ct) is not { } receiver
            || AskForService.Place(me, receiver) is null)
        {
            throw new RefusedException(ServiceRequest.Unknown);
        }
    }

    internal static async Task Confirmed(Work work, ServiceRequest request, long by, LocalDate? bookOn, CancellationToken ct)
    {
        request.RefuseUnless(ServiceState.Done);
        if (by == request.ReportedBy || await Member.AreClose(work, by, request.ProviderId!.Value, ct))
        {
            throw new RefusedException(NotSecondParty);
        }

        await new ServiceBooking(work, request).Book(by, bookOn, ct);
    }
}

/// <summary>A coordinator, as second party, confirms for somebody without a phone.</summary>
/// <param name="BookOn">The open day that was offered, where the month of the service is closed.</param>
public sealed record ConfirmServiceFor(Guid Key, long Request, LocalDate? BookOn = null) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        await ConfirmService.Confirmed(work, request, work.ActorId, BookOn, ct);
        return Done.It;
    }
}
