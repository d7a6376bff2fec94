using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Restricted gifts with a first day of use, as their clauses say: what article 10 takes out of a year's income, and what it
/// adds.</summary>
internal static class TimedGifts
{
    /// <param name="year">The year whose income is asked for.</param>
    /// <param name="known">Position of the last entry that counts.</param>
    public static async Task<IReadOnlyList<TimedGift>> Of(Work work, StatementFunds funds, int year, long known, CancellationToken ct)
    {
        int first = (year * 100) + 1, last = (year * 100) + 13;
        DateOnly begins = new(year, 1, 1), ends = new(year, 12, 31);
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select g.fund_id as "FundId", g.received_on as "ReceivedOn", s.starts as "Starts", s.is_barred as "IsBarred",
                   (g.units - coalesce(m.units, 0))::bigint as "Left"
              from gift_lot g
              join posting p on p.book_id = g.book_id and p.entry_no = g.entry_no and p.line_no = g.line_no
              join account a on a.book_id = p.book_id and a.account_id = p.account_id
             cross join lateral (select max(c.from_day) as starts, max(c.from_day) > {ends} as is_barred
                                   from lot_clauses(g.book_id, g.lot_id) c where c.kind = 'period') s
              left join lateral (select sum(x.units) as units from lot_move x join voucher v using (book_id, voucher_id)
                                  where x.book_id = g.book_id and x.lot_id = g.lot_id and x.state = 'used' and v.entry_no <= {known}
                                    and v.occurred_on < case when s.is_barred then {ends}::date + 1 else s.starts end) m on true
             where g.book_id = {work.Book} and g.restriction = 'R' and g.entry_no <= {known}
               and exists (select 1 from fund_clause c where c.book_id = g.book_id and c.fund_id = g.fund_id
                              and c.kind = 'period' and c.from_day >= {begins})
               and (s.is_barred and a.class = 'income' and p.period between {first} and {last}
                    or not s.is_barred and s.starts >= {begins} and p.period < {first})
             order by g.received_on, g.lot_id
            """).ToListAsync(ct);
        Dictionary<int, StatementFund> named = funds.Included.ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.Where(row => row.Left != 0).Select(row => new TimedGift(
                named[row.FundId], LocalDate.FromDateOnly(row.ReceivedOn), LocalDate.FromDateOnly(row.Starts), Amount.Fen(row.Left),
                row.IsBarred)),
        ];
    }

    private sealed record Row(int FundId, DateOnly ReceivedOn, DateOnly Starts, bool IsBarred, long Left);
}
