using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>A booked line of a platform's bill that no settlement has paid out: a gift, one that went back, or a fee that was booked by
/// itself.</summary>
/// <param name="Voucher">The posted voucher that books the whole of it.</param>
internal sealed record PlatformLine(long Line, int Platform, DateOnly Day, long Units, long Voucher, bool IsFee)
{
    /// <summary>What is only partly booked, or not yet reviewed, is not settled.</summary>
    public static async Task<List<PlatformLine>> Unsettled(Work work, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<PlatformLine>(
            $"""
            select b.bank_line_id as "Line", b.bank_account_id as "Platform", b.occurred_on as "Day", b.units as "Units",
                   m.voucher_id as "Voucher", not said.income as "IsFee"
              from bank_line b
              join bank_account a on a.book_id = b.book_id and a.bank_account_id = b.bank_account_id and a.kind = 'platform'
              join bank_match_open m on m.book_id = b.book_id and m.bank_line_id = b.bank_line_id and m.posted and m.units = b.units
              cross join lateral (
                select bool_or(c.class = 'income') as income,
                       bool_or({Account.Keys.FundraisingExpense} in (c.key, p.key)) as fee
                  from voucher_line l
                  join account c on c.book_id = l.book_id and c.account_id = l.account_id
                  left join account p on p.book_id = c.book_id and p.account_id = c.parent_id
                 where l.book_id = b.book_id and l.voucher_id = m.voucher_id) said
             where b.book_id = {work.Book} and (said.income or said.fee)
               and not exists (select 1 from settlement s where s.book_id = b.book_id and s.voucher_id = m.voucher_id)
               and not exists (select 1 from settlement_line l join settlement s using (book_id, settlement_id)
                                where l.book_id = b.book_id and l.bank_line_id = b.bank_line_id and s.state <> 'undone')
             order by b.bank_account_id, b.occurred_on, b.bank_line_id limit 20000
            """).ToListAsync(ct);
}

/// <summary>A fee that the platform's bill shows as a line of its own and that stands in no posted voucher.</summary>
/// <param name="Waits">Whether a voucher of its own waits for review.</param>
internal sealed record PlatformFee(long Line, long Units, bool Waits)
{
    public static async Task<List<PlatformFee>> Open(Work work, int platform, DateOnly from, DateOnly until, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<PlatformFee>(
            $"""
            select b.bank_line_id as "Line", b.units as "Units", m.voucher_id is not null as "Waits"
              from bank_line b
              left join bank_match_open m on m.book_id = b.book_id and m.bank_line_id = b.bank_line_id
             where b.book_id = {work.Book} and b.bank_account_id = {platform} and b.occurred_on between {from} and {until} and b.units < 0
               and b.state in ('new', 'held') and not coalesce(m.posted, false) and (b.summary || ' ' || b.remark) ~ '手续费|服务费|收费'
             order by b.bank_line_id
            """).ToListAsync(ct);
}
