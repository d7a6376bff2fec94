using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>A decision that the rule begins or ends.</summary>
/// <param name="ProposedBy">Null for the operator, who set the book up.</param>
public sealed record RuleDecision(
    long Id, bool Begins, LocalDate ValidFrom, string Reason, string? ProposedBy, Instant ProposedAt, RuleState State,
    string? DecidedBy, Instant? DecidedAt, bool IsOwn);

/// <summary>A voucher that the rule reviewed.</summary>
public sealed record RuleVoucher(long VoucherId, int Period, string Series, int Number, LocalDate OccurredOn, Amount Total, Instant PostedAt);

/// <summary>The rule with every decision about it and what it reviewed, the latest first.</summary>
/// <param name="Reviewed">How many vouchers it reviewed.</param>
/// <param name="Latest">The latest of these.</param>
public sealed record RuleView(
    string Key, bool IsInForce, IReadOnlyList<RuleDecision> Decisions, int Reviewed, IReadOnlyList<RuleVoucher> Latest, LocalDate Today,
    bool MayDecide)
{
    public RuleDecision? Waiting => Decisions.FirstOrDefault(decision => decision.State == RuleState.Waiting);
}

/// <summary>What a rule may review without a person, who approved it and when, and what it did.</summary>
/// <param name="Of">Which rule.</param>
public sealed record RuleList(string Of = ReviewRule.MonthClose) : Query<RuleView>
{
    private const int Shown = 100;

    internal override Need Needs => Need.Any(PeriodCalendar.Readers).ForWholeBook();

    internal override async Task<RuleView> Answer(Work work, CancellationToken ct)
    {
        string key = ReviewRule.Known(Of);
        List<ReviewRule> rows = await work.Db.Set<ReviewRule>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.Key == key)
            .OrderByDescending(row => row.ReviewRuleId).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), ct);
        IQueryable<PostedEntry> reviewed = work.Db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == work.Book && entry.ReviewRule == key);
        List<PostedEntry> latest = await reviewed.OrderByDescending(entry => entry.EntryNo).Take(Shown).ToListAsync(ct);
        return new RuleView(
            key, await ReviewRule.IsInForce(work, key, work.Today, ct),
            [
                .. rows.Select(row => new RuleDecision(
                    row.ReviewRuleId, row.Begins, row.ValidFrom, row.Reason, row.ProposedBy is { } by ? names[by] : null,
                    row.ProposedAt, row.State, row.DecidedBy is { } decider ? names[decider] : null, row.DecidedAt,
                    row.ProposedBy == work.Actor)),
            ],
            await reviewed.CountAsync(ct),
            [
                .. latest.Select(entry => new RuleVoucher(
                    entry.VoucherId, entry.Period, entry.Series, entry.Number, entry.OccurredOn,
                    Amount.OfUnits(entry.Total, new Series(entry.Series).Commodity), entry.PostedAt)),
            ],
            work.Today, work.Rights.ReachesAll(ProposeRule.Deciders));
    }
}
