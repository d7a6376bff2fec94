using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>The coordinator says who helps: somebody who offered, or whoever is asked, by the number of the card.</summary>
public sealed record MatchRequest(Guid Key, long Request, string Number) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        Member provider = await CardNumber.Of(work, request.FundId, Number, ct);
        if (request.Seen(work.Today) != ServiceState.Open)
        {
            throw new RefusedException(ServiceRequest.OutOfTurn, ("state", request.Seen(work.Today)));
        }

        await OfferService.RefuseUnfit(work, request, provider, ct);
        await request.Move(work, ServiceMove.Match, work.ActorId, ct, set: () => request.ProviderId = provider.PersonId);
        return Done.It;
    }
}

/// <summary>The coordinator lets a request wait for somebody else.</summary>
public sealed record UnmatchRequest(Guid Key, long Request) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        await request.Move(work, ServiceMove.Unmatch, work.ActorId, ct, set: () => request.ProviderId = null);
        return Done.It;
    }
}

/// <summary>Nobody is to come: whoever asked, or may ask, takes it back while nothing was reported.</summary>
public sealed record CancelRequest(Guid Key, MemberPass Pass, long Request) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        await ConfirmService.RefuseOthers(there, me, request, ct);
        if (request.State == ServiceState.Done)
        {
            throw new RefusedException(ServiceRequest.OutOfTurn, ("state", request.State));
        }

        await request.Move(there, request.IsPast(there.Today) ? ServiceMove.Lapse : ServiceMove.Cancel, me.PersonId, ct);
        return Done.It;
    }
}

/// <summary>The coordinator ends a request and says why; one whose day has passed has lapsed.</summary>
public sealed record CancelRequestFor(Guid Key, long Request, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>Whoever asked is told why.</summary>
    public const string ReasonMissing = "exchange.reason-missing";

    internal const int LongestReason = 200;

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        await request.Move(work, request.IsPast(work.Today) ? ServiceMove.Lapse : ServiceMove.Cancel, work.ActorId, ct, Said(Reason));
        return Done.It;
    }

    internal static string Said(string reason) => PlainText.Of(reason) is { Length: > 0 and <= LongestReason } said
        ? said : throw new RefusedException(ReasonMissing, ("limit", LongestReason));
}

/// <summary>A request that lapsed gets another day; the hours must still be there.</summary>
public sealed record ReopenRequest(Guid Key, long Request, LocalDate On) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        ServiceWish.RefuseBadDay(work, On);
        await ServiceWish.Lock(work, [request.ReceiverId], ct);
        HoursLeft left = await HoursLeft.Of(work, request.FundId, request.ReceiverId, ct);
        if (request.Seen(work.Today) == ServiceState.Lapsed && left.Free < request.Minutes)
        {
            throw new RefusedException(ServiceWish.HoursShort, ("has", ServiceWish.Hours(left.Held)), ("spoken", ServiceWish.Hours(left.SpokenFor)),
                ("wanted", ServiceWish.Hours(request.Minutes)));
        }

        if (request.IsPast(work.Today))
        {
            await request.Move(work, ServiceMove.Lapse, work.ActorId, ct);
        }

        await request.Move(work, ServiceMove.Reopen, work.ActorId, ct, set: () => request.WantedOn = On);
        return Done.It;
    }
}
