-- Functions that read a voucher's bank line read its matches, the door writes one voucher in fewer steps than a thousand, and the column goes.

-- What was written stays. These columns are no decision's: whoever names one of them in an update is asked, the door is not.
create function vouchers_stay_as_written() returns trigger language plpgsql as $$
begin
  if (new.book_id, new.voucher_id, new.kind, new.occurred_on, new.period, new.narrative_id, new.line_count, new.total,
      new.corrects_entry_no, new.bundle_id, new.maker_id, new.prepared_at, new.then_move, new.otherwise_move, new.undo_move)
     is distinct from
     (old.book_id, old.voucher_id, old.kind, old.occurred_on, old.period, old.narrative_id, old.line_count, old.total,
      old.corrects_entry_no, old.bundle_id, old.maker_id, old.prepared_at, old.then_move, old.otherwise_move, old.undo_move)
     or new.document_hashes <> old.document_hashes
        and not (old.state = 'prepared' and new.state = 'prepared'
                 and new.document_hashes[:cardinality(old.document_hashes)] = old.document_hashes)
     or old.proved and (new.proved, new.series, new.may_fall, new.moves_restricted, new.moves_agency)
                       is distinct from (old.proved, old.series, old.may_fall, old.moves_restricted, old.moves_agency)
     or old.state <> 'prepared' and new.needs_document <> old.needs_document
     or old.reversed_by is not null and new.reversed_by is distinct from old.reversed_by then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.reversed_by is not null and new.state <> 'posted' then
    perform refuse('voucher_reversed', jsonb_build_object('voucher', new.voucher_id));
  end if;
  if new.proved and (not old.proved or new.document_hashes <> old.document_hashes or new.needs_document <> old.needs_document) then
    new := proved_voucher(new); -- its form names its documents, and whether it needs one is the rule's answer, whoever asks
  end if;
  return new;
end $$;

-- And one decision is made about it, once.
create or replace function vouchers_are_decided_once() returns trigger language plpgsql as $$
declare v_rule text;
begin
  v_rule := case when old.state <> 'prepared' and (new.state, new.decided_by, new.decided_at, new.reason, new.entry_no, new.form_before, new.form_after)
                      is distinct from (old.state, old.decided_by, old.decided_at, old.reason, old.entry_no, old.form_before, old.form_after)
                   or old.proved and (new.form_before <> old.form_before or new.form_after <> old.form_after)
                   or new.state = 'posted' and not old.proved then 'append_only'
                 when new.state not in ('prepared', 'posted', 'rejected', 'withdrawn') then 'voucher_state'
                 when (new.state = 'posted') <> (new.entry_no is not null) then 'voucher_posted'
                 when new.state = 'rejected' and new.reason = '' then 'voucher_reason'
                 when new.state in ('posted', 'rejected') and new.decided_by is not distinct from new.maker_id then 'voucher_own_review'
                 when new.state = 'withdrawn' and new.decided_by is distinct from new.maker_id then 'voucher_own_withdrawal'
                 when new.state in ('rejected', 'withdrawn') and (new.decided_by is null or new.decided_at is null) then 'voucher_decided'
                 when new.needs_document and new.state = 'posted' and old.state <> 'posted' and new.document_hashes = '{}'
                   then 'voucher_needs_document' end;
  if v_rule is null and new.decided_by is distinct from old.decided_by
     and not exists (select 1 from person p where p.person_id = new.decided_by) then
    v_rule := 'voucher_decided';
  end if;
  if v_rule is not null then
    perform refuse(v_rule, case when v_rule = 'append_only' then jsonb_build_object('table', tg_table_name, 'operation', tg_op)
                                else jsonb_build_object('day', new.occurred_on, 'voucher', new.voucher_id) end);
  end if;
  return new;
end $$;
drop trigger voucher_decided_once on voucher;
create trigger voucher_decided_once before update of state, decided_by, decided_at, reason, entry_no, form_before, form_after on voucher
  for each row execute function vouchers_are_decided_once();
create trigger voucher_stays_as_written
  before update of book_id, voucher_id, kind, occurred_on, period, narrative_id, line_count, total, corrects_entry_no, bundle_id, maker_id, prepared_at,
    then_move, otherwise_move, undo_move, document_hashes, proved, series, may_fall, moves_restricted, moves_agency, needs_document, reversed_by
  on voucher for each row execute function vouchers_stay_as_written();

create or replace function reserve_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare
  v_vouchers bigint[]; v_lots bigint[]; v_units bigint[]; need record; lot record; left_over bigint; part bigint;
  v_outside boolean;
begin
  perform prove_lots_to_undo(p_book, p_bundle);
  select coalesce(array_agg(m.voucher_id), '{}'), coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(m.units), '{}')
    into v_vouchers, v_lots, v_units from reversal_moves(p_book, p_bundle) m;
  for need in select v.voucher_id, happened_on(v) as occurred_on, n.fund_id, n.units, f.name,
                     exists (select 1 from fund_clause c where c.book_id = p_book and c.fund_id = n.fund_id and c.kind = 'period')
                     and exists (select 1 from voucher_line l join account a using (book_id, account_id)
                                  where l.book_id = p_book and l.voucher_id = v.voucher_id
                                    and (a.class = 'expense' or a.role = 'own-cash' and l.cash_flow <> 'internal')) as timed from voucher v
                cross join lateral voucher_lot_needs(p_book, v.voucher_id) n
                join fund f on f.book_id = p_book and f.fund_id = n.fund_id
               where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle) and v.kind <> 'reversal'
               order by v.voucher_id, f.code loop
    left_over := abs(need.units);
    for lot in
      -- What the bundle itself gives back comes first, then the open lots in the order of their gifts.
      select * from (select x.lot_id, -sum(x.units) as free from unnest(v_lots, v_units) x(lot_id, units)
                       join gift_lot g on g.book_id = p_book and g.lot_id = x.lot_id
                      where need.units > 0 and g.fund_id = need.fund_id group by x.lot_id having sum(x.units) < 0) own
      union all
      select * from (select g.lot_id, g.units - g.used - g.reserved
                            - greatest(0, coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0)) as free
                       from gift_lot g
                      where need.units > 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.used < g.units
                        and (not need.timed or lot_serves_on(p_book, g.lot_id, need.occurred_on))
                      order by g.received_on, g.lot_id) unspent
      union all
      -- A give-back goes to what was spent last, less what waiting vouchers give back already.
      select * from (select g.lot_id, g.used + coalesce((select sum(m.units) from lot_move m
                                                          where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved' and m.units < 0), 0)
                            + coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id and x.units < 0), 0) as free
                       from gift_lot g
                      where need.units < 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.used > 0
                        and not exists (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal'
                                           and r.corrects_entry_no = g.entry_no and r.state in ('prepared', 'posted'))
                      order by g.received_on desc, g.lot_id desc) spent loop
      part := least(left_over, lot.free);
      continue when part <= 0;
      v_vouchers := v_vouchers || need.voucher_id;
      v_lots := v_lots || lot.lot_id;
      v_units := v_units || case when need.units > 0 then part else -part end;
      left_over := left_over - part;
      exit when left_over = 0;
    end loop;
    if left_over <> 0 then
      select coalesce(bool_or(not lot_serves_on(p_book, g.lot_id, need.occurred_on)), false) into v_outside from gift_lot g
       where need.units > 0 and need.timed and g.book_id = p_book and g.fund_id = need.fund_id and g.used + g.reserved < g.units;
      perform refuse(case when v_outside then 'lots_outside_period' else 'lots_not_enough' end,
        jsonb_build_object('fund', need.name, 'asked', need.units, 'missing', left_over, 'day', need.occurred_on));
    end if;
  end loop;
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, sum(x.units)::bigint, 'reserved' from unnest(v_vouchers, v_lots, v_units) x(voucher_id, lot_id, units)
     group by x.voucher_id, x.lot_id having sum(x.units) <> 0;
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
     where v.kind <> 'opening' -- opening balances are what is there, not a draw
     order by d.bundle, d.fund_id;
  for v_bundle in
    select distinct coalesce(v.bundle_id, v.voucher_id) from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
     where v.kind in ('reversal', 'correction') or exists (select 1 from voucher_lot_needs(p_book, v.voucher_id)) order by 1 loop
    perform reserve_lots(p_book, v_bundle);
  end loop;
end $$;

create or replace function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
  bad record; all_of record; v_at timestamptz; v_head text; v_signed text; v_base bigint;
  v_ids bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[];
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
    v_numbers := array[case when v_periods[1] % 100 = 0 then 0 else 1 + coalesce((
      select max(j.number) from journal_entry j where j.book_id = p_book and j.period = v_periods[1] and j.series = v_series[1]), 0) end];
  else
    select array_agg(case when e.period % 100 = 0 then 0 else e.place + last.number end order by e.o) into v_numbers
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
    select p_book, v_base + d.o, v.period, v.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at,
           sha256('\x00'::bytea || convert_to(
             v_head || leaf_field((v_base + d.o)::text) || leaf_field(v.period::text) || leaf_field(v.series) || leaf_field(d.number::text)
             || v.form_before || v_signed || v.form_after, 'UTF8'))
      from unnest(v_ids, v_numbers) with ordinality d(voucher_id, number, o)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = d.voucher_id offset 0) v;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id, occurred_on)
    select p_book, j.entry_no, l.line_no, j.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id, j.occurred_on
      from journal_entry j
      cross join lateral (select l.* from voucher_line l where l.book_id = p_book and l.voucher_id = j.voucher_id order by l.line_no offset 0) l
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
  for i in 1 .. cardinality(v_ids) loop
    voucher_id := v_ids[i];
    entry_no := v_base + i;
    series := v_series[i];
    number := v_numbers[i];
    return next;
  end loop;
end $$;

-- Lines know their day, and ledgers are read by theirs. A decider is looked up by the trigger, and no person goes whom a grant or the log
-- names; what balances point at, their lines have been asked. A foreign key would lock those rows for every entry.
alter table voucher drop constraint voucher_decided_by_fkey;
alter table balance drop constraint balance_book_id_account_id_fkey, drop constraint balance_book_id_fund_id_fkey;
drop index journal_entry_book_id_occurred_on_idx;
drop index voucher_one_per_bank_line;
alter table voucher drop column bank_line_id;
