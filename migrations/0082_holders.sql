-- What each holds. Points stand in lots: each entry that issues them makes one for each person, the first to expire go first, and what is taken back
-- goes to the very lots it came from.
create table holder_balance (
  book_id        integer not null,
  fund_id        integer not null,
  person_id      bigint not null,
  hours          bigint not null default 0,       -- minutes, below zero only by a correction
  points         bigint not null default 0 constraint holder_points check (points >= 0),
  in_redemption  bigint not null default 0 constraint holder_in_redemption check (in_redemption >= 0),
  primary key (book_id, fund_id, person_id)
);
create table point_lot (
  book_id       integer not null,
  point_lot_id  bigint generated always as identity,
  fund_id       integer not null,
  person_id     bigint not null,
  entry_no      bigint not null,
  earned_on     date not null,
  expires_on    date not null,                    -- the last day they may be used
  units         bigint not null constraint point_lot_units check (units > 0),
  reserved      bigint not null default 0 constraint point_lot_reserved check (reserved >= 0),
  redeemed      bigint not null default 0 constraint point_lot_redeemed check (redeemed >= 0),
  expired       bigint not null default 0 constraint point_lot_expired check (expired >= 0),
  taken_back    bigint not null default 0 constraint point_lot_taken_back check (taken_back >= 0),
  free          bigint generated always as (units - reserved - redeemed - expired - taken_back) stored not null constraint point_lot_free check (free >= 0),
  primary key (book_id, point_lot_id),
  constraint point_lot_once unique (book_id, entry_no, person_id)
);
create index point_lot_free_of on point_lot (book_id, fund_id, person_id, expires_on, point_lot_id) where free > 0;
create index point_lot_of_holder on point_lot (book_id, person_id, point_lot_id);
create index point_lot_expiring on point_lot (book_id, fund_id, expires_on) where free > 0;
create table point_move (
  book_id       integer not null,
  entry_no      bigint not null,
  point_lot_id  bigint not null,
  step          text not null constraint point_move_step check (step in ('reserved', 'redeemed', 'expired', 'taken-back')),
  units         bigint not null constraint point_move_units check (units <> 0),   -- below zero: given back
  primary key (book_id, entry_no, point_lot_id),
  foreign key (book_id, point_lot_id) references point_lot
);
create index point_move_of_lot on point_move (book_id, point_lot_id, entry_no);
create trigger holder_balance_follows before insert or update on holder_balance
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger holder_balance_kept before delete or truncate on holder_balance for each statement execute function books_are_append_only();
create trigger point_lot_follows before insert or update on point_lot
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger point_lot_kept before delete or truncate on point_lot for each statement execute function books_are_append_only();
create trigger point_move_follows before insert or update on point_move
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger point_move_kept before delete or truncate on point_move for each statement execute function books_are_append_only();

-- Whether what an entry reserved is neither handed out nor given back before another entry; a hand-over that was undone leaves it reserved.
create function reservation_stands(p_book integer, p_reserved bigint, p_before bigint) returns boolean language sql stable as $$
  select coalesce(sum(1 - (select count(*) from unit_paper r join journal_entry k on k.book_id = r.book_id and k.voucher_id = r.voucher_id
                            where r.book_id = o.book_id and r.of_entry_no = j.entry_no and r.is_red and k.entry_no < p_before)), 0) = 0
    from unit_paper o join journal_entry j on j.book_id = o.book_id and j.voucher_id = o.voucher_id
   where o.book_id = p_book and o.of_entry_no = p_reserved and j.entry_no < p_before
$$;

create function points_follow_entry(p_book integer, p_entry bigint, p unit_paper, p_day date) returns void language plpgsql
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
                  and (p.kind = 'points-expired') = (t.expires_on < p_day)) x
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
  select w.person_id into bad
    from (select l.counterparty_id as person_id, abs(sum(l.units)) as asked from posting l
           where l.book_id = p_book and l.entry_no = p_entry and l.side = case when p.kind = 'points-earned' then 'D' else 'C' end group by 1) w
    left join (select t.person_id, abs(sum(m.units)) as moved from point_move m join point_lot t using (book_id, point_lot_id)
                where m.book_id = p_book and m.entry_no = p_entry group by 1) g using (person_id)
   where w.asked is distinct from g.moved limit 1;
  if found or p.of_entry_no is not null and (p.kind = 'points-reserved' or p.kind = 'points-redeemed' and not p.is_red)
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

create function units_follow_postings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare e record; p unit_paper; bad record;
begin
  if not exists (select 1 from n where commodity in ('HOUR', 'POINT')) then
    return null;
  end if;
  insert into holder_balance (book_id, fund_id, person_id)
    select distinct n.book_id, n.fund_id, n.counterparty_id from n
     where n.commodity in ('HOUR', 'POINT') and n.counterparty_id is not null order by 1, 2, 3
    on conflict do nothing;
  with moved as materialized (
    select n.book_id, n.fund_id, n.counterparty_id as person_id,
           coalesce(sum(signed(n.side, n.units)) filter (where a.key = 'hours-held'), 0) as hours,
           coalesce(sum(signed(n.side, n.units)) filter (where a.key = 'hours-held' and n.units > 0), 0) as own,
           coalesce(sum(signed(n.side, n.units)) filter (where a.key = 'points-held'), 0) as points,
           coalesce(sum(signed(n.side, n.units)) filter (where a.key = 'points-in-redemption'), 0) as in_redemption
      from n join account a using (book_id, account_id)
     where n.commodity in ('HOUR', 'POINT') and n.counterparty_id is not null group by 1, 2, 3),
  kept as (
    update holder_balance b set hours = b.hours + m.hours, points = b.points + m.points, in_redemption = b.in_redemption + m.in_redemption
      from moved m where b.book_id = m.book_id and b.fund_id = m.fund_id and b.person_id = m.person_id
    returning b.person_id, b.hours, m.own)
  select k.person_id, k.hours into bad from kept k where k.hours < 0 and k.own < 0 limit 1;
  if found then
    perform refuse('hours_not_enough', jsonb_build_object('person', bad.person_id, 'short', -bad.hours));
  end if;
  for e in select distinct n.book_id, n.entry_no from n where n.commodity = 'POINT' order by 1, 2 loop
    select x.* into p from unit_paper x join journal_entry j using (book_id, voucher_id) where j.book_id = e.book_id and j.entry_no = e.entry_no;
    perform points_follow_entry(e.book_id, e.entry_no, p, (select j.occurred_on from journal_entry j where j.book_id = e.book_id and j.entry_no = e.entry_no));
  end loop;
  return null;
end $$;
create trigger posting_units_follow after insert on posting referencing new table as n for each statement execute function units_follow_postings();

-- The rule for confirmed hours is proposed and approved where the closing rule is.
alter table review_rule drop constraint review_rule_key,
  add constraint review_rule_key check (key in ('month-close', 'lapsed-commitments', 'confirmed-hours'));
create or replace function rules_are_decided_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_last date;
begin
  -- What was reviewed by a rule stays reviewed by it: a decision is about months that are still to be closed.
  select max(q.ends) into v_last from period q where q.book_id = new.book_id and q.period % 100 between 1 and 12 and q.closed_at is not null;
  if pg_trigger_depth() < 2 and new.state <> 'dropped' and new.valid_from <= v_last then
    perform refuse('review_rule_looks_back', jsonb_build_object('rule', new.key, 'day', new.valid_from, 'closed', v_last));
  end if;
  -- In an open month too: whoever decides waits for what is being posted, and decides about days after it.
  if pg_trigger_depth() < 2 and new.state <> 'dropped' then
    perform 1 from book b where b.book_id = new.book_id for no key update;
    select max(j.occurred_on) into v_last from period q join journal_entry j on j.book_id = q.book_id and j.period = q.period and j.series in ('备', '时', '分')
     where q.book_id = new.book_id and q.closed_at is null and j.review_rule = new.key;
    if new.valid_from <= v_last then
      perform refuse('review_rule_used', jsonb_build_object('rule', new.key, 'day', new.valid_from, 'used', v_last));
    end if;
  end if;
  if tg_op = 'INSERT' then
    -- Only the book's own beginning, one trigger further out, is approved by nobody in it.
    if pg_trigger_depth() < 2 and (new.state <> 'waiting' or new.proposed_by is null or new.decided_by is not null or new.reason = '') then
      perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
    end if;
    return new;
  end if;
  if old.state <> 'waiting' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'waiting' or new.decided_by is null or new.state = 'approved' and new.decided_by = new.proposed_by then
    perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
  end if;
  return new;
end $$;

grant select on holder_balance, point_lot, point_move to :"app";
