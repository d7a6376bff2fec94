using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>Somebody the holder may ask for, with the hours that are left.</summary>
public sealed record AskedForRow(long Person, string Name, bool IsMe, Amount Held, Amount Free);

/// <summary>What is asked for the holder and the family, and what the holder does for others.</summary>
public sealed record MyRequestsView(
    IReadOnlyList<AskedForRow> People, IReadOnlyList<ServiceRow> Asked, IReadOnlyList<ServiceRow> Serving, LocalDate Today);

/// <summary>The holder's own requests and services.</summary>
public sealed record MyRequests(MemberPass Pass) : Query<MyRequestsView>
{
    private const int Shown = 30;

    internal override Need Needs => Need.Anybody;

    internal override async Task<MyRequestsView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        IReadOnlyList<AskedForRow> people = await Family(there, me, ct);
        long[] ids = [.. people.Select(row => row.Person)];
        return new MyRequestsView(people, await Rows(there, row => ids.Contains(row.ReceiverId), ct),
            await Rows(there, row => row.ProviderId == me.PersonId, ct), there.Today);
    }

    /// <summary>Whom the holder may ask for: the holder first, unless it is a group.</summary>
    internal static async Task<IReadOnlyList<AskedForRow>> Family(Work work, Member me, CancellationToken ct)
    {
        List<Member> near = await work.Db.Set<Member>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == me.FundId
            && row.LeftOn == null && (row.PersonId == me.PersonId || row.GuardianId == me.PersonId
                || me.HouseholdId != null && row.HouseholdId == me.HouseholdId))
            .OrderBy(row => row.PersonId).ToListAsync(ct);
        Member[] whom = [.. near.Where(row => row.Kind != MemberKind.Group && AskForService.Place(me, row) is not null)
            .OrderBy(row => row.PersonId != me.PersonId)];
        var names = await PersonName.Of(work, whom.Select(row => (long?)row.PersonId), ct);
        List<AskedForRow> rows = [];
        foreach (Member row in whom)
        {
            HoursLeft left = await HoursLeft.Of(work, me.FundId, row.PersonId, ct);
            rows.Add(new AskedForRow(row.PersonId, names[row.PersonId], row.PersonId == me.PersonId,
                ServiceWish.Hours(left.Held), ServiceWish.Hours(left.Free)));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<ServiceRow>> Rows(
        Work work, System.Linq.Expressions.Expression<Func<ServiceRequest, bool>> which, CancellationToken ct)
    {
        List<ServiceRequest> requests = await work.Db.Set<ServiceRequest>().AsNoTracking().Where(row => row.BookId == work.Book).Where(which)
            .OrderByDescending(row => row.ServiceRequestId).Take(Shown).ToListAsync(ct);

        // What is still to be done stands first.
        return await ServiceRow.Of(work, [.. requests.OrderBy(row => row.Seen(work.Today) > ServiceState.Done)], ct);
    }
}

/// <summary>What the form for asking offers.</summary>
public sealed record AskChoicesView(IReadOnlyList<AskedForRow> People, IReadOnlyList<string> Roles, LocalDate Today);

/// <summary>For whom the holder may ask, and for what.</summary>
public sealed record AskChoices(MemberPass Pass) : Query<AskChoicesView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<AskChoicesView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        return new AskChoicesView(await MyRequests.Family(there, me, ct), await ProgrammeRates.Roles(there, me.FundId, there.Today, ct), there.Today);
    }
}

/// <summary>What the coordinator's form for asking offers.</summary>
public sealed record AskForChoicesView(
    IReadOnlyList<ProgrammeChoice> Programmes, int? Programme, IReadOnlyList<string> Roles, IReadOnlyList<OfferRow> Members,
    IReadOnlyList<ExchangeProject> Projects, LocalDate Today);

/// <summary>A project that a service may be for.</summary>
public sealed record ExchangeProject(long Id, string Name);

/// <summary>For whom a coordinator may ask, and for what.</summary>
public sealed record AskForChoices(int? Programme = null) : Query<AskForChoicesView>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Hands);

    internal override async Task<AskForChoicesView> Answer(Work work, CancellationToken ct)
    {
        Fund[] mine = [.. (await Programmes.Programme.Mine(work, ct)).Where(fund => work.Rights.Reaches(Programmes.Programme.Hands, fund.FundId))];
        int? chosen = mine.FirstOrDefault(fund => fund.FundId == Programme)?.FundId ?? mine.FirstOrDefault()?.FundId;
        return new AskForChoicesView(ProgrammeChoice.Of(mine), chosen,
            chosen is { } fund ? await ProgrammeRates.Roles(work, fund, work.Today, ct) : [],
            chosen is { } programme ? await ExchangeMembers.Of(work, programme, ct) : [],
            await work.Db.Set<Project>().AsNoTracking().Where(row => row.BookId == work.Book && row.ClosedOn == null).OrderBy(row => row.Code)
                .Select(row => new ExchangeProject(row.ProjectId, row.Name)).ToListAsync(ct), work.Today);
    }
}

/// <summary>A need of a neighbour, without saying whose it is.</summary>
public sealed record NeedRow(
    long Id, string Role, string Community, LocalDate On, int From, int Until, Amount Minutes, bool IsUrgent, bool IsOffered);

/// <summary>What neighbours need: open requests of the time bank, urgent ones first, by when. Until it is said who helps, community and kind of
/// service are all that is told.</summary>
public sealed record NeighbourNeeds(MemberPass Pass) : Query<IReadOnlyList<NeedRow>>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<IReadOnlyList<NeedRow>> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        var open = await (
            from request in there.Db.Set<ServiceRequest>().AsNoTracking()
            join member in there.Db.Set<Member>() on new { request.BookId, PersonId = request.ReceiverId }
                equals new { member.BookId, member.PersonId }
            where request.BookId == there.Book && request.FundId == me.FundId && request.State == ServiceState.Open && request.WantedOn >= there.Today
            orderby request.IsUrgent descending, request.WantedOn, request.FromMinute, request.ServiceRequestId
            select new
            {
                Request = request,
                Receiver = member,
                IsOffered = there.Db.Set<ServiceOffer>().Any(row => row.BookId == request.BookId && row.ServiceRequestId == request.ServiceRequestId
                    && row.PersonId == me.PersonId && row.WithdrawnAt == null),
            }).ToListAsync(ct);
        return
        [
            .. open.Where(row => row.Receiver.PersonId != me.PersonId && row.Receiver.GuardianId != me.PersonId
                    && me.GuardianId != row.Receiver.PersonId && (me.HouseholdId is null || row.Receiver.HouseholdId != me.HouseholdId))
                .Select(row => new NeedRow(row.Request.ServiceRequestId, row.Request.Role, row.Receiver.Community, row.Request.WantedOn,
                    row.Request.FromMinute, row.Request.UntilMinute, ServiceWish.Hours(row.Request.Minutes), row.Request.IsUrgent, row.IsOffered)),
        ];
    }
}
