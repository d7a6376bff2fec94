using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>What a reader of statements can choose from.</summary>
/// <param name="Periods">Newest first, without the periods of opening balances.</param>
/// <param name="First">The first period to show unless another is asked for.</param>
/// <param name="Last">The last one with entries, or the month of today.</param>
public sealed record StatementChoice(IReadOnlyList<PeriodChoice> Periods, IReadOnlyList<StatementFund> Funds, int First,
    int Last);

/// <summary>A period and whether anything stands in it.</summary>
public sealed record PeriodChoice(int Period, bool HasEntries);

/// <summary>Periods of the calendar and funds within reach, for the filters of statements.</summary>
public sealed record StatementChoices : Query<StatementChoice>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<StatementChoice> Answer(Work work, CancellationToken ct)
    {
        List<PeriodChoice> periods = await work.Db.Database.SqlQuery<PeriodChoice>(
            $"""
            select p.period as "Period",
                   exists (select 1 from balance b where b.book_id = p.book_id and b.period = p.period) as "HasEntries"
              from period p where p.book_id = {work.Book} and p.period % 100 <> 0 order by p.period desc
            """).ToListAsync(ct);
        int today = AccountingPeriod.Of(work.Today);
        int last = periods.FirstOrDefault(period => period.HasEntries)?.Period
            ?? periods.FirstOrDefault(period => period.Period <= today)?.Period ?? periods[^1].Period;
        int first = periods.Last(period => period.Period / 100 == last / 100).Period;
        return new StatementChoice(periods, await StatementFunds.Tree(work, ct), first, last);
    }
}
