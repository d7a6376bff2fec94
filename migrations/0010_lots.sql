-- Lots follow their moves as balances follow postings: what a lot has reserved and used is written by a trigger alone. A
-- reversal goes back to the very lots its voucher touched; where a gift that was spent in part is booked anew, the spent
-- part is carried over to the lot of the blue voucher.

create index gift_lot_of_fund on gift_lot (book_id, fund_id, received_on, lot_id);

create trigger gift_lot_follows before insert or update or delete or truncate on gift_lot
  for each statement execute function balances_follow_postings();

-- A move is written once; waiting ones become used or released, and nothing else about a move changes.
create function lot_moves_are_lasting() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.state <> 'reserved' or new.state not in ('used', 'released')
     or (new.book_id, new.voucher_id, new.lot_id, new.units) is distinct from (old.book_id, old.voucher_id, old.lot_id, old.units) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger lot_move_lasting before update or delete on lot_move for each row execute function lot_moves_are_lasting();
create trigger lot_move_truncate before truncate on lot_move for each statement execute function books_are_append_only();

-- All moves of a bundle come in one statement and are decided in one: what one of its vouchers gives back to a lot, another
-- may take, so a lot reserves what the bundle takes from it in all.
create function lots_follow_new_moves() returns trigger language plpgsql as $$
begin
  update gift_lot g set reserved = g.reserved + m.reserved, used = g.used + m.used
    from (select b.book_id, b.lot_id, sum(greatest(0, b.waiting))::bigint as reserved, sum(b.used)::bigint as used
            from (select n.book_id, n.lot_id, coalesce(sum(n.units) filter (where n.state = 'reserved'), 0) as waiting,
                         coalesce(sum(n.units) filter (where n.state = 'used'), 0) as used
                    from n cross join lateral (select coalesce(v.bundle_id, v.voucher_id) as bundle from voucher v
                                                where v.book_id = n.book_id and v.voucher_id = n.voucher_id offset 0) v
                   group by n.book_id, n.lot_id, v.bundle) b
           group by b.book_id, b.lot_id) m
   where g.book_id = m.book_id and g.lot_id = m.lot_id;
  return null;
end $$;
create trigger lot_move_new after insert on lot_move referencing new table as n
  for each statement execute function lots_follow_new_moves();

create function lots_follow_decided_moves() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from n) then
    return null;
  end if;
  update gift_lot g set reserved = g.reserved - m.reserved, used = g.used + m.used
    from (select b.book_id, b.lot_id, sum(greatest(0, b.units))::bigint as reserved, sum(b.used)::bigint as used
            from (select n.book_id, n.lot_id, sum(n.units) as units, coalesce(sum(n.units) filter (where n.state = 'used'), 0) as used
                    from n cross join lateral (select coalesce(v.bundle_id, v.voucher_id) as bundle from voucher v
                                                where v.book_id = n.book_id and v.voucher_id = n.voucher_id offset 0) v
                   group by n.book_id, n.lot_id, v.bundle) b
           group by b.book_id, b.lot_id) m
   where g.book_id = m.book_id and g.lot_id = m.lot_id;
  return null;
end $$;
create trigger lot_move_decided after update on lot_move referencing new table as n
  for each statement execute function lots_follow_decided_moves();

-- What a bundle with a reversal does to the lots of the reversed voucher: gives back what it took, takes away what it made;
-- the part of these that is spent already goes over to the blue voucher (and, once that is posted, to its own lots).
create function reversal_moves(p_book integer, p_bundle bigint) returns table (voucher_id bigint, lot_id bigint, units bigint)
language sql stable as $$
  with bundle as (
    select v.voucher_id, v.kind, e.entry_no, e.voucher_id as reversed, e.corrects_entry_no
      from voucher v join journal_entry e on e.book_id = v.book_id and e.entry_no = v.corrects_entry_no
     where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle))
  select b.voucher_id, m.lot_id, -m.units
    from bundle b join lot_move m on m.book_id = p_book and m.voucher_id = b.reversed and m.state = 'used'
    join gift_lot g on g.book_id = p_book and g.lot_id = m.lot_id
   where b.kind = 'reversal' and g.entry_no <> b.entry_no and g.entry_no is distinct from b.corrects_entry_no
  union all
  select b.voucher_id, g.lot_id, g.units from bundle b join gift_lot g on g.book_id = p_book and g.entry_no = b.entry_no
   where b.kind = 'reversal'
  union all
  select b.voucher_id, g.lot_id, -g.used from bundle b join gift_lot g on g.book_id = p_book and g.entry_no = b.entry_no and g.used > 0
   where b.kind = 'correction' and exists (select 1 from bundle r where r.kind = 'reversal' and r.entry_no = b.entry_no)
$$;

-- A gift can be undone while nothing waits on it, and as far as it is spent only if the blue voucher takes the spent part over.
create function prove_lots_to_undo(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare bad record;
begin
  select f.name, sum(g.used) as used, bool_or(g.reserved > 0 or exists
           (select 1 from lot_move m where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved')) as waits,
         coalesce(min(blue.units), 0) as taken_over into bad
    from voucher r
    join gift_lot g on g.book_id = p_book and g.entry_no = r.corrects_entry_no
    join fund f on f.book_id = p_book and f.fund_id = g.fund_id
    left join lateral (select sum(l.units) as units
                         from voucher c join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
                        where c.book_id = p_book and c.bundle_id = p_bundle and c.kind = 'correction' and l.fund_id = g.fund_id
                          and l.restriction = 'R' and l.commodity = 'CNY' and is_restricted_inflow(a.class, l.side, l.units, l.movement)) blue on true
   where r.book_id = p_book and (r.voucher_id = p_bundle or r.bundle_id = p_bundle) and r.kind = 'reversal'
   group by f.fund_id, f.name
  having bool_or(g.reserved > 0 or exists (select 1 from lot_move m where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved'))
      or sum(g.used) > coalesce(min(blue.units), 0) limit 1;
  if found then
    perform refuse(case when bad.waits then 'lot_waited_for' else 'lot_already_used' end,
                   jsonb_build_object('fund', bad.name, 'used', bad.used, 'taken', bad.taken_over));
  end if;
end $$;

-- First in, first out inside the fund; money given back returns to the lots last used. Reversals know their own lots.
drop function reserve_lots(integer, bigint);
create function reserve_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare
  v_vouchers bigint[]; v_lots bigint[]; v_units bigint[]; need record; lot record; left_over bigint; part bigint;
begin
  perform prove_lots_to_undo(p_book, p_bundle);
  select coalesce(array_agg(m.voucher_id), '{}'), coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(m.units), '{}')
    into v_vouchers, v_lots, v_units from reversal_moves(p_book, p_bundle) m;
  for need in select v.voucher_id, n.fund_id, n.units, f.name from voucher v
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
      perform refuse('lots_not_enough', jsonb_build_object('fund', need.name, 'asked', need.units, 'missing', left_over));
    end if;
  end loop;
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, sum(x.units)::bigint, 'reserved' from unnest(v_vouchers, v_lots, v_units) x(voucher_id, lot_id, units)
     group by x.voucher_id, x.lot_id having sum(x.units) <> 0;
end $$;

-- After the blue voucher is posted, its own lots take over what had been spent of the reversed gift, in the order of its lines.
create function carry_spent_lots(p_book integer, p_vouchers bigint[]) returns void language sql as $$
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, x.part, 'used'
      from (select c.voucher_id, g.lot_id, least(g.units, spent.units - (sum(g.units) over (partition by c.voucher_id, g.fund_id order by g.lot_id) - g.units)) as part
              from voucher c
              join gift_lot g on g.book_id = p_book and g.entry_no = c.entry_no
              join (select m.voucher_id, o.fund_id, -sum(m.units) as units
                      from lot_move m join gift_lot o on o.book_id = p_book and o.lot_id = m.lot_id
                      join voucher w on w.book_id = p_book and w.voucher_id = m.voucher_id and w.kind = 'correction'
                                    and w.corrects_entry_no = o.entry_no
                     where m.book_id = p_book and m.voucher_id = any (p_vouchers) group by m.voucher_id, o.fund_id) spent
                on spent.voucher_id = c.voucher_id and spent.fund_id = g.fund_id
             where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction') x
     where x.part > 0
$$;
