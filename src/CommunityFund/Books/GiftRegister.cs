using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// The register of gifts, for features whose vouchers bring a gift by another way than its recording: what enterprises give, goods. Official
/// receipt, letter and trace hang on the rows of this register. A reversal takes them back by itself, in the database.
/// </summary>
internal static class GiftRegister
{
    /// <summary>银行转账, as the register writes it.</summary>
    public const string ByBank = "bank";

    /// <summary>实物.</summary>
    public const string InKind = "in-kind";

    /// <summary>Enters a gift for each line of donation income of a voucher that has none yet, with the line's fund, donor and words.</summary>
    /// <param name="enterprise">Only the lines that came from this social enterprise; null for all.</param>
    /// <param name="isPosted">Whether the voucher stands in the books, or will at the end of this command; else the gift waits with it.</param>
    public static Task Enter(
        Work work, long voucher, LocalDate received, string channel, bool isPosted, CancellationToken ct, long? enterprise = null)
    {
        DateOnly day = received.ToDateOnly();
        string state = isPosted ? "accepted" : "waiting";
        return work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into donation (book_id, fund_id, donor_id, units, received_on, restriction, clause, voucher_id, line_no, state, channel)
            select l.book_id, l.fund_id, l.counterparty_id, l.units, {day}, l.restriction,
                   case l.restriction when 'R' then coalesce(nullif(l.clause, ''), f.clause) else '' end, l.voucher_id, l.line_no, {state}, {channel}
              from voucher_line l join account a using (book_id, account_id) join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
             where l.book_id = {work.Book} and l.voucher_id = {voucher} and split_part(a.key, '.', 1) = 'donation-income'
               and l.side = 'C' and l.units > 0 and ({enterprise}::bigint is null or l.enterprise_id = {enterprise})
               and not exists (select 1 from donation d where d.book_id = l.book_id and d.voucher_id = l.voucher_id and d.line_no = l.line_no
                                  and d.state in ('waiting', 'accepted'))
             order by l.line_no
            """, ct);
    }

    /// <summary>Gifts that wait share the fate of their voucher.</summary>
    public static Task Decide(Work work, long voucher, bool isPosted, CancellationToken ct)
    {
        string state = isPosted ? "accepted" : "dropped";
        return work.Db.Database.ExecuteSqlAsync(
            $"update donation set state = {state} where book_id = {work.Book} and voucher_id = {voucher} and state = 'waiting'", ct);
    }
}
