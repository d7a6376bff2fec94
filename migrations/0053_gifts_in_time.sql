-- A gift that names an agreement whose last day has passed could never be spent as the agreement says; whoever records it is told so
-- before, and not when somebody wants to spend it. And what may not be undone is refused in words every time, not only the first.

create or replace function gifts_keep_the_promise() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a gift_agreement; c campaign; v_until date;
begin
  if new.gift_agreement_id is not null then
    select * into a from gift_agreement x where x.book_id = new.book_id and x.gift_agreement_id = new.gift_agreement_id;
    if a.state <> 'confirmed' then
      perform refuse('gift_of_unconfirmed', jsonb_build_object('number', a.number));
    end if;
    if a.fund_id <> new.fund_id or a.donor_id is distinct from new.donor_id then
      perform refuse('gift_of_other_agreement', jsonb_build_object('number', a.number,
        'fund', (select name from fund f where f.book_id = a.book_id and f.fund_id = a.fund_id)));
    end if;
    if new.received_on < a.signed_on then
      perform refuse('gift_before_agreement', jsonb_build_object('number', a.number, 'day', new.received_on, 'signed', a.signed_on));
    end if;
    select min(k.until_day) into v_until from agreed_clause k
     where k.book_id = new.book_id and k.gift_agreement_id = new.gift_agreement_id and k.kind = 'period';
    if new.received_on > v_until then
      perform refuse('gift_after_agreement', jsonb_build_object('number', a.number, 'day', new.received_on, 'until', v_until));
    end if;
  end if;
  if new.campaign_id is not null then
    select * into c from campaign x where x.book_id = new.book_id and x.campaign_id = new.campaign_id;
    if c.state <> 'confirmed' then
      perform refuse('gift_of_unconfirmed', jsonb_build_object('number', c.filing_number));
    end if;
    if c.fund_id <> new.fund_id then
      perform refuse('gift_of_other_campaign', jsonb_build_object('campaign', c.name,
        'fund', (select name from fund f where f.book_id = c.book_id and f.fund_id = c.fund_id)));
    end if;
    if new.received_on not between c.from_day and c.until_day then
      perform refuse('gift_outside_campaign', jsonb_build_object('campaign', c.name, 'day', new.received_on, 'from', c.from_day, 'until', c.until_day));
    end if;
  end if;
  return new;
end $$;

-- Both questions answer in the same types: PostgreSQL keeps the plan of the words below, and an answer of another type in the same session
-- would stop with a fault of the program in the place of a refusal.
create or replace function prove_lots_to_undo(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare bad record;
begin
  select f.name, sum(g.used)::bigint as used, bool_or(g.reserved > 0 or exists
           (select 1 from lot_move m where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved')) as waits,
         coalesce(min(blue.units), 0)::bigint as taken_over into bad
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
    select f.name, g.used, g.reserved > 0 as waits, 0::bigint as taken_over into bad
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
