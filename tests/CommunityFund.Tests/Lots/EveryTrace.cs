using CommunityFund.Books;
using CommunityFund.Lots;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>All inflows that stood at an as-of, followed together by what draws every trace of the program.</summary>
internal sealed record EveryTrace(LocalDate Day, long Known) : Query<TraceView>
{
    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<TraceView> Answer(Work work, CancellationToken ct)
    {
        // Neither what was freed, handed on or bound anew, which is followed from where it came, nor a gift that was undone by then.
        long[] lots = await work.Db.Database.SqlQuery<long>(
            $"""
            select g.lot_id as "Value"
              from gift_lot g
              join posting p using (book_id, entry_no, line_no)
             where g.book_id = {work.Book} and g.entry_no <= {Known} and g.received_on <= {Day.ToDateOnly()}
               and p.movement not in ('release', 'transfer', 're-restrict')
               and not (p.restriction <> 'R' and exists (
                     select 1 from posting r
                      where r.book_id = p.book_id and r.entry_no = p.entry_no and r.account_id = p.account_id and r.fund_id = p.fund_id
                        and r.restriction = 'R' and r.side = 'D' and r.units > 0))
               and not exists (select 1 from journal_entry r
                                where r.book_id = g.book_id and r.corrects_entry_no = g.entry_no and r.entry_no <= {Known}
                                  and r.occurred_on <= {Day.ToDateOnly()})
             order by 1
            """).ToArrayAsync(ct);
        return await TraceReader.Read(work, work.Book, lots, Day, Known, ct);
    }
}
