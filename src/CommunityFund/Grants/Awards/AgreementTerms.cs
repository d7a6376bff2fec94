using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>A tranche as typed.</summary>
public sealed record TrancheTerm(Amount Amount, LocalDate EarliestOn, string Condition, LocalDate ReportDueOn);

/// <summary>A budget line as typed.</summary>
/// <param name="Own">What the group itself brings.</param>
public sealed record BudgetTerm(string What, Amount Amount, Amount Own);

/// <summary>An indicator as typed: where it stands now, and where it shall come.</summary>
public sealed record IndicatorTerm(string Indicator, string Baseline, string Target);

/// <summary>What an agreement says.</summary>
/// <param name="Forbidden">What the money may not buy.</param>
/// <param name="Returns">How unspent money comes back.</param>
public sealed record AgreementTerms(
    LocalDate StartsOn, LocalDate EndsOn, IReadOnlyList<TrancheTerm> Tranches, IReadOnlyList<BudgetTerm> Budget,
    IReadOnlyList<IndicatorTerm> Indicators, string Forbidden, string Returns)
{
    /// <summary>Dates out of order or out of bounds.</summary>
    public const string BadDates = "agreement.bad-dates";

    /// <summary>A tranche without amount, condition or day.</summary>
    public const string BadTranche = "agreement.bad-tranche";

    /// <summary>A budget line without words, or below zero.</summary>
    public const string BadLine = "agreement.bad-line";

    /// <summary>The budget does not add up to the award.</summary>
    public const string BudgetUnequal = "agreement.budget-unequal";

    /// <summary>An indicator without name, baseline or target.</summary>
    public const string BadIndicator = "agreement.bad-indicator";

    /// <summary>What may not be bought, or how money comes back, is missing.</summary>
    public const string WordsMissing = "agreement.words-missing";

    private const int MostYears = 3;

    /// <summary>The same, cleaned and measured.</summary>
    /// <exception cref="RefusedException">Something is missing, out of bounds, or does not add up.</exception>
    internal AgreementTerms Checked(GrantCase grant, long award)
    {
        if (EndsOn <= StartsOn || EndsOn > StartsOn.PlusYears(MostYears))
        {
            throw new RefusedException(BadDates, ("from", StartsOn), ("until", EndsOn), ("years", MostYears));
        }

        TrancheTerm[] tranches = [.. Tranches.Select(each => each with { Condition = PlainText.Of(each.Condition) })];
        int bad = Array.FindIndex(tranches, each => !IsMoney(each.Amount) || !each.Amount.IsPositive || each.Condition.Length is 0 or > 200
            || each.ReportDueOn < each.EarliestOn || each.EarliestOn < StartsOn.PlusMonths(-1) || each.EarliestOn > EndsOn.PlusMonths(6));
        if (bad >= 0 || tranches.Length is 0 or > 20)
        {
            throw new RefusedException(BadTranche, ("no", bad + 1));
        }

        Int128 sum = tranches.Aggregate((Int128)0, (total, each) => total + each.Amount.Units);
        if (sum != award)
        {
            throw new RefusedException(AwardNeeds.TranchesUnequal, ("title", grant.Title), ("award", Amount.Fen(award)), ("sum", Money(sum)));
        }

        BudgetTerm[] budget = [.. Budget.Select(each => each with { What = PlainText.Of(each.What) })];
        bad = Array.FindIndex(budget, each => each.What.Length is 0 or > 100 || !IsMoney(each.Amount) || !IsMoney(each.Own)
            || each.Amount.IsNegative || each.Own.IsNegative);
        if (bad >= 0 || budget.Length is 0 or > 100)
        {
            throw new RefusedException(BadLine, ("no", bad + 1));
        }

        Int128 lines = budget.Aggregate((Int128)0, (total, each) => total + each.Amount.Units);
        if (lines != award)
        {
            throw new RefusedException(BudgetUnequal, ("title", grant.Title), ("award", Amount.Fen(award)), ("sum", Money(lines)));
        }

        IndicatorTerm[] indicators =
        [
            .. Indicators.Select(each => new IndicatorTerm(PlainText.Of(each.Indicator), PlainText.Of(each.Baseline), PlainText.Of(each.Target))),
        ];
        bad = Array.FindIndex(indicators, each => each.Indicator.Length is 0 or > 100 || each.Baseline.Length is 0 or > 60
            || each.Target.Length is 0 or > 60);
        if (bad >= 0 || indicators.Length > 20)
        {
            throw new RefusedException(BadIndicator, ("no", bad + 1));
        }

        (string forbidden, string returns) = (PlainText.Of(Forbidden), PlainText.Of(Returns));
        return forbidden.Length is 0 or > 1000 || returns.Length is 0 or > 1000
            ? throw new RefusedException(WordsMissing)
            : this with { Tranches = tranches, Budget = budget, Indicators = indicators, Forbidden = forbidden, Returns = returns };
    }

    /// <summary>Of what both sides sign: the terms, the case, its people and the award.</summary>
    internal byte[] Digest(GrantCase grant, GrantAward award, short version) => SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new
        {
            grant = grant.GrantId,
            award = award.AwardNo,
            version,
            units = award.Units,
            lead = grant.LeadId,
            finLead = grant.FinLeadId,
            terms = this,
        },
        CommandJson.Plain)));

    private static bool IsMoney(Amount amount) => amount.Commodity == Commodity.Cny;

    private static Amount Money(Int128 units) => Amount.Fen(units > long.MaxValue ? long.MaxValue : (long)units);
}
