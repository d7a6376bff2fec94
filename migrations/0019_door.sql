-- Posting in fewer statements: lines are compared with their proved voucher, balances are written together, and one voucher does not
-- pay for what a thousand need.

alter table posting drop constraint posting_side, drop constraint posting_units;

-- Only the posting trigger, one level further in, may write balances and lots; whoever else tries is told so at once.
drop trigger balance_follows on balance;
create trigger balance_follows before insert or update on balance
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger balance_kept before delete or truncate on balance for each statement execute function books_are_append_only();
drop trigger fund_position_follows on fund_position;
create trigger fund_position_follows before insert or update on fund_position
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger fund_position_kept before delete or truncate on fund_position for each statement execute function books_are_append_only();
drop trigger agency_position_follows on agency_position;
create trigger agency_position_follows before insert or update on agency_position
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger agency_position_kept before delete or truncate on agency_position for each statement execute function books_are_append_only();
drop trigger gift_lot_follows on gift_lot;
create trigger gift_lot_follows before insert or update on gift_lot
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger gift_lot_kept before delete or truncate on gift_lot for each statement execute function books_are_append_only();
drop function balances_follow_postings();

-- Lines: each entry whole, balanced per fund and commodity, carrying what its accounts ask for; then balances follow. All of this
-- was proved of a voucher's lines when it was proved, and they cannot have changed since; so it is enough that the entry is
-- its voucher's, line by line. Only the tables' owner can bring others, and they are proved from the beginning.
create or replace function prove_postings() returns trigger language plpgsql as $$
declare bad record; kinds record; v_falling integer[];
begin
  select bool_and(e.proved) as proved, bool_or(e.moves_agency) as agency, bool_or(e.moves_restricted) as restricted, bool_or(e.may_fall) as falls
    into kinds
    from (select count(*) = min(v.line_count) and bool_and(l.same is not null and divided.yes is null) as proved,
                 bool_or(v.moves_agency) as moves_agency, bool_or(v.moves_restricted) as moves_restricted, bool_or(v.may_fall) as may_fall
            from n
            left join lateral (select j.* from journal_entry j where j.book_id = n.book_id and j.entry_no = n.entry_no offset 0) j on true
            left join lateral (select v.* from voucher v where v.book_id = n.book_id and v.voucher_id = j.voucher_id offset 0) v
              on v.proved and v.series = j.series and v.kind = j.kind and v.occurred_on = j.occurred_on and v.period = j.period
                 and v.line_count = j.line_count and v.total = j.total
            left join lateral (select true as same from voucher_line l
                                where l.book_id = n.book_id and l.voucher_id = v.voucher_id and l.line_no = n.line_no
                                  and n.period = v.period and l.account_id = n.account_id and l.fund_id = n.fund_id
                                  and l.commodity = n.commodity and l.side = n.side and l.units = n.units and l.restriction = n.restriction
                                  and l.cash_flow = n.cash_flow and l.movement = n.movement and l.project_class = n.project_class
                                  and l.narrative_id = n.narrative_id and l.counterparty_id is not distinct from n.counterparty_id
                                  and (l.project_id, l.enterprise_id, l.document_id)
                                      is not distinct from (n.project_id, n.enterprise_id, n.document_id) offset 0) l on true
            left join lateral (select true as yes from account c
                                where c.book_id = n.book_id and c.parent_id = n.account_id and c.added limit 1) divided on true
           group by n.book_id, n.entry_no) e;
  if kinds.proved is not true then
    select e.rule, e.facts into bad from (
      select case when bool_or(g.sideless) then 'posting_side'
                  when bool_or(g.empty) then 'posting_units'
                  when bool_or(g.difference <> 0) then 'entry_unbalanced'
                  when min(j.line_count) is null or sum(g.lines) <> min(j.line_count) or min(g.first) <> 1 or max(g.last) <> min(j.line_count)
                    or sum(g.total) <> min(j.total) or min(g.from_period) <> min(j.period) or max(g.to_period) <> min(j.period)
                  then 'entry_incomplete' end as rule,
             jsonb_build_object('entry', g.entry_no, 'fund', min(g.fund_id) filter (where g.difference <> 0),
                                'difference', max(g.difference) filter (where g.difference <> 0)) as facts
        from (select book_id, entry_no, fund_id, commodity, sum(signed(side, units)) as difference, count(*) as lines,
                     min(line_no) as first, max(line_no) as last, coalesce(sum(units) filter (where side = 'D'), 0) as total,
                     min(period) as from_period, max(period) as to_period,
                     bool_or(side not in ('D', 'C')) as sideless, bool_or(units = 0) as empty
                from n group by book_id, entry_no, fund_id, commodity) g
        left join lateral (select j.line_count, j.total, j.period from journal_entry j
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
              join in_force using (book_id, occurred_on)
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
  if kinds.restricted then
    insert into gift_lot (book_id, fund_id, received_on, units, clause, counterparty_id, entry_no, line_no)
      select n.book_id, n.fund_id, j.occurred_on, n.units, coalesce(nullif(l.clause, ''), f.clause), n.counterparty_id, n.entry_no, n.line_no
        from n
        join account a using (book_id, account_id)
        join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id
        cross join lateral (select j.occurred_on, j.voucher_id from journal_entry j
                             where j.book_id = n.book_id and j.entry_no = n.entry_no offset 0) j
        left join lateral (select l.clause from voucher_line l
                            where l.book_id = n.book_id and l.voucher_id = j.voucher_id and l.line_no = n.line_no offset 0) l on true
       where n.restriction = 'R' and n.commodity = 'CNY' and is_restricted_inflow(a.class, n.side, n.units, n.movement)
       order by n.entry_no, n.line_no;
  end if;
  return null;
end $$;

-- Vouchers wait, whole bundles; the opening is the opening's; the day lies in an open period, which stays open until this is
-- decided.
create or replace function prove_forms(p_book integer, p_vouchers bigint[]) returns void language plpgsql as $$
declare bad record;
begin
  select x.rule, x.facts into bad from (
    select case when v.voucher_id is null or v.state <> 'prepared' or v.proved then 'voucher_already_proved'
                when coalesce(v.bundle_id, v.voucher_id) <> all (p_vouchers) or exists
                  (select 1 from voucher w where w.book_id = p_book and w.bundle_id = coalesce(v.bundle_id, v.voucher_id) and w.voucher_id <> all (p_vouchers))
                then 'voucher_bundle_whole'
                when v.kind = 'opening' and not exists (select 1 from book where book_id = p_book and opening_day = v.occurred_on
                                                           and v.period = extract(year from opening_day) * 100) then 'entry_opening' end as rule,
           jsonb_build_object('voucher', x.id, 'state', v.state, 'day', v.occurred_on) as facts
      from unnest(p_vouchers) x(id)
      left join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v on true) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;
  perform 1 from period p where p.book_id = p_book and p.period in
    (select v.period from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers)) for share;
  select v.occurred_on, v.period, p.closed_at into bad
    from unnest(p_vouchers) x(id)
    cross join lateral (select v.occurred_on, v.period from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
    left join period p on p.book_id = p_book and p.period = v.period
   where p.period is null or p.closed_at is not null or v.occurred_on not between p.starts and p.ends limit 1;
  if found then
    perform refuse(case when bad.closed_at is null then 'entry_outside_period' else 'entry_period_closed' end,
                   jsonb_build_object('day', bad.occurred_on, 'period', bad.period));
  end if;
end $$;

-- Takes vouchers that were just written, whole bundles, locks their funds, and holds what they draw on.
create or replace function prove_vouchers(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_bundles bigint[]; v_funds integer[]; v_draws bigint[]; v_bundle bigint;
begin
  -- Who holds or ignores a bank line locks it too, so of both only the first gets through.
  perform 1 from bank_line where book_id = p_book and bank_line_id in
    (select bank_line_id from voucher where book_id = p_book and voucher_id = any (p_vouchers)) order by bank_line_id for no key update;
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
     where v.kind <> 'opening' -- opening balances are what is there, not a draw
     order by d.bundle, d.fund_id;
  for v_bundle in
    select distinct coalesce(v.bundle_id, v.voucher_id) from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
     where v.kind in ('reversal', 'correction') or exists (select 1 from voucher_lot_needs(p_book, v.voucher_id)) order by 1 loop
    perform reserve_lots(p_book, v_bundle);
  end loop;
end $$;

-- Rejected by a reviewer or withdrawn by its maker, with its bundle: what they held is free again, the vouchers stay as they
-- were written.
create or replace function drop_voucher(p_book integer, p_voucher bigint, p_state text, p_by bigint, p_at timestamptz, p_reason text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare v_bundle bigint[] := bundle_of(p_book, p_voucher); v record;
begin
  perform lock_voucher(p_book, p_voucher);
  select min(state) as state, bool_and(state = 'prepared') as waits into v from voucher where book_id = p_book and voucher_id = any (v_bundle);
  if v.waits is not true or p_state is null or p_state not in ('rejected', 'withdrawn') or p_by is null
     or p_at is null or not isfinite(p_at) then
    perform refuse('voucher_already_decided', jsonb_build_object('voucher', p_voucher, 'state', v.state));
  end if;
  update voucher set state = p_state, decided_by = p_by, decided_at = p_at, reason = p_reason
   where book_id = p_book and voucher_id = any (v_bundle);
  update hold set released_at = p_at where book_id = p_book and voucher_id = any (v_bundle) and released_at is null;
  update lot_move set state = 'released' where book_id = p_book and voucher_id = any (v_bundle) and state = 'reserved';
end $$;

-- Posts prepared vouchers, whole bundles, in the order they were written: one call for one or for a thousand. A plan made for
-- any number is kept: making one for each call costs more than posting a voucher.
create or replace function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
  bad record; all_of record; v_at timestamptz; v_head text; v_signed text; v_base bigint;
  v_ids bigint[]; v_entries bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[];
begin
  -- Rules that review by themselves come with a table of approved rules; until then nothing passes unseen.
  if p_rule is not null or p_reviewer is null or p_at is null or not isfinite(p_at) then
    perform refuse('entry_reviewed', '{}');
  end if;
  select array_agg(l.voucher_id) as ids, array_agg(l.period) as periods, array_agg(l.series) as series,
         bool_or(l.corrects_entry_no is not null) as corrects, bool_or(l.may_fall) as may_fall, bool_or(l.moves_restricted) as moves_restricted,
         bool_or(l.bundle_id <> all (p_vouchers) or (select true from voucher w where w.book_id = p_book and w.bundle_id = l.voucher_id
                                                        and w.voucher_id <> all (p_vouchers) limit 1)) as torn into all_of
    from (select * from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) order by v.voucher_id for no key update) l
   where l.state = 'prepared' and l.proved and l.maker_id <> p_reviewer;
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
  select leaf_field('cf1') || leaf_field(code) into v_head from book where book_id = p_book for no key update;
  select coalesce(max(j.entry_no), 0), greatest(date_trunc('microseconds', p_at), max(j.posted_at)) into v_base, v_at
    from (select entry_no, posted_at from journal_entry where book_id = p_book order by entry_no desc limit 1) j;
  v_signed := leaf_field(p_reviewer::text) || leaf_field(p_rule)
              || leaf_field(to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
  -- Opening balances stand in period 00, where nothing else does, and are number 0.
  if cardinality(v_ids) = 1 then
    v_entries := array[v_base + 1];
    v_numbers := array[case when v_periods[1] % 100 = 0 then 0 else 1 + coalesce((
      select max(j.number) from journal_entry j where j.book_id = p_book and j.period = v_periods[1] and j.series = v_series[1]), 0) end];
  else
    select array_agg(v_base + e.o order by e.o), array_agg(case when e.period % 100 = 0 then 0 else e.place + last.number end order by e.o)
      into v_entries, v_numbers
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
  if all_of.moves_restricted or all_of.corrects then
    update lot_move set state = 'used' where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved';
  end if;
  insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                             document_hashes, corrects_entry_no, voucher_id, maker_id, reviewer_id, review_rule, posted_at, leaf)
    select p_book, d.entry_no, d.period, d.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at,
           sha256('\x00'::bytea || convert_to(
             v_head || leaf_field(d.entry_no::text) || leaf_field(d.period::text) || leaf_field(d.series) || leaf_field(d.number::text)
             || v.form_before || v_signed || v.form_after, 'UTF8'))
      from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = d.voucher_id offset 0) v
     order by d.entry_no;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id)
    select p_book, d.entry_no, l.line_no, d.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id
      from unnest(v_ids, v_entries, v_periods) d(voucher_id, entry_no, period)
      cross join lateral (select l.* from voucher_line l where l.book_id = p_book and l.voucher_id = d.voucher_id order by l.line_no offset 0) l
     order by d.entry_no, l.line_no;
  update voucher v set state = 'posted', entry_no = d.entry_no, decided_by = p_reviewer, decided_at = v_at, form_before = null, form_after = null
    from unnest(v_ids, v_entries) d(voucher_id, entry_no)
   where v.book_id = p_book and v.voucher_id = d.voucher_id;
  if all_of.corrects then
    -- What was reversed learns it, and its bank line goes to the blue voucher.
    update voucher o set reversed_by = r.entry_no
      from voucher r join journal_entry e on e.book_id = r.book_id and e.entry_no = r.corrects_entry_no
     where r.book_id = p_book and r.voucher_id = any (v_ids) and r.kind = 'reversal' and o.book_id = p_book and o.voucher_id = e.voucher_id;
    update voucher c set bank_line_id = o.bank_line_id
      from voucher o where c.book_id = p_book and c.voucher_id = any (v_ids) and c.kind = 'correction' and c.bundle_id is not null
       and c.bank_line_id is null and o.book_id = p_book and o.bank_line_id is not null
       and o.voucher_id = (select e.voucher_id from journal_entry e where e.book_id = p_book and e.entry_no = c.corrects_entry_no);
    perform carry_spent_lots(p_book, v_ids);
  end if;
  for i in 1 .. cardinality(v_ids) loop
    voucher_id := v_ids[i];
    entry_no := v_entries[i];
    series := v_series[i];
    number := v_numbers[i];
    return next;
  end loop;
end $$;
drop function release_voucher(integer, bigint[], timestamptz, text);
