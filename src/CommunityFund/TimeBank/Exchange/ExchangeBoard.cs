using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>A request as people read it. Names are null for whom the reader is not to know.</summary>
/// <param name="State">As it is seen: a request whose day has passed has lapsed.</param>
/// <param name="From">Minutes after midnight.</param>
/// <param name="Minutes">Planned.</param>
/// <param name="Served">What is to be booked, once it is reported.</param>
public sealed record ServiceRow(
    long Id, ServiceState State, string Role, string Words, string Place, LocalDate On, int From, int Until, Amount Minutes, bool IsUrgent,
    string UrgentReason, string? Receiver, AskedAs AskedAs, string? AskedBy, string? Provider, LocalDate? ServedOn, int? ServedFrom, int? ServedUntil,
    Amount? Served, int Offers)
{
    /// <summary>14:05.</summary>
    public static string Clock(int minute) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minute / 60}:{minute % 60:00}");

    internal static async Task<IReadOnlyList<ServiceRow>> Of(Work work, IReadOnlyList<ServiceRequest> requests, CancellationToken ct)
    {
        long[] ids = [.. requests.Select(row => row.ServiceRequestId)];
        var names = await PersonName.Of(work, requests.SelectMany(row => new[] { row.ReceiverId, row.AskedBy, row.ProviderId }), ct);
        Dictionary<long, int> offers = await work.Db.Set<ServiceOffer>()
            .Where(row => row.BookId == work.Book && ids.Contains(row.ServiceRequestId) && row.WithdrawnAt == null)
            .GroupBy(row => row.ServiceRequestId).ToDictionaryAsync(group => group.Key, group => group.Count(), ct);
        return
        [
            .. requests.Select(row => new ServiceRow(row.ServiceRequestId, row.Seen(work.Today), row.Role, row.Words, row.Place, row.WantedOn,
                row.FromMinute, row.UntilMinute, ServiceWish.Hours(row.Minutes), row.IsUrgent, row.UrgentReason, names[row.ReceiverId], row.AskedAs,
                names[row.AskedBy], row.ProviderId is { } provider ? names[provider] : null, row.ServedOn, row.ServedFrom, row.ServedUntil,
                row.ServedMinutes is { } served ? ServiceWish.Hours(served) : null, offers.GetValueOrDefault(row.ServiceRequestId))),
        ];
    }
}

/// <summary>All that stands and the last that ended, by where it stands; what is urgent first.</summary>
public sealed record ExchangeBoardView(
    IReadOnlyList<ProgrammeChoice> Programmes, int? Programme, IReadOnlyList<ServiceRow> Urgent, IReadOnlyList<ServiceRow> Open,
    IReadOnlyList<ServiceRow> Matched, IReadOnlyList<ServiceRow> Done, IReadOnlyList<ServiceRow> Ended, bool Runs);

/// <summary>The coordinators' board of requests.</summary>
public sealed record ExchangeBoard(int? Programme = null) : Query<ExchangeBoardView>
{
    private const int Ended = 30;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<ExchangeBoardView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> mine = await Programmes.Programme.Mine(work, ct);
        int? chosen = mine.FirstOrDefault(fund => fund.FundId == Programme)?.FundId ?? mine.FirstOrDefault()?.FundId;
        ServiceState[] standing = [ServiceState.Open, ServiceState.Matched, ServiceState.Done];
        IQueryable<ServiceRequest> all = work.Db.Set<ServiceRequest>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == chosen);
        List<ServiceRequest> requests = await all.Where(row => standing.Contains(row.State))
            .OrderBy(row => row.WantedOn).ThenBy(row => row.FromMinute).ThenBy(row => row.ServiceRequestId).ToListAsync(ct);
        requests.AddRange(await all.Where(row => !standing.Contains(row.State)).OrderByDescending(row => row.ServiceRequestId).Take(Ended)
            .ToListAsync(ct));
        IReadOnlyList<ServiceRow> rows = await ServiceRow.Of(work, requests, ct);
        return new ExchangeBoardView(ProgrammeChoice.Of(mine), chosen,
            [.. rows.Where(row => row is { State: ServiceState.Open, IsUrgent: true })],
            [.. rows.Where(row => row is { State: ServiceState.Open, IsUrgent: false })],
            [.. rows.Where(row => row.State == ServiceState.Matched)], [.. rows.Where(row => row.State == ServiceState.Done)],
            [.. rows.Where(row => !standing.Contains(row.State))], chosen is { } fund && work.Rights.Reaches(Programmes.Programme.Hands, fund));
    }
}

/// <summary>Somebody who would help.</summary>
public sealed record OfferRow(string Number, string Name, MemberKind Kind, string Community);

/// <summary>A step that was taken.</summary>
public sealed record ServiceStep(ServiceMove Move, string By, Instant At, string Reason);

/// <summary>A correction that waits.</summary>
public sealed record CorrectionRow(string Reason, string ProposedBy, bool IsOwn);

/// <summary>The number of an entry that a service made.</summary>
public sealed record ServiceEntry(int Period, string Series, int Number);

/// <summary>One request with its log, who would help, and what the reader may do.</summary>
/// <param name="Members">For the field of a card's number: number and name of whom the programme knows.</param>
public sealed record ServiceRequestView(
    int Programme, ServiceRow Row, string? Project, Amount Held, Amount Free, IReadOnlyList<OfferRow> Offers, IReadOnlyList<OfferRow> Members,
    IReadOnlyList<ServiceStep> Steps, CorrectionRow? Correction, IReadOnlyList<ServiceEntry> Entries, bool Runs, bool Confirms, LocalDate Today);

/// <summary>One request for the coordinators.</summary>
public sealed record ServiceRequestPage(long Request) : Query<ServiceRequestView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<ServiceRequestView> Answer(Work work, CancellationToken ct)
    {
        ServiceRequest request = await work.Db.Set<ServiceRequest>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.ServiceRequestId == Request, ct)
            ?? throw new RefusedException(ServiceRequest.Unknown);
        if (!work.Rights.Reaches(Programme.Readers, request.FundId))
        {
            throw new RefusedException(ServiceRequest.Unknown);
        }

        bool runs = work.Rights.Reaches(Programme.Hands, request.FundId);
        HoursLeft left = await HoursLeft.Of(work, request.FundId, request.ReceiverId, ct);
        return new ServiceRequestView(request.FundId, (await ServiceRow.Of(work, [request], ct))[0],
            await work.Db.Set<Project>().Where(row => row.BookId == work.Book && row.ProjectId == request.ProjectId).Select(row => row.Name)
                .SingleOrDefaultAsync(ct),
            ServiceWish.Hours(left.Held), ServiceWish.Hours(left.Free), await Offers(work, ct),
            runs ? await ExchangeMembers.Of(work, request.FundId, ct) : [], await Steps(work, ct), await Correction(work, ct),
            await Entries(work, request, ct), runs,
            runs && work.Actor is { } actor && request is { State: ServiceState.Done, ProviderId: { } provider } && request.ReportedBy != actor
                && !await Member.AreClose(work, actor, provider, ct), work.Today);
    }

    private async Task<IReadOnlyList<OfferRow>> Offers(Work work, CancellationToken ct)
    {
        var offers = await (from offer in OfferService.Standing(work, Request)
                            join member in work.Db.Set<Member>() on new { offer.BookId, offer.PersonId } equals new { member.BookId, member.PersonId }
                            orderby offer.ServiceOfferId
                            select member).AsNoTracking().ToListAsync(ct);
        return await ExchangeMembers.Named(work, offers, ct);
    }

    private async Task<IReadOnlyList<ServiceStep>> Steps(Work work, CancellationToken ct)
    {
        List<ServiceLog> log = await work.Db.Set<ServiceLog>().AsNoTracking().Where(row => row.BookId == work.Book && row.ServiceRequestId == Request)
            .OrderBy(row => row.StateVersion).ToListAsync(ct);
        var names = await PersonName.Of(work, log.Select(row => (long?)row.ActorId), ct);
        return [.. log.Select(row => new ServiceStep(row.Move, names[row.ActorId], row.At, row.Reason))];
    }

    private async Task<CorrectionRow?> Correction(Work work, CancellationToken ct)
    {
        ServiceCorrection? waits = await work.Db.Set<ServiceCorrection>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ServiceRequestId == Request && row.State == ServiceCorrectionState.Waiting, ct);
        return waits is null ? null
            : new CorrectionRow(waits.Reason, (await PersonName.Of(work, [waits.ProposedBy], ct))[waits.ProposedBy], waits.ProposedBy == work.Actor);
    }

    private static async Task<IReadOnlyList<ServiceEntry>> Entries(Work work, ServiceRequest request, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<ServiceEntry>(
            $"""
            select j.period as "Period", j.series as "Series", j.number as "Number" from journal_entry j
             where j.book_id = {work.Book} and j.entry_no in ({request.UsedEntryNo}, {request.EarnedEntryNo}, {request.PointsEntryNo})
             order by j.entry_no
            """).ToListAsync(ct);
}

/// <summary>Members for the coordinator to choose from.</summary>
internal static class ExchangeMembers
{
    // A list to type into, not to read.
    private const int Most = 2000;

    public static async Task<IReadOnlyList<OfferRow>> Of(Work work, int programme, CancellationToken ct) => await Named(work,
        await work.Db.Set<Member>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == programme && row.LeftOn == null)
            .OrderBy(row => row.Number).Take(Most).ToListAsync(ct), ct);

    public static async Task<IReadOnlyList<OfferRow>> Named(Work work, IReadOnlyList<Member> members, CancellationToken ct)
    {
        var names = await PersonName.Of(work, members.Select(row => (long?)row.PersonId), ct);
        return [.. members.Select(row => new OfferRow(row.Number, names[row.PersonId], row.Kind, row.Community))];
    }
}
