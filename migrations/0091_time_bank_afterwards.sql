-- Whoever confirms hours from paper opens the paper: the time bank that a filed paper belongs to is found by it.
create index attendance_of_paper on attendance (book_id, filed_document_id) where filed_document_id is not null;
create index service_record_of_paper on service_record (book_id, filed_document_id) where filed_document_id is not null;
create index hour_gift_of_paper on hour_gift (book_id, filed_document_id) where filed_document_id is not null;

-- A service may end on the day after the last day of an activity: two days on either side are looked at.
create or replace function serves_activity(p_book integer, p_person bigint, p_from timestamptz, p_until timestamptz) returns boolean language sql stable as $$
  select exists (
    select from service_record r
     where r.book_id = p_book and r.person_id = p_person and r.state in ('confirmed', 'posted')
       and r.day between (p_from at time zone 'Asia/Shanghai')::date - 2 and (p_until at time zone 'Asia/Shanghai')::date
       and r.in_at < p_until and p_from < r.out_at)
$$;
create or replace function service_records_are_confirmed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  if exists (select 1 from n where n.state = 'confirmed') then
    perform 1 from member m join (select distinct book_id, person_id from n where n.state = 'confirmed') c using (book_id, person_id)
      order by m.book_id, m.person_id for no key update of m;
    select n.service_record_id into bad from n where n.state = 'confirmed' and members_are_close(n.book_id, n.person_id, n.confirmed_by) limit 1;
    if found then
      perform refuse('service_record_close_person', jsonb_build_object('record', bad.service_record_id));
    end if;
    select n.service_record_id into bad from n
     where n.state = 'confirmed' and n.in_at is not null and (serves_neighbour(n.book_id, n.person_id, n.in_at, n.out_at) or exists (
       select from service_record o where o.book_id = n.book_id and o.person_id = n.person_id and o.service_record_id <> n.service_record_id
          and o.state in ('confirmed', 'posted') and o.day between n.day - 2 and n.day + 2 and o.in_at < n.out_at and n.in_at < o.out_at)) limit 1;
    if found then
      perform refuse('service_record_overlap', jsonb_build_object('record', bad.service_record_id));
    end if;
    select c.person_id, c.day, r.day_cap into bad from (select distinct n.book_id, n.person_id, n.day, n.programme_rule_id from n where n.state = 'confirmed'
        and n.grade <> 'legacy' and n.credited_minutes > 0) c
      join programme_rule r using (book_id, programme_rule_id)
     where r.day_cap < minutes_served(c.book_id, c.person_id, c.day) limit 1;
    if found then
      perform refuse('service_record_day_cap', jsonb_build_object('day', bad.day, 'cap', bad.day_cap));
    end if;
  end if;
  -- What is in the books says so, and nothing else does.
  select n.service_record_id into bad from n
   where n.state = 'posted' and (
     n.credited_minutes > 0 and not exists (
       select from earned_ground g join voucher v on v.book_id = g.book_id and v.voucher_id = g.voucher_id
        where g.book_id = n.book_id and g.source = 'record' and g.source_id = n.service_record_id and g.commodity = 'HOUR'
          and g.to_pool = n.to_pool and v.entry_no = n.hours_entry_no)
     or n.points > 0 and not exists (
       select from earned_ground g join voucher v on v.book_id = g.book_id and v.voucher_id = g.voucher_id
        where g.book_id = n.book_id and g.source = 'record' and g.source_id = n.service_record_id and g.commodity = 'POINT'
          and v.entry_no = n.points_entry_no)) limit 1;
  if found then
    perform refuse('service_record_not_booked', jsonb_build_object('record', bad.service_record_id));
  end if;
  return null;
end $$;

-- What a correction adds in points is what the record then brings, less what still stands for it: points that were used before they could be taken back
-- are not issued again.
create or replace function grounds_are_records() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  select n.voucher_id into bad from n join unit_paper p using (book_id, voucher_id)
    left join service_record r on n.source = 'record' and r.book_id = n.book_id and r.service_record_id = n.source_id and r.state = 'confirmed'
      and r.person_id = n.person_id and r.fund_id = p.fund_id
      and (case n.commodity when 'HOUR' then r.credited_minutes when 'POINT' then r.points end) = n.units + n.to_pool
   where n.source = 'record' and r.service_record_id is null limit 1;
  if not found then
    select n.voucher_id into bad from n
      left join record_correction c on c.book_id = n.book_id and c.record_correction_id = n.source_id and c.state = 'waiting' and c.minutes > c.minutes_before
      left join service_record r on r.book_id = c.book_id and r.service_record_id = c.service_record_id and r.person_id = n.person_id
     where n.source = 'correction' and (r.service_record_id is null or n.commodity = 'HOUR' and c.minutes - c.minutes_before <> n.units + n.to_pool
       or n.commodity = 'POINT' and c.minutes::bigint * r.points_per_hour / 60 - r.points - coalesce((
         select sum(k.points) from record_correction k
          where k.book_id = c.book_id and k.service_record_id = c.service_record_id and k.state = 'agreed'), 0) <> n.units) limit 1;
  end if;
  if found then
    perform refuse('earned_without_ground', jsonb_build_object('voucher', bad.voucher_id));
  end if;
  return null;
end $$;

-- What is reserved waits for goods that can be handed out: what has expired, was recalled or has not come yet does not cover it.
create function fit_to_hand_out(p_lot stock_lot, p_day date) returns boolean language sql stable as $$
  select p_lot.received_on <= p_day and coalesce(p_lot.expires_on, p_day) >= p_day
     and not exists (select from stock_recall x where x.book_id = p_lot.book_id and x.stock_lot_id = p_lot.stock_lot_id)
$$;
grant execute on function fit_to_hand_out to :"app";
create or replace function goods_spoken_for_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p stock_paper; l stock_lot; v_there bigint; v_spoken bigint; v_day date;
begin
  select * into p from stock_paper x where x.book_id = new.book_id and x.stock_paper_id = new.stock_paper_id;
  if p.kind not in ('issue', 'transfer')
     or exists (select 1 from redemption r where r.book_id = new.book_id and r.stock_paper_id = new.stock_paper_id) then
    return null;
  end if;
  select * into l from stock_lot x where x.book_id = new.book_id and x.stock_lot_id = new.stock_lot_id;
  select count(*), greatest(new.occurred_on, max(r.reserved_on)) into v_spoken, v_day from redemption r join catalogue_item c on c.book_id = r.book_id and c.catalogue_item_id = r.catalogue_item_id
   where c.book_id = new.book_id and c.paying_fund_id = l.fund_id and c.stock_item_id = l.stock_item_id
     and c.stock_place_id = new.stock_place_id and (r.state = 'reserved' or r.cost = 'to-book');
  if v_spoken = 0 or not fit_to_hand_out(l, v_day) then
    return null;
  end if;
  select coalesce(sum(s.on_hand - s.held), 0) into v_there from stock_lot x join stock_stand s on s.book_id = x.book_id and s.stock_lot_id = x.stock_lot_id
   where x.book_id = new.book_id and x.fund_id = l.fund_id and x.stock_item_id = l.stock_item_id and s.stock_place_id = new.stock_place_id
     and fit_to_hand_out(x, v_day);
  if v_there < v_spoken then
    perform refuse('stock_spoken_for', jsonb_build_object('count', v_spoken,
      'other', (select i.name from stock_item i where i.book_id = l.book_id and i.stock_item_id = l.stock_item_id)));
  end if;
  return null;
end $$;

-- Points are reserved for whoever holds them, on the day they are there; what comes back comes back to every holder of the entry.
create or replace function points_follow_entry(p_book integer, p_entry bigint, p unit_paper, p_day date) returns void language plpgsql
set plan_cache_mode = force_generic_plan as $$
declare bad record;
begin
  if p.kind = 'points-earned' and not p.is_red then
    insert into point_lot (book_id, fund_id, person_id, entry_no, earned_on, expires_on, units)
      select p_book, p.fund_id, l.counterparty_id, p_entry, p_day,
             (p_day + make_interval(months => (programme_rule_on(p_book, p.fund_id, p_day)).points_months))::date, sum(l.units)
        from posting l where l.book_id = p_book and l.entry_no = p_entry and l.counterparty_id is not null
       group by l.counterparty_id order by l.counterparty_id;
    return;
  end if;
  if p.kind in ('points-reserved', 'points-expired') and not p.is_red then
    insert into point_move (book_id, entry_no, point_lot_id, step, units)
      select p_book, p_entry, x.point_lot_id, split_part(p.kind, '-', 2), least(x.free, x.asked - x.before)
        from (select t.point_lot_id, t.free, w.asked, sum(t.free) over (partition by w.person_id order by t.expires_on, t.point_lot_id) - t.free as before
                from (select l.counterparty_id as person_id, sum(l.units) as asked from posting l
                       where l.book_id = p_book and l.entry_no = p_entry and l.side = 'C' group by 1) w
                join point_lot t on t.book_id = p_book and t.fund_id = p.fund_id and t.person_id = w.person_id and t.free > 0
                  and t.earned_on <= p_day and (p.kind = 'points-expired') = (t.expires_on < p_day)) x
       where x.before < x.asked;
  else
    -- What was moved comes back, or goes on, lot by lot; of points that were earned only what nobody has used is taken back.
    insert into point_move (book_id, entry_no, point_lot_id, step, units)
      select p_book, p_entry, m.point_lot_id, m.step, -m.units from point_move m
       where p.is_red and p.kind <> 'points-earned' and m.book_id = p_book and m.entry_no = p.of_entry_no
      union all
      select p_book, p_entry, m.point_lot_id, 'redeemed', m.units from point_move m
       where not p.is_red and p.kind = 'points-redeemed' and m.book_id = p_book and m.entry_no = p.of_entry_no
      union all
      select p_book, p_entry, t.point_lot_id, 'taken-back', w.back
        from (select l.counterparty_id as person_id, -sum(l.units) as back from posting l
               where l.book_id = p_book and l.entry_no = p_entry and l.counterparty_id is not null group by 1) w
        join point_lot t on t.book_id = p_book and t.entry_no = p.of_entry_no and t.person_id = w.person_id
       where p.is_red and p.kind = 'points-earned';
  end if;
  select person_id into bad
    from (select l.counterparty_id as person_id, abs(sum(l.units)) as asked from posting l
           where l.book_id = p_book and l.entry_no = p_entry and l.side = case when p.kind = 'points-earned' then 'D' else 'C' end group by 1) w
    full join (select t.person_id, abs(sum(m.units)) as moved from point_move m join point_lot t using (book_id, point_lot_id)
                where m.book_id = p_book and m.entry_no = p_entry group by 1) g using (person_id)
   where w.asked is distinct from g.moved limit 1;
  if found or p.kind = 'points-reserved' and exists (
       select from posting l where l.book_id = p_book and l.entry_no = p_entry group by l.counterparty_id having sum(signed(l.side, l.units)) <> 0)
     or p.of_entry_no is not null and (p.kind = 'points-reserved' or p.kind = 'points-redeemed' and not p.is_red)
     and not reservation_stands(p_book, p.of_entry_no, p_entry) then
    perform refuse('points_not_enough', jsonb_build_object('entry', p_entry, 'kind', p.kind));
  end if;
  begin
    update point_lot t
       set reserved = t.reserved + case when m.step = 'reserved' then m.units when m.step = 'redeemed' then -m.units else 0 end,
           redeemed = t.redeemed + case m.step when 'redeemed' then m.units else 0 end,
           expired = t.expired + case m.step when 'expired' then m.units else 0 end,
           taken_back = t.taken_back + case m.step when 'taken-back' then m.units else 0 end
      from point_move m where m.book_id = p_book and m.entry_no = p_entry and t.book_id = p_book and t.point_lot_id = m.point_lot_id;
  exception when check_violation then
    perform refuse('points_not_enough', jsonb_build_object('entry', p_entry, 'kind', p.kind));
  end;
end $$;

-- A red entry says the same as what it takes back.
create or replace function unit_entries_are_told() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p unit_paper; k unit_kind; v_of unit_paper; v_fund text; bad record;
begin
  select * into p from unit_paper x where x.book_id = new.book_id and x.voucher_id = new.voucher_id;
  if p.voucher_id is null or new.kind <> 'ordinary' or new.corrects_entry_no is not null then
    perform refuse('unit_paper_missing', jsonb_build_object('voucher', new.voucher_id));
  end if;
  select * into k from unit_kind x where x.kind = p.kind;
  select f.kind into v_fund from fund f where f.book_id = p.book_id and f.fund_id = p.fund_id;
  select l.line_no, a.key into bad from voucher_line l join account a using (book_id, account_id)
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id
     and (l.fund_id <> p.fund_id or l.commodity <> k.commodity or (l.units < 0) <> p.is_red
          or not exists (select 1 from unit_kind_account x where x.kind = p.kind and x.side = l.side and x.account = a.key
                            and x.has_holder = (l.counterparty_id is not null))) limit 1;
  if found or v_fund is distinct from 'programme' then
    perform refuse('unit_pair_forbidden', jsonb_build_object('voucher', new.voucher_id, 'line', bad.line_no, 'account', bad.key));
  end if;
  select l.line_no, m.kind into bad from voucher_line l
    left join member m on m.book_id = l.book_id and m.person_id = l.counterparty_id and m.fund_id = l.fund_id
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id is not null
     and (m.person_id is null or m.kind = 'group' and not p.is_red and (p.kind in ('hours-used', 'hours-started', 'hours-allotted') or p.kind like 'points-%')) limit 1;
  if found then
    perform refuse(case when bad.kind is null then 'unit_holder_unknown' else 'unit_group_gives' end,
      jsonb_build_object('voucher', new.voucher_id, 'line', bad.line_no));
  end if;
  if p.of_entry_no is not null then
    select x.* into v_of from unit_paper x join journal_entry j using (book_id, voucher_id)
     where x.book_id = p.book_id and j.entry_no = p.of_entry_no and j.entry_no < new.entry_no;
    if v_of.fund_id is distinct from p.fund_id or v_of.is_red
       or v_of.kind is distinct from (case when p.is_red then p.kind else 'points-reserved' end) then
      perform refuse('unit_link', jsonb_build_object('voucher', new.voucher_id, 'entry', p.of_entry_no));
    end if;
    -- What is taken back whole is the entry itself in red; of hours that were earned, only those of whom the entry names.
    if p.is_red and (p.kind in ('points-redeemed', 'points-expired')
       or p.kind in ('hours-started', 'hours-given', 'hours-donated', 'hours-allotted', 'hours-used') and exists (
         select from (select l.side, l.account_id, l.counterparty_id, l.units from voucher_line l
                       where l.book_id = new.book_id and l.voucher_id = new.voucher_id
                      union all
                      select l.side, l.account_id, l.counterparty_id, l.units from posting l
                       where l.book_id = new.book_id and l.entry_no = p.of_entry_no) both_ways
          group by side, account_id, counterparty_id having sum(units) <> 0)
       or p.kind = 'hours-earned' and exists (
         select from voucher_line l
          where l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id is not null and not exists (
            select from earned_ground g join journal_entry j on j.book_id = g.book_id and j.voucher_id = g.voucher_id
             where g.book_id = new.book_id and j.entry_no = p.of_entry_no and g.person_id = l.counterparty_id))) then
      perform refuse('unit_unlike_original', jsonb_build_object('voucher', new.voucher_id, 'entry', p.of_entry_no));
    end if;
  end if;
  if new.review_rule is not null then
    if new.review_rule <> 'confirmed-hours' then
      perform refuse('review_rule_beyond', jsonb_build_object('rule', new.review_rule));
    elsif not rule_in_force(new.book_id, new.review_rule, new.occurred_on) then
      perform refuse('unit_rule_not_approved', jsonb_build_object('rule', new.review_rule, 'day', new.occurred_on));
    elsif k.by_two or p.is_red and p.kind <> 'points-reserved' then
      perform refuse('unit_by_two', jsonb_build_object('voucher', new.voucher_id));
    end if;
  end if;
  return null;
end $$;

-- Nobody stores more hours than the most that any rules of the programme allowed; the rest is the pool's.
create or replace function units_stay_within() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_rule programme_rule; v_sum bigint;
begin
  if not exists (select 1 from n where commodity = 'HOUR') then
    return null;
  end if;
  select f.net into bad from fund_position f
   where f.net < 0 and (f.book_id, f.fund_id, f.account_id) in (
     select n.book_id, n.fund_id, n.account_id from n join account a using (book_id, account_id) where a.key = 'hours-pool') limit 1;
  if found then
    perform refuse('hours_pool_not_enough', jsonb_build_object('short', -bad.net));
  end if;
  for bad in
    select distinct n.book_id, n.fund_id, n.counterparty_id as person_id, j.occurred_on
      from n join journal_entry j using (book_id, entry_no) join unit_paper p using (book_id, voucher_id)
     where p.kind = 'hours-started' and not p.is_red and n.counterparty_id is not null
  loop
    v_rule := programme_rule_on(bad.book_id, bad.fund_id, bad.occurred_on);
    v_sum := hours_started(bad.book_id, bad.fund_id, extract(year from bad.occurred_on)::integer, null);
    if v_sum > coalesce(v_rule.start_year_cap, 0) then
      perform refuse('start_hours_year_cap', jsonb_build_object('year', extract(year from bad.occurred_on), 'cap', coalesce(v_rule.start_year_cap, 0),
        'over', v_sum - coalesce(v_rule.start_year_cap, 0)));
    end if;
    v_sum := hours_started(bad.book_id, bad.fund_id, null, bad.person_id);
    if v_sum > coalesce(v_rule.start_minutes, 0) then
      perform refuse('start_hours_elder_cap', jsonb_build_object('cap', coalesce(v_rule.start_minutes, 0),
        'over', v_sum - coalesce(v_rule.start_minutes, 0)));
    end if;
  end loop;
  select b.hours, c.stored_cap into bad
    from holder_balance b
    join (select distinct n.book_id, n.fund_id, n.counterparty_id as person_id from n join account a using (book_id, account_id)
           where a.key = 'hours-held' and n.side = 'D' and n.units > 0) w using (book_id, fund_id, person_id)
    join (select book_id, fund_id, max(stored_cap) as stored_cap from programme_rule where state = 'approved' group by 1, 2) c using (book_id, fund_id)
   where b.hours > c.stored_cap limit 1;
  if found then
    perform refuse('hours_beyond_stored', jsonb_build_object('cap', bad.stored_cap, 'over', bad.hours - bad.stored_cap));
  end if;
  return null;
end $$;

-- A merchant's month is paid once the voucher of the payment stands in the books.
create or replace function settlements_are_what_they_say() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare s merchant_settlement; v_said record;
begin
  select * into s from merchant_settlement x where x.book_id = new.book_id and x.merchant_settlement_id = new.merchant_settlement_id;
  select count(*) as pieces, coalesce(sum(r.units), 0) as units, count(*) filter (where c.merchant_id <> s.merchant_id) as others into v_said
    from redemption r join catalogue_item c on c.book_id = r.book_id and c.catalogue_item_id = r.catalogue_item_id
   where r.book_id = s.book_id and r.merchant_settlement_id = s.merchant_settlement_id;
  if (v_said.pieces, v_said.units, v_said.others) <> (s.pieces, s.units, 0)
     or not exists (select 1 from expectation e where e.book_id = s.book_id and e.expectation_id = s.expectation_id and e.kind = 'merchant'
                       and e.units = -s.units and e.counterparty_id = s.merchant_id)
     or s.state = 'paid' and not exists (
          select from expectation e join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id
           where e.book_id = s.book_id and e.expectation_id = s.expectation_id and v.state = 'posted'
             and not exists (select from journal_entry k where k.book_id = v.book_id and k.kind = 'reversal' and k.corrects_entry_no = v.entry_no)) then
    perform refuse('merchant_settlement_unlike', jsonb_build_object('said', s.units, 'booked', v_said.units));
  end if;
  return null;
end $$;

-- The vouchers of a hand-over, for good: its month's cost is told by them.
create index voucher_of_redemption on voucher (book_id, ((undo_move -> 'Content' ->> 'Redemption')::bigint)) where undo_move ->> 'Name' = 'redemption-undone';
