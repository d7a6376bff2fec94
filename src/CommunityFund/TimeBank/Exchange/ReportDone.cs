using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>When the help was given, as typed. Minutes are rounded down by the rule of the day and end at its caps.</summary>
/// <param name="From">Time of day, 9:00.</param>
public sealed record ServedTime(LocalDate On, string From, string Until)
{
    /// <summary>The times are none, have not come, or are too short to count.</summary>
    public const string BadReport = "exchange.bad-report";

    /// <summary>Whoever helped has as many hours on that day as the rules allow.</summary>
    public const string DayFull = "exchange.day-full";

    /// <summary>Notes it on the request.</summary>
    internal async Task Note(Work work, ServiceRequest request, long reporter, CancellationToken ct)
    {
        Fund programme = await Programme.Of(work, request.FundId, ct);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, On, ct);
        RefusedException bad = new(BadReport, ("rounding", rule.RoundingMinutes), ("days", rule.DisputeDays));
        (short from, short until) = (ServiceWish.MinuteOf(From) ?? throw bad, ServiceWish.MinuteOf(Until) ?? throw bad);
        int rounded = (until - from) / rule.RoundingMinutes * rule.RoundingMinutes;
        if (rounded <= 0 || Ends(until) > work.Now || On.PlusDays(rule.DisputeDays) < work.Today)
        {
            throw bad;
        }

        long earned = await EarnedOn(work, request.ProviderId, ct);
        int minutes = (int)Math.Min(Math.Min(rounded, rule.ActivityCap), rule.DayCap - earned);
        if (minutes < rule.RoundingMinutes)
        {
            throw new RefusedException(DayFull, ("day", On), ("cap", ServiceWish.Hours(rule.DayCap)));
        }

        await request.Move(work, ServiceMove.Report, reporter, ct, set: () => (request.ReportedBy, request.ServedOn, request.ServedFrom,
            request.ServedUntil, request.ServedMinutes) = (reporter, On, from, until, minutes));
    }

    private Instant Ends(int minute) => On.AtMidnight().PlusMinutes(minute).InZoneLeniently(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant();

    private Task<long> EarnedOn(Work work, long? person, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select coalesce(sum(g.units + g.to_pool), 0)::bigint as "Value" from earned_ground g join journal_entry j using (book_id, voucher_id)
         where g.book_id = {work.Book} and g.person_id = {person} and g.commodity = 'HOUR' and j.occurred_on = {On.ToDateOnly()}
        """).SingleAsync(ct);
}

/// <summary>Whoever helped says from when to when.</summary>
public sealed record ReportDone(Guid Key, MemberPass Pass, long Request, ServedTime Time) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        if (request.ProviderId != me.PersonId)
        {
            throw new RefusedException(ServiceRequest.Unknown);
        }

        request.RefuseUnless(ServiceState.Matched);
        await Time.Note(there, request, me.PersonId, ct);
        return Done.It;
    }
}

/// <summary>A coordinator writes down what somebody without a phone did; another person than this coordinator confirms it.</summary>
public sealed record ReportDoneFor(Guid Key, long Request, ServedTime Time) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await ServiceRequest.ProgrammeOf(work, Request, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ServiceRequest request = await ServiceRequest.Locked(work, Request, ct);
        request.RefuseUnless(ServiceState.Matched);
        await Time.Note(work, request, work.ActorId, ct);
        return Done.It;
    }
}

/// <summary>It was not as reported: whoever was helped sends the report back, and the provider reports again.</summary>
public sealed record ReturnReport(Guid Key, MemberPass Pass, long Request, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRequest request = await ServiceRequest.Locked(there, Request, ct);
        await ConfirmService.RefuseOthers(there, me, request, ct);
        await request.Move(there, ServiceMove.Return, me.PersonId, ct, CancelRequestFor.Said(Reason), () =>
            (request.ReportedBy, request.ServedOn, request.ServedFrom, request.ServedUntil, request.ServedMinutes) = (null, null, null, null, null));
        return Done.It;
    }
}
