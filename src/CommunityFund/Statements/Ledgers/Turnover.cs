using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>What an account turned over in one period, in fen.</summary>
/// <param name="InRange">False for what came before the first day.</param>
internal sealed record Turnover(int AccountId, int Period, bool InRange, long Debit, long Credit)
{
    public long Net => Debit - Credit;

    /// <summary>From kept balances; only what came after the position or lies in a cut month is looked up among the lines.</summary>
    public static Task<List<Turnover>> Of(LedgerScope scope, int[] accounts, CancellationToken ct) =>
        scope.Work.Db.Database.SqlQuery<Turnover>(
            $"""
            select account_id as "AccountId", period as "Period", in_range as "InRange",
                   sum(debit)::bigint as "Debit", sum(credit)::bigint as "Credit"
              from turnover({scope.Work.Book}, {accounts}, {scope.Funds},
                            {scope.Range.FromPeriod}, {scope.Range.FromDay.ToDateOnly()}, {scope.Range.Starts.ToDateOnly()},
                            {scope.Range.ToPeriod}, {scope.Range.ToDay.ToDateOnly()}, {scope.Range.Ends.ToDateOnly()}, {scope.Known})
             group by account_id, period, in_range
            """).ToListAsync(ct);

    /// <summary>The same of one counterparty or project, which are few lines and not kept.</summary>
    public static async Task<List<Turnover>> Of(LedgerScope scope, int[] accounts, LedgerTag tag, CancellationToken ct)
    {
        LedgerRange range = scope.Range;
        return await tag.Among(LedgerLines.Known(scope, accounts))
            .GroupBy(line => new
            {
                line.AccountId,
                line.Period,
                InRange = line.Period > range.FromPeriod || (line.Period == range.FromPeriod && line.OccurredOn >= range.FromDay),
            })
            .Select(group => new Turnover(group.Key.AccountId, group.Key.Period, group.Key.InRange,
                group.Sum(line => line.Debit), group.Sum(line => line.Credit)))
            .ToListAsync(ct);
    }
}
