using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>A booked line of a platform's bill that no settlement has paid out.</summary>
/// <param name="Voucher">The posted voucher that books the whole of it.</param>
internal sealed record PlatformLine(long Line, int Platform, DateOnly Day, long Units, long Voucher)
{
    /// <summary>Refunds beside gifts; what is only partly booked, or not yet reviewed, is not settled.</summary>
    public static async Task<List<PlatformLine>> Unsettled(Work work, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<PlatformLine>(
            $"""
            select b.bank_line_id as "Line", b.bank_account_id as "Platform", b.occurred_on as "Day", b.units as "Units", m.voucher_id as "Voucher"
              from bank_line b
              join bank_account a on a.book_id = b.book_id and a.bank_account_id = b.bank_account_id and a.kind = 'platform'
              join bank_match_open m on m.book_id = b.book_id and m.bank_line_id = b.bank_line_id and m.posted and m.units = b.units
             where b.book_id = {work.Book} and exists (select 1 from voucher_line l join account c using (book_id, account_id)
                     where l.book_id = b.book_id and l.voucher_id = m.voucher_id and c.class = 'income')
               and not exists (select 1 from settlement_line l join settlement s using (book_id, settlement_id)
                                where l.book_id = b.book_id and l.bank_line_id = b.bank_line_id and s.state <> 'undone')
             order by b.bank_account_id, b.occurred_on, b.bank_line_id limit 20000
            """).ToListAsync(ct);
}
