-- What the door asks of every gift is planned once per session, and every look-up is by key: a list of ten thousand gifts asks it ten thousand
-- times in one commit, and may come before PostgreSQL knows how large its tables are.

create function is_goods(p_key text) returns boolean language sql immutable as $$
  select split_part(p_key, '.', 1) in ('inventory', 'fixed-assets', 'intangible-assets', 'heritage-assets')
$$;
create or replace function came_in_goods(p_book integer, p_voucher bigint, p_fund integer) returns boolean language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return exists (select 1 from voucher_line l join account a on a.book_id = l.book_id and a.account_id = l.account_id
                  where l.book_id = p_book and l.voucher_id = p_voucher and l.fund_id = p_fund and l.side = 'D' and l.units > 0
                    and is_goods(a.key));
end $$;

create or replace function gift_stands_in_books(d donation) returns boolean language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
    where v.book_id = d.book_id and v.voucher_id = d.voucher_id and v.state = 'posted' and v.reversed_by is null and l.line_no = d.line_no
      and l.side = 'C' and split_part(a.key, '.', 1) = 'donation-income' and l.fund_id = d.fund_id and l.units = d.units
      and l.restriction = d.restriction and l.counterparty_id is not distinct from d.donor_id);
end $$;

-- Of a gift still to be read its state is asked last: beside an index of the accepted ones PostgreSQL would not take the key.
create or replace function gifts_follow_their_voucher() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare gift donation;
begin
  select * into gift from donation d where d.book_id = new.book_id and d.donation_id = new.donation_id;
  if gift.state = 'accepted' and not gift_stands_in_books(gift) then
    perform refuse('gift_follows_voucher', jsonb_build_object('booked', new.units));
  end if;
  return null;
end $$;

-- As in 0041; whether a gift came as goods is only asked when any of the lines brings goods.
create or replace function prove_postings() returns trigger language plpgsql as $$
declare bad record; kinds record; v_falling integer[]; v_goods boolean;
begin
  select bool_and(e.proved) as proved, bool_or(e.moves_agency) as agency, bool_or(e.moves_restricted) as restricted, bool_or(e.may_fall) as falls
    into kinds
    from (select count(*) = min(v.line_count) and count(*) = count(l.line_no) as proved,
                 bool_or(v.moves_agency) as moves_agency, bool_or(v.moves_restricted) as moves_restricted, bool_or(v.may_fall) as may_fall
            from n
            left join journal_entry j on j.book_id = n.book_id and j.entry_no = n.entry_no
            left join voucher v on v.book_id = n.book_id and v.voucher_id = j.voucher_id
              and v.proved and v.series = j.series and v.kind = j.kind and v.occurred_on = j.occurred_on and v.period = j.period
              and v.line_count = j.line_count and v.total = j.total and n.period = v.period and n.occurred_on = v.occurred_on
            left join voucher_line l on l.book_id = n.book_id and l.voucher_id = v.voucher_id and l.line_no = n.line_no
              and l.account_id = n.account_id and l.fund_id = n.fund_id and l.commodity = n.commodity and l.side = n.side
              and l.units = n.units and l.restriction = n.restriction and l.cash_flow = n.cash_flow and l.movement = n.movement
              and l.project_class = n.project_class and l.narrative_id = n.narrative_id
              and l.counterparty_id is not distinct from n.counterparty_id and l.project_id is not distinct from n.project_id
              and l.enterprise_id is not distinct from n.enterprise_id and l.document_id is not distinct from n.document_id
              and (select true from account c where c.book_id = n.book_id and c.parent_id = n.account_id and c.added limit 1) is null
           group by n.book_id, n.entry_no) e;
  if kinds.proved is not true then
    select e.rule, e.facts into bad from (
      select case when bool_or(g.sideless) then 'posting_side'
                  when bool_or(g.empty) then 'posting_units'
                  when bool_or(g.difference <> 0) then 'entry_unbalanced'
                  when min(j.line_count) is null or sum(g.lines) <> min(j.line_count) or min(g.first) <> 1 or max(g.last) <> min(j.line_count)
                    or sum(g.total) <> min(j.total) or min(g.from_period) <> min(j.period) or max(g.to_period) <> min(j.period)
                    or min(g.from_day) <> min(j.occurred_on) or max(g.to_day) <> min(j.occurred_on)
                  then 'entry_incomplete' end as rule,
             jsonb_build_object('entry', g.entry_no, 'fund', min(g.fund_id) filter (where g.difference <> 0),
                                'difference', max(g.difference) filter (where g.difference <> 0)) as facts
        from (select book_id, entry_no, fund_id, commodity, sum(signed(side, units)) as difference, count(*) as lines,
                     min(line_no) as first, max(line_no) as last, coalesce(sum(units) filter (where side = 'D'), 0) as total,
                     min(period) as from_period, max(period) as to_period, min(occurred_on) as from_day, max(occurred_on) as to_day,
                     bool_or(side not in ('D', 'C')) as sideless, bool_or(units = 0) as empty
                from n group by book_id, entry_no, fund_id, commodity) g
        left join lateral (select j.line_count, j.total, j.period, j.occurred_on from journal_entry j
                            where j.book_id = g.book_id and j.entry_no = g.entry_no offset 0) j on true
       group by g.book_id, g.entry_no) e
     where e.rule is not null limit 1;
    if found then
      perform refuse(bad.rule, bad.facts);
    end if;

    with header as materialized (
      select e.book_id, e.entry_no, j.series, j.kind, j.occurred_on
        from (select distinct book_id, entry_no from n) e
        cross join lateral (select j.series, j.kind, j.occurred_on from journal_entry j
                             where j.book_id = e.book_id and j.entry_no = e.entry_no offset 0) j),
    in_force as materialized (
      select d.book_id, d.occurred_on, standard_on(d.book_id, d.occurred_on) as standard
        from (select distinct book_id, occurred_on from header) d)
    select min(coalesce(e.rule, case when e.series = '记' and not e.cash then 'line_series' end)) as rule,
           min(e.entry_no) filter (where e.rule is not null or e.series = '记' and not e.cash) as entry_no,
           bool_or(e.agency) as agency, bool_or(e.restricted) as restricted, bool_or(e.falls) as falls into kinds
      from (select n.entry_no, min(j.series) as series, bool_or(a.role in ('own-cash', 'agency-cash')) as cash,
                   bool_or(f.kind = 'agency') as agency, bool_or(n.restriction = 'R') as restricted,
                   bool_or(line_takes(a.role, n.side, n.units)) as falls,
                   min(line_rule(a.class, a.role, a.key, a.commodity, an.needs_restriction, divided.parent_id is not null, f.kind,
                                 n.commodity, n.restriction, n.cash_flow, n.movement, j.kind, j.series)) as rule
              from n
              join header j using (book_id, entry_no)
              join in_force on in_force.book_id = n.book_id and in_force.occurred_on = j.occurred_on
              left join account a on a.book_id = n.book_id and a.account_id = n.account_id
              left join account_name an on an.book_id = n.book_id and an.account_id = n.account_id and an.standard = in_force.standard
              left join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id
              left join (select distinct book_id, parent_id from account where added) divided
                on divided.book_id = n.book_id and divided.parent_id = n.account_id
             group by n.book_id, n.entry_no) e;
    if kinds.rule is not null then
      perform refuse(kinds.rule, jsonb_build_object('entry', kinds.entry_no));
    end if;

    -- Some lines add up to nothing among themselves: cash between funds; what one fund hands on as restricted or unrestricted
    -- net assets (rulings 13); and money held for others, recipient by recipient (rulings 14).
    select x.rule, x.entry_no, x.difference into bad from (
      select 'internal_not_zero' as rule, entry_no, sum(signed(side, units)) as difference from n
       where cash_flow = 'internal' group by book_id, entry_no having sum(signed(side, units)) <> 0
      union all
      select 'transfer_not_zero', entry_no, sum(signed(side, units)) from n
       where movement = 'transfer' group by book_id, entry_no, account_id having sum(signed(side, units)) <> 0
      union all
      select 'agency_recipient_unbalanced', entry_no, sum(signed(side, units)) from n join fund f using (book_id, fund_id)
       where f.kind = 'agency' group by book_id, entry_no, counterparty_id having sum(signed(side, units)) <> 0) x limit 1;
    if found then
      perform refuse(bad.rule, jsonb_build_object('entry', bad.entry_no, 'difference', bad.difference));
    end if;
  end if;

  with summed as (
    insert into balance as b (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement, debit, credit)
      select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
             coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
        from n group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 2, 3, 4, 5, 6, 7, 8, 9
      on conflict (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement)
      do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit)
  insert into fund_position as p (book_id, fund_id, account_id, commodity, net)
    select book_id, fund_id, account_id, commodity, sum(signed(side, units))
      from n group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (book_id, fund_id, account_id, commodity) do update set net = p.net + excluded.net;
  if kinds.agency then
    insert into agency_position as p (book_id, counterparty_id, commodity, held)
      select n.book_id, coalesce(n.counterparty_id, 0), n.commodity, -sum(signed(n.side, n.units))
        from n join account a using (book_id, account_id)
       where a.role = 'agency' and a.class = 'liability' group by 1, 2, 3 order by 1, 2, 3
      on conflict (book_id, counterparty_id, commodity) do update set held = p.held + excluded.held;
  end if;
  if kinds.falls then
    select array_agg(distinct n.fund_id) into v_falling from n join account a using (book_id, account_id)
     where a.role in ('own-cash', 'claim', 'commitment', 'investment');
    perform prove_funds(v_falling, array_agg(g.book_id), array_agg(g.fund_id), array_agg(g.account_id), array_agg(g.change), array_agg(g.first), array_agg(g.last))
       from (select book_id, fund_id, account_id, min(entry_no) as first, max(entry_no) as last,
                    coalesce(sum(signed(side, units)) filter (where period % 100 <> 0), 0)::bigint as change
               from n where commodity = 'CNY' and fund_id = any (v_falling) group by 1, 2, 3) g;
  end if;
  select exists (select 1 from n join account a using (book_id, account_id) where n.side = 'D' and n.units > 0 and is_goods(a.key)) into v_goods;
  -- Every inflow is a lot, restricted or not: what came in is what later can be said to have paid for something.
  insert into gift_lot (book_id, fund_id, restriction, received_on, units, clause, counterparty_id, entry_no, line_no, in_goods)
    select n.book_id, n.fund_id, case n.restriction when 'R' then 'R' else 'U' end, j.occurred_on, n.units,
           coalesce(nullif(l.clause, ''), case n.restriction when 'R' then f.clause else '' end), n.counterparty_id, n.entry_no, n.line_no,
           v_goods and a.class = 'income' and came_in_goods(n.book_id, j.voucher_id, n.fund_id)
      from n
      join account a using (book_id, account_id)
      join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id
      cross join lateral (select j.occurred_on, j.voucher_id from journal_entry j
                           where j.book_id = n.book_id and j.entry_no = n.entry_no offset 0) j
      left join lateral (select l.clause from voucher_line l
                          where l.book_id = n.book_id and l.voucher_id = j.voucher_id and l.line_no = n.line_no offset 0) l on true
     where n.side = 'C' and n.units > 0 and n.commodity = 'CNY' and is_inflow(a.class, n.side, n.units, n.movement, n.restriction)
     order by n.entry_no, n.line_no;
  return null;
end $$;

-- As in 0041; what a list of vouchers needs is summed in one go.
create or replace function use_free_lots(p_book integer, p_vouchers bigint[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  need record; lot record; left_over bigint; part bigint; v_gap bigint; v_lots bigint[]; v_units bigint[]; v_own bigint; v_blue bigint[];
begin
  for need in
    select v.voucher_id, v.entry_no, v.kind, v.corrects_entry_no, coalesce(v.bundle_id, v.voucher_id) as bundle, x.fund_id, x.units,
           (select e.voucher_id from journal_entry e where v.kind = 'reversal' and e.book_id = p_book and e.entry_no = v.corrects_entry_no) as reversed
      from (select l.voucher_id, l.fund_id,
                   coalesce(sum(signed(l.side, l.units)) filter (where not is_inflow(a.class, l.side, l.units, l.movement, 'U')), 0)::bigint as units
              from unnest(p_vouchers) t(id)
              cross join lateral (select l.* from voucher_line l where l.book_id = p_book and l.voucher_id = t.id offset 0) l
              cross join lateral (select a.class from account a where a.book_id = p_book and a.account_id = l.account_id offset 0) a
             where l.commodity = 'CNY' and l.restriction <> 'R' and a.class in ('income', 'expense', 'net-assets') and l.movement <> 'close'
             group by l.voucher_id, l.fund_id) x
      join voucher v on v.book_id = p_book and v.voucher_id = x.voucher_id
     where v.kind <> 'close' and (x.units <> 0 or v.kind = 'reversal')
     order by v.entry_no, x.fund_id loop
    v_lots := '{}';
    v_units := '{}';
    v_blue := '{}';
    v_gap := 0;
    v_own := case need.kind when 'reversal' then need.corrects_entry_no else need.entry_no end;
    select need.units - coalesce(sum(m.units), 0) into left_over
      from voucher_lot d
      join lot_move m on m.book_id = p_book and m.voucher_id = d.voucher_id and m.lot_id = d.lot_id and m.state = 'used'
      join gift_lot g on g.book_id = p_book and g.lot_id = m.lot_id and g.fund_id = need.fund_id and g.restriction = 'U'
     where d.book_id = p_book and d.voucher_id = need.voucher_id;
    if need.reversed is not null then
      select coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(-m.units), '{}'), left_over + coalesce(sum(m.units), 0)
        into v_lots, v_units, left_over
        from lot_move m join gift_lot g on g.book_id = p_book and g.lot_id = m.lot_id and g.fund_id = need.fund_id and g.restriction = 'U'
       where m.book_id = p_book and m.voucher_id = need.reversed and m.state = 'used'
         and (g.entry_no = need.corrects_entry_no
              or not exists (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal' and r.corrects_entry_no = g.entry_no and r.state = 'posted'));
      select coalesce(sum(-g.units), 0) into v_gap from lot_gap g where g.book_id = p_book and g.voucher_id = need.reversed and g.fund_id = need.fund_id;
      left_over := left_over - v_gap;
      select coalesce(array_agg(b.entry_no), '{}') into v_blue from voucher b
       where b.book_id = p_book and b.bundle_id = need.bundle and b.kind = 'correction' and b.entry_no is not null;
    end if;
    if left_over > 0 then
      for lot in
        select * from (select g.lot_id, g.units - g.used - g.reserved
                              - coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0) as free
                         from gift_lot g
                        where g.book_id = p_book and g.entry_no = v_own and g.fund_id = need.fund_id and g.restriction = 'U'
                        order by g.lot_id) own
        union all
        select * from (select g.lot_id, g.units - g.used - g.reserved as free from gift_lot g
                        where g.book_id = p_book and g.entry_no = any (v_blue) and g.fund_id = need.fund_id and g.restriction = 'U'
                        order by g.lot_id) blue
        union all
        select * from (select g.lot_id, g.units - g.used - g.reserved
                              - coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0) as free
                         from gift_lot g
                        where g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'U' and g.used < g.units
                          and g.entry_no <= need.entry_no and g.entry_no <> v_own and g.entry_no <> all (v_blue)
                        order by g.in_goods, g.received_on, g.lot_id) unspent loop
        part := least(left_over, lot.free);
        continue when part <= 0;
        v_lots := v_lots || lot.lot_id;
        v_units := v_units || part;
        left_over := left_over - part;
        exit when left_over = 0;
      end loop;
    elsif left_over < 0 then
      for lot in select g.lot_id, g.used + coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0) as free
                   from gift_lot g
                  where g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'U' and g.used > 0 and g.entry_no <= need.entry_no
                    and not exists (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal' and r.corrects_entry_no = g.entry_no and r.state = 'posted')
                  order by g.received_on desc, g.lot_id desc loop
        part := least(-left_over, lot.free);
        continue when part <= 0;
        v_lots := v_lots || lot.lot_id;
        v_units := v_units || -part;
        left_over := left_over + part;
        exit when left_over = 0;
      end loop;
    end if;
    insert into lot_move (book_id, voucher_id, lot_id, units, state)
      select p_book, need.voucher_id, x.lot_id, sum(x.units)::bigint, 'used' from unnest(v_lots, v_units) x(lot_id, units)
       group by x.lot_id having sum(x.units) <> 0;
    if v_gap + left_over <> 0 then
      insert into lot_gap values (p_book, need.voucher_id, need.fund_id, v_gap + left_over);
    end if;
  end loop;
end $$;

-- A lot is made of a line of the journal, and that line's fund is proved already.
alter table gift_lot drop constraint gift_lot_book_id_fund_id_fkey;
