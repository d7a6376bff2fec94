using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>The calendar: grants whose last day has passed are being closed. One with a tranche in flight waits until it is paid or given back.
/// </summary>
public sealed record TimeOutGrants(Guid Key) : Command<int>(Key)
{
    // What is left comes with the next hour.
    private const int AtOnce = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many are being closed now.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        DateOnly today = work.Today.ToDateOnly();
        long[] over = await work.Db.Database.SqlQuery<long>(
            $"""
            select c.grant_id as "Value" from grant_case c
             where c.book_id = {work.Book} and c.state = 'active'
               and greatest(
                 coalesce((select a.ends_on from grant_amendment a where a.book_id = c.book_id and a.grant_id = c.grant_id and a.state = 'in-force'
                            order by a.amendment_no desc limit 1),
                          (select g.ends_on from grant_agreement g where g.book_id = c.book_id and g.grant_id = c.grant_id
                            order by g.award_no desc, g.version desc limit 1)),
                 (select r.until from grant_reopening r where r.book_id = c.book_id and r.grant_id = c.grant_id)) < {today}
             order by c.grant_id limit {AtOnce}
            """).ToArrayAsync(ct);
        int closing = 0;
        foreach (long grant in over)
        {
            GrantCase row = await GrantCase.Lock(work, grant, ct);
            await work.Db.Entry(row).ReloadAsync(ct);
            if (row.State == GrantState.Active
                && GrantLife.Table.Rule(row.State, GrantMove.EndReached).WhyNot(await GrantFacts.Of(work, row, ct)) is null)
            {
                await GrantMoves.Make(work, grant, row.StateVersion, GrantMove.EndReached, null, null, ct,
                    due: facts => StartClosing.Due(facts, facts.Today));
                closing++;
            }
        }

        return closing;
    }
}
