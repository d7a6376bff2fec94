using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>What is asked for, as typed.</summary>
/// <param name="Role">Kind of service.</param>
/// <param name="What">In short, without names.</param>
/// <param name="Place">Empty for where the receiver lives.</param>
/// <param name="From">Time of day, 9:00.</param>
/// <param name="Minutes">Planned; null for the whole span.</param>
public sealed record ServiceWish(
    string Role, [property: Personal] string What, [property: Personal] string Place, LocalDate On, string From, string Until, int? Minutes = null,
    bool IsUrgent = false, [property: Personal] string UrgentReason = "", long? Project = null)
{
    /// <summary>A group is not helped.</summary>
    public const string GroupAsks = "exchange.group-asks";

    /// <summary>The rules have no rate for that kind of service.</summary>
    public const string BadRole = "exchange.bad-role";

    /// <summary>A text is too long, or something urgent does not say why.</summary>
    public const string BadWords = "exchange.bad-words";

    /// <summary>The times are none, or the minutes do not fit between them or under the cap.</summary>
    public const string BadTime = "exchange.bad-time";

    /// <summary>The day has passed, or is more than a year away.</summary>
    public const string BadDay = "exchange.bad-day";

    /// <summary>The receiver has fewer hours that are not spoken for.</summary>
    public const string HoursShort = "exchange.hours-short";

    internal const int DayMinutes = 1440;
    private const int LongestWhat = 100, LongestPlace = 40;

    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    /// <summary>Minutes after midnight; 24:00 ends a day. Null for what is no time of day.</summary>
    internal static short? MinuteOf(string typed)
    {
        string text = PlainText.Of(typed).Replace('：', ':');
        return text == "24:00" ? DayMinutes
            : Clock.Parse(text) is { Success: true } time ? (short)((time.Value.Hour * 60) + time.Value.Minute) : null;
    }

    /// <summary>Writes the request for somebody, with the first line of its log.</summary>
    internal async Task<long> Write(Work work, Fund programme, Member receiver, long askedBy, AskedAs how, CancellationToken ct)
    {
        if (receiver.Kind == MemberKind.Group)
        {
            throw new RefusedException(GroupAsks);
        }

        (short from, short until, int minutes) = await Times(work, programme, ct);
        await RefuseBadWords(work, programme, ct);
        await Lock(work, [receiver.PersonId], ct);
        HoursLeft left = await HoursLeft.Of(work, programme.FundId, receiver.PersonId, ct);
        if (left.Free < minutes)
        {
            throw new RefusedException(HoursShort, ("has", Hours(left.Held)), ("spoken", Hours(left.SpokenFor)), ("wanted", Hours(minutes)));
        }

        ServiceRequest request = new()
        {
            BookId = work.Book,
            FundId = programme.FundId,
            ReceiverId = receiver.PersonId,
            AskedBy = askedBy,
            AskedAs = how,
            AskedAt = work.Now,
            Role = PlainText.Of(Role),
            Words = PlainText.Of(What),
            Place = PlainText.Of(Place) is { Length: > 0 } place ? place : receiver.Community,
            WantedOn = On,
            FromMinute = from,
            UntilMinute = until,
            Minutes = minutes,
            IsUrgent = IsUrgent,
            UrgentReason = IsUrgent ? PlainText.Of(UrgentReason) : "",
            ProjectId = Project,
        };
        work.Db.Add(request);
        await work.Db.SaveChangesAsync(ct);
        work.Db.Add(ServiceLog.Of(request, 1, ServiceMove.Ask, null, ServiceState.Open, askedBy, work.Now, ""));
        await work.Db.SaveChangesAsync(ct);
        return request.ServiceRequestId;
    }

    /// <summary>Members are locked in one order, before the books: what they have is then what they have.</summary>
    internal static async Task Lock(Work work, IEnumerable<long> people, CancellationToken ct)
    {
        foreach (long person in people.Order())
        {
            await work.Db.Database.ExecuteSqlAsync(
                $"select 1 from member where book_id = {work.Book} and person_id = {person} for no key update", ct);
        }
    }

    internal static Amount Hours(long minutes) => Amount.OfUnits(minutes, Commodity.Hour);

    internal static void RefuseBadDay(Work work, LocalDate day)
    {
        if (day < work.Today || day > work.Today.PlusYears(1))
        {
            throw new RefusedException(BadDay, ("day", day), ("today", work.Today));
        }
    }

    private async Task<(short From, short Until, int Minutes)> Times(Work work, Fund programme, CancellationToken ct)
    {
        RefuseBadDay(work, On);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, On, ct);
        return MinuteOf(From) is { } from && MinuteOf(Until) is { } until && from < until && (Minutes ?? until - from) is var minutes
            && minutes > 0 && minutes <= until - from && minutes <= rule.ActivityCap
            ? (from, until, minutes) : throw new RefusedException(BadTime, ("cap", Hours(rule.ActivityCap)));
    }

    private async Task RefuseBadWords(Work work, Fund programme, CancellationToken ct)
    {
        string role = PlainText.Of(Role), why = PlainText.Of(UrgentReason);
        if (await ProgrammeRates.Find(work, programme.FundId, On, role, EvidenceGrade.TwoParty, ct) is null)
        {
            throw new RefusedException(BadRole, ("role", role));
        }

        if (PlainText.Of(What).Length > LongestWhat || PlainText.Of(Place).Length > LongestPlace || why.Length > LongestWhat
            || IsUrgent && why.Length == 0)
        {
            throw new RefusedException(BadWords, ("limit", LongestWhat), ("place", LongestPlace));
        }

        if (Project is { } project
            && !await work.Db.Set<Project>().AnyAsync(row => row.BookId == work.Book && row.ProjectId == project && row.ClosedOn == null, ct))
        {
            throw new RefusedException(Books.Project.Unknown, ("typed", project));
        }
    }
}

/// <summary>What somebody has and what requests that stand have spoken for, in minutes.</summary>
internal sealed record HoursLeft(long Held, long SpokenFor)
{
    public long Free => Held - SpokenFor;

    public static async Task<HoursLeft> Of(Work work, int programme, long person, CancellationToken ct) => new(
        await work.Db.Set<HolderBalance>().Where(row => row.BookId == work.Book && row.FundId == programme && row.PersonId == person)
            .Select(row => row.Hours).SingleOrDefaultAsync(ct),
        await work.Db.Set<ServiceRequest>().Where(row => row.BookId == work.Book && row.FundId == programme && row.ReceiverId == person
                && (row.State == ServiceState.Matched || row.State == ServiceState.Done
                    || row.State == ServiceState.Open && row.WantedOn >= work.Today))
            .SumAsync(row => (long)(row.ServedMinutes ?? row.Minutes), ct));
}

/// <summary>The kinds of service that the rules of a day know.</summary>
internal static class ProgrammeRates
{
    public static IQueryable<ProgrammeRate> On(Work work, int programme, LocalDate day) =>
        from rate in work.Db.Set<ProgrammeRate>().AsNoTracking()
        where rate.BookId == work.Book
            && rate.ProgrammeRuleId == ProgrammeRule.InForce(work, programme, day).Select(rule => rule.ProgrammeRuleId).FirstOrDefault()
        select rate;

    public static Task<ProgrammeRate?> Find(Work work, int programme, LocalDate day, string role, EvidenceGrade grade, CancellationToken ct) =>
        On(work, programme, day).SingleOrDefaultAsync(rate => rate.Role == role && rate.Grade == grade, ct);

    /// <summary>Roles that a confirmed service brings points for, maybe none.</summary>
    public static Task<List<string>> Roles(Work work, int programme, LocalDate day, CancellationToken ct) =>
        On(work, programme, day).Where(rate => rate.Grade == EvidenceGrade.TwoParty).Select(rate => rate.Role).Order().ToListAsync(ct);
}
