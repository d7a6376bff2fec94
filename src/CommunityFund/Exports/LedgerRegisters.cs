using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>总账 and 明细账 as registers: what every account carried over, turned over and came to, by period and again by fund.</summary>
internal sealed class LedgerRegisters(ExportSource source, Words words) : RegisterRows(source, words)
{
    /// <summary>Accounts in the order of the ledger.</summary>
    public static IEnumerable<ExportAccount> Ordered(IEnumerable<ExportAccount> accounts) =>
        accounts.OrderBy(account => account.Code, StringComparer.Ordinal).ThenBy(account => account.AccountId);

    public Register Ledger(long rows)
    {
        int[] order = [.. Ordered(Source.Accounts.Values).Select(account => account.AccountId)];
        return new Register("ledger",
            [
                Text("code", 14), Now(Text("account", 30)), Text("period", 12), Money("carried"), Money("debit"), Money("credit"),
                Money("closing"),
            ], rows, ct => Rows(
            $"""
            select x.account_id, x.period, (sum(x.debit - x.credit) over w - x.debit + x.credit)::bigint, x.debit, x.credit,
                   (sum(x.debit - x.credit) over w)::bigint
              from (select p.account_id, p.period, coalesce(sum(p.units) filter (where p.side = 'D'), 0)::bigint as debit,
                           coalesce(sum(p.units) filter (where p.side = 'C'), 0)::bigint as credit
                      from posting p
                      join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
                     where p.book_id = {Book} and j.occurred_on <= {Until} and j.series in ('记', '转')
                       and ({IsWhole} or p.fund_id = any ({Within}))
                     group by p.account_id, p.period) x
              join unnest({order}) with ordinality o(account_id, place) using (account_id)
            window w as (partition by x.account_id order by x.period)
             order by o.place, x.period
            """,
            row =>
            [
                Account(row.GetInt32(0)).Code, Path(row.GetInt32(0)), Period(row.GetInt32(1)), row.GetInt64(2), row.GetInt64(3),
                row.GetInt64(4), row.GetInt64(5),
            ], ct));
    }

    private string Path(int account) => string.Join('—', Source.PathOf(Account(account)).Select(each => each.Name));

    public Register Balances(long rows) => new("balances",
        [
            Text("period", 12), Text("code", 12), Now(Text("account", 28)), .. FundColumns(), Money("debit"), Money("credit"),
            Money("carried"), Money("closing"),
        ], rows, ct => Rows(
        $"""
        select x.period, x.account_id, x.fund_id, x.debit, x.credit, (sum(x.debit - x.credit) over w - x.debit + x.credit)::bigint,
               (sum(x.debit - x.credit) over w)::bigint
          from (select p.period, p.account_id, p.fund_id, coalesce(sum(p.units) filter (where p.side = 'D'), 0)::bigint as debit,
                       coalesce(sum(p.units) filter (where p.side = 'C'), 0)::bigint as credit
                  from posting p
                  join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
                 where p.book_id = {Book} and j.occurred_on <= {Until} and j.series in ('记', '转')
                   and ({IsWhole} or p.fund_id = any ({Within}))
                 group by p.period, p.account_id, p.fund_id) x
        window w as (partition by x.account_id, x.fund_id order by x.period)
         order by x.period, x.account_id, x.fund_id
        """,
        row =>
        [
            Period(row.GetInt32(0)), Account(row.GetInt32(1)).Code, Account(row.GetInt32(1)).Name, Fund(row.GetInt32(2)).Code,
            Fund(row.GetInt32(2)).Name, row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
        ], ct));
}
