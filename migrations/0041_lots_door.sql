-- The door makes a lot of every inflow and uses unrestricted lots when a voucher is posted; vouchers that name lots have them reserved. Books
-- that are there already get the lots they would have.

-- Whether a voucher brings a fund goods, equipment or rights instead of money.
create function came_in_goods(p_book integer, p_voucher bigint, p_fund integer) returns boolean language sql stable as $$
  select exists (select 1 from voucher_line l join account a on a.book_id = l.book_id and a.account_id = l.account_id
                  where l.book_id = p_book and l.voucher_id = p_voucher and l.fund_id = p_fund and l.side = 'D' and l.units > 0
                    and split_part(a.key, '.', 1) in ('inventory', 'fixed-assets', 'intangible-assets', 'heritage-assets'))
$$;

-- Unrestricted lots, once the vouchers are in the journal: what an entry itself frees or brings pays for it first, then the fund's lots first in
-- first out; a reversal gives back to the very lots its voucher used, and takes what it undoes from the lot that goes, then from the one that
-- comes in its place. What no lot covers is a gap, so that lots less gaps are the fund's unrestricted net assets at every entry.
create function use_free_lots(p_book integer, p_vouchers bigint[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  need record; lot record; left_over bigint; part bigint; v_gap bigint; v_lots bigint[]; v_units bigint[]; v_own bigint; v_blue bigint[];
begin
  for need in
    select v.voucher_id, v.entry_no, v.kind, v.corrects_entry_no, coalesce(v.bundle_id, v.voucher_id) as bundle, x.fund_id, x.units,
           (select e.voucher_id from journal_entry e where v.kind = 'reversal' and e.book_id = p_book and e.entry_no = v.corrects_entry_no) as reversed
      from unnest(p_vouchers) t(id)
      join voucher v on v.book_id = p_book and v.voucher_id = t.id
      cross join lateral voucher_free_needs(p_book, v.voucher_id) x
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

create or replace function prove_postings() returns trigger language plpgsql as $$
declare bad record; kinds record; v_falling integer[];
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
  -- Every inflow is a lot, restricted or not: what came in is what later can be said to have paid for something.
  insert into gift_lot (book_id, fund_id, restriction, received_on, units, clause, counterparty_id, entry_no, line_no, in_goods)
    select n.book_id, n.fund_id, case n.restriction when 'R' then 'R' else 'U' end, j.occurred_on, n.units,
           coalesce(nullif(l.clause, ''), case n.restriction when 'R' then f.clause else '' end), n.counterparty_id, n.entry_no, n.line_no,
           a.class = 'income' and came_in_goods(n.book_id, j.voucher_id, n.fund_id)
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

create or replace function prove_vouchers(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_bundles bigint[]; v_funds integer[]; v_draws bigint[]; v_bundle bigint;
begin
  perform 1 from voucher where book_id = p_book and voucher_id = any (p_vouchers) order by voucher_id for no key update;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers)) order by code for no key update;
  perform prove_forms(p_book, p_vouchers);
  perform prove_corrections(p_book, p_vouchers);
  perform prove_bank_lines(p_book, p_vouchers);
  select array_agg(d.bundle), array_agg(d.fund_id), array_agg(d.draw) into v_bundles, v_funds, v_draws
    from bundle_draws(p_book, p_vouchers) d where d.draw > 0;
  select f.name, f.state into bad from fund f
   where f.book_id = p_book and f.state <> 'open'
     and f.fund_id in (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers))
     and (f.state = 'closed' or f.fund_id = any (v_funds)) limit 1;
  if found then
    perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
  end if;
  update voucher v set proved = true where v.book_id = p_book and v.voucher_id = any (p_vouchers);
  insert into hold (book_id, fund_id, units, voucher_id, placed_at)
    select p_book, d.fund_id, d.draw, d.bundle, p_at from unnest(v_bundles, v_funds, v_draws) d(bundle, fund_id, draw)
      join voucher v on v.book_id = p_book and v.voucher_id = d.bundle
     where v.kind not in ('opening', 'conversion') -- what is there already is no draw
     order by d.bundle, d.fund_id;
  for v_bundle in
    select distinct coalesce(v.bundle_id, v.voucher_id) from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
     where v.kind in ('reversal', 'correction') or v.moves_restricted and exists (select 1 from voucher_lot_needs(p_book, v.voucher_id))
        or exists (select 1 from voucher_lot d where d.book_id = p_book and d.voucher_id = v.voucher_id) order by 1 loop
    perform reserve_lots(p_book, v_bundle);
  end loop;
end $$;

create or replace function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  bad record; all_of record; v_at timestamptz; v_head text; v_signed text; v_base bigint;
  v_ids bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[];
begin
  -- By a person or by a rule; what a rule may review is proved of every entry as it comes.
  if (p_rule is null) = (p_reviewer is null) or p_at is null or not isfinite(p_at) then
    perform refuse('entry_reviewed', '{}');
  end if;
  select array_agg(l.voucher_id) as ids, array_agg(l.period) as periods, array_agg(l.series) as series,
         bool_or(l.corrects_entry_no is not null) as corrects, bool_or(l.may_fall) as may_fall, bool_or(l.moves_restricted) as moves_restricted,
         bool_and(l.kind = 'close') as closing,
         bool_or(l.bundle_id <> all (p_vouchers) or (select true from voucher w where w.book_id = p_book and w.bundle_id = l.voucher_id
                                                        and w.voucher_id <> all (p_vouchers) limit 1)) as torn into all_of
    from (select v.voucher_id, v.period, v.series, v.corrects_entry_no, v.may_fall, v.moves_restricted, v.bundle_id, v.state, v.proved, v.maker_id, v.kind
            from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) order by v.voucher_id for no key update) l
   where l.state = 'prepared' and l.proved and l.maker_id is distinct from p_reviewer;
  v_ids := all_of.ids;
  v_periods := all_of.periods;
  v_series := all_of.series;
  if cardinality(v_ids) is distinct from cardinality(p_vouchers) then
    select v.voucher_id, v.state, v.maker_id into bad from voucher v
     where v.book_id = p_book and v.voucher_id = any (p_vouchers) and (v.state <> 'prepared' or not v.proved or v.maker_id = p_reviewer) limit 1;
    perform refuse(case when bad.maker_id = p_reviewer then 'voucher_own_review' else 'voucher_already_decided' end,
                   jsonb_build_object('voucher', bad.voucher_id, 'state', bad.state));
  end if;
  if all_of.torn then
    perform refuse('voucher_bundle_whole', '{}');
  end if;
  -- What only closes locks no fund and asks for none that is open.
  if all_of.closing is not true then
    with locked as materialized (
      select f.fund_id, f.name, f.state
        from (select distinct l.fund_id from unnest(p_vouchers) x(id)
                cross join lateral (select l.fund_id from voucher_line l where l.book_id = p_book and l.voucher_id = x.id offset 0) l) d
        join fund f on f.book_id = p_book and f.fund_id = d.fund_id
       order by f.code for no key update of f)
    select f.name, f.state into bad from locked f
     where f.state = 'closed' or f.state = 'frozen' and exists (select 1 from hold h where h.book_id = p_book and h.fund_id = f.fund_id
                                                                   and h.voucher_id = any (p_vouchers) and h.released_at is null) limit 1;
    if found then
      perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
    end if;
  end if;
  select leaf_field('cf1') || leaf_field(code) into v_head from book where book_id = p_book for no key update;
  select coalesce(max(j.entry_no), 0), greatest(date_trunc('microseconds', p_at), max(j.posted_at)) into v_base, v_at
    from (select entry_no, posted_at from journal_entry where book_id = p_book order by entry_no desc limit 1) j;
  v_signed := leaf_field(p_reviewer::text) || leaf_field(p_rule)
              || leaf_field(to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
  -- Of what stands in period 00 only the opening balance is number 0.
  if cardinality(v_ids) = 1 then
    v_numbers := array[case when v_periods[1] % 100 = 0 and (select v.kind = 'opening' from voucher v where v.book_id = p_book and v.voucher_id = v_ids[1])
                            then 0 else 1 + coalesce((
      select max(j.number) from journal_entry j where j.book_id = p_book and j.period = v_periods[1] and j.series = v_series[1]), 0) end];
  else
    select array_agg(case when e.period % 100 = 0 and (select v.kind = 'opening' from voucher v where v.book_id = p_book and v.voucher_id = v_ids[e.o])
                          then 0 else e.place + last.number end order by e.o) into v_numbers
      from (select e.*, (row_number() over (partition by e.period, e.series order by e.o))::integer as place
              from unnest(v_periods, v_series) with ordinality e(period, series, o)) e
      join (select s.period, s.series, (select coalesce(max(j.number), 0) from journal_entry j
                                         where j.book_id = p_book and j.period = s.period and j.series = s.series) as number
              from (select distinct * from unnest(v_periods, v_series) s(period, series)) s offset 0) last
        on last.period = e.period and last.series = e.series;
  end if;

  -- Holds go before the lines come, so that what was held is what is paid.
  if all_of.may_fall then
    update hold set released_at = v_at where book_id = p_book and voucher_id = any (p_vouchers) and released_at is null;
  end if;
  if all_of.moves_restricted or all_of.corrects
     or (select true from voucher_lot d where d.book_id = p_book and d.voucher_id = any (p_vouchers) limit 1) then
    update lot_move set state = 'used' where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved';
  end if;
  insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                             document_hashes, corrects_entry_no, voucher_id, maker_id, reviewer_id, review_rule, posted_at, leaf)
    select p_book, v_base + d.o, v.period, v.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at,
           sha256('\x00'::bytea || convert_to(
             v_head || leaf_field((v_base + d.o)::text) || leaf_field(v.period::text) || leaf_field(v.series) || leaf_field(d.number::text)
             || v.form_before || v_signed || v.form_after, 'UTF8'))
      from unnest(v_ids, v_numbers) with ordinality d(voucher_id, number, o)
      join voucher v on v.book_id = p_book and v.voucher_id = d.voucher_id;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id, occurred_on)
    select p_book, j.entry_no, l.line_no, j.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id, j.occurred_on
      from journal_entry j
      join voucher_line l on l.book_id = p_book and l.voucher_id = j.voucher_id
     where j.book_id = p_book and j.entry_no > v_base;
  update voucher v set state = 'posted', entry_no = v_base + d.o, decided_by = p_reviewer, decided_at = v_at, form_before = null, form_after = null
    from unnest(v_ids) with ordinality d(voucher_id, o) where v.book_id = p_book and v.voucher_id = d.voucher_id;
  if all_of.corrects then
    -- What was reversed learns it, and its bank lines go to the blue voucher.
    update voucher o set reversed_by = r.entry_no
      from voucher r join journal_entry e on e.book_id = r.book_id and e.entry_no = r.corrects_entry_no
     where r.book_id = p_book and r.voucher_id = any (v_ids) and r.kind = 'reversal' and o.book_id = p_book and o.voucher_id = e.voucher_id;
    perform carry_bank_matches(p_book, v_ids, v_at);
    perform carry_spent_lots(p_book, v_ids);
  end if;
  if all_of.closing is not true then
    perform use_free_lots(p_book, v_ids);
  end if;
  for i in 1 .. cardinality(v_ids) loop
    voucher_id := v_ids[i];
    entry_no := v_base + i;
    series := v_series[i];
    number := v_numbers[i];
    return next;
  end loop;
end $$;

-- Books that are there already: the lots of what came in unrestricted, and what was spent of them, entry by entry.
alter table gift_lot disable trigger gift_lot_follows;
insert into gift_lot (book_id, fund_id, restriction, received_on, units, clause, counterparty_id, entry_no, line_no)
  select p.book_id, p.fund_id, 'U', p.occurred_on, p.units, '', p.counterparty_id, p.entry_no, p.line_no
    from posting p join account a using (book_id, account_id)
   where p.commodity = 'CNY' and p.restriction <> 'R' and is_inflow(a.class, p.side, p.units, p.movement, 'U')
   order by p.book_id, p.entry_no, p.line_no;
update gift_lot g set in_goods = true
  from journal_entry j, posting p, account a
 where j.book_id = g.book_id and j.entry_no = g.entry_no and p.book_id = g.book_id and p.entry_no = g.entry_no and p.line_no = g.line_no
   and a.book_id = p.book_id and a.account_id = p.account_id and a.class = 'income' and came_in_goods(g.book_id, j.voucher_id, g.fund_id);
alter table gift_lot enable trigger gift_lot_follows;
do $$
declare v record;
begin
  for v in select book_id, voucher_id from voucher where state = 'posted' and kind <> 'close' order by book_id, entry_no loop
    perform use_free_lots(v.book_id, array[v.voucher_id]);
  end loop;
end $$;
