using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>What an account carries in a fund on the first day of the new year: the old year's end, and conversions that are posted
/// or wait.</summary>
/// <param name="StandardKey">The account of the chart that it is, or stands below.</param>
/// <param name="Units">Debits minus credits, in fen; never zero.</param>
internal sealed record ConversionBalance(string StandardKey, string Key, int FundId, string Fund, long Units)
{
    public static Task<List<ConversionBalance>> Of(Work work, string[] keys, LocalDate day, CancellationToken ct) =>
        work.Db.Database.SqlQuery<ConversionBalance>(
            $"""
            select s.key as "StandardKey", a.key as "Key", f.fund_id as "FundId", f.name as "Fund", sum(b.units)::bigint as "Units"
              from account s
              join account a on a.book_id = s.book_id and (a.account_id = s.account_id or a.parent_id = s.account_id and a.added)
              join (select account_id, fund_id, debit - credit as units from balance
                     where book_id = {work.Book} and commodity = 'CNY' and period <= {day.Year * 100}
                    union all
                    select l.account_id, l.fund_id, signed(l.side, l.units) from voucher v join voucher_line l using (book_id, voucher_id)
                     where v.book_id = {work.Book} and v.kind = 'conversion' and v.state = 'prepared') b on b.account_id = a.account_id
              join fund f on f.book_id = s.book_id and f.fund_id = b.fund_id
             where s.book_id = {work.Book} and s.key = any ({keys})
             group by s.key, a.key, f.fund_id, f.name, f.code having sum(b.units) <> 0 order by a.key, f.code
            """).ToListAsync(ct);
}
