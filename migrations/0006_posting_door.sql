-- The door. A few functions run with the owner's rights and are all the app may do to vouchers and books:
-- prove_vouchers (money is held, lots reserved), lock_voucher, drop_voucher (both given back) and post_vouchers.

-- Length-prefixed, so that no two different lists of fields make the same bytes. A missing value is '-'.
create function leaf_field(p_value text) returns text language sql immutable as $$
  select case when p_value is null then '-' else octet_length(p_value) || ':' || p_value end
$$;

-- RFC 6962 leaves over the canonical form of entries. This is the one place that fixes the form; version cf1.
create function entry_leaves(p_book integer, p_vouchers bigint[], p_entries bigint[], p_periods integer[], p_series text[],
                             p_numbers integer[], p_posted_at timestamptz, p_reviewer bigint, p_rule text)
returns table (entry_no bigint, leaf bytea) language sql stable as $$
  select d.entry_no, sha256('\x00'::bytea || convert_to(
           leaf_field('cf1') || leaf_field(b.code) || leaf_field(d.entry_no::text) || leaf_field(d.period::text)
           || leaf_field(d.series) || leaf_field(d.number::text) || leaf_field(to_char(v.occurred_on, 'YYYY-MM-DD'))
           || leaf_field(v.kind) || leaf_field(encode(h.digest, 'hex')) || leaf_field(v.maker_id::text)
           || leaf_field(p_reviewer::text) || leaf_field(p_rule)
           || leaf_field(to_char(p_posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
           || leaf_field(v.corrects_entry_no::text)
           || leaf_field((select string_agg(encode(hash, 'hex'), ',' order by o) from unnest(v.document_hashes) with ordinality x(hash, o)))
           || leaf_field(v.line_count::text) || leaf_field(v.total::text) || lines.text, 'UTF8'))
    from unnest(p_vouchers, p_entries, p_periods, p_series, p_numbers) d(voucher_id, entry_no, period, series, number)
    join voucher v on v.book_id = p_book and v.voucher_id = d.voucher_id
    join book b on b.book_id = p_book
    join narrative h on h.book_id = p_book and h.narrative_id = v.narrative_id
    join (select l.voucher_id,
                 string_agg(leaf_field(l.line_no::text) || leaf_field(l.side) || leaf_field(a.key) || leaf_field(f.code)
                   || leaf_field(l.commodity) || leaf_field(l.units::text) || leaf_field(l.restriction)
                   || leaf_field(l.cash_flow) || leaf_field(l.movement) || leaf_field(l.project_class)
                   || leaf_field(l.project_id::text) || leaf_field(l.counterparty_id::text)
                   || leaf_field(l.enterprise_id::text) || leaf_field(l.document_id::text)
                   || leaf_field(encode(t.digest, 'hex')), '' order by l.line_no) as text
            from voucher_line l
            join account a using (book_id, account_id)
            join fund f using (book_id, fund_id)
            join narrative t using (book_id, narrative_id)
           where l.book_id = p_book and l.voucher_id = any (p_vouchers)
           group by l.voucher_id) lines on lines.voucher_id = d.voucher_id
$$;

-- How a line changes what is left of restricted resources: inflows make lots, everything else is taken from lots.
create function is_restricted_inflow(p_class text, p_side text, p_units bigint, p_movement text) returns boolean
language sql immutable as $$
  select p_side = 'C' and p_units > 0
     and (p_class = 'income' and p_movement = 'ordinary'
          or p_class = 'net-assets' and p_movement in ('opening', 'transfer', 're-restrict', 'registered-capital', 'conversion', 'prior-year'))
$$;

-- By how much each fund's available money falls when the voucher posts. What other waiting vouchers will pay of a debt is
-- theirs already: two payments cannot relieve the same debt.
create function voucher_draws(p_book integer, p_voucher bigint) returns table (fund_id integer, draw bigint)
language sql stable as $$
  select x.fund_id, (-sum(case x.role when 'own-cash' then x.delta
                                      when 'claim' then least(0, x.net + x.delta) - least(0, x.net)
                                      else -x.delta end))::bigint
    from (select l.fund_id, a.role, sum(case l.side when 'D' then l.units else -l.units end) as delta,
                 coalesce(min(p.net), 0)
                 + coalesce((select sum(case w.side when 'D' then w.units else -w.units end)
                               from voucher o join voucher_line w using (book_id, voucher_id)
                              where o.book_id = p_book and o.state = 'prepared' and o.proved and o.voucher_id <> p_voucher
                                and w.account_id = l.account_id and w.fund_id = l.fund_id
                                and (w.side = 'D') = (w.units > 0)), 0) as net
            from voucher_line l
            join account a using (book_id, account_id)
            left join fund_position p on p.book_id = l.book_id and p.fund_id = l.fund_id
                                     and p.account_id = l.account_id and p.commodity = l.commodity
           where l.book_id = p_book and l.voucher_id = p_voucher and a.role in ('own-cash', 'claim', 'commitment')
           group by l.fund_id, a.role, l.account_id) x
   group by x.fund_id
$$;

-- What the voucher takes out of restricted lots per fund (negative: gives back).
create function voucher_lot_needs(p_book integer, p_voucher bigint) returns table (fund_id integer, units bigint)
language sql stable as $$
  select l.fund_id, sum(case l.side when 'D' then l.units else -l.units end)::bigint
    from voucher_line l join account a using (book_id, account_id)
   where l.book_id = p_book and l.voucher_id = p_voucher and l.commodity = 'CNY' and l.restriction = 'R'
     and a.class in ('income', 'expense', 'net-assets') and l.movement <> 'close'
     and not is_restricted_inflow(a.class, l.side, l.units, l.movement)
   group by l.fund_id having sum(case l.side when 'D' then l.units else -l.units end) <> 0
$$;

-- First in, first out inside the fund; money given back returns to the lots last used.
create function reserve_lots(p_book integer, p_voucher bigint) returns void language plpgsql as $$
declare need record; lot record; left_over bigint; part bigint;
begin
  for need in select n.fund_id, n.units, f.name from voucher_lot_needs(p_book, p_voucher) n
                join fund f on f.book_id = p_book and f.fund_id = n.fund_id order by f.code loop
    left_over := need.units;
    if need.units > 0 then
      for lot in select lot_id, units - used - reserved as free from gift_lot
                  where book_id = p_book and fund_id = need.fund_id and used + reserved < units
                  order by received_on, lot_id for no key update loop
        part := least(left_over, lot.free);
        insert into lot_move values (p_book, p_voucher, lot.lot_id, part, 'reserved');
        update gift_lot set reserved = reserved + part where book_id = p_book and lot_id = lot.lot_id;
        left_over := left_over - part;
        exit when left_over = 0;
      end loop;
    else
      for lot in select g.lot_id, g.used + coalesce((select sum(m.units) from lot_move m
                                                      where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved'
                                                        and m.units < 0), 0) as spent
                  from gift_lot g where g.book_id = p_book and g.fund_id = need.fund_id and g.used > 0
                  order by g.received_on desc, g.lot_id desc for no key update loop
        part := least(-left_over, lot.spent);
        continue when part = 0;
        insert into lot_move values (p_book, p_voucher, lot.lot_id, -part, 'reserved');
        left_over := left_over + part;
        exit when left_over = 0;
      end loop;
    end if;
    if left_over <> 0 then
      perform refuse('lots_not_enough', jsonb_build_object('fund', need.name, 'asked', need.units, 'missing', left_over));
    end if;
  end loop;
end $$;

-- The lines are those the header speaks of, all of them, and balanced per fund; the opening is the opening's.
create function prove_lines(v voucher) returns void language plpgsql as $$
declare bad record;
begin
  select count(*) as lines, min(line_no) as first, max(line_no) as last, coalesce(sum(units) filter (where side = 'D'), 0) as total into bad
    from voucher_line where book_id = v.book_id and voucher_id = v.voucher_id;
  if (bad.lines, bad.first, bad.last, bad.total) is distinct from (v.line_count::bigint, 1::smallint, v.line_count, v.total::numeric) then
    perform refuse('entry_incomplete', jsonb_build_object('voucher', v.voucher_id));
  end if;
  select fund_id into bad from voucher_line where book_id = v.book_id and voucher_id = v.voucher_id
   group by fund_id, commodity having sum(case side when 'D' then units else -units end) <> 0 limit 1;
  if found then
    perform refuse('entry_unbalanced', jsonb_build_object('voucher', v.voucher_id, 'fund', bad.fund_id));
  end if;
  if v.kind = 'opening' and not exists (select 1 from book where book_id = v.book_id and opening_day = v.occurred_on
                                           and v.period = extract(year from opening_day) * 100) then
    perform refuse('entry_opening', jsonb_build_object('day', v.occurred_on));
  end if;
end $$;

-- Takes vouchers that were just written, locks their funds, and holds what they draw on.
create function prove_vouchers(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v voucher; bad record;
begin
  -- Who holds or ignores a bank line locks it too, so of both only the first gets through.
  perform 1 from bank_line where book_id = p_book and bank_line_id in
    (select bank_line_id from voucher where book_id = p_book and voucher_id = any (p_vouchers)) order by bank_line_id for no key update;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers)) order by code for no key update;
  for v in select * from voucher where book_id = p_book and voucher_id = any (p_vouchers) order by voucher_id for no key update loop
    if v.proved or v.state <> 'prepared' then
      perform refuse('voucher_already_proved', jsonb_build_object('voucher', v.voucher_id));
    end if;
    perform prove_lines(v);
    select case when p.period is null or v.occurred_on not between p.starts and p.ends then 'entry_outside_period'
                when p.closed_at is not null then 'entry_period_closed' end as rule into bad
      from (select 1) one left join period p on p.book_id = p_book and p.period = v.period;
    if bad.rule is not null then
      perform refuse(bad.rule, jsonb_build_object('day', v.occurred_on, 'period', v.period));
    end if;
    select f.name, f.state into bad from voucher_line l join fund f using (book_id, fund_id)
     where l.book_id = p_book and l.voucher_id = v.voucher_id
       and (f.state = 'closed' or f.state = 'frozen' and exists (select 1 from voucher_draws(p_book, v.voucher_id) d
                                                                  where d.fund_id = f.fund_id and d.draw > 0)) limit 1;
    if found then
      perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
    end if;
    if v.bank_line_id is not null then
      select b.units, coalesce(sum(case l.side when 'D' then l.units else -l.units end), 0) as booked, b.state into bad
        from bank_line b join bank_account ba using (book_id, bank_account_id)
        left join voucher_line l on l.book_id = b.book_id and l.voucher_id = v.voucher_id and l.account_id = ba.account_id
       where b.book_id = p_book and b.bank_line_id = v.bank_line_id group by b.units, b.state;
      if bad.units is distinct from bad.booked then
        perform refuse('bank_line_amount', jsonb_build_object('line', bad.units, 'booked', bad.booked));
      elsif bad.state = 'ignored' then
        perform refuse('bank_line_ignored', '{}');
      end if;
    end if;
    insert into hold (book_id, fund_id, units, voucher_id, placed_at)
      select p_book, d.fund_id, d.draw, v.voucher_id, p_at from voucher_draws(p_book, v.voucher_id) d
       where d.draw > 0 and v.kind <> 'opening'; -- opening balances are what is there, not a draw
    perform reserve_lots(p_book, v.voucher_id);
    update voucher set proved = true where book_id = p_book and voucher_id = v.voucher_id;
  end loop;
end $$;

create function release_voucher(p_book integer, p_vouchers bigint[], p_at timestamptz, p_lots text) returns void language sql as $$
  update hold set released_at = p_at where book_id = p_book and voucher_id = any (p_vouchers) and released_at is null;
  update gift_lot g
     set reserved = g.reserved - m.reserved, used = g.used + case p_lots when 'used' then m.units else 0 end
    from (select lot_id, sum(greatest(units, 0)) as reserved, sum(units) as units from lot_move
           where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved' group by lot_id) m
   where g.book_id = p_book and g.lot_id = m.lot_id;
  update lot_move set state = p_lots where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved';
$$;

-- The voucher, then its funds by code: the order in which everything here locks. The book comes last.
create function lock_voucher(p_book integer, p_voucher bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from voucher where book_id = p_book and voucher_id = p_voucher for no key update;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = p_voucher) order by code for no key update;
end $$;

-- Rejected by a reviewer or withdrawn by its maker: what it held is free again, the voucher stays as it was written.
create function drop_voucher(p_book integer, p_voucher bigint, p_state text, p_by bigint, p_at timestamptz, p_reason text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare v record;
begin
  select * into v from voucher where book_id = p_book and voucher_id = p_voucher for no key update;
  if not found or v.state <> 'prepared' or p_state is null or p_state not in ('rejected', 'withdrawn') or p_by is null
     or p_at is null or not isfinite(p_at) then
    perform refuse('voucher_already_decided', jsonb_build_object('voucher', p_voucher, 'state', v.state));
  end if;
  perform release_voucher(p_book, array[p_voucher], p_at, 'released');
  update voucher set state = p_state, decided_by = p_by, decided_at = p_at, reason = p_reason
   where book_id = p_book and voucher_id = p_voucher;
end $$;

-- Posts prepared vouchers in the order given: one call for one or for a thousand.
create function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  bad record; v_at timestamptz; v_base bigint;
  v_ids bigint[]; v_entries bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[];
  v_funds integer[]; v_before bigint[];
begin
  -- Rules that review by themselves come with a table of approved rules; until then nothing passes unseen.
  if p_rule is not null or p_reviewer is null or p_at is null or not isfinite(p_at) then
    perform refuse('entry_reviewed', '{}');
  end if;
  perform 1 from voucher where book_id = p_book and voucher_id = any (p_vouchers) order by voucher_id for no key update;
  select x.id, v.state, v.maker_id, v.proved into bad from unnest(p_vouchers) x(id)
    left join voucher v on v.book_id = p_book and v.voucher_id = x.id
   where v.voucher_id is null or v.state <> 'prepared' or not v.proved or v.maker_id = p_reviewer limit 1;
  if found then
    perform refuse(case when bad.maker_id = p_reviewer then 'voucher_own_review' else 'voucher_already_decided' end,
                   jsonb_build_object('voucher', bad.id, 'state', bad.state));
  end if;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers)) order by code for no key update;
  perform 1 from book where book_id = p_book for no key update;

  select coalesce(max(j.entry_no), 0), greatest(date_trunc('microseconds', p_at), max(j.posted_at)) into v_base, v_at
    from (select entry_no, posted_at from journal_entry where book_id = p_book order by entry_no desc limit 1) j;
  select array_agg(s.voucher_id order by s.o), array_agg(v_base + s.o order by s.o), array_agg(s.period order by s.o),
         array_agg(s.series order by s.o), array_agg(s.number order by s.o)
    into v_ids, v_entries, v_periods, v_series, v_numbers
    from (select w.*, case when w.kind = 'opening' then 0
                           else row_number() over (partition by w.period, w.series order by w.o)
                                + coalesce((select max(j.number) from journal_entry j
                                             where j.book_id = p_book and j.period = w.period and j.series = w.series), 0)
                      end::integer as number
            from (select v.voucher_id, v.period, v.kind, x.o,
                         case when bool_or(l.commodity = 'HOUR') then '时' when bool_or(l.commodity = 'POINT') then '分'
                              when bool_or(a.class = 'memorandum') then '备'
                              when v.kind <> 'opening' and bool_or(a.role in ('own-cash', 'agency-cash')) then '记'
                              else '转' end as series
                    from unnest(p_vouchers) with ordinality x(id, o)
                    join voucher v on v.book_id = p_book and v.voucher_id = x.id
                    join voucher_line l on l.book_id = p_book and l.voucher_id = x.id
                    join account a on a.book_id = p_book and a.account_id = l.account_id
                   group by v.voucher_id, v.period, v.kind, x.o) w) s;

  select f.name, f.state into bad from fund f
   where f.book_id = p_book and f.state <> 'open' and f.fund_id in
     (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers))
     and (f.state = 'closed' or exists (select 1 from hold h where h.book_id = p_book and h.fund_id = f.fund_id
                                           and h.voucher_id = any (p_vouchers) and h.released_at is null)) limit 1;
  if found then
    perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
  end if;
  select array_agg(f.fund_id), array_agg(fund_available(p_book, f.fund_id)) into v_funds, v_before from fund f
   where f.book_id = p_book and f.kind <> 'general' and f.fund_id in
     (select l.fund_id from voucher_line l join voucher v using (book_id, voucher_id)
       where l.book_id = p_book and l.voucher_id = any (p_vouchers) and v.kind <> 'opening');

  -- Holds go before the lines come, so that what was held is what is paid.
  perform release_voucher(p_book, p_vouchers, v_at, 'used');
  insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                             document_hashes, corrects_entry_no, voucher_id, maker_id, reviewer_id, review_rule, posted_at, leaf)
    select p_book, d.entry_no, d.period, d.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at, leaves.leaf
      from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
      join voucher v on v.book_id = p_book and v.voucher_id = d.voucher_id
      join entry_leaves(p_book, v_ids, v_entries, v_periods, v_series, v_numbers, v_at, p_reviewer, p_rule) leaves
        on leaves.entry_no = d.entry_no
     order by d.entry_no;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id)
    select p_book, d.entry_no, l.line_no, d.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id
      from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
      join voucher_line l on l.book_id = p_book and l.voucher_id = d.voucher_id
     order by d.entry_no, l.line_no;
  insert into gift_lot (book_id, fund_id, received_on, units, clause, counterparty_id, entry_no, line_no)
    select p_book, l.fund_id, v.occurred_on, l.units, coalesce(nullif(l.clause, ''), f.clause), l.counterparty_id, d.entry_no, l.line_no
      from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
      join voucher v on v.book_id = p_book and v.voucher_id = d.voucher_id
      join voucher_line l on l.book_id = p_book and l.voucher_id = d.voucher_id
      join account a on a.book_id = p_book and a.account_id = l.account_id
      join fund f on f.book_id = p_book and f.fund_id = l.fund_id
     where l.restriction = 'R' and l.commodity = 'CNY' and is_restricted_inflow(a.class, l.side, l.units, l.movement)
     order by d.entry_no, l.line_no;
  -- Whatever changed since they were proved: posting takes no fund's available money below zero.
  select f.name, fund_available(p_book, f.fund_id) as available, b.before into bad
    from unnest(v_funds, v_before) b(fund_id, before) join fund f on f.book_id = p_book and f.fund_id = b.fund_id
   where fund_available(p_book, f.fund_id) < least(b.before, 0) limit 1;
  if found then
    perform refuse('hold_above_available', jsonb_build_object('fund', bad.name, 'asked', bad.before - bad.available, 'available', bad.before));
  end if;
  update voucher v set state = 'posted', entry_no = d.entry_no, decided_by = p_reviewer, decided_at = v_at
    from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
   where v.book_id = p_book and v.voucher_id = d.voucher_id;
  return query select d.voucher_id, d.entry_no, d.series, d.number
                 from unnest(v_ids, v_entries, v_periods, v_series, v_numbers) d(voucher_id, entry_no, period, series, number)
                order by d.entry_no;
end $$;

grant execute on function prove_vouchers, lock_voucher, drop_voucher, post_vouchers, own_cash, fund_available, standard_on, refuse to :"app";
