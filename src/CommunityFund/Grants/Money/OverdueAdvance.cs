using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Money;

/// <summary>Advances whose account is overdue (grants.md 5.3: derived, no state).</summary>
internal static class OverdueAdvance
{
    /// <summary>For how many days the oldest advance of these leads is overdue, in any grant of the book; null if none is.</summary>
    public static Task<int?> Days(Work work, long[] people, CancellationToken ct) => work.Db.Database.SqlQuery<int?>(
        $"""
        select max({work.Today.ToDateOnly()} - t.report_due_on) as "Value"
          from grant_case c join tranche t using (book_id, grant_id)
         where c.book_id = {work.Book} and (c.lead_id = any ({people}) or c.fin_lead_id = any ({people}))
           and t.state in ('awaiting-acquittal', 'partly-acquitted') and t.report_due_on < {work.Today.ToDateOnly()}
        """).SingleAsync(ct);
}
