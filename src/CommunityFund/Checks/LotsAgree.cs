namespace CommunityFund.Checks;

/// <summary>Every inflow has its lot and nothing else has; what lots say is left, less what was spent beyond all of them, is what the journal
/// says is left, of restricted and of other money.</summary>
internal sealed class LotsAgree : BookCheck
{
    public override string Key => "lots";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from gift_lot where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Sources(book), Sums(book), Moves(book), Left(book)];

    private static FormattableString Sources(int book) => $"""
        with inflow as (
          select p.entry_no, p.line_no, p.fund_id, p.units, p.counterparty_id, j.occurred_on, l.clause,
                 case p.restriction when 'R' then 'R' else 'U' end as restriction
            from posting p join account a using (book_id, account_id)
            join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
            left join voucher_line l on l.book_id = j.book_id and l.voucher_id = j.voucher_id and l.line_no = p.line_no
           where p.book_id = {book} and p.commodity = 'CNY' and p.side = 'C' and p.units > 0
             and (a.class = 'income' and p.movement = 'ordinary'
                  or a.class = 'net-assets' and (p.movement in ('opening', 'transfer', 're-restrict', 'registered-capital',
                                                                'conversion', 'prior-year')
                                                 or p.movement = 'release' and p.restriction <> 'R')))
        select case when i.entry_no is null then 'lot.unfounded' when g.entry_no is null then 'lot.missing' else 'lot.differs' end
                 as "Code",
               entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('line', line_no, 'fund', coalesce(g.fund_id, i.fund_id), 'is', coalesce(g.units, 0),
                                  'should', coalesce(i.units, 0))::text as "Facts"
          from (select * from gift_lot where book_id = {book}) g full join inflow i using (entry_no, line_no)
         where (g.fund_id, g.units, g.counterparty_id, g.received_on, g.restriction)
               is distinct from (i.fund_id, i.units, i.counterparty_id, i.occurred_on, i.restriction)
            or i.clause <> '' and g.clause <> i.clause
        """;

    private static FormattableString Sums(int book) => $"""
        with bundles as (
          select m.lot_id, coalesce(v.bundle_id, m.voucher_id) as bundle, m.state, sum(m.units) as units
            from lot_move m left join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
           where m.book_id = {book} group by 1, 2, 3),
        moves as (
          select lot_id, sum(units) filter (where state = 'used') as used,
                 sum(greatest(0, units)) filter (where state = 'reserved') as reserved
            from bundles group by lot_id),
        promised as (
          select lot_id, sum(units) as units
            from (select lot_id, units from goods_reserve where book_id = {book}
                  union all
                  select lot_id, units from grant_lot where book_id = {book}) r group by lot_id)
        select case when g.used <> coalesce(m.used, 0) then 'lot.used'
                    when g.reserved <> coalesce(m.reserved, 0) + coalesce(p.units, 0) then 'lot.reserved' else 'lot.beyond' end as "Code",
               g.entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', g.fund_id,
                                  'is', case when g.used <> coalesce(m.used, 0) then g.used else g.reserved end,
                                  'should', case when g.used <> coalesce(m.used, 0) then coalesce(m.used, 0)
                                                 else coalesce(m.reserved, 0) + coalesce(p.units, 0) end)::text as "Facts"
          from gift_lot g left join moves m on m.lot_id = g.lot_id left join promised p on p.lot_id = g.lot_id
         where g.book_id = {book} and (g.used <> coalesce(m.used, 0) or g.reserved <> coalesce(m.reserved, 0) + coalesce(p.units, 0)
                                       or g.used < 0 or g.reserved < 0 or g.used + g.reserved > g.units)
        """;

    private static FormattableString Moves(int book) => $"""
        select 'lot.move-state' as "Code", v.entry_no as "EntryNo", m.voucher_id as "VoucherId",
               jsonb_build_object('fund', g.fund_id, 'is', m.units)::text as "Facts"
          from lot_move m
          left join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
          left join gift_lot g on g.book_id = m.book_id and g.lot_id = m.lot_id
         where m.book_id = {book}
           and m.state is distinct from case v.state when 'prepared' then 'reserved' when 'posted' then 'used' else 'released' end
        """;

    private static FormattableString Left(int book) => $"""
        with lots as (
          select fund_id, restriction, sum(units) as units
            from (select fund_id, restriction, units - used as units from gift_lot where book_id = {book}
                  union all
                  select fund_id, 'U', -units from lot_gap where book_id = {book}) x group by fund_id, restriction),
        journal as (
          select p.fund_id, case p.restriction when 'R' then 'R' else 'U' end as restriction,
                 sum(case p.side when 'C' then p.units else -p.units end) as units
            from posting p join account a using (book_id, account_id)
           where p.book_id = {book} and p.commodity = 'CNY' and a.class in ('income', 'expense', 'net-assets')
           group by 1, 2)
        select 'lot.left' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', coalesce(l.units, 0), 'should', coalesce(j.units, 0))::text as "Facts"
          from lots l full join journal j using (fund_id, restriction)
         where coalesce(l.units, 0) <> coalesce(j.units, 0)
        """;
}
