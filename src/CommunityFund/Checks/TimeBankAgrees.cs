namespace CommunityFund.Checks;

/// <summary>Hours and points of each person and each lot follow the lines of the books, and what was issued is what records and services
/// say.</summary>
internal sealed class TimeBankAgrees : BookCheck
{
    public override string Key => "time-bank";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from posting where book_id = {book} and commodity in ('HOUR', 'POINT')""";

    protected override IEnumerable<FormattableString> Finders(int book) =>
        [Balances(book), Lots(book), LotsOfHolder(book), Grounds(book), Records(book), Corrections(book)];

    private static FormattableString Balances(int book) => $"""
        with lines as (
          select p.fund_id, p.counterparty_id as person_id, sum(signed(p.side, p.units)) filter (where a.key = 'hours-held') as hours,
                 sum(signed(p.side, p.units)) filter (where a.key = 'points-held') as points,
                 sum(signed(p.side, p.units)) filter (where a.key = 'points-in-redemption') as in_redemption
            from posting p join account a using (book_id, account_id)
           where p.book_id = {book} and p.commodity in ('HOUR', 'POINT') and p.counterparty_id is not null group by 1, 2)
        select 'time-bank.' || v.what as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'person', person_id::text, 'commodity', v.commodity,
                 'is', v.said, 'should', v.added)::text as "Facts"
          from (select * from holder_balance where book_id = {book}) b full join lines l using (fund_id, person_id)
          cross join lateral (values
            ('hours', 'HOUR', coalesce(b.hours, 0), coalesce(l.hours, 0)), ('points', 'POINT', coalesce(b.points, 0), coalesce(l.points, 0)),
            ('in-redemption', 'POINT', coalesce(b.in_redemption, 0), coalesce(l.in_redemption, 0))) v(what, commodity, said, added)
         where v.said <> v.added
        """;

    private static FormattableString Lots(int book) => $"""
        with moved as (
          select point_lot_id, sum(units) filter (where step = 'reserved') - coalesce(sum(units) filter (where step = 'redeemed'), 0) as reserved,
                 sum(units) filter (where step = 'redeemed') as redeemed, sum(units) filter (where step = 'expired') as expired,
                 sum(units) filter (where step = 'taken-back') as taken_back
            from point_move where book_id = {book} group by 1)
        select 'time-bank.lot' as "Code", t.entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', t.fund_id, 'person', t.person_id::text, 'commodity', 'POINT', 'is', t.free,
                 'should', t.units - coalesce(m.reserved, 0) - coalesce(m.redeemed, 0) - coalesce(m.expired, 0)
                   - coalesce(m.taken_back, 0))::text as "Facts"
          from point_lot t left join moved m using (point_lot_id)
         where t.book_id = {book} and (t.reserved, t.redeemed, t.expired, t.taken_back)
               is distinct from (coalesce(m.reserved, 0), coalesce(m.redeemed, 0), coalesce(m.expired, 0), coalesce(m.taken_back, 0))
        """;

    private static FormattableString LotsOfHolder(int book) => $"""
        with earned as (
          select p.entry_no, p.counterparty_id as person_id, sum(p.units) as units from posting p join account a using (book_id, account_id)
            join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
            join unit_paper u on u.book_id = j.book_id and u.voucher_id = j.voucher_id and u.kind = 'points-earned' and not u.is_red
           where p.book_id = {book} and p.commodity = 'POINT' and a.key = 'points-held' group by 1, 2)
        select 'time-bank.lot-units' as "Code", entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('person', person_id::text, 'commodity', 'POINT',
                 'is', coalesce(t.units, 0), 'should', coalesce(e.units, 0))::text as "Facts"
          from (select * from point_lot where book_id = {book}) t full join earned e using (entry_no, person_id)
         where coalesce(t.units, 0) <> coalesce(e.units, 0)
        union all
        select 'time-bank.lots', null, null,
               jsonb_build_object('fund', b.fund_id, 'person', b.person_id::text, 'commodity', 'POINT',
                 'is', coalesce(t.free, 0), 'should', b.points)::text
          from holder_balance b
          left join (select fund_id, person_id, sum(free) as free, sum(reserved) as reserved from point_lot where book_id = {book} group by 1, 2) t
            using (fund_id, person_id)
         where b.book_id = {book} and (coalesce(t.free, 0), coalesce(t.reserved, 0)) <> (b.points, b.in_redemption)
        """;

    private static FormattableString Grounds(int book) => $"""
        with issued as (
          select j.entry_no, p.counterparty_id as person_id, sum(p.units) as units from posting p join account a using (book_id, account_id)
            join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
            join unit_paper u on u.book_id = j.book_id and u.voucher_id = j.voucher_id
              and u.kind in ('hours-earned', 'points-earned') and not u.is_red
           where p.book_id = {book} and p.side = 'D' group by 1, 2),
        grounds as (
          select v.entry_no, g.person_id, sum(g.units) as units from earned_ground g join voucher v using (book_id, voucher_id)
           where g.book_id = {book} and g.units > 0 group by 1, 2
          union all
          select v.entry_no, null, sum(g.to_pool) from earned_ground g join voucher v using (book_id, voucher_id)
           where g.book_id = {book} and g.to_pool > 0 group by 1)
        select 'time-bank.ground' as "Code", coalesce(i.entry_no, g.entry_no) as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('person', coalesce(i.person_id, g.person_id)::text, 'count', coalesce(i.units, 0)::text,
                                  'grounds', coalesce(g.units, 0)::text)::text as "Facts"
          from issued i full join grounds g on g.entry_no = i.entry_no and coalesce(g.person_id, 0) = coalesce(i.person_id, 0)
         where i.units is distinct from g.units
        """;

    private static FormattableString Records(int book) => $"""
        select 'time-bank.record' as "Code", r.hours_entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('person', r.person_id::text, 'record', r.service_record_id::text, 'commodity', 'HOUR',
                                  'is', r.credited_minutes, 'should', coalesce(h.units + h.to_pool, 0))::text as "Facts"
          from service_record r
          left join earned_ground h on h.book_id = r.book_id and h.source = 'record' and h.source_id = r.service_record_id and h.commodity = 'HOUR'
          left join earned_ground p on p.book_id = r.book_id and p.source = 'record' and p.source_id = r.service_record_id and p.commodity = 'POINT'
         where r.book_id = {book} and r.state = 'posted'
           and ((r.credited_minutes, r.to_pool, r.points) <> (coalesce(h.units + h.to_pool, 0), coalesce(h.to_pool, 0), coalesce(p.units, 0))
                or h.person_id <> r.person_id or p.person_id <> r.person_id)
        union all
        select 'time-bank.ground-lost', null, g.voucher_id,
               jsonb_build_object('person', g.person_id::text, 'commodity', g.commodity, 'is', g.units + g.to_pool)::text
          from earned_ground g
         where g.book_id = {book} and not exists (select from service_record r where g.source = 'record' and r.book_id = g.book_id
                 and r.service_record_id = g.source_id and r.person_id = g.person_id)
           and not exists (select from record_correction c where g.source = 'correction' and c.book_id = g.book_id
                 and c.record_correction_id = g.source_id and c.state = 'agreed')
           and g.source <> 'service'
        """;

    private static FormattableString Corrections(int book) => $"""
        select 'time-bank.correction' as "Code", c.hours_entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('record', c.service_record_id::text, 'commodity', 'HOUR', 'is', c.minutes - c.minutes_before,
                                  'should', coalesce(p.units, 0))::text as "Facts"
          from record_correction c
          left join lateral (select sum(l.units) as units from posting l
                              where l.book_id = c.book_id and l.entry_no = c.hours_entry_no and l.side = 'D') p on true
         where c.book_id = {book} and c.state = 'agreed' and c.minutes - c.minutes_before <> coalesce(p.units, 0)
        """;
}
