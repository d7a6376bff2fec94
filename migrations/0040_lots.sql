-- Every inflow becomes a lot, not only restricted ones, so that any gift, subsidy or profit can be followed to the vouchers it paid for.
-- Restricted lots are reserved when a voucher is prepared, as before; unrestricted ones are used when it is posted, first in first out. Vouchers
-- may name the lots they draw on.

alter table gift_lot add column restriction text not null default 'R' constraint gift_lot_restriction check (restriction in ('U', 'R'));
alter table gift_lot alter column restriction drop default;
-- What came as goods is used by what hands the goods out; money is spent of it only when no other money is left.
alter table gift_lot add column in_goods boolean not null default false;
drop index gift_lot_open;
create index gift_lot_open on gift_lot (book_id, fund_id, restriction, in_goods, received_on, lot_id) where used < units;
create index gift_lot_used on gift_lot (book_id, fund_id, restriction, received_on, lot_id) where used > 0;
create index posting_of_enterprise on posting (book_id, enterprise_id) where enterprise_id is not null;

-- What was spent beyond all unrestricted lots of a fund: depreciation of what was there before, a bank debit that nobody can refuse.
create table lot_gap (
  book_id     integer not null,
  voucher_id  bigint not null,
  fund_id     integer not null,
  units       bigint not null constraint lot_gap_units check (units <> 0),
  primary key (book_id, voucher_id, fund_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, fund_id) references fund
);
create index on lot_gap (book_id, fund_id);
create trigger lot_gap_append_only before update or delete or truncate on lot_gap for each statement execute function books_are_append_only();
grant select on lot_gap to :"app";

-- The lots a voucher says it draws on: a refund its gift's, an issue of goods that of the goods. What spends must serve the lot's clauses.
create table voucher_lot (
  book_id     integer not null,
  voucher_id  bigint not null,
  lot_id      bigint not null,
  units       bigint not null constraint voucher_lot_units check (units > 0),
  spends      boolean not null,
  primary key (book_id, voucher_id, lot_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, lot_id) references gift_lot
);
create index on voucher_lot (book_id, lot_id);
create trigger voucher_lot_before_proof after insert on voucher_lot referencing new table as n
  for each statement execute function lines_before_proof();
create trigger voucher_lot_append_only before update or delete or truncate on voucher_lot
  for each statement execute function books_are_append_only();
grant select, insert on voucher_lot to :"app";

-- A line that brings something in. What a release frees comes in as unrestricted.
create function is_inflow(p_class text, p_side text, p_units bigint, p_movement text, p_restriction text) returns boolean
language sql immutable as $$
  select p_side = 'C' and p_units > 0
     and (p_class = 'income' and p_movement = 'ordinary'
          or p_class = 'net-assets' and (p_movement in ('opening', 'transfer', 're-restrict', 'registered-capital', 'conversion', 'prior-year')
                                         or p_restriction <> 'R' and p_movement = 'release'))
$$;

create or replace function lot_clauses(p_book integer, p_lot bigint) returns setof fund_clause language sql stable as $$
  with named as (
    select c.* from gift_lot g
      join journal_entry j on j.book_id = g.book_id and j.entry_no = g.entry_no
      join voucher_clause x on x.book_id = j.book_id and x.voucher_id = j.voucher_id
      join fund_clause c on c.book_id = x.book_id and c.fund_clause_id = x.fund_clause_id and c.fund_id = g.fund_id and not c.for_all
     where g.book_id = p_book and g.lot_id = p_lot and g.restriction = 'R')
  select * from named
  union all
  select c.* from gift_lot g join fund_clause c on c.book_id = g.book_id and c.fund_id = g.fund_id
   where g.book_id = p_book and g.lot_id = p_lot and g.restriction = 'R'
     and c.for_all and (c.in_force_from is null or c.in_force_from <= g.received_on)
     and not exists (select 1 from named n where c.fund_clause_id = any (n.replaces))
$$;

-- The clause that keeps a lot from being spent on a day for a class and a project; null if none does. An area is that of the project.
create function lot_bar(p_book integer, p_lot bigint, p_day date, p_class text, p_project bigint) returns fund_clause language sql stable as $$
  select c.* from lot_clauses(p_book, p_lot) c
   where c.kind = 'period' and (p_day < c.from_day or p_day > c.until_day)
      or c.classes <> '{}' and not p_class = any (c.classes)
      or c.communities <> '{}' and not coalesce((select p.community from project p where p.book_id = p_book and p.project_id = p_project), '') = any (c.communities)
   order by c.kind = 'period' desc, c.fund_clause_id limit 1
$$;
create function lot_serves(p_book integer, p_lot bigint, p_day date, p_class text, p_project bigint) returns boolean language sql stable as $$
  select (lot_bar(p_book, p_lot, p_day, p_class, p_project)).fund_clause_id is null
$$;

create or replace function restricted_free(p_book integer, p_fund integer) returns bigint language sql stable as $$
  select coalesce(sum(g.units - g.used - g.reserved), 0)::bigint - coalesce((select fund_floor(p_book, p_fund) from fund f
           where f.book_id = p_book and f.fund_id = p_fund and f.default_restriction = 'R'), 0)
    from gift_lot g where g.book_id = p_book and g.fund_id = p_fund and g.restriction = 'R' and g.used < g.units
$$;

create or replace function clauses_bind_what_comes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund; v_last date;
begin
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if pg_trigger_depth() > 1 then
    return new; -- the words a fund is born with
  end if;
  if f.state = 'closed' then
    perform refuse('fund_not_open', jsonb_build_object('fund', f.name, 'state', f.state));
  end if;
  if new.for_all and f.default_restriction <> 'R' or f.kind in ('agency', 'programme') then
    perform refuse('clause_needs_restriction', jsonb_build_object('fund', f.name));
  end if;
  -- Gifts that are there, and gifts whose vouchers wait.
  select greatest((select max(g.received_on) from gift_lot g where g.book_id = new.book_id and g.fund_id = new.fund_id and g.restriction = 'R'),
                  (select max(v.occurred_on) from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
                    where v.book_id = new.book_id and v.state = 'prepared' and l.fund_id = new.fund_id and l.restriction = 'R'
                      and is_restricted_inflow(a.class, l.side, l.units, l.movement))) into v_last;
  if new.added_by is null or new.for_all and (new.in_force_from is null or v_last >= new.in_force_from) then
    perform refuse('clause_backwards', jsonb_build_object('fund', f.name, 'day', new.in_force_from, 'last', v_last));
  end if;
  return new;
end $$;

create or replace function prove_fund_closes(p_book integer, p_fund integer) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare v_left text;
begin
  v_left := case
    when exists (select 1 from fund_position p join account a using (book_id, account_id) where p.book_id = p_book and p.fund_id = p_fund
                   and a.class in ('asset', 'liability', 'memorandum') and p.net <> 0) then 'balance'
    when exists (select 1 from gift_lot g where g.book_id = p_book and g.fund_id = p_fund and g.restriction = 'R' and g.used < g.units) then 'lots'
    when exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id)
                  where v.book_id = p_book and v.state = 'prepared' and l.fund_id = p_fund) then 'vouchers'
    when exists (select 1 from hold h where h.book_id = p_book and h.fund_id = p_fund and h.released_at is null) then 'holds'
    when exists (select 1 from fund_transfer t where t.book_id = p_book and p_fund in (t.from_fund, t.to_fund)
                   and t.state in ('proposed', 'agreed', 'prepared')) then 'transfers'
    when exists (select 1 from fund c where c.book_id = p_book and c.parent_id = p_fund and c.state <> 'closed') then 'funds' end;
  if v_left is not null then
    perform refuse('fund_not_empty', jsonb_build_object('left', v_left,
      'fund', (select name from fund where book_id = p_book and fund_id = p_fund), 'cash', own_cash(p_book, p_fund)));
  end if;
end $$;

create or replace function designations_are_of_free_money() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund; v_free bigint; v_set bigint; v_whole boolean;
begin
  if tg_op = 'UPDATE' then
    if old.revoked_at is not null then
      perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
    end if;
    return new;
  end if;
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if f.state = 'closed' then
    perform refuse('fund_not_open', jsonb_build_object('fund', f.name, 'state', f.state));
  end if;
  if new.units is null and f.default_restriction = 'R' or f.kind in ('agency', 'programme') then
    perform refuse('designation_of_restricted', jsonb_build_object('fund', f.name));
  end if;
  select coalesce(sum(d.units), 0), coalesce(bool_or(d.units is null), false) into v_set, v_whole from designation d
   where d.book_id = new.book_id and d.fund_id = new.fund_id and d.revoked_at is null;
  v_free := own_cash(new.book_id, new.fund_id) - (select coalesce(sum(g.units - g.used), 0) from gift_lot g
                                                   where g.book_id = new.book_id and g.fund_id = new.fund_id and g.restriction = 'R');
  if v_whole or new.units is null and v_set > 0 or new.units > v_free - v_set then
    perform refuse('designation_above_free', jsonb_build_object('fund', f.name, 'asked', coalesce(new.units, v_free),
                                                                'available', case when v_whole then 0 else greatest(0, v_free - v_set) end));
  end if;
  return new;
end $$;

-- What the voucher takes out of restricted lots, by fund and by what it is for (negative: gives back). Where expenses carry no restriction,
-- a release is for what the expense line before it is for.
drop function voucher_lot_needs(integer, bigint);
create function voucher_lot_needs(p_book integer, p_voucher bigint)
returns table (fund_id integer, units bigint, project_class text, project_id bigint) language sql stable as $$
  select x.fund_id, sum(x.units)::bigint, coalesce(nullif(x.project_class, ''), p.project_class, ''), x.project_id
    from (select l.fund_id, signed(l.side, l.units) as units, coalesce(nullif(l.project_class, ''), e.project_class) as project_class,
                 coalesce(l.project_id, e.project_id) as project_id
            from voucher_line l join account a using (book_id, account_id)
            left join lateral (select w.project_class, w.project_id from voucher_line w join account c using (book_id, account_id)
                                where a.class <> 'expense' and w.book_id = l.book_id and w.voucher_id = l.voucher_id and w.fund_id = l.fund_id
                                  and c.class = 'expense'
                                order by w.line_no > l.line_no, abs(w.line_no - l.line_no) limit 1) e on true
           where l.book_id = p_book and l.voucher_id = p_voucher and l.commodity = 'CNY' and l.restriction = 'R'
             and a.class in ('income', 'expense', 'net-assets') and l.movement <> 'close'
             and not is_inflow(a.class, l.side, l.units, l.movement, 'R')) x
    left join project p on p.book_id = p_book and p.project_id = x.project_id
   group by x.fund_id, 3, x.project_id having sum(x.units) <> 0
$$;

-- What it takes out of unrestricted ones.
create function voucher_free_needs(p_book integer, p_voucher bigint) returns table (fund_id integer, units bigint) language sql stable as $$
  select l.fund_id, coalesce(sum(signed(l.side, l.units)) filter (where not is_inflow(a.class, l.side, l.units, l.movement, 'U')), 0)::bigint
    from voucher_line l join account a using (book_id, account_id)
   where l.book_id = p_book and l.voucher_id = p_voucher and l.commodity = 'CNY' and l.restriction <> 'R'
     and a.class in ('income', 'expense', 'net-assets') and l.movement <> 'close'
   group by l.fund_id
$$;

create or replace function reversal_moves(p_book integer, p_bundle bigint) returns table (voucher_id bigint, lot_id bigint, units bigint)
language sql stable as $$
  with bundle as (
    select v.voucher_id, v.kind, e.entry_no, e.voucher_id as reversed, e.corrects_entry_no
      from voucher v join journal_entry e on e.book_id = v.book_id and e.entry_no = v.corrects_entry_no
     where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle))
  -- What was used of a gift that was booked anew goes back to the gift that took its place.
  select b.voucher_id, coalesce((select n.lot_id from journal_entry a join gift_lot n on n.book_id = a.book_id and n.entry_no = a.entry_no
                                  where a.book_id = p_book and a.kind = 'correction' and a.corrects_entry_no = g.entry_no
                                    and n.fund_id = g.fund_id and n.restriction = 'R' order by n.used desc, n.lot_id limit 1), m.lot_id), -m.units
    from bundle b join lot_move m on m.book_id = p_book and m.voucher_id = b.reversed and m.state = 'used'
    join gift_lot g on g.book_id = p_book and g.lot_id = m.lot_id and g.restriction = 'R'
   where b.kind = 'reversal' and g.entry_no <> b.entry_no and g.entry_no is distinct from b.corrects_entry_no
  union all
  select b.voucher_id, g.lot_id, g.units from bundle b
    join gift_lot g on g.book_id = p_book and g.entry_no = b.entry_no and g.restriction = 'R'
   where b.kind = 'reversal'
  union all
  select b.voucher_id, g.lot_id, -g.used from bundle b
    join gift_lot g on g.book_id = p_book and g.entry_no = b.entry_no and g.used > 0 and g.restriction = 'R'
   where b.kind = 'correction' and exists (select 1 from bundle r where r.kind = 'reversal' and r.entry_no = b.entry_no)
$$;

create or replace function prove_lots_to_undo(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare bad record;
begin
  select f.name, sum(g.used) as used, bool_or(g.reserved > 0 or exists
           (select 1 from lot_move m where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved')) as waits,
         coalesce(min(blue.units), 0) as taken_over into bad
    from voucher r
    join gift_lot g on g.book_id = p_book and g.entry_no = r.corrects_entry_no and g.restriction = 'R'
    join fund f on f.book_id = p_book and f.fund_id = g.fund_id
    left join lateral (select sum(l.units) as units
                         from voucher c join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
                        where c.book_id = p_book and c.bundle_id = p_bundle and c.kind = 'correction' and l.fund_id = g.fund_id
                          and l.restriction = 'R' and l.commodity = 'CNY' and is_restricted_inflow(a.class, l.side, l.units, l.movement)) blue on true
   where r.book_id = p_book and (r.voucher_id = p_bundle or r.bundle_id = p_bundle) and r.kind = 'reversal'
   group by f.fund_id, f.name
  having bool_or(g.reserved > 0 or exists (select 1 from lot_move m where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved'))
      or sum(g.used) > coalesce(min(blue.units), 0) limit 1;
  if not found then
    -- An unrestricted gift that is spent can be undone, for another takes its place; not while a refund of it waits or stands.
    select f.name, g.used, g.reserved > 0 as waits, 0 as taken_over into bad
      from voucher r join gift_lot g on g.book_id = p_book and g.entry_no = r.corrects_entry_no and g.restriction = 'U'
      join fund f on f.book_id = p_book and f.fund_id = g.fund_id
     where (g.reserved > 0 or exists (select 1 from voucher_lot d join voucher w using (book_id, voucher_id)
              where d.book_id = p_book and d.lot_id = g.lot_id and not d.spends and w.state = 'posted' and w.reversed_by is null)) and r.book_id = p_book and (r.voucher_id = p_bundle or r.bundle_id = p_bundle) and r.kind = 'reversal' limit 1;
  end if;
  if found then
    perform refuse(case when bad.waits then 'lot_waited_for' else 'lot_already_used' end,
                   jsonb_build_object('fund', bad.name, 'used', bad.used, 'taken', bad.taken_over));
  end if;
end $$;

-- Lots that a voucher names: as much of each as is left, no more in all than the voucher takes from that fund, and what spends them serves them.
create function prove_named_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare bad record; v_bar fund_clause;
begin
  select f.name, sum(d.units) as asked, min(x.free) as available into bad
    from voucher v join voucher_lot d using (book_id, voucher_id) join gift_lot g using (book_id, lot_id) join fund f on f.book_id = p_book and f.fund_id = g.fund_id
    -- Of a gift that is undone, or is about to be, nothing is left.
    cross join lateral (select case when exists (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal' and r.corrects_entry_no = g.entry_no
                                                    and r.state in ('prepared', 'posted')) then 0 else g.units - g.used - g.reserved end as free) x
   where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle)
   group by g.lot_id, f.name having sum(d.units) > min(x.free) limit 1;
  if found then
    perform refuse('lot_named_beyond_left', jsonb_build_object('fund', bad.name, 'asked', bad.asked, 'available', bad.available));
  end if;
  select f.name, x.asked, x.taken into bad
    from (select d.voucher_id, g.fund_id, g.restriction, sum(d.units)::bigint as asked,
                 coalesce(case g.restriction
                   when 'R' then (select sum(n.units) from voucher_lot_needs(p_book, d.voucher_id) n where n.fund_id = g.fund_id and n.units > 0)
                   else (select n.units from voucher_free_needs(p_book, d.voucher_id) n where n.fund_id = g.fund_id) end, 0)::bigint as taken
            from voucher v join voucher_lot d using (book_id, voucher_id) join gift_lot g using (book_id, lot_id)
           where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle)
           group by d.voucher_id, g.fund_id, g.restriction) x
    join fund f on f.book_id = p_book and f.fund_id = x.fund_id
   where x.asked > x.taken or x.restriction = 'U' and x.asked < x.taken limit 1;
  if found then
    perform refuse('lot_named_unlike_lines', jsonb_build_object('fund', bad.name, 'asked', bad.asked, 'taken', bad.taken));
  end if;
  select f.name, d.lot_id, happened_on(v) as day, n.project_class, n.project_id, d.units into bad
    from voucher v join voucher_lot d using (book_id, voucher_id) join gift_lot g using (book_id, lot_id) join fund f on f.book_id = p_book and f.fund_id = g.fund_id
    cross join lateral voucher_lot_needs(p_book, v.voucher_id) n
   where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle) and g.restriction = 'R'
     and (d.spends or exists (select 1 from voucher_line l join account a using (book_id, account_id)
                               where l.book_id = p_book and l.voucher_id = v.voucher_id
                                 and (a.role = 'own-cash' and l.cash_flow <> 'internal' or split_part(a.key, '.', 1) = 'programme-cost'))) and n.fund_id = g.fund_id
     and n.units > 0 and not lot_serves(p_book, d.lot_id, happened_on(v), n.project_class, n.project_id) limit 1;
  if found then
    v_bar := lot_bar(p_book, bad.lot_id, bad.day, bad.project_class, bad.project_id);
    perform refuse(case v_bar.kind when 'period' then 'lots_outside_period' else 'lots_against_purpose' end,
      jsonb_build_object('fund', bad.name, 'asked', bad.units, 'missing', bad.units, 'day', bad.day, 'clause', v_bar.words));
  end if;
end $$;

-- First in, first out inside the fund among the gifts whose clauses allow what is spent: its day (of a voucher booked late that is the bank's),
-- its class, its project's community. A release by itself, a duty to refund and a transfer spend nothing: over is over for them too.
create or replace function reserve_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare
  v_vouchers bigint[]; v_lots bigint[]; v_units bigint[]; need record; lot record; left_over bigint; part bigint; v_bar fund_clause;
begin
  perform prove_lots_to_undo(p_book, p_bundle);
  perform prove_named_lots(p_book, p_bundle);
  select coalesce(array_agg(m.voucher_id), '{}'), coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(m.units), '{}')
    into v_vouchers, v_lots, v_units
    from (select * from reversal_moves(p_book, p_bundle)
          union all
          select d.voucher_id, d.lot_id, d.units from voucher v join voucher_lot d using (book_id, voucher_id)
           where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle)) m;
  for need in
    select n.*, f.name,
           -- What lots the voucher names take over of it, in the order of its needs.
           greatest(0, least(n.units, n.named - n.before)) as named_part,
           n.spends and exists (select 1 from fund_clause c where c.book_id = p_book and c.fund_id = n.fund_id
                                   and (c.kind = 'period' or c.classes <> '{}' or c.communities <> '{}')) as bound
      from (select v.voucher_id, happened_on(v) as occurred_on, n.*,
                   coalesce(sum(greatest(0, n.units)) over (partition by v.voucher_id, n.fund_id order by n.project_class, n.project_id
                              rows between unbounded preceding and 1 preceding), 0)::bigint as before,
                   coalesce((select sum(d.units) from voucher_lot d join gift_lot g using (book_id, lot_id)
                              where d.book_id = p_book and d.voucher_id = v.voucher_id and g.fund_id = n.fund_id and g.restriction = 'R'), 0)::bigint as named,
                   exists (select 1 from voucher_line l join account a using (book_id, account_id)
                            where l.book_id = p_book and l.voucher_id = v.voucher_id
                              and (a.class = 'expense' or a.role = 'own-cash' and l.cash_flow <> 'internal')) as spends
              from voucher v
              cross join lateral voucher_lot_needs(p_book, v.voucher_id) n
             where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle) and v.kind <> 'reversal') n
      join fund f on f.book_id = p_book and f.fund_id = n.fund_id
     order by n.voucher_id, f.code, n.units > 0, n.project_class, n.project_id loop
    left_over := abs(need.units) - case when need.units > 0 then need.named_part else 0 end;
    continue when left_over = 0;
    for lot in
      -- What the bundle itself gives back comes first, then the open lots in the order of their gifts.
      select * from (select x.lot_id, -sum(x.units) as free from unnest(v_lots, v_units) x(lot_id, units)
                       join gift_lot g on g.book_id = p_book and g.lot_id = x.lot_id
                      where need.units > 0 and g.fund_id = need.fund_id and g.restriction = 'R'
                        and (not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id))
                      group by x.lot_id having sum(x.units) < 0) own
      union all
      select * from (select g.lot_id, g.units - g.used - g.reserved
                            - greatest(0, coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0)) as free
                       from gift_lot g
                      where need.units > 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used < g.units
                        and (not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id))
                      order by g.in_goods, g.received_on, g.lot_id) unspent
      union all
      -- A give-back goes to what was spent last among those that serve it, less what waiting vouchers give back already.
      select * from (select g.lot_id, g.used + coalesce((select sum(m.units) from lot_move m
                                                          where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved' and m.units < 0), 0)
                            + coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id and x.units < 0), 0) as free
                       from gift_lot g
                      where need.units < 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used > 0
                        and not exists (select 1 from voucher r where r.book_id = p_book and r.kind = 'reversal'
                                           and r.corrects_entry_no = g.entry_no and r.state in ('prepared', 'posted'))
                      order by not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id) desc,
                               g.received_on desc, g.lot_id desc) spent loop
      part := least(left_over, lot.free);
      continue when part <= 0;
      v_vouchers := v_vouchers || need.voucher_id;
      v_lots := v_lots || lot.lot_id;
      v_units := v_units || case when need.units > 0 then part else -part end;
      left_over := left_over - part;
      exit when left_over = 0;
    end loop;
    if left_over <> 0 then
      v_bar := null;
      if need.units > 0 and need.bound then
        select b.* into v_bar from gift_lot g
         cross join lateral lot_bar(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id) b
         where g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used + g.reserved < g.units and b.fund_clause_id is not null
         order by g.received_on, g.lot_id limit 1;
      end if;
      perform refuse(case when v_bar.fund_clause_id is null then 'lots_not_enough' when v_bar.kind = 'period' then 'lots_outside_period'
                          else 'lots_against_purpose' end,
        jsonb_build_object('fund', need.name, 'asked', need.units, 'missing', left_over, 'day', need.occurred_on, 'clause', v_bar.words));
    end if;
  end loop;
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, sum(x.units)::bigint, 'reserved' from unnest(v_vouchers, v_lots, v_units) x(voucher_id, lot_id, units)
     group by x.voucher_id, x.lot_id having sum(x.units) <> 0;
end $$;

create or replace function carry_spent_lots(p_book integer, p_vouchers bigint[]) returns void language sql as $$
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, x.part, 'used'
      from (select c.voucher_id, g.lot_id, least(g.units, spent.units - (sum(g.units) over (partition by c.voucher_id, g.fund_id order by g.lot_id) - g.units)) as part
              from voucher c
              join gift_lot g on g.book_id = p_book and g.entry_no = c.entry_no and g.restriction = 'R'
              join (select m.voucher_id, o.fund_id, -sum(m.units) as units
                      from lot_move m join gift_lot o on o.book_id = p_book and o.lot_id = m.lot_id and o.restriction = 'R'
                      join voucher w on w.book_id = p_book and w.voucher_id = m.voucher_id and w.kind = 'correction'
                                    and w.corrects_entry_no = o.entry_no
                     where m.book_id = p_book and m.voucher_id = any (p_vouchers) group by m.voucher_id, o.fund_id) spent
                on spent.voucher_id = c.voucher_id and spent.fund_id = g.fund_id
             where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction') x
     where x.part > 0
$$;

grant execute on function lot_serves, lot_bar, is_inflow to :"app";
