using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds.Fees;

/// <summary>A gift to a fund and the fee it bears: what the database says of each, for the simulation and for the voucher alike.</summary>
/// <param name="Basis">Null where nobody agreed to a fee.</param>
internal sealed record FeeGift(
    long Lot, DateOnly Day, string Restriction, long Units, long Left, long? Party, short? Basis, string? Agreement, long? Fee,
        int AccountId,
    int Period, bool IsCharged)
{
    /// <summary>Gifts of a fund that are not charged yet, those that bear a fee first; or exactly the lots asked for. Only of so many as are shown
    /// is the fee worked out.</summary>
    public static Task<List<FeeGift>> Of(Work work, int fund, long[]? lots, int most, CancellationToken ct)
    {
        bool all = lots is null;
        long[] wanted = lots ?? [];
        return work.Db.Database.SqlQuery<FeeGift>(
            $"""
            select g.lot_id as "Lot", g.received_on as "Day", g.restriction as "Restriction", g.units as "Units",
                   g.units - g.used - g.reserved as "Left", g.counterparty_id as "Party", f.basis as "Basis", f.agreement as "Agreement",
                   f.units as "Fee", g.account_id as "AccountId", g.period as "Period", g.is_charged as "IsCharged"
              from (select * from (
                      select l.*, p.account_id, p.period,
                             exists (select 1 from fee_charge_gift x where x.book_id = l.book_id and x.lot_id = l.lot_id and x.stands) as is_charged,
                             coalesce(m.fee_basis > 0, exists (select 1 from fee_rule r where r.book_id = l.book_id and r.fund_id = l.fund_id
                               and r.state = 'confirmed' and r.basis > 0 and r.from_day <= l.received_on)) as may_bear
                        from gift_lot l
                        join posting p on p.book_id = l.book_id and p.entry_no = l.entry_no and p.line_no = l.line_no
                        join account a on a.book_id = p.book_id and a.account_id = p.account_id
                        join voucher v on v.book_id = l.book_id and v.entry_no = l.entry_no
                        left join lateral (select m.fee_basis from donation d join gift_agreement m using (book_id, gift_agreement_id)
                                            where d.book_id = v.book_id and d.voucher_id = v.voucher_id and d.line_no = l.line_no
                                              and m.state = 'confirmed' limit 1) m on true
                       where l.book_id = {work.Book} and l.fund_id = {fund} and v.reversed_by is null
                         and p.movement = 'ordinary' and not l.in_goods and (a.key = 'donation-income' or a.key like 'donation-income.%')
                         and not exists (select 1 from posting r where r.book_id = p.book_id and r.entry_no = p.entry_no
                                            and r.account_id = p.account_id and r.fund_id = p.fund_id and r.restriction = 'R'
                                            and r.side = 'D' and r.units > 0)
                         and ({all} or l.lot_id = any ({wanted}))) y
                     where not ({all} and y.is_charged)
                     order by y.may_bear desc, y.received_on, y.lot_id limit {most}) g
              cross join lateral fee_of_lot(g.book_id, g.lot_id) f
             order by coalesce(f.units, 0) = 0, g.received_on, g.lot_id
            """).ToListAsync(ct);
    }

    public bool IsRestricted => Restriction == "R";

    public Amount Due => Amount.Fen(Fee ?? 0);
}
