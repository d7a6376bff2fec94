-- Registers say what the books say: what enterprises gave and what came as goods are gifts like any other; what is reversed is no gift and no
-- agency payment any more; the principal that an agreement keeps is not spent; and restricted money that goods were bought with is promised to
-- those goods.

-- Every gift stands in one register, however it came.
alter table donation drop constraint donation_channel,
  add constraint donation_channel check (channel in ('unsaid', 'bank', 'cash', 'platform', 'cheque', 'in-kind', 'other'));

-- A gift that is entered after its line was posted is a gift: what a line of the same voucher only frees of another is none.
create function gifts_entered_late() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
              where v.book_id = new.book_id and v.voucher_id = new.voucher_id
                and (v.kind not in ('ordinary', 'correction')
                     or new.restriction = 'U' and l.fund_id = new.fund_id and l.restriction = 'R' and l.side = 'D' and l.units > 0
                        and split_part(a.key, '.', 1) = 'donation-income')) then
    perform refuse('gift_only_freed', jsonb_build_object('booked', new.units));
  end if;
  return new;
end $$;
create trigger donation_entered_late before insert on donation for each row when (new.state = 'accepted') execute function gifts_entered_late();

-- What its reversal takes back, whoever made the voucher: its gifts; and of money held for others never more than is there.
create function registers_follow_reversals() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare m record;
begin
  update donation d set state = 'reversed' where d.book_id = new.book_id and d.voucher_id = new.voucher_id and d.state = 'accepted';
  for m in select g.* from agency_move g where g.book_id = new.book_id and g.voucher_id = new.voucher_id loop
    perform prove_agency_floor(m.book_id, m.agency_matter_id, m.person_id, m.in_goods, m.units);
  end loop;
  return null;
end $$;
create function prove_agency_floor(p_book integer, p_matter bigint, p_person bigint, p_goods boolean, p_units bigint) returns void
language plpgsql as $$
declare v_title text; v_left bigint;
begin
  select t.title into v_title from agency_matter t where t.book_id = p_book and t.agency_matter_id = p_matter for no key update;
  select coalesce(sum(o.units), 0) into v_left from agency_move o join voucher v using (book_id, voucher_id)
   where o.book_id = p_book and o.agency_matter_id = p_matter and o.person_id = p_person and o.in_goods = p_goods
     and (v.state = 'posted' or v.state = 'prepared' and o.units < 0) and v.reversed_by is null;
  if v_left < 0 then
    perform refuse('agency_matter_floor', jsonb_build_object('other', v_title, 'asked', abs(p_units), 'available', v_left + abs(p_units)));
  end if;
end $$;
create trigger voucher_registers_follow after update of reversed_by on voucher for each row
  when (old.reversed_by is null and new.reversed_by is not null) execute function registers_follow_reversals();

-- What of gifts went back: money, and goods.
create or replace function gifts_given_back(p_book integer, p_donation bigint default null)
  returns table (donation_id bigint, units bigint, waiting bigint) language plpgsql stable as $$
begin
  return query select x.id, coalesce(sum(x.went) filter (where not x.waits), 0)::bigint, coalesce(sum(x.went) filter (where x.waits), 0)::bigint
    from (select d.donation_id as id, r.units as went, r.state = 'prepared' as waits
            from gift_refund r join gift_lot g on g.book_id = r.book_id and g.lot_id = r.lot_id
            join journal_entry j on j.book_id = g.book_id and j.entry_no = g.entry_no
            join donation d on d.book_id = j.book_id and d.voucher_id = j.voucher_id and d.line_no = g.line_no and d.state = 'accepted'
           where r.book_id = p_book and r.state in ('prepared', 'owed', 'paid') and (p_donation is null or d.donation_id = p_donation)
          union all
          select d.donation_id, -m.units, m.state = 'waiting'
            from stock_paper p join stock_move m on m.book_id = p.book_id and m.stock_paper_id = p.stock_paper_id and m.undoes_move_id is null
            join stock_lot l on l.book_id = m.book_id and l.stock_lot_id = m.stock_lot_id
            join stock_move i on i.book_id = l.book_id and i.stock_lot_id = l.stock_lot_id and i.stock_paper_id = l.stock_paper_id
             and i.undoes_move_id is null
            join donation d on d.book_id = i.book_id and d.voucher_id = i.voucher_id and d.fund_id = l.fund_id and d.restriction = l.restriction
             and d.state = 'accepted'
           where p.book_id = p_book and p.kind = 'return' and m.state <> 'dropped' and m.units < 0
             and (p_donation is null or d.donation_id = p_donation)
             and not exists (select 1 from stock_move u where u.book_id = m.book_id and u.undoes_move_id = m.stock_move_id)) x
   group by x.id;
end $$;

create or replace function pledges_are_met_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_pledged bigint; v_met bigint; v_given bigint; v_told bigint;
begin
  select p.units into v_pledged from pledge p where p.book_id = new.book_id and p.pledge_id = new.pledge_id for no key update;
  select d.units into v_given from donation d where d.book_id = new.book_id and d.donation_id = new.donation_id for no key update;
  v_given := v_given - coalesce((select b.units from gifts_given_back(new.book_id, new.donation_id) b), 0);
  select coalesce(sum(least(g.units, d.units - coalesce(b.units, 0))), 0) into v_met
    from pledge_gift g join donation d using (book_id, donation_id) left join gifts_given_back(new.book_id) b using (donation_id)
   where g.book_id = new.book_id and g.pledge_id = new.pledge_id and d.state in ('waiting', 'accepted');
  select coalesce(sum(g.units), 0) into v_told from pledge_gift g where g.book_id = new.book_id and g.donation_id = new.donation_id;
  if new.units > v_pledged - v_met or new.units > v_given - v_told then
    perform refuse('pledge_gift_above', jsonb_build_object('asked', new.units, 'available', least(v_pledged - v_met, v_given - v_told)));
  end if;
  return new;
end $$;

-- 本金下限: what is left of the gifts under an agreement, and the part of a lot that keeps it; the gifts that came last keep it.
create function principal_of(p_book integer, p_lot bigint) returns gift_agreement language sql stable as $$
  select a.* from gift_lot g
    join journal_entry j on j.book_id = g.book_id and j.entry_no = g.entry_no
    join donation d on d.book_id = j.book_id and d.voucher_id = j.voucher_id and d.line_no = g.line_no and d.state = 'accepted'
    join gift_agreement a on a.book_id = d.book_id and a.gift_agreement_id = d.gift_agreement_id and a.principal_minimum > 0
   where g.book_id = p_book and g.lot_id = p_lot limit 1
$$;
create function principal_lots(p_book integer, p_agreement bigint) returns setof gift_lot language sql stable as $$
  select g.* from donation d
    join journal_entry j on j.book_id = d.book_id and j.voucher_id = d.voucher_id
    join gift_lot g on g.book_id = j.book_id and g.entry_no = j.entry_no and g.line_no = d.line_no and g.restriction = 'R'
   where d.book_id = p_book and d.gift_agreement_id = p_agreement and d.state = 'accepted'
$$;
create function lot_kept(p_book integer, p_lot bigint) returns bigint language sql stable as $$
  select coalesce((
    select greatest(0, least(g.units - g.used - g.reserved, a.principal_minimum - coalesce((
             select sum(o.units - o.used - o.reserved) from principal_lots(p_book, a.gift_agreement_id) o
              where (o.received_on, o.lot_id) > (g.received_on, g.lot_id)), 0)))
      from gift_lot g cross join lateral principal_of(p_book, p_lot) a
     where g.book_id = p_book and g.lot_id = p_lot and a.gift_agreement_id is not null), 0)::bigint
$$;
create function principal_refused(p_book integer, p_fund integer, p_asked bigint) returns void language plpgsql as $$
declare bad record;
begin
  select a.number, f.name, a.principal_minimum, sum(o.units - o.used - o.reserved) as remaining into bad
    from gift_agreement a join fund f using (book_id, fund_id) cross join lateral principal_lots(p_book, a.gift_agreement_id) o
   where a.book_id = p_book and a.fund_id = p_fund and a.principal_minimum > 0 and a.state = 'confirmed'
   group by a.gift_agreement_id, a.number, f.name, a.principal_minimum having sum(o.units - o.used - o.reserved) > 0
   order by a.gift_agreement_id limit 1;
  if found then
    perform refuse('lots_below_principal', jsonb_build_object('number', bad.number, 'fund', bad.name, 'floor', bad.principal_minimum,
      'remaining', bad.remaining, 'asked', p_asked));
  end if;
end $$;
-- A case of changed purpose may say that the principal is no longer kept (慈善法 56).
alter table purpose_change add column lifts_principal boolean not null default false;

-- At the end of what is prepared or posted: less than the principal is left only where the gift itself goes back, or its donors agreed.
create function principals_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a gift_agreement; v voucher; v_taken bigint; v_left bigint;
begin
  if exists (select 1 from gift_agreement x where x.book_id = new.book_id and x.principal_minimum > 0) then
    select * into a from principal_of(new.book_id, new.lot_id);
  end if;
  if a.gift_agreement_id is null then
    return null;
  end if;
  select * into v from voucher x where x.book_id = new.book_id and x.voucher_id = new.voucher_id;
  if v.kind = 'reversal' or v.state not in ('prepared', 'posted')
     or exists (select 1 from gift_refund r where r.book_id = new.book_id and r.voucher_id = new.voucher_id and r.lot_id = new.lot_id)
     or exists (select 1 from purpose_change c where c.book_id = new.book_id and c.voucher_id = new.voucher_id and c.lifts_principal) then
    return null;
  end if;
  select coalesce(sum(o.units - o.used - o.reserved), 0) into v_left from principal_lots(new.book_id, a.gift_agreement_id) o;
  select coalesce(sum(m.units), 0) into v_taken from lot_move m join voucher w using (book_id, voucher_id)
   where m.book_id = new.book_id and coalesce(w.bundle_id, w.voucher_id) = coalesce(v.bundle_id, v.voucher_id) and m.state <> 'released'
     and m.lot_id in (select o.lot_id from principal_lots(new.book_id, a.gift_agreement_id) o);
  if v_taken > 0 and v_left < a.principal_minimum then
    perform refuse('lots_below_principal', jsonb_build_object('number', a.number, 'floor', a.principal_minimum, 'remaining', v_left + v_taken,
      'asked', v_taken, 'fund', (select f.name from fund f where f.book_id = a.book_id and f.fund_id = a.fund_id)));
  end if;
  return null;
end $$;
create constraint trigger lot_move_keeps_principal after insert on lot_move deferrable initially deferred for each row when (new.units > 0)
  execute function principals_stay();

create function principals_are_restricted() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_number text;
begin
  select a.number into v_number from gift_agreement a
   where a.book_id = new.book_id and a.gift_agreement_id = new.gift_agreement_id and a.principal_minimum > 0;
  if found then
    perform refuse('gift_keeps_principal', jsonb_build_object('number', v_number));
  end if;
  return new;
end $$;
create trigger donation_keeps_principal before insert on donation for each row
  when (new.gift_agreement_id is not null and new.restriction <> 'R') execute function principals_are_restricted();

-- As in 0040; beside what a voucher frees, unrestricted lots may be named for the rest.
create or replace function prove_named_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
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
                   else (select n.units from voucher_free_needs(p_book, d.voucher_id) n where n.fund_id = g.fund_id) end, 0)::bigint as taken,
                 -- What the voucher itself frees pays before any lot.
                 case g.restriction when 'U' then (
                   select coalesce(sum(l.units), 0) from voucher_line l join account a using (book_id, account_id)
                    where l.book_id = p_book and l.voucher_id = d.voucher_id and l.fund_id = g.fund_id and l.restriction = 'U'
                      and is_inflow(a.class, l.side, l.units, l.movement, 'U')) end as freed
            from voucher v join voucher_lot d using (book_id, voucher_id) join gift_lot g using (book_id, lot_id)
           where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle)
           group by d.voucher_id, g.fund_id, g.restriction) x
    join fund f on f.book_id = p_book and f.fund_id = x.fund_id
   where x.asked > x.taken or x.restriction = 'U' and x.asked < x.taken - x.freed limit 1;
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

-- As in 0040; what keeps an agreement's principal is not there to be spent.
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
                                   and (c.kind = 'period' or c.classes <> '{}' or c.communities <> '{}')) as bound,
           exists (select 1 from gift_agreement a where a.book_id = p_book and a.fund_id = n.fund_id and a.principal_minimum > 0
                      and a.state = 'confirmed') as keeps
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
                            - greatest(0, coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0))
                            - case when need.keeps then lot_kept(p_book, g.lot_id) else 0 end as free
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
      if need.units > 0 and need.keeps then
        perform principal_refused(p_book, need.fund_id, need.units);
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

-- Goods bought with restricted money: the gifts that will pay for them when they are handed out, by lot of goods. What is handed out, lost or
-- undone is promised no more; what comes back is promised again.
create table goods_reserve (
  book_id       integer not null,
  stock_lot_id  bigint not null,
  lot_id        bigint not null,
  units         bigint not null constraint goods_reserve_units check (units >= 0),
  primary key (book_id, stock_lot_id, lot_id),
  foreign key (book_id, stock_lot_id) references stock_lot,
  foreign key (book_id, lot_id) references gift_lot
);
create index on goods_reserve (book_id, lot_id);
create trigger goods_reserve_follows before insert or update on goods_reserve
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger goods_reserve_kept before delete or truncate on goods_reserve for each statement execute function books_are_append_only();
grant select on goods_reserve to :"app";

create function reserve_goods(p_book integer, p_stock_lot bigint, p_whole boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare l stock_lot; v_change bigint; v_part bigint; lot record;
begin
  select s.* into l from stock_lot s join stock_paper p using (book_id, stock_paper_id)
   where s.book_id = p_book and s.stock_lot_id = p_stock_lot and s.restriction = 'R' and p.kind = 'purchase';
  if not found then
    return;
  end if;
  select coalesce((select sum(m.units) from stock_move m where m.book_id = p_book and m.stock_lot_id = p_stock_lot and m.state <> 'dropped'), 0)
         - coalesce((select sum(r.units) from goods_reserve r where r.book_id = p_book and r.stock_lot_id = p_stock_lot), 0) into v_change;
  if v_change = 0 then
    return;
  end if;
  perform 1 from fund where book_id = p_book and fund_id = l.fund_id for no key update;
  for lot in
    select g.lot_id, case when v_change < 0 then -r.units else g.units - g.used - g.reserved - lot_kept(p_book, g.lot_id) end as free
      from gift_lot g left join goods_reserve r on r.book_id = p_book and r.stock_lot_id = p_stock_lot and r.lot_id = g.lot_id
     where g.book_id = p_book and g.fund_id = l.fund_id and g.restriction = 'R'
       and case when v_change < 0 then r.units > 0 else not g.in_goods and g.used + g.reserved < g.units end
     order by r.lot_id is null, lot_serves(p_book, g.lot_id, l.received_on, '', null) desc, g.received_on, g.lot_id loop
    v_part := case when v_change < 0 then greatest(v_change, lot.free) else least(v_change, lot.free) end;
    continue when v_part = 0 or sign(v_part) <> sign(v_change);
    insert into goods_reserve as r values (p_book, p_stock_lot, lot.lot_id, greatest(0, v_part))
      on conflict (book_id, stock_lot_id, lot_id) do update set units = r.units + v_part;
    update gift_lot g set reserved = g.reserved + v_part where g.book_id = p_book and g.lot_id = lot.lot_id;
    v_change := v_change - v_part;
    exit when v_change = 0;
  end loop;
  if v_change > 0 and p_whole then
    perform refuse('goods_not_covered', jsonb_build_object('asked', l.units, 'missing', v_change,
      'fund', (select f.name from fund f where f.book_id = p_book and f.fund_id = l.fund_id)));
  end if;
end $$;
-- What comes in is promised, and what is about to go out is free for the voucher that hands it out; the rest once all is done.
create function goods_are_promised() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform reserve_goods(new.book_id, new.stock_lot_id, tg_name = 'stock_move_promised' and new.units > 0);
  return null;
end $$;
create trigger stock_move_promised after insert on stock_move for each row when (new.units <> 0 and new.undoes_move_id is null)
  execute function goods_are_promised();
create constraint trigger stock_move_settles after insert or update on stock_move deferrable initially deferred for each row
  when (new.units <> 0) execute function goods_are_promised();

grant execute on function lot_kept, principal_of, principal_lots, happened_on, came_in_goods, is_goods to :"app";

-- Books that are there already.
alter table gift_lot disable trigger gift_lot_follows;
alter table goods_reserve disable trigger goods_reserve_follows;
do $$ begin perform reserve_goods(l.book_id, l.stock_lot_id, false) from (select * from stock_lot order by book_id, stock_lot_id) l; end $$;
alter table gift_lot enable trigger gift_lot_follows;
alter table goods_reserve enable trigger goods_reserve_follows;
insert into donation (book_id, fund_id, donor_id, units, received_on, restriction, clause, voucher_id, line_no, state, channel)
  select l.book_id, l.fund_id, l.counterparty_id, l.units, coalesce(i.received_on, v.occurred_on), l.restriction,
         case l.restriction when 'R' then coalesce(nullif(l.clause, ''), f.clause) else '' end, l.voucher_id, l.line_no,
         case v.state when 'posted' then 'accepted' else 'waiting' end, case when i.in_kind_gift_id is null then 'bank' else 'in-kind' end
    from voucher v
    join voucher_line l using (book_id, voucher_id)
    join account a using (book_id, account_id)
    join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
    left join in_kind_gift i on i.book_id = v.book_id and i.voucher_id = v.voucher_id
   where v.state in ('prepared', 'posted') and v.reversed_by is null and split_part(a.key, '.', 1) = 'donation-income'
     and l.side = 'C' and l.units > 0
     and (i.in_kind_gift_id is not null
          or l.enterprise_id is not null and exists (select 1 from enterprise_declaration e join expectation x using (book_id, expectation_id)
                where e.book_id = v.book_id and x.voucher_id = v.voucher_id and e.state = 'received' and e.nature = 'gift'))
     and not exists (select 1 from donation d where d.book_id = l.book_id and d.voucher_id = l.voucher_id and d.line_no = l.line_no
                        and d.state in ('waiting', 'accepted'))
   order by v.book_id, v.voucher_id, l.line_no;
insert into agency_move (book_id, voucher_id, agency_matter_id, person_id, units, in_goods)
  select r.book_id, r.voucher_id, g.agency_matter_id, g.person_id, -g.units, g.in_goods
    from refund r join journal_entry e on e.book_id = r.book_id and e.entry_no = r.of_entry_no
    join agency_move g on g.book_id = e.book_id and g.voucher_id = e.voucher_id
    join voucher w on w.book_id = r.book_id and w.voucher_id = r.voucher_id and w.state in ('prepared', 'posted') and w.reversed_by is null;
