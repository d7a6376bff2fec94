using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>The figures of a version, as they are written; minutes and points are whole.</summary>
public sealed record ProgrammeTerms(
    short RoundingMinutes = 10, int ActivityCap = 240, int DayCap = 480, int StoredCap = 90_000, short PointsMonths = 36, int StartMinutes = 600,
    int StartYearCap = 60_000, short ElderAge = 60, short PickupDays = 15, int? MonthPoints = null, short DisputeDays = 30);

/// <summary>Points for an hour of a kind of service, by grade.</summary>
public sealed record RateTerms(string Role, EvidenceGrade Grade, short PointsPerHour);

/// <summary>One person writes a version of a programme's rules; another decides. It begins on a day for which nothing was confirmed yet.</summary>
public sealed record ProposeProgrammeRule(
    Guid Key, int Programme, LocalDate ValidFrom, ProgrammeTerms Terms, IReadOnlyList<RateTerms> Rates, string Reason) : Command<long>(Key)
{
    /// <summary>A figure lies outside its range.</summary>
    public const string BadTerms = "programme.bad-terms";

    /// <summary>No rate, one twice, a role without a word, or too many points.</summary>
    public const string BadRates = "programme.bad-rates";

    /// <summary>Nobody can decide about what does not say why.</summary>
    public const string ReasonMissing = "programme.reason-missing";

    /// <summary>A version waits already.</summary>
    public const string OneWaits = "programme.one-waits";

    private const int LongestReason = 200, MostRoles = 12;

    internal static readonly Role[] Deciders = [Role.Coordinator, Role.Accountant, Role.Admin];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Deciders).For(Programme).Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > LongestReason)
        {
            throw new RefusedException(ReasonMissing, ("limit", LongestReason));
        }

        RefuseBadTerms();
        RateTerms[] rates = [.. Rates.Select(rate => rate with { Role = PlainText.Of(rate.Role) })];
        if (rates.Length == 0 || rates.Select(rate => rate.Role).Distinct().Count() > MostRoles
            || rates.DistinctBy(rate => (rate.Role, rate.Grade)).Count() < rates.Length
            || rates.Any(rate => rate.Role.Length is 0 or > 20 || rate.PointsPerHour is < 0 or > 1000 || !Enum.IsDefined(rate.Grade)))
        {
            throw new RefusedException(BadRates, ("limit", MostRoles));
        }

        if (await work.Db.Set<ProgrammeRule>().AnyAsync(row => row.BookId == work.Book && row.FundId == programme.FundId
            && row.State == ProgrammeRuleState.Waiting, ct))
        {
            throw new RefusedException(OneWaits, ("programme", programme.Name));
        }

        ProgrammeRule rule = Written(work, programme, reason);
        work.Db.Add(rule);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(rates.Select(rate => new ProgrammeRate
        {
            BookId = work.Book,
            ProgrammeRuleId = rule.ProgrammeRuleId,
            Role = rate.Role,
            Grade = rate.Grade,
            PointsPerHour = rate.PointsPerHour,
        }));
        await work.Db.SaveChangesAsync(ct);
        return rule.ProgrammeRuleId;
    }

    private void RefuseBadTerms()
    {
        (string What, bool IsFine)[] terms =
        [
            ("rounding", Terms.RoundingMinutes is 1 or 5 or 10 or 15 or 30 or 60), ("activity-cap", Terms.ActivityCap is >= 30 and <= 1440),
            ("day-cap", Terms.DayCap is >= 30 and <= 1440 && Terms.DayCap >= Terms.ActivityCap),
            ("stored-cap", Terms.StoredCap is >= 60 and <= 6_000_000),
            ("points-months", Terms.PointsMonths is >= 1 and <= 120), ("start", Terms.StartMinutes is >= 0 and <= 60_000),
            ("start-year", Terms.StartYearCap is >= 0 and <= 60_000_000), ("elder-age", Terms.ElderAge is >= 50 and <= 100),
            ("pickup-days", Terms.PickupDays is >= 1 and <= 90), ("month-points", Terms.MonthPoints is null or > 0),
            ("dispute-days", Terms.DisputeDays is >= 30 and <= 365),
        ];
        foreach ((string what, _) in terms.Where(term => !term.IsFine))
        {
            throw new RefusedException(BadTerms, ("what", new Term($"programme.term.{what}")));
        }
    }

    private ProgrammeRule Written(Work work, Fund programme, string reason) => new()
    {
        BookId = work.Book,
        FundId = programme.FundId,
        ValidFrom = ValidFrom,
        RoundingMinutes = Terms.RoundingMinutes,
        ActivityCap = Terms.ActivityCap,
        DayCap = Terms.DayCap,
        StoredCap = Terms.StoredCap,
        PointsMonths = Terms.PointsMonths,
        StartMinutes = Terms.StartMinutes,
        StartYearCap = Terms.StartYearCap,
        ElderAge = Terms.ElderAge,
        PickupDays = Terms.PickupDays,
        MonthPoints = Terms.MonthPoints,
        DisputeDays = Terms.DisputeDays,
        Reason = reason,
        ProposedBy = work.ActorId,
        ProposedAt = work.Now,
    };
}

/// <summary>Another person agrees to a version, or it is dropped, by whoever proposed it too.</summary>
public sealed record DecideProgrammeRule(Guid Key, long Rule, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who wrote it does not agree to it.</summary>
    public const string Own = "programme.own-rule";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "programme.rule-gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(ProposeProgrammeRule.Deciders).For(
        await work.Db.Set<ProgrammeRule>().Where(row => row.BookId == work.Book && row.ProgrammeRuleId == Rule).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from programme_rule where book_id = {work.Book} and programme_rule_id = {Rule} for update", ct);
        ProgrammeRule rule = await work.Db.Set<ProgrammeRule>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ProgrammeRuleId == Rule
            && row.State == ProgrammeRuleState.Waiting, ct) ?? throw new RefusedException(Gone);
        if (Agrees && rule.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        (rule.State, rule.DecidedBy, rule.DecidedAt) = (Agrees ? ProgrammeRuleState.Approved : ProgrammeRuleState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
