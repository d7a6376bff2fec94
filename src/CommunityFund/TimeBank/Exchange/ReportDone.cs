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

    /// <summary>Whoever helped was elsewhere at that time.</summary>
    public const string Overlap = "exchange.overlap";

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

        long provider = request.ProviderId!.Value;
        await ServiceWish.Lock(work, [provider], ct);
        await RefuseOverlap(work, request.ServiceRequestId, provider, (On, from, until), ["done", "confirmed"], ct);
        int minutes = (int)Math.Min(Math.Min(rounded, rule.ActivityCap), rule.DayCap - await ServedOn(work, provider, On, "done", ct));
        if (minutes < rule.RoundingMinutes)
        {
            throw new RefusedException(DayFull, ("day", On), ("cap", ServiceWish.Hours(rule.DayCap)));
        }

        await request.Move(work, ServiceMove.Report, reporter, ct, set: () => (request.ReportedBy, request.ServedOn, request.ServedFrom,
            request.ServedUntil, request.ServedMinutes) = (reporter, On, from, until, minutes));
    }

    private Instant Ends(int minute) => On.AtMidnight().PlusMinutes(minute).InZoneLeniently(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant();

    /// <exception cref="RefusedException">Since it was reported, so much else was confirmed for the provider that it no longer fits.</exception>
    internal static async Task RefuseUnfit(Work work, ServiceRequest request, ProgrammeRule rule, CancellationToken ct)
    {
        (long provider, LocalDate day) = (request.ProviderId!.Value, request.ServedOn!.Value);
        await RefuseOverlap(
            work, request.ServiceRequestId, provider, (day, request.ServedFrom!.Value, request.ServedUntil!.Value), ["confirmed"], ct);
        if (await ServedOn(work, provider, day, "", ct) + request.ServedMinutes > rule.DayCap)
        {
            throw new RefusedException(DayFull, ("day", day), ("cap", ServiceWish.Hours(rule.DayCap)));
        }
    }

    /// <summary>What the cap of a day has been used for: all that is confirmed, and services that stand at <paramref name="also"/>.</summary>
    private static Task<long> ServedOn(Work work, long provider, LocalDate day, string also, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select (minutes_served({work.Book}, {provider}, {day.ToDateOnly()}) + coalesce((
          select sum(s.served_minutes) from service_request s where s.book_id = {work.Book} and s.provider_id = {provider}
             and s.served_on = {day.ToDateOnly()} and s.state = {also}), 0))::bigint as "Value"
        """).SingleAsync(ct);

    /// <exception cref="RefusedException">The provider was in an activity at that time, or with somebody else.</exception>
    private static async Task RefuseOverlap(
        Work work, long request, long provider, (LocalDate On, int From, int Until) time, string[] states, CancellationToken ct)
    {
        DateOnly day = time.On.ToDateOnly();
        if (await work.Db.Database.SqlQuery<bool>(
            $"""
            select serves_activity({work.Book}, {provider}, day_minute({day}, {time.From}), day_minute({day}, {time.Until}))
                or exists (select from service_request s where s.book_id = {work.Book} and s.provider_id = {provider}
                              and s.service_request_id <> {request} and s.state = any({states}) and s.served_on = {day}
                              and s.served_from < {time.Until} and {time.From} < s.served_until) as "Value"
            """).SingleAsync(ct))
        {
            throw new RefusedException(Overlap, ("day", time.On));
        }
    }
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
