using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Approved tranches of grants as the payment desk shows them, by payee, with what deserves a second look.</summary>
internal static class DeskGrants
{
    public static async Task<List<DeskPayee>> Of(Work work, CancellationToken ct)
    {
        DateOnly today = work.Today.ToDateOnly();
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select e.expectation_id as "Id", t.tranche_id as "Tranche", e.code as "Code", c.title || ' ' || e.narrative as "Title",
                   e.counterparty_id as "Payee", e.party_account as "Number", e.due_on as "DueOn", -e.units as "Units", x.funds as "Funds",
                   x.short as "IsShort", c.state <> 'active' as "IsStopped", coalesce(f.bank_says, '') as "BankSays",
                   f.bank_says is not null as "HasFailed",
                   exists (select 1 from tranche o join grant_case g on g.book_id = o.book_id and g.grant_id = o.grant_id
                            where o.book_id = t.book_id and o.state in ('awaiting-acquittal', 'partly-acquitted') and o.report_due_on < {today}
                              and (g.lead_id in (c.lead_id, c.fin_lead_id) or g.fin_lead_id in (c.lead_id, c.fin_lead_id))) as "IsOverdue"
              from tranche t
              join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
              join expectation e on e.book_id = t.book_id and e.expectation_id = t.expectation_id
              cross join lateral (select string_agg(distinct u.name, '、') as funds,
                                         coalesce(bool_or(l.units > coalesce((
                                                  select sum(p.net) from fund_position p join account a using (book_id, account_id)
                                                   where p.book_id = l.book_id and p.fund_id = l.fund_id and a.role = 'own-cash'), 0)),
                                      false) as short
                                    from expectation_line l join fund u using (book_id, fund_id) join account k using (book_id, account_id)
                                   where l.book_id = e.book_id and l.expectation_id = e.expectation_id and k.key = 'commitments') x
              left join lateral (select r.bank_says from payment_row r
                                   join expectation w on w.book_id = r.book_id and w.expectation_id = r.expectation_id
                                  where r.book_id = e.book_id and w.code = e.code and r.state = 'failed'
                                  order by r.payment_batch_id desc limit 1) f on true
             where t.book_id = {work.Book} and t.state = 'approved' and e.closed_at is null and e.voucher_id is null
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
            .. rows.GroupBy(row => (row.Payee, row.Number)).Select(group =>
            {
                PayeeAccount? account = all.SingleOrDefault(row => row.PayeeId == group.Key.Payee && row.EndedAt is null);
                PaymentFlag[] shared = [.. Shared(work, account, group.Key.Number, all, names)];
                return new DeskPayee(names[group.Key.Payee], Paying.Shown(work, group.Key.Number), account?.BankName ?? "",
                    Amount.Fen(group.Sum(row => row.Units)), [.. group.Select(row => Item(row, shared))]);
            }),
        ];
    }

    private static IEnumerable<PaymentFlag> Shared(
        Work work, PayeeAccount? account, string number, List<PayeeAccount> all, IReadOnlyDictionary<long, string> names) => account switch
        {
            null => [PaymentFlag.NoAccount],
            _ when account.Number != number => [PaymentFlag.OtherAccount],
            _ => new (PaymentFlag Flag, bool IsSo)[]
            {
                (PaymentFlag.Unchecked, account.CheckedAt is null),
                (PaymentFlag.Cooling, PayeeList.Cools(work, all, account) is not null),
                (PaymentFlag.OtherName, names[account.HolderId] != names[account.PayeeId]),
            }.Where(row => row.IsSo).Select(row => row.Flag),
        };

    private static DeskItem Item(Row row, PaymentFlag[] shared)
    {
        PaymentFlag[] flags =
        [
            .. shared,
            .. new (PaymentFlag Flag, bool IsSo)[]
            {
                (PaymentFlag.Stopped, row.IsStopped), (PaymentFlag.AdvanceOverdue, row.IsOverdue), (PaymentFlag.FundShort, row.IsShort),
                (PaymentFlag.Failed, row.HasFailed),
            }.Where(each => each.IsSo).Select(each => each.Flag),
        ];
        return new DeskItem(row.Id, false, row.Code, row.Title, Amount.Fen(row.Units), LocalDate.FromDateOnly(row.DueOn), row.Funds, flags,
            row.BankSays, flags.Any(flag => flag is PaymentFlag.NoAccount or PaymentFlag.OtherAccount or PaymentFlag.Stopped))
        {
            Tranche = row.Tranche,
        };
    }

    private sealed record Row(
        long Id, long Tranche, string Code, string Title, long Payee, string Number, DateOnly DueOn, long Units, string Funds, bool IsShort,
        bool IsStopped, string BankSays, bool HasFailed, bool IsOverdue);
}
