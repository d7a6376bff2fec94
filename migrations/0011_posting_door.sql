-- The door, rewritten for many vouchers in one call: what is proved and posted is looked at as a set, bundles stand and fall
-- together, and a correction is proved against the entry that it puts right.

-- Fixed when a voucher is proved, so that posting, which holds the book, has only the number to add: the series its lines
-- belong to, and their canonical form (until the leaf is made of it).
alter table voucher
  add column series text constraint voucher_series check (series in ('记', '转', '备', '时', '分')),
  add column lines_form text;

-- Leaves are over the canonical form of entries, version cf1 as before (RFC 6962). '||' of two texts is immutable, of a number and
-- a text it is not, and only an immutable body is folded into the query that calls it.
create or replace function leaf_field(p_value text) returns text language sql immutable as $$
  select case when p_value is null then '-' else octet_length(p_value)::text || ':' || p_value end
$$;

drop function entry_leaves(integer, bigint[], bigint[], integer[], text[], integer[], timestamptz, bigint, text);
create function voucher_lines_form(p_book integer, p_voucher bigint) returns text language sql stable as $$
  select string_agg(leaf_field(l.line_no::text) || leaf_field(l.side) || leaf_field(a.key) || leaf_field(f.code)
           || leaf_field(l.commodity) || leaf_field(l.units::text) || leaf_field(l.restriction)
           || leaf_field(l.cash_flow) || leaf_field(l.movement) || leaf_field(l.project_class)
           || leaf_field(l.project_id::text) || leaf_field(l.counterparty_id::text)
           || leaf_field(l.enterprise_id::text) || leaf_field(l.document_id::text)
           || leaf_field(encode(t.digest, 'hex')), '' order by l.line_no)
    from voucher_line l
    join account a on a.book_id = l.book_id and a.account_id = l.account_id
    join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
    join narrative t on t.book_id = l.book_id and t.narrative_id = l.narrative_id
   where l.book_id = p_book and l.voucher_id = p_voucher
$$;

-- The series a voucher is numbered in, by what its lines are (rulings 3).
create function voucher_series(p_book integer, p_voucher bigint, p_kind text) returns text language sql stable as $$
  select case when bool_or(l.commodity = 'HOUR') then '时' when bool_or(l.commodity = 'POINT') then '分'
              when bool_or(a.class = 'memorandum') then '备'
              when p_kind <> 'opening' and bool_or(a.role in ('own-cash', 'agency-cash')) then '记'
              else '转' end
    from voucher_line l join account a on a.book_id = l.book_id and a.account_id = l.account_id
   where l.book_id = p_book and l.voucher_id = p_voucher
$$;

update voucher v set series = voucher_series(v.book_id, v.voucher_id, v.kind), lines_form = voucher_lines_form(v.book_id, v.voucher_id)
 where v.proved and v.state = 'prepared';

-- By how much each fund's available money falls when a bundle posts. What other waiting vouchers, or earlier bundles of the
-- same call, will pay of a debt is theirs already: two payments cannot relieve the same debt.
create function bundle_draws(p_book integer, p_vouchers bigint[]) returns table (bundle bigint, fund_id integer, draw bigint)
language sql stable as $$
  with change as materialized (
    select coalesce(v.bundle_id, v.voucher_id) as bundle, l.fund_id, l.account_id, a.role,
           sum(signed(l.side, l.units)) as units, coalesce(sum(signed(l.side, l.units)) filter (where signed(l.side, l.units) > 0), 0) as paid
      from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
      cross join lateral (select l.* from voucher_line l where l.book_id = p_book and l.voucher_id = x.id offset 0) l
      join account a on a.book_id = p_book and a.account_id = l.account_id
     where a.role in ('own-cash', 'claim', 'commitment', 'investment')
     group by 1, 2, 3, 4),
  debt as (
    select c.fund_id, c.account_id,
           coalesce((select p.net from fund_position p where p.book_id = p_book and p.fund_id = c.fund_id
                                                         and p.account_id = c.account_id and p.commodity = 'CNY'), 0)
           + coalesce((select sum(signed(w.side, w.units)) from voucher o join voucher_line w using (book_id, voucher_id)
                        where o.book_id = p_book and o.state = 'prepared' and o.proved and o.voucher_id <> all (p_vouchers)
                          and w.account_id = c.account_id and w.fund_id = c.fund_id and signed(w.side, w.units) > 0), 0) as net
      from (select distinct fund_id, account_id from change where role = 'claim') c),
  step as (
    select c.bundle, c.fund_id, c.role, c.units,
           coalesce(d.net, 0) + coalesce(sum(c.paid) over (partition by c.fund_id, c.account_id order by c.bundle
                                                          rows between unbounded preceding and 1 preceding), 0) as net
      from change c left join debt d on d.fund_id = c.fund_id and d.account_id = c.account_id)
  select g.bundle, g.fund_id,
         (g.draw + case when f.principal_minimum = 0 or g.invested = 0 then 0
                        else greatest(0, f.principal_minimum - i.net - g.invested) - greatest(0, f.principal_minimum - i.net) end)::bigint
    from (select s.bundle, s.fund_id,
                 -sum(case s.role when 'own-cash' then s.units
                                  when 'claim' then least(0, s.net + s.units) - least(0, s.net)
                                  when 'commitment' then -s.units else 0 end) as draw,
                 coalesce(sum(s.units) filter (where s.role = 'investment'), 0) as invested
            from step s group by s.bundle, s.fund_id) g
    join fund f on f.book_id = p_book and f.fund_id = g.fund_id
    left join lateral (select coalesce(sum(p.net), 0) as net from fund_position p join account a using (book_id, account_id)
                        where p.book_id = p_book and p.fund_id = g.fund_id and a.role = 'investment') i on true
$$;

-- The lines are those the header speaks of, all of them, and balanced per fund; the opening is the opening's; the day lies in
-- an open period, which stays open until this is decided.
create function prove_forms(p_book integer, p_vouchers bigint[]) returns void language plpgsql as $$
declare bad record;
begin
  select x.rule, x.facts into bad from (
    select case when v.voucher_id is null or v.state <> 'prepared' or v.proved then 'voucher_already_proved'
                when coalesce(v.bundle_id, v.voucher_id) <> all (p_vouchers) or exists
                  (select 1 from voucher w where w.book_id = p_book and w.bundle_id = coalesce(v.bundle_id, v.voucher_id) and w.voucher_id <> all (p_vouchers))
                then 'voucher_bundle_whole'
                when (l.lines, l.first, l.last, l.total) is distinct from (v.line_count::bigint, 1::smallint, v.line_count, v.total::numeric)
                then 'entry_incomplete'
                when l.unbalanced is not null then 'entry_unbalanced'
                when v.kind = 'opening' and not exists (select 1 from book where book_id = p_book and opening_day = v.occurred_on
                                                           and v.period = extract(year from opening_day) * 100) then 'entry_opening' end as rule,
           jsonb_build_object('voucher', x.id, 'state', v.state, 'fund', l.unbalanced, 'day', v.occurred_on) as facts
      from unnest(p_vouchers) x(id)
      left join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v on true
      left join lateral (select sum(g.lines) as lines, min(g.first) as first, max(g.last) as last, sum(g.total) as total,
                                min(g.fund_id) filter (where g.difference <> 0) as unbalanced
                           from (select l.fund_id, count(*) as lines, min(l.line_no) as first, max(l.line_no) as last,
                                        coalesce(sum(l.units) filter (where l.side = 'D'), 0) as total, sum(signed(l.side, l.units)) as difference
                                   from voucher_line l where l.book_id = p_book and l.voucher_id = x.id group by l.fund_id, l.commodity) g) l on true) x
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

-- 会计基础工作规范 第五十一条第五款: an error of the same year by a red voucher, with a blue one where the business stands
-- otherwise; an error of an earlier year by one blue voucher.
create function prove_corrections(p_book integer, p_vouchers bigint[]) returns void language plpgsql as $$
declare bad record;
begin
  select x.rule, x.facts into bad from (
    select case when e.entry_no is null or v.kind = 'reversal' and (e.kind not in ('ordinary', 'correction') or o.reversed_by is not null)
                  or v.occurred_on < e.occurred_on then 'correction_not_possible'
                when v.kind = 'reversal' and e.period / 100 <> v.period / 100 then 'reversal_other_year'
                when v.kind = 'correction' and e.period / 100 = v.period / 100 and not exists
                  (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal' and r.corrects_entry_no = v.corrects_entry_no
                      and coalesce(r.bundle_id, r.voucher_id) = v.bundle_id) then 'correction_without_reversal'
                when v.kind = 'reversal' and (v.line_count <> e.line_count or exists
                  (select 1 from voucher_line l
                     full join (select * from posting p where p.book_id = p_book and p.entry_no = v.corrects_entry_no) p on p.line_no = l.line_no
                    where l.book_id = p_book and l.voucher_id = v.voucher_id
                      and (l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction, l.cash_flow, l.movement, l.project_class, l.project_id,
                           l.counterparty_id, l.enterprise_id, l.document_id)
                          is distinct from
                          (p.account_id, p.fund_id, p.commodity, p.side, -p.units, p.restriction, p.cash_flow, p.movement, p.project_class, p.project_id,
                           p.counterparty_id, p.enterprise_id, p.document_id))) then 'reversal_not_red' end as rule,
           jsonb_build_object('voucher', x.id, 'day', v.occurred_on, 'year', e.period / 100) as facts
      from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id and v.corrects_entry_no is not null offset 0) v
      left join lateral (select e.* from journal_entry e where e.book_id = p_book and e.entry_no = v.corrects_entry_no offset 0) e on true
      left join lateral (select o.reversed_by from voucher o where o.book_id = p_book and o.voucher_id = e.voucher_id offset 0) o on true) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;
end $$;

-- A voucher moves through the bank account what its bank line says; the blue voucher takes over the line of the one it corrects.
create function prove_bank_lines(p_book integer, p_vouchers bigint[]) returns void language plpgsql as $$
declare bad record;
begin
  select b.units, b.state, coalesce(booked.units, 0) as booked into bad
    from unnest(p_vouchers) x(id)
    cross join lateral (select v.bank_line_id, v.kind, v.corrects_entry_no, v.bundle_id from voucher v
                         where v.book_id = p_book and v.voucher_id = x.id offset 0) v
    left join journal_entry e on e.book_id = p_book and e.entry_no = v.corrects_entry_no and v.kind = 'correction' and v.bundle_id is not null
    left join voucher o on o.book_id = p_book and o.voucher_id = e.voucher_id
    join bank_line b on b.book_id = p_book and b.bank_line_id = coalesce(v.bank_line_id, o.bank_line_id)
    join bank_account ba on ba.book_id = p_book and ba.bank_account_id = b.bank_account_id
    left join lateral (select sum(signed(l.side, l.units)) as units from voucher_line l
                        where l.book_id = p_book and l.voucher_id = x.id and l.account_id = ba.account_id) booked on true
   where b.units <> coalesce(booked.units, 0) or b.state = 'ignored' limit 1;
  if found then
    if bad.units <> bad.booked then
      perform refuse('bank_line_amount', jsonb_build_object('line', bad.units, 'booked', bad.booked));
    end if;
    perform refuse('bank_line_ignored', '{}');
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
  update voucher v set proved = true, series = voucher_series(p_book, v.voucher_id, v.kind), lines_form = voucher_lines_form(p_book, v.voucher_id)
   where v.book_id = p_book and v.voucher_id = any (p_vouchers);
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
drop function prove_lines(voucher);
drop function voucher_draws(integer, bigint);

-- A voucher and all that is decided with it.
create function bundle_of(p_book integer, p_voucher bigint) returns bigint[] language plpgsql stable as $$
declare v_first bigint;
begin
  select coalesce(bundle_id, voucher_id) into v_first from voucher where book_id = p_book and voucher_id = p_voucher;
  return (select array_agg(voucher_id order by voucher_id) from voucher where book_id = p_book and (voucher_id = v_first or bundle_id = v_first));
end $$;

create or replace function release_voucher(p_book integer, p_vouchers bigint[], p_at timestamptz, p_lots text) returns void language plpgsql as $$
begin
  update hold set released_at = p_at where book_id = p_book and voucher_id = any (p_vouchers) and released_at is null;
  if exists (select 1 from lot_move where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved') then
    update lot_move set state = p_lots where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved';
  end if;
end $$;

-- The voucher with its bundle, then their funds by code: the order in which everything here locks. The book comes last.
create or replace function lock_voucher(p_book integer, p_voucher bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_bundle bigint[] := bundle_of(p_book, p_voucher);
begin
  perform 1 from voucher where book_id = p_book and voucher_id = any (v_bundle) order by voucher_id for no key update;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = any (v_bundle)) order by code for no key update;
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
  perform release_voucher(p_book, v_bundle, p_at, 'released');
end $$;

-- Posts prepared vouchers, whole bundles, in the order given: one call for one or for a thousand. A plan made for any number
-- is kept: making one for each call costs more than posting a voucher.
create or replace function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  bad record; v_at timestamptz; v_head text; v_signed text; v_base bigint; v_corrects boolean; v_bundled boolean;
  v_ids bigint[]; v_entries bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[]; v_opening boolean[];
begin
  -- Rules that review by themselves come with a table of approved rules; until then nothing passes unseen.
  if p_rule is not null or p_reviewer is null or p_at is null or not isfinite(p_at) then
    perform refuse('entry_reviewed', '{}');
  end if;
  with locked as materialized (
    select * from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) order by v.voucher_id for no key update)
  select array_agg(l.voucher_id), array_agg(l.period), array_agg(l.series), array_agg(l.kind = 'opening'),
         bool_or(l.corrects_entry_no is not null), bool_or(l.bundle_id is not null)
    into v_ids, v_periods, v_series, v_opening, v_corrects, v_bundled
    from (select l.* from unnest(p_vouchers) with ordinality x(id, o) join locked l on l.voucher_id = x.id
           where l.state = 'prepared' and l.proved and l.maker_id <> p_reviewer order by x.o) l;
  if v_ids is distinct from p_vouchers then
    select v.voucher_id, v.state, v.maker_id into bad from voucher v
     where v.book_id = p_book and v.voucher_id = any (p_vouchers) and (v.state <> 'prepared' or not v.proved or v.maker_id = p_reviewer) limit 1;
    perform refuse(case when bad.maker_id = p_reviewer then 'voucher_own_review' else 'voucher_already_decided' end,
                   jsonb_build_object('voucher', bad.voucher_id, 'state', bad.state));
  end if;
  if exists (select 1 from voucher w where w.book_id = p_book and w.bundle_id = any (p_vouchers) and w.voucher_id <> all (p_vouchers))
     or v_bundled and exists (select 1 from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) and v.bundle_id <> all (p_vouchers)) then
    perform refuse('voucher_bundle_whole', '{}');
  end if;
  with locked as materialized (
    select f.fund_id, f.name, f.state from fund f
     where f.book_id = p_book and f.fund_id in (select l.fund_id from voucher_line l where l.book_id = p_book and l.voucher_id = any (p_vouchers))
     order by f.code for no key update)
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
  select array_agg(v_base + e.o), array_agg(e.number) into v_entries, v_numbers
    from (select e.o, case when e.opening then 0 else row_number() over (partition by e.period, e.series order by e.o) + last.number end::integer as number
            from unnest(v_periods, v_series, v_opening) with ordinality e(period, series, opening, o)
            join (select s.period, s.series, (select coalesce(max(j.number), 0) from journal_entry j
                                               where j.book_id = p_book and j.period = s.period and j.series = s.series) as number
                    from (select distinct * from unnest(v_periods, v_series) s(period, series)) s) last
              on last.period = e.period and last.series = e.series
           order by e.o) e;

  -- Holds go before the lines come, so that what was held is what is paid.
  perform release_voucher(p_book, p_vouchers, v_at, 'used');
  insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                             document_hashes, corrects_entry_no, voucher_id, maker_id, reviewer_id, review_rule, posted_at, leaf)
    select p_book, d.entry_no, d.period, d.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at,
           sha256('\x00'::bytea || convert_to(
             v_head || leaf_field(d.entry_no::text) || leaf_field(d.period::text) || leaf_field(d.series) || leaf_field(d.number::text)
             || leaf_field(to_char(v.occurred_on, 'YYYY-MM-DD')) || leaf_field(v.kind) || leaf_field(encode(v.digest, 'hex'))
             || leaf_field(v.maker_id::text) || v_signed || leaf_field(v.corrects_entry_no::text)
             || leaf_field(v.documents)
             || leaf_field(v.line_count::text) || leaf_field(v.total::text) || v.lines_form, 'UTF8'))
      from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
      cross join lateral (select v.*, t.digest, case when v.document_hashes <> '{}' then
                                   (select string_agg(encode(x.hash, 'hex'), ',' order by x.o) from unnest(v.document_hashes) with ordinality x(hash, o)) end as documents
                            from voucher v join narrative t on t.book_id = v.book_id and t.narrative_id = v.narrative_id
                           where v.book_id = p_book and v.voucher_id = d.voucher_id offset 0) v
     order by d.entry_no;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id)
    select p_book, d.entry_no, l.line_no, d.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id
      from unnest(v_ids, v_entries, v_periods) d(voucher_id, entry_no, period)
      cross join lateral (select l.* from voucher_line l where l.book_id = p_book and l.voucher_id = d.voucher_id order by l.line_no offset 0) l
     order by d.entry_no, l.line_no;
  update voucher v set state = 'posted', entry_no = d.entry_no, decided_by = p_reviewer, decided_at = v_at, lines_form = null
    from unnest(v_ids, v_entries) d(voucher_id, entry_no)
   where v.book_id = p_book and v.voucher_id = d.voucher_id;
  if v_corrects then
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
  return query select d.voucher_id, d.entry_no, d.series, d.number
                 from unnest(v_ids, v_entries, v_series, v_numbers) d(voucher_id, entry_no, series, number)
                order by d.entry_no;
end $$;

grant execute on function fund_floor to :"app";
