using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A version of a programme's rules as it is read.</summary>
/// <param name="IsInForce">Whether it counts today.</param>
public sealed record ProgrammeVersion(
    long Id, ProgrammeRuleState State, LocalDate ValidFrom, ProgrammeTerms Terms, IReadOnlyList<RateTerms> Rates, string Reason, string ProposedBy,
    Instant ProposedAt, string DecidedBy, Instant? DecidedAt, bool IsInForce, bool MayAgree, bool MayDrop)
{
    /// <summary>The kinds of service it knows, in the order they were written.</summary>
    public IReadOnlyList<string> Roles => [.. Rates.Select(rate => rate.Role).Distinct()];

    /// <summary>Points for an hour; null where the version knows no such service of that grade.</summary>
    public short? PointsOf(string role, EvidenceGrade grade) =>
        Rates.Where(rate => rate.Role == role && rate.Grade == grade).Select(rate => (short?)rate.PointsPerHour).FirstOrDefault();
}

/// <summary>One time bank with every version of its rules, the latest first.</summary>
/// <param name="InForce">What counts today; null while nothing was agreed.</param>
/// <param name="Waiting">What waits for a second person.</param>
/// <param name="MayDecide">Who may agree to what waits, by name.</param>
/// <param name="EarliestDay">The first day a new version may begin: nothing was confirmed for it.</param>
public sealed record ProgrammeView(
    int Fund, string Code, string Name, LocalDate Today, ProgrammeVersion? InForce, ProgrammeVersion? Waiting,
    IReadOnlyList<ProgrammeVersion> Versions, IReadOnlyList<string> MayDecide, bool MayPropose, LocalDate? EarliestDay);

/// <summary>The page of one time bank.</summary>
public sealed record ProgrammePage(int Programme) : Query<ProgrammeView>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<ProgrammeView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await Programmes.Programme.Of(work, Programme, ct);
        work.Rights.Require(Need.Any(Programmes.Programme.Readers).For(fund.FundId), isOperator: work.Rights.IsOperator);
        List<ProgrammeRule> rules = await work.Db.Set<ProgrammeRule>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == fund.FundId).OrderByDescending(row => row.ProgrammeRuleId).ToListAsync(ct);
        long[] ids = [.. rules.Select(rule => rule.ProgrammeRuleId)];
        List<ProgrammeRate> rates = await work.Db.Set<ProgrammeRate>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.ProgrammeRuleId)).OrderBy(row => row.Role).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, rules.SelectMany(rule => new[] { rule.ProposedBy, rule.DecidedBy }), ct);
        long? now = (await ProgrammeRule.InForce(work, fund.FundId, work.Today).FirstOrDefaultAsync(ct))?.ProgrammeRuleId;
        bool decides = work.Rights.Reaches(ProposeProgrammeRule.Deciders, fund.FundId);
        ProgrammeVersion[] versions =
        [
            .. rules.Select(rule => new ProgrammeVersion(
                rule.ProgrammeRuleId, rule.State, rule.ValidFrom, Of(rule),
                [
                    .. rates.Where(rate => rate.ProgrammeRuleId == rule.ProgrammeRuleId).OrderBy(rate => rate.Grade)
                        .Select(rate => new RateTerms(rate.Role, rate.Grade, rate.PointsPerHour)),
                ],
                rule.Reason, names[rule.ProposedBy], rule.ProposedAt, rule.DecidedBy is { } by ? names[by] : "", rule.DecidedAt,
                rule.ProgrammeRuleId == now, decides && rule.State == ProgrammeRuleState.Waiting && rule.ProposedBy != work.Actor,
                decides && rule.State == ProgrammeRuleState.Waiting)),
        ];
        ProgrammeVersion? waiting = versions.FirstOrDefault(version => version.State == ProgrammeRuleState.Waiting);
        return new ProgrammeView(
            fund.FundId, fund.Code, fund.Name, work.Today, versions.FirstOrDefault(version => version.IsInForce), waiting, versions,
            waiting is null ? [] : await Others(work, fund, rules.Single(rule => rule.ProgrammeRuleId == waiting.Id).ProposedBy, ct), decides,
            await EarliestDayOf(work, fund.FundId, ct));
    }

    internal static ProgrammeTerms Of(ProgrammeRule rule) => new(
        rule.RoundingMinutes, rule.ActivityCap, rule.DayCap, rule.StoredCap, rule.PointsMonths, rule.StartMinutes, rule.StartYearCap, rule.ElderAge,
        rule.PickupDays, rule.MonthPoints, rule.DisputeDays);

    /// <summary>Everybody but the proposer whose role reaches the programme.</summary>
    private static async Task<IReadOnlyList<string>> Others(Work work, Fund fund, long proposer, CancellationToken ct)
    {
        List<long> people = await work.Db.Set<RoleGrant>()
            .Where(grant => grant.BookId == work.Book && grant.PersonId != proposer && ProposeProgrammeRule.Deciders.Contains(grant.Role)
                && grant.ValidFrom <= work.Today && (grant.ValidUntil == null || grant.ValidUntil >= work.Today)
                && (grant.FundId == null || grant.FundId == fund.FundId))
            .Select(grant => grant.PersonId).Distinct().OrderBy(person => person).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, people.Select(person => (long?)person), ct);
        return [.. people.Select(person => names[person])];
    }

    /// <summary>The day after the last for which hours or points were confirmed; the database insists on it.</summary>
    private static async Task<LocalDate?> EarliestDayOf(Work work, int fund, CancellationToken ct)
    {
        DateOnly? used = await work.Db.Database.SqlQuery<DateOnly?>(
            $"""
            select max(j.occurred_on) as "Value" from unit_paper p join journal_entry j using (book_id, voucher_id)
             where p.book_id = {work.Book} and p.fund_id = {fund} and p.kind in ('hours-earned', 'points-earned') and not p.is_red
            """).SingleAsync(ct);
        return used is { } day ? LocalDate.FromDateOnly(day).PlusDays(1) : null;
    }
}
