using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Money;

/// <summary>The calendar: where the account of an advance is overdue, the tranches that are still to be paid to projects of the same leads are
/// held, in every grant, and freed again once nothing of theirs is overdue (grants.md 5.3).</summary>
public sealed record HoldOverdueAdvances(Guid Key) : Command<int>(Key)
{
    // What is more waits for the next time.
    private const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many tranches moved.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        List<long> grants = await work.Db.Database.SqlQuery<long>(
            $"""
            with late as (
              select c.lead_id, c.fin_lead_id from tranche t join grant_case c using (book_id, grant_id)
               where t.book_id = {work.Book} and t.state in ('awaiting-acquittal', 'partly-acquitted')
                 and t.report_due_on < {work.Today.ToDateOnly()}),
            people as (select lead_id as id from late union select fin_lead_id from late where fin_lead_id is not null)
            select c.grant_id as "Value" from grant_case c
             where c.book_id = {work.Book} and c.grant_id in (
                     select w.grant_id from grant_case w
                      where w.book_id = {work.Book} and (w.lead_id in (select id from people) or w.fin_lead_id in (select id from people))
                        and exists (select 1 from tranche t where t.book_id = w.book_id and t.grant_id = w.grant_id
                                       and t.state in ('planned', 'eligible', 'requested', 'checked', 'approved-l1', 'approved-l2',
                                         'approved', 'scheduled'))
                     union
                     select t.grant_id from tranche t join grant_case w using (book_id, grant_id)
                      where t.book_id = {work.Book} and t.state = 'held' and t.held_by = 'calendar'
                        and w.lead_id not in (select id from people) and coalesce(w.fin_lead_id, 0) not in (select id from people))
             order by c.grant_id limit {Most}
            """).ToListAsync(ct);
        int moved = 0;
        foreach (long grant in grants)
        {
            moved += await TrancheMoves.LookAgain(work, grant, ct);
        }

        return moved;
    }
}
