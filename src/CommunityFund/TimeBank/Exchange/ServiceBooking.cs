using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>
/// What a confirmed service moves, in one transaction: the receiver uses as many minutes as the provider earns, and the provider gets points by the
/// rule of the day. A group gets no points; what the provider may not store goes to the pool.
/// </summary>
internal sealed class ServiceBooking(Work work, ServiceRequest request)
{
    /// <summary>The receiver has fewer hours than the service took.</summary>
    public const string HoursMissing = "exchange.hours-missing";

    private readonly int _minutes = request.ServedMinutes!.Value;
    private readonly long _provider = request.ProviderId!.Value;

    /// <exception cref="RefusedException">Hours are missing, or the books do not take it.</exception>
    public async Task Book(long by, LocalDate? bookOn, CancellationToken ct)
    {
        Fund programme = await Programme.Of(work, request.FundId, ct);
        LocalDate served = request.ServedOn!.Value, day = await work.BookedDay(served, bookOn, ct);
        await ServiceWish.Lock(work, [request.ReceiverId, _provider], ct);
        HoursLeft left = await HoursLeft.Of(work, programme.FundId, request.ReceiverId, ct);
        if (left.Held < _minutes)
        {
            throw new RefusedException(HoursMissing, ("has", ServiceWish.Hours(left.Held)), ("took", ServiceWish.Hours(_minutes)));
        }

        ProgrammeRule rule = await ProgrammeRule.On(work, programme, served, ct);
        await ServedTime.RefuseUnfit(work, request, rule, ct);
        Member provider = await Member.Find(work, _provider, ct) ?? throw new RefusedException(Member.Unknown);
        if (await Member.AreClose(work, _provider, request.ReceiverId, ct))
        {
            // They moved together, or one was put in the other's care, after it was arranged.
            throw new RefusedException(OfferService.TooClose);
        }

        long stored = await Storable(rule, ct), points = await Points(provider, served, ct);
        Chart chart = await work.ChartOn(day, ct);
        List<UnitEntry> entries = [Used(chart, programme, day), Earned(chart, programme, day, stored)];
        if (points > 0)
        {
            entries.Add(PointsEarned(chart, programme, day, points));
        }

        IReadOnlyList<PostedNumber> posted = await new UnitDoor(work, programme).PostByRule(entries, ct, by);
        await request.Move(work, ServiceMove.Confirm, by, ct, set: () => (request.UsedEntryNo, request.EarnedEntryNo, request.PointsEntryNo) =
            (posted[0].EntryNo, posted[1].EntryNo, points > 0 ? posted[2].EntryNo : null));
    }

    /// <summary>Takes both sides back whole, and of the points what is still free; one asked for it, the other is at work now.</summary>
    public async Task TakeBack(long asked, CancellationToken ct)
    {
        Fund programme = await Programme.Of(work, request.FundId, ct);
        await ServiceWish.Lock(work, [request.ReceiverId, _provider], ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        long pooled = await work.Db.Set<EarnedGround>().Where(row => row.BookId == work.Book && row.Source == GroundSource.Service
            && row.SourceId == request.ServiceRequestId && row.Commodity == Commodity.Hour.Code).Select(row => row.ToPool).SingleAsync(ct);

        // What the pool has given to others meanwhile, the provider owes.
        pooled = Math.Clamp(pooled, 0, await HourGrant.PoolOf(work, programme, ct));
        List<UnitEntry> entries =
        [
            Red(Used(chart, programme, work.Today), request.UsedEntryNo!.Value),
            Red(Earned(chart, programme, work.Today, _minutes - pooled), request.EarnedEntryNo!.Value),
        ];
        if (request.PointsEntryNo is { } pointsEntry)
        {
            PointLot lot = await work.Db.Set<PointLot>().AsNoTracking()
                .SingleAsync(row => row.BookId == work.Book && row.EntryNo == pointsEntry && row.PersonId == _provider, ct);
            DecideCorrection.RefuseReserved(lot.Units, [lot]);
            if (lot.Free > 0)
            {
                entries.Add(Red(PointsEarned(chart, programme, work.Today, lot.Free), pointsEntry));
            }
        }

        await new UnitDoor(work, programme).PostByTwo(entries, asked, ct);
        await request.Move(work, ServiceMove.Correct, work.ActorId, ct);
    }

    private UnitEntry Used(Chart chart, Fund programme, LocalDate day) => new(UnitKind.HoursUsed,
        JournalEntry.On(day, $"互助服务支取 {request.ServiceRequestId}")
            .Debit(chart["hours-used"], programme.Code, ServiceWish.Hours(_minutes), Tagged())
            .Credit(chart["hours-held"], programme.Code, ServiceWish.Hours(_minutes), Tagged(request.ReceiverId)).Balanced());

    private UnitEntry Earned(Chart chart, Fund programme, LocalDate day, long stored)
    {
        EntryDraft draft = JournalEntry.On(day, $"互助服务存入 {request.ServiceRequestId}");
        if (stored > 0)
        {
            draft.Debit(chart["hours-held"], programme.Code, ServiceWish.Hours(stored), Tagged(_provider));
        }

        if (stored < _minutes)
        {
            draft.Debit(chart["hours-pool"], programme.Code, ServiceWish.Hours(_minutes - stored), Tagged());
        }

        draft.Credit(chart["hours-issued"], programme.Code, ServiceWish.Hours(_minutes), Tagged());
        return new UnitEntry(UnitKind.HoursEarned, draft.Balanced(), Of: null,
            [new Ground(_provider, GroundSource.Service, request.ServiceRequestId, stored, _minutes - stored)]);
    }

    private UnitEntry PointsEarned(Chart chart, Fund programme, LocalDate day, long points) => new(UnitKind.PointsEarned,
        JournalEntry.On(day, $"互助服务积分 {request.ServiceRequestId}")
            .Debit(chart["points-held"], programme.Code, Amount.OfUnits(points, Commodity.Point), Tagged(_provider))
            .Credit(chart["points-issued"], programme.Code, Amount.OfUnits(points, Commodity.Point), Tagged()).Balanced(), Of: null,
        [new Ground(_provider, GroundSource.Service, request.ServiceRequestId, points)]);

    private UnitEntry Red(UnitEntry entry, long of) =>
        new(entry.Kind, entry.Entry.Reversed(work.Today, $"更正互助服务 {request.ServiceRequestId}"), of);

    private Tags Tagged(long? holder = null) => new(Counterparty: holder, Project: request.ProjectId);

    private async Task<long> Storable(ProgrammeRule rule, CancellationToken ct) =>
        Math.Clamp(rule.StoredCap - (await HoursLeft.Of(work, request.FundId, _provider, ct)).Held, 0, _minutes);

    private async Task<long> Points(Member provider, LocalDate served, CancellationToken ct) => provider.Kind == MemberKind.Group ? 0
        : (await ProgrammeRates.Find(work, request.FundId, served, request.Role, EvidenceGrade.TwoParty, ct))?.PointsFor(_minutes) ?? 0;
}
