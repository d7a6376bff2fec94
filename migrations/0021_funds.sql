-- Funds grown up: several clauses from outside (purpose, period, area) beside a designation by the board, which restricts nothing;
-- freeze, thaw, close and principal minimum with reason, day and names; money handed from fund to fund by two signatures.
-- A fund's state and principal follow its decisions as balances follow postings: nobody writes them by hand.

-- 专项基金 is a fund for a special purpose; 'designated' is the accountants' word for what a board sets aside (内部指定).
alter table fund disable trigger fund_lasting;
alter table fund drop constraint fund_kind;
update fund set kind = 'special' where kind = 'designated';
alter table fund add constraint fund_kind
  check (kind in ('general', 'community', 'special', 'named', 'micro', 'agency', 'programme'));

-- Clauses: each with its words, added and never changed. One binds every restricted gift received from its day on, or only the gifts
-- whose voucher names it (one donor's agreement).
create table fund_clause (
  book_id         integer not null,
  fund_clause_id  bigint generated always as identity,
  fund_id         integer not null,
  kind            text not null constraint clause_kind check (kind in ('purpose', 'period', 'area')),
  words           text not null constraint clause_words check (char_length(words) between 1 and 500),
  source          text not null default '' constraint clause_source check (char_length(source) <= 200),
  from_day        date,
  until_day       date,
  for_all         boolean not null,
  in_force_from   date, -- null: since the fund began
  added_by        bigint references person, -- null: with the fund itself
  added_at        timestamptz not null,
  primary key (book_id, fund_clause_id),
  foreign key (book_id, fund_id) references fund,
  constraint clause_period check ((kind = 'period') = (from_day is not null or until_day is not null) and from_day <= until_day is not false)
);
create index on fund_clause (book_id, fund_id);
insert into fund_clause (book_id, fund_id, kind, words, for_all, added_at)
  select book_id, fund_id, 'purpose', clause, true, opened_on::timestamp at time zone 'Asia/Shanghai' from fund where clause <> '' order by 1, 2;

create function clauses_bind_what_comes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
  select greatest((select max(g.received_on) from gift_lot g where g.book_id = new.book_id and g.fund_id = new.fund_id),
                  (select max(v.occurred_on) from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
                    where v.book_id = new.book_id and v.state = 'prepared' and l.fund_id = new.fund_id and l.restriction = 'R'
                      and is_restricted_inflow(a.class, l.side, l.units, l.movement))) into v_last;
  if new.added_by is null or new.for_all and (new.in_force_from is null or v_last >= new.in_force_from) then
    perform refuse('clause_backwards', jsonb_build_object('fund', f.name, 'day', new.in_force_from, 'last', v_last));
  end if;
  return new;
end $$;
create trigger fund_clause_comes before insert on fund_clause for each row execute function clauses_bind_what_comes();
create trigger fund_clause_append_only before update or delete or truncate on fund_clause
  for each statement execute function books_are_append_only();

create function funds_begin() returns trigger language plpgsql as $$
begin
  if new.state <> 'open' or new.principal_minimum <> 0 then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.clause <> '' then
    insert into fund_clause (book_id, fund_id, kind, words, for_all, added_at)
      values (new.book_id, new.fund_id, 'purpose', new.clause, true, new.opened_on::timestamp at time zone 'Asia/Shanghai');
  end if;
  return null;
end $$;
create trigger fund_begins after insert on fund for each row execute function funds_begin();

-- The clauses a gift's voucher names beside those that bind the whole fund.
create table voucher_clause (
  book_id         integer not null,
  voucher_id      bigint not null,
  fund_clause_id  bigint not null,
  primary key (book_id, voucher_id, fund_clause_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, fund_clause_id) references fund_clause
);
create trigger voucher_clause_before_proof after insert on voucher_clause referencing new table as n
  for each statement execute function lines_before_proof();
create trigger voucher_clause_append_only before update or delete or truncate on voucher_clause
  for each statement execute function books_are_append_only();

create function clauses_bind_their_own_fund() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_own fund;
begin
  select f.* into v_own from fund_clause c join fund f using (book_id, fund_id)
   where c.book_id = new.book_id and c.fund_clause_id = new.fund_clause_id;
  if exists (select 1 from voucher_line l join account a using (book_id, account_id)
              where l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.fund_id <> v_own.fund_id and l.restriction = 'R'
                and is_restricted_inflow(a.class, l.side, l.units, l.movement)) then
    perform refuse('clause_of_other_fund', jsonb_build_object('fund', v_own.name));
  end if;
  return new;
end $$;
create trigger voucher_clause_own_fund before insert on voucher_clause for each row execute function clauses_bind_their_own_fund();

create function lot_clauses(p_book integer, p_lot bigint) returns setof fund_clause language sql stable as $$
  select c.* from gift_lot g join fund_clause c on c.book_id = g.book_id and c.fund_id = g.fund_id
   where g.book_id = p_book and g.lot_id = p_lot
     and (c.for_all and (c.in_force_from is null or c.in_force_from <= g.received_on)
          or not c.for_all and exists (select 1 from journal_entry j join voucher_clause x on x.book_id = j.book_id and x.voucher_id = j.voucher_id
                                        where j.book_id = p_book and j.entry_no = g.entry_no and x.fund_clause_id = c.fund_clause_id))
$$;

-- Whether a gift may be spent on a day: none of its periods has run out or is still to come.
create function lot_serves_on(p_book integer, p_lot bigint, p_day date) returns boolean language sql stable as $$
  select not exists (select 1 from lot_clauses(p_book, p_lot) c where c.kind = 'period' and (p_day < c.from_day or p_day > c.until_day))
$$;

-- Restricted gifts that nothing waits for, and what of a fund's available money is bound by nobody. The principal that must stay is
-- part of the gifts where they are restricted as a rule, else of the rest; available money is without it already.
create function restricted_free(p_book integer, p_fund integer) returns bigint language sql stable as $$
  select coalesce(sum(g.units - g.used - g.reserved), 0)::bigint - coalesce((select fund_floor(p_book, p_fund) from fund f
           where f.book_id = p_book and f.fund_id = p_fund and f.default_restriction = 'R'), 0)
    from gift_lot g where g.book_id = p_book and g.fund_id = p_fund and g.used < g.units
$$;
create function unrestricted_free(p_book integer, p_fund integer) returns bigint language sql stable as $$
  select fund_available(p_book, p_fund) - greatest(0, restricted_free(p_book, p_fund))
$$;

-- First in, first out inside the fund as before, but what is spent only among gifts whose period holds the day; of a voucher booked
-- late that is the bank's. A release, a duty to refund and a transfer spend nothing: over is over for them too.
create or replace function reserve_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare
  v_vouchers bigint[]; v_lots bigint[]; v_units bigint[]; need record; lot record; left_over bigint; part bigint;
  v_outside boolean;
begin
  perform prove_lots_to_undo(p_book, p_bundle);
  select coalesce(array_agg(m.voucher_id), '{}'), coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(m.units), '{}')
    into v_vouchers, v_lots, v_units from reversal_moves(p_book, p_bundle) m;
  for need in select v.voucher_id, coalesce(b.occurred_on, v.occurred_on) as occurred_on, n.fund_id, n.units, f.name,
                     exists (select 1 from fund_clause c where c.book_id = p_book and c.fund_id = n.fund_id and c.kind = 'period')
                     and exists (select 1 from voucher_line l join account a using (book_id, account_id)
                                  where l.book_id = p_book and l.voucher_id = v.voucher_id
                                    and (a.class = 'expense' or a.role = 'own-cash' and l.cash_flow <> 'internal')) as timed from voucher v
                cross join lateral voucher_lot_needs(p_book, v.voucher_id) n
                join fund f on f.book_id = p_book and f.fund_id = n.fund_id
                left join bank_line b on b.book_id = p_book and b.bank_line_id = v.bank_line_id
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


-- Designation (内部指定): the board's own resolution about unrestricted money. It changes nothing in the books and the board lifts it.
create table designation (
  book_id         integer not null,
  designation_id  bigint generated always as identity,
  fund_id         integer not null,
  units           bigint constraint designation_units check (units > 0), -- null: the whole fund
  purpose         text not null constraint designation_purpose check (char_length(purpose) between 1 and 500),
  resolution      text not null constraint designation_resolution check (char_length(resolution) between 1 and 200),
  decided_on      date not null,
  recorded_by     bigint not null references person,
  recorded_at     timestamptz not null,
  revocation      text constraint designation_revocation check (char_length(revocation) between 1 and 200),
  revoked_on      date,
  revoked_by      bigint references person,
  revoked_at      timestamptz,
  primary key (book_id, designation_id),
  foreign key (book_id, fund_id) references fund,
  constraint designation_revoked check (num_nonnulls(revocation, revoked_on, revoked_by, revoked_at) in (0, 4) and revoked_on >= decided_on is not false)
);
create index on designation (book_id, fund_id);
create function designations_are_of_free_money() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
                                                   where g.book_id = new.book_id and g.fund_id = new.fund_id);
  if v_whole or new.units is null and v_set > 0 or new.units > v_free - v_set then
    perform refuse('designation_above_free', jsonb_build_object('fund', f.name, 'asked', coalesce(new.units, v_free),
                                                                'available', case when v_whole then 0 else greatest(0, v_free - v_set) end));
  end if;
  return new;
end $$;
create trigger designation_of_free_money before insert or update on designation for each row execute function designations_are_of_free_money();
create trigger designation_revoked_once before update or delete on designation
  for each row execute function only_these_change('revocation', 'revoked_on', 'revoked_by', 'revoked_at');
create trigger designation_truncate before truncate on designation for each statement execute function books_are_append_only();

-- Decisions about a fund. One person may freeze it or raise its principal, and thaw what another froze; to thaw one's own freeze, to
-- lower the principal and to close takes two.
create table fund_decision (
  book_id           integer not null,
  fund_decision_id  bigint generated always as identity,
  fund_id           integer not null,
  kind              text not null constraint decision_kind check (kind in ('freeze', 'thaw', 'close', 'principal')),
  principal         bigint constraint decision_principal check (principal >= 0),
  was_principal     bigint not null,
  reason            text not null constraint decision_reason check (char_length(reason) between 1 and 500),
  source            text not null default '' constraint decision_source check (char_length(source) <= 200),
  state             text not null constraint decision_state check (state in ('waiting', 'done', 'dropped')),
  proposed_by       bigint not null references person,
  proposed_at       timestamptz not null,
  decided_by        bigint references person, -- null: nobody else was needed
  decided_at        timestamptz,
  primary key (book_id, fund_decision_id),
  foreign key (book_id, fund_id) references fund,
  constraint decision_of_principal check ((kind = 'principal') = (principal is not null)),
  constraint decision_decided check ((state = 'waiting') = (decided_at is null) and (state <> 'dropped' or decided_by is not null))
);
create index on fund_decision (book_id, fund_id);
create unique index decision_one_waiting on fund_decision (book_id, fund_id) where state = 'waiting';

-- What was set by hand before is written down as decided, so that funds and their decisions agree from the first day.
insert into fund_decision (book_id, fund_id, kind, principal, was_principal, reason, state, proposed_by, proposed_at, decided_at)
  select f.book_id, f.fund_id, d.kind, d.principal, 0, '登记基金决定以前已是如此', 'done', a.person_id, now(), now()
    from fund f
    cross join lateral (select min(g.person_id) as person_id from role_grant g where g.book_id = f.book_id and g.role = 'admin') a
    cross join lateral (values ('principal', nullif(f.principal_minimum, 0)),
                               (case f.state when 'frozen' then 'freeze' when 'closed' then 'close' end, null)) d (kind, principal)
   where a.person_id is not null and (d.kind = 'principal') = (d.principal is not null) and d.kind is not null
   order by 1, 2;

create function decide_alone(d fund_decision) returns boolean language sql stable as $$
  select case d.kind when 'freeze' then true when 'principal' then d.principal > d.was_principal
                     when 'thaw' then d.proposed_by is distinct from (select l.proposed_by from fund_decision l
                       where l.book_id = d.book_id and l.fund_id = d.fund_id and l.kind = 'freeze' and l.state = 'done'
                       order by l.fund_decision_id desc limit 1)
                     else false end
$$;

create function decisions_are_proved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund;
begin
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if tg_op = 'UPDATE' and (old.state <> 'waiting' or new.state = 'waiting') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'dropped' then
    if tg_op = 'INSERT' then
      perform refuse('decision_out_of_turn', jsonb_build_object('fund', f.name, 'state', f.state));
    end if;
    return new;
  end if;
  if f.kind in ('agency', 'programme') or f.kind = 'general' and new.kind <> 'principal' then
    perform refuse('fund_stays_open', jsonb_build_object('fund', f.name));
  end if;
  if f.state = 'closed' or new.kind = 'freeze' and f.state <> 'open' or new.kind = 'thaw' and f.state <> 'frozen'
     or new.was_principal <> f.principal_minimum or new.principal = f.principal_minimum then
    perform refuse('decision_out_of_turn', jsonb_build_object('fund', f.name, 'state', f.state));
  end if;
  if (case when tg_op = 'INSERT' then new.decided_by is not null or (new.state = 'done') <> decide_alone(new)
          when new.state = 'done' then new.decided_by is null or new.decided_by = new.proposed_by else true end) then
    perform refuse('decision_by_two', jsonb_build_object('fund', f.name));
  end if;
  return new;
end $$;
create trigger fund_decision_proved before insert or update on fund_decision for each row execute function decisions_are_proved();
create trigger fund_decision_once before update or delete on fund_decision
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger fund_decision_truncate before truncate on fund_decision for each statement execute function books_are_append_only();

-- A fund closes for good when nothing is left in it, on no account, and nothing waits for it.
create function prove_fund_closes(p_book integer, p_fund integer) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare v_left text;
begin
  v_left := case
    when exists (select 1 from fund_position p join account a using (book_id, account_id) where p.book_id = p_book and p.fund_id = p_fund
                   and a.class in ('asset', 'liability', 'memorandum') and p.net <> 0) then 'balance'
    when exists (select 1 from gift_lot g where g.book_id = p_book and g.fund_id = p_fund and g.used < g.units) then 'lots'
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

create function funds_follow_decisions() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_before bigint;
begin
  if new.kind = 'principal' then
    v_before := fund_available(new.book_id, new.fund_id);
    update fund set principal_minimum = new.principal where book_id = new.book_id and fund_id = new.fund_id;
    if new.principal > new.was_principal and fund_available(new.book_id, new.fund_id) < 0 then
      perform refuse('principal_above_available', jsonb_build_object(
        'fund', (select name from fund where book_id = new.book_id and fund_id = new.fund_id), 'asked', new.principal, 'available', v_before));
    end if;
  else
    if new.kind = 'close' then
      perform prove_fund_closes(new.book_id, new.fund_id);
    end if;
    update fund set state = case new.kind when 'freeze' then 'frozen' when 'thaw' then 'open' else 'closed' end
     where book_id = new.book_id and fund_id = new.fund_id;
  end if;
  return null;
end $$;
create trigger fund_decision_done after insert or update on fund_decision for each row
  when (new.state = 'done') execute function funds_follow_decisions();

drop trigger fund_lasting on fund;
create trigger fund_lasting before update or delete on fund
  for each row execute function only_these_change('name', 'parent_id', 'state', 'principal_minimum');
create trigger fund_decided before update of state, principal_minimum on fund
  for each row when (pg_trigger_depth() < 1) execute function this_does_not_change();
revoke update (clause, state) on fund from :"app";

grant select, insert on fund_clause, voucher_clause, designation, fund_decision to :"app";
grant update (revocation, revoked_on, revoked_by, revoked_at) on designation to :"app";
grant update (state, decided_by, decided_at) on fund_decision to :"app";
grant execute on function lot_clauses, lot_serves_on, restricted_free, unrestricted_free, prove_fund_closes to :"app";
