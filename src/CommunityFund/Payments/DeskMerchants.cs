using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Months of merchants where points were redeemed, as the payment desk shows them.</summary>
internal static class DeskMerchants
{
    public static async Task<List<DeskPayee>> Of(Work work, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select e.expectation_id as "Id", e.code as "Code", e.narrative as "Title", e.counterparty_id as "Payee", e.due_on as "DueOn",
                   -e.units as "Units", x.funds as "Funds", x.short as "IsShort", coalesce(f.bank_says, '') as "BankSays",
                   f.bank_says is not null as "HasFailed"
              from expectation e
              cross join lateral (select string_agg(distinct u.name, '、') as funds,
                                         bool_or(l.units > coalesce((select sum(p.net) from fund_position p join account a using (book_id, account_id)
                                                  where p.book_id = l.book_id and p.fund_id = l.fund_id and a.role = 'own-cash'), 0)) as short
                                    from expectation_line l join fund u using (book_id, fund_id)
                                   where l.book_id = e.book_id and l.expectation_id = e.expectation_id) x
              left join lateral (select r.bank_says from payment_row r
                                   join expectation w on w.book_id = r.book_id and w.expectation_id = r.expectation_id
                                  where r.book_id = e.book_id and w.code = e.code and r.state = 'failed'
                                  order by r.payment_batch_id desc limit 1) f on true
             where e.book_id = {work.Book} and e.kind = 'merchant' and e.closed_at is null and e.voucher_id is null
               and not exists (select 1 from payment_row r where r.book_id = e.book_id and r.expectation_id = e.expectation_id
                                  and r.state in ('waiting', 'succeeded'))
             order by e.due_on, e.expectation_id limit 500
            """).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.Payee).Distinct()];
        List<PayeeAccount> all = await work.Db.Set<PayeeAccount>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.PayeeId)).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, ids.Select(id => (long?)id).Concat(all.Select(row => (long?)row.HolderId)), ct);
        return
        [
            .. rows.GroupBy(row => row.Payee).Select(group =>
            {
                PayeeAccount? account = all.SingleOrDefault(row => row.PayeeId == group.Key && row.EndedAt is null);
                return new DeskPayee(names[group.Key], Paying.Shown(work, account?.Number ?? ""), account?.BankName ?? "",
                    Amount.Fen(group.Sum(row => row.Units)), [.. group.Select(row => Item(work, row, account, all, names))]);
            }),
        ];
    }

    private static DeskItem Item(
        Work work, Row row, PayeeAccount? account, List<PayeeAccount> all, IReadOnlyDictionary<long, string> names)
    {
        PaymentFlag[] flags =
        [
            .. new (PaymentFlag Flag, bool IsSo)[]
            {
                (PaymentFlag.NoAccount, account is null), (PaymentFlag.Unchecked, account is { CheckedAt: null }),
                (PaymentFlag.Cooling, account is not null && PayeeList.Cools(work, all, account) is not null),
                (PaymentFlag.OtherName, account is not null && names[account.HolderId] != names[account.PayeeId]),
                (PaymentFlag.FundShort, row.IsShort), (PaymentFlag.Failed, row.HasFailed),
            }.Where(each => each.IsSo).Select(each => each.Flag),
        ];
        return new DeskItem(row.Id, false, row.Code, row.Title, Amount.Fen(row.Units), LocalDate.FromDateOnly(row.DueOn), row.Funds, flags,
            row.BankSays, account is null)
        {
            Merchant = row.Payee,
        };
    }

    private sealed record Row(
        long Id, string Code, string Title, long Payee, DateOnly DueOn, long Units, string Funds, bool IsShort, string BankSays, bool HasFailed);
}
