using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>What one kind of service of one grade brought in a month, and what it would have brought.</summary>
public sealed record RateEffect(
    string Role, EvidenceGrade Grade, int Records, Amount HoursBefore, Amount HoursAfter, Amount PointsBefore, Amount PointsAfter)
{
    /// <summary>More points, or fewer.</summary>
    public Amount Difference => PointsAfter - PointsBefore;
}

/// <summary>The effect of a version on a month that is booked.</summary>
/// <param name="Month">The month before this one, or the last before it that has confirmed hours; null where none has.</param>
public sealed record RuleEffect(YearMonth? Month, IReadOnlyList<RateEffect> Rows)
{
    /// <summary>How many services were counted.</summary>
    public int Records => Rows.Sum(row => row.Records);

    public Amount HoursBefore => Sum(Commodity.Hour, row => row.HoursBefore);

    public Amount HoursAfter => Sum(Commodity.Hour, row => row.HoursAfter);

    public Amount PointsBefore => Sum(Commodity.Point, row => row.PointsBefore);

    public Amount PointsAfter => Sum(Commodity.Point, row => row.PointsAfter);

    public Amount Difference => PointsAfter - PointsBefore;

    private Amount Sum(Commodity commodity, Func<RateEffect, Amount> part) =>
        Rows.Aggregate(Amount.Zero(commodity), (sum, row) => sum + part(row));
}

/// <summary>What a version of the rules would have issued for the last month with confirmed hours, role by role and grade by grade. It is only
/// reckoned: what was posted stays as it is.</summary>
public sealed record PreviewRule(int Programme, ProgrammeTerms Terms, IReadOnlyList<RateTerms> Rates) : Query<RuleEffect>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<RuleEffect> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await Programmes.Programme.Of(work, Programme, ct);
        work.Rights.Require(Need.Any(Programmes.Programme.Readers).For(fund.FundId), work.Rights.IsOperator);
        LocalDate thisMonth = new(work.Today.Year, work.Today.Month, 1);
        LocalDate? last = await Booked(work).Where(row => row.Day < thisMonth).MaxAsync(row => (LocalDate?)row.Day, ct)
            ?? await Booked(work).MaxAsync(row => (LocalDate?)row.Day, ct);
        return last is { } day ? await Of(work, day.ToYearMonth(), ct) : new RuleEffect(null, []);
    }

    private IQueryable<ServiceRecord> Booked(Work work) => work.Db.Set<ServiceRecord>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.FundId == Programme && row.State == RecordState.Posted && row.Grade != EvidenceGrade.Legacy);

    private async Task<RuleEffect> Of(Work work, YearMonth month, CancellationToken ct)
    {
        (LocalDate first, LocalDate next) = (month.OnDayOfMonth(1), month.OnDayOfMonth(1).PlusMonths(1));
        List<Served> all = await (
            from row in Booked(work)
            where row.Day >= first && row.Day < next
            join rule in work.Db.Set<ProgrammeRule>() on new { row.BookId, row.ProgrammeRuleId } equals new { rule.BookId, rule.ProgrammeRuleId }
            orderby row.ServiceRecordId
            select new Served(row.PersonId, row.Day, row.Role, row.Grade, row.RawMinutes, row.CapMinutes, rule.ActivityCap,
                row.CreditedMinutes, row.Points,
                work.Db.Set<Member>().Any(member => member.BookId == row.BookId && member.PersonId == row.PersonId
                    && member.Kind == MemberKind.Group)))
            .ToListAsync(ct);
        Dictionary<(string, EvidenceGrade), int> rates = Rates.GroupBy(rate => (rate.Role, rate.Grade))
            .ToDictionary(same => same.Key, same => (int)same.First().PointsPerHour);
        Dictionary<(long, LocalDate), int> ofDay = [];
        Dictionary<(string Role, EvidenceGrade Grade), long[]> sums = [];
        foreach (Served one in all)
        {
            int minutes = Minutes(one, ofDay), rate = one.IsGroup ? 0 : rates.GetValueOrDefault((one.Role, one.Grade));
            if (!sums.TryGetValue((one.Role, one.Grade), out long[]? sum))
            {
                sums[(one.Role, one.Grade)] = sum = new long[5];
            }

            (sum[0], sum[1], sum[2], sum[3], sum[4]) =
                (sum[0] + 1, sum[1] + one.Credited, sum[2] + minutes, sum[3] + one.Points, sum[4] + ((long)minutes * rate / 60));
        }

        return new RuleEffect(month,
        [
            .. sums.OrderBy(row => row.Key.Role, StringComparer.Ordinal).ThenBy(row => row.Key.Grade).Select(row => new RateEffect(
                row.Key.Role, row.Key.Grade, (int)row.Value[0], Amount.OfUnits(row.Value[1], Commodity.Hour),
                Amount.OfUnits(row.Value[2], Commodity.Hour),
                Amount.OfUnits(row.Value[3], Commodity.Point), Amount.OfUnits(row.Value[4], Commodity.Point))),
        ]);
    }

    /// <summary>What the version would have credited: rounded its way, no more than its caps, less what the person did that day before. An activity
    /// that had a smaller cap of its own keeps it.</summary>
    private int Minutes(Served one, Dictionary<(long, LocalDate), int> ofDay)
    {
        int cap = one.Cap < one.RuleCap ? Math.Min(one.Cap, Terms.ActivityCap) : Terms.ActivityCap;
        int before = ofDay.GetValueOrDefault((one.Person, one.Day));
        int minutes = Math.Min(one.Raw - (one.Raw % Math.Max((short)1, Terms.RoundingMinutes)), Math.Min(cap, Math.Max(0, Terms.DayCap - before)));
        ofDay[(one.Person, one.Day)] = before + minutes;
        return minutes;
    }

    private sealed record Served(
        long Person, LocalDate Day, string Role, EvidenceGrade Grade, int Raw, int Cap, int RuleCap, int Credited, int Points, bool IsGroup);
}
