-- A running grant's tranches and money (grants.md 5.3). A tranche moves only by a step of its table, logged; what money did stands in one
-- register beside the voucher that books it, and its sums are kept here.

-- States of a case that has, or had, an award that began.
create function has_award(p_state text) returns boolean language sql immutable as $$
  select p_state in ('awarded', 'active', 'suspended', 'closing', 'closed', 'terminated', 'recovering')
$$;

create table tranche (
  book_id         integer not null,
  tranche_id      bigint generated always as identity,
  grant_id        bigint not null,
  award_no        smallint not null,
  no              smallint not null constraint tranche_no check (no between 1 and 40),
  units           bigint not null constraint tranche_units check (units > 0),
  earliest_on     date not null,
  condition       text not null constraint tranche_condition check (char_length(condition) between 1 and 200),
  report_due_on   date not null,
  state           text not null,
  state_version   integer not null,
  due_on          date,
  asked           bigint not null default 0 constraint tranche_asked check (asked between 0 and units),
  tier            text constraint tranche_tier check (tier in ('first', 'second', 'third')),
  request_no      smallint not null default 0 constraint tranche_request_no check (request_no >= 0),
  expectation_id  bigint,
  paid_on         date,
  held_by         text constraint tranche_held_by check (held_by in ('desk', 'panel', 'calendar')),
  primary key (book_id, tranche_id),
  foreign key (book_id, grant_id, award_no) references grant_award,
  foreign key (book_id, expectation_id) references expectation,
  constraint tranche_once unique (book_id, grant_id, award_no, no),
  constraint tranche_days check (report_due_on >= earliest_on),
  constraint tranche_held check ((state = 'held') = (held_by is not null))
);
create index tranche_in_state on tranche (book_id, state, tranche_id);
create index tranche_due on tranche (book_id, due_on) where due_on is not null;
create unique index tranche_expectation on tranche (book_id, expectation_id) where expectation_id is not null;

create table tranche_rule (
  from_state  text not null,
  move        text not null,
  to_state    text not null,
  mover       text not null,
  posts       text not null default '',
  primary key (from_state, move)
);

create table tranche_log (
  book_id        integer not null,
  tranche_id     bigint not null,
  state_version  integer not null,
  move           text not null,
  from_state     text,
  to_state       text not null,
  mover          text not null,
  actor_id       bigint references person,
  at             timestamptz not null,
  reason         text not null constraint tranche_log_reason check (char_length(reason) <= 500),
  facts          jsonb not null,
  vouchers       bigint[] not null,
  primary key (book_id, tranche_id, state_version),
  foreign key (book_id, tranche_id) references tranche,
  constraint tranche_log_actor check (actor_id is not null or mover in ('calendar', 'voucher'))
);

create function tranche_moves_are_listed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare t tranche; r tranche_rule;
begin
  select * into t from tranche where book_id = new.book_id and tranche_id = new.tranche_id for no key update;
  select * into r from tranche_rule x where x.from_state = coalesce(new.from_state, '') and x.move = new.move;
  if r.move is null or new.to_state <> r.to_state or new.mover <> r.mover
     or new.state_version = 1 and (new.from_state is not null or t.state <> r.to_state or t.state_version <> 1)
     or new.state_version <> 1 and (new.from_state is distinct from t.state or new.state_version <> t.state_version + 1) then
    perform refuse('tranche_move_unlisted', jsonb_build_object('state', t.state, 'move', new.move));
  end if;
  return new;
end $$;
create trigger tranche_log_listed before insert on tranche_log for each row execute function tranche_moves_are_listed();
create trigger tranche_log_lasting before update or delete or truncate on tranche_log
  for each statement execute function books_are_append_only();

-- What a step posts stands in the books when the transaction ends: a review posts after what follows it.
create function tranche_moves_are_posted() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from tranche_rule r where r.from_state = coalesce(new.from_state, '') and r.move = new.move and r.posts <> '')
       and cardinality(new.vouchers) = 0
     or exists (select 1 from unnest(new.vouchers) v where not exists (
                  select 1 from voucher x where x.book_id = new.book_id and x.voucher_id = v and x.state = 'posted')) then
    perform refuse('tranche_move_unposted', jsonb_build_object('state', new.from_state, 'move', new.move));
  end if;
  return null;
end $$;
create constraint trigger tranche_log_posted after insert on tranche_log deferrable initially deferred
  for each row execute function tranche_moves_are_posted();

create function tranche_states_follow_the_log() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.state_version <> 1 or not exists (select 1 from tranche_rule r where r.from_state = '' and r.to_state = new.state) then
      perform refuse('tranche_move_unlisted', jsonb_build_object('state', new.state, 'move', ''));
    end if;
    return new;
  end if;
  if (new.state, new.state_version) is distinct from (old.state, old.state_version)
     and (new.state_version <> old.state_version + 1 or not exists (
            select 1 from tranche_log l where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version = new.state_version
               and l.from_state = old.state and l.to_state = new.state)) then
    perform refuse('tranche_move_unlogged', jsonb_build_object('state', old.state, 'to', new.state));
  end if;
  return new;
end $$;
create trigger tranche_follows before insert or update on tranche for each row execute function tranche_states_follow_the_log();
create trigger tranche_lasting before update or delete on tranche for each row execute function only_these_change(
  'units', 'earliest_on', 'condition', 'report_due_on', 'state', 'state_version', 'due_on', 'asked', 'tier', 'request_no', 'expectation_id',
  'paid_on', 'held_by');
create trigger tranche_truncate before truncate on tranche for each statement execute function books_are_append_only();

create function tranches_begin_logged() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from tranche_log l where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version = 1) then
    perform refuse('tranche_move_unlogged', jsonb_build_object('state', '', 'to', new.state));
  end if;
  return null;
end $$;
create constraint trigger tranche_begins after insert on tranche deferrable initially deferred
  for each row execute function tranches_begin_logged();

-- Money. The sums of a tranche and of a grant in each fund follow the register and nothing else.
create table tranche_fund (
  book_id     integer not null,
  tranche_id  bigint not null,
  fund_id     integer not null,
  place       smallint not null constraint tranche_fund_place check (place >= 1),
  planned     bigint not null constraint tranche_fund_planned check (planned >= 0),
  cancelled   bigint not null default 0,
  paid        bigint not null default 0,
  acquitted   bigint not null default 0,
  returned    bigint not null default 0,
  carried     bigint not null default 0,
  demanded    bigint not null default 0,
  primary key (book_id, tranche_id, fund_id),
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, fund_id) references fund,
  constraint tranche_fund_promise check (planned - cancelled - paid >= 0 and cancelled >= 0 and paid >= 0),
  constraint tranche_fund_advance check (paid + carried - acquitted - returned - demanded >= 0)
);

create table grant_fund (
  book_id      integer not null,
  grant_id     bigint not null,
  fund_id      integer not null,
  committed    bigint not null default 0,
  cancelled    bigint not null default 0,
  paid         bigint not null default 0,
  acquitted    bigint not null default 0,
  returned     bigint not null default 0,
  demanded     bigint not null default 0,
  recovered    bigint not null default 0,
  written_off  bigint not null default 0,
  primary key (book_id, grant_id, fund_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, fund_id) references fund,
  constraint grant_fund_promise check (committed - cancelled - paid >= 0),
  constraint grant_fund_advance check (paid - acquitted - returned - demanded >= 0),
  constraint grant_fund_claim check (demanded - recovered - written_off >= 0)
);
create index grant_fund_open_advance on grant_fund (book_id, fund_id) where paid - acquitted - returned - demanded > 0;

create table grant_money (
  book_id         integer not null,
  grant_money_id  bigint generated always as identity,
  grant_id        bigint not null,
  tranche_id      bigint,
  fund_id         integer not null,
  move            text not null constraint grant_money_move check (move in
                    ('committed', 'cancelled', 'paid', 'acquitted', 'returned', 'carried', 'demanded', 'recovered', 'written-off')),
  units           bigint not null constraint grant_money_units check (units <> 0),
  voucher_id      bigint,
  occurred_on     date not null,
  at              timestamptz not null,
  primary key (book_id, grant_money_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_money_voucher check ((voucher_id is null) = (move = 'carried')),
  constraint grant_money_tranche check (tranche_id is not null or move not in ('paid', 'acquitted', 'returned', 'carried'))
);
create index grant_money_of_grant on grant_money (book_id, grant_id, grant_money_id);
create index grant_money_of_voucher on grant_money (book_id, voucher_id) where voucher_id is not null;
create trigger grant_money_lasting before update or delete or truncate on grant_money
  for each statement execute function books_are_append_only();
create trigger tranche_fund_follows before update on tranche_fund for each row when (pg_trigger_depth() < 1)
  execute function only_these_change('planned');
create trigger tranche_fund_kept before delete or truncate on tranche_fund for each statement execute function books_are_append_only();
create trigger grant_fund_follows before insert or update on grant_fund for each statement when (pg_trigger_depth() < 1)
  execute function books_are_append_only();
create trigger grant_fund_kept before delete or truncate on grant_fund for each statement execute function books_are_append_only();

-- Gifts reserved for a grant beyond what it may still use are free again, the last first.
create function free_grant_lots(p_book integer, p_grant bigint, p_fund integer) returns void language plpgsql as $$
declare v_bound bigint; v_over bigint; lot record;
begin
  select f.committed - f.cancelled - f.acquitted - f.returned - f.recovered - f.written_off into v_bound from grant_fund f
   where f.book_id = p_book and f.grant_id = p_grant and f.fund_id = p_fund;
  select coalesce(sum(l.units), 0) - v_bound into v_over from grant_lot l join gift_lot g using (book_id, lot_id)
   where l.book_id = p_book and l.grant_id = p_grant and g.fund_id = p_fund;
  if v_over <= 0 then
    return;
  end if;
  for lot in select l.award_no, l.lot_id, least(l.units, v_over) as units, l.units as had from grant_lot l join gift_lot g using (book_id, lot_id)
              where l.book_id = p_book and l.grant_id = p_grant and g.fund_id = p_fund and l.units > 0 order by g.received_on desc, g.lot_id desc loop
    exit when v_over <= 0;
    update grant_lot l set units = l.units - least(lot.had, v_over)
     where l.book_id = p_book and l.grant_id = p_grant and l.award_no = lot.award_no and l.lot_id = lot.lot_id;
    update gift_lot g set reserved = g.reserved - least(lot.had, v_over) where g.book_id = p_book and g.lot_id = lot.lot_id;
    v_over := v_over - least(lot.had, v_over);
  end loop;
end $$;

create function grant_money_adds_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.tranche_id is not null and not exists (select 1 from tranche t where t.book_id = new.book_id and t.tranche_id = new.tranche_id
                                                   and t.grant_id = new.grant_id) then
    perform refuse('grant_money_other_grant', jsonb_build_object('grant', new.grant_id));
  end if;
  insert into grant_fund (book_id, grant_id, fund_id) values (new.book_id, new.grant_id, new.fund_id) on conflict do nothing;
  update grant_fund f set
    committed = f.committed + case new.move when 'committed' then new.units else 0 end,
    cancelled = f.cancelled + case new.move when 'cancelled' then new.units else 0 end,
    paid = f.paid + case new.move when 'paid' then new.units else 0 end,
    acquitted = f.acquitted + case new.move when 'acquitted' then new.units else 0 end,
    returned = f.returned + case new.move when 'returned' then new.units else 0 end,
    demanded = f.demanded + case new.move when 'demanded' then new.units else 0 end,
    recovered = f.recovered + case new.move when 'recovered' then new.units else 0 end,
    written_off = f.written_off + case new.move when 'written-off' then new.units else 0 end
   where f.book_id = new.book_id and f.grant_id = new.grant_id and f.fund_id = new.fund_id;
  if new.tranche_id is not null then
    update tranche_fund f set
      cancelled = f.cancelled + case new.move when 'cancelled' then new.units else 0 end,
      paid = f.paid + case new.move when 'paid' then new.units else 0 end,
      acquitted = f.acquitted + case new.move when 'acquitted' then new.units else 0 end,
      returned = f.returned + case new.move when 'returned' then new.units else 0 end,
      carried = f.carried + case new.move when 'carried' then new.units else 0 end,
      demanded = f.demanded + case new.move when 'demanded' then new.units else 0 end
     where f.book_id = new.book_id and f.tranche_id = new.tranche_id and f.fund_id = new.fund_id;
    if not found then
      if new.move <> 'carried' then
        perform refuse('grant_money_other_fund', jsonb_build_object('fund', (select name from fund where book_id = new.book_id and fund_id = new.fund_id)));
      end if;
      insert into tranche_fund (book_id, tranche_id, fund_id, place, planned, carried)
        select new.book_id, new.tranche_id, new.fund_id, coalesce(max(f.place), 0) + 1, 0, new.units from tranche_fund f
         where f.book_id = new.book_id and f.tranche_id = new.tranche_id;
    end if;
  end if;
  if new.units > 0 and new.move in ('cancelled', 'returned', 'recovered', 'written-off') then
    perform free_grant_lots(new.book_id, new.grant_id, new.fund_id);
  end if;
  return null;
end $$;
create trigger grant_money_sums after insert on grant_money for each row execute function grant_money_adds_up();

-- A voucher, with those that are decided together with it, says of the grant's promises, advances and claims what the register says of it.
create function grant_money_is_booked() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_bundle bigint[];
begin
  if new.voucher_id is null then
    if (select sum(m.units) from grant_money m where m.book_id = new.book_id and m.grant_id = new.grant_id and m.move = 'carried'
           and m.fund_id = new.fund_id) <> 0 then
      perform refuse('grant_money_unlike_voucher', jsonb_build_object('voucher', 0));
    end if;
    return null;
  end if;
  v_bundle := bundle_of(new.book_id, new.voucher_id);
  if exists (
       select 1
         from (select m.fund_id,
                      sum(case m.move when 'committed' then m.units when 'cancelled' then -m.units when 'paid' then -m.units else 0 end) as promised,
                      sum(case m.move when 'paid' then m.units when 'acquitted' then -m.units when 'returned' then -m.units
                                      when 'demanded' then -m.units else 0 end) as advance,
                      sum(case m.move when 'demanded' then m.units when 'recovered' then -m.units when 'written-off' then -m.units else 0 end) as claim
                 from grant_money m where m.book_id = new.book_id and m.grant_id = new.grant_id and m.voucher_id = any (v_bundle) group by m.fund_id) w
         full join (select l.fund_id, coalesce(sum(signed(l.side, l.units)) filter (where x.key = 'commitments'), 0) as promised,
                           coalesce(sum(signed(l.side, l.units)) filter (where x.key = 'project-advances'), 0) as advance,
                           coalesce(sum(signed(l.side, l.units)) filter (where x.key = 'recovery-claims'), 0) as claim
                      from voucher_line l join account x using (book_id, account_id)
                     where l.book_id = new.book_id and l.voucher_id = any (v_bundle)
                       and l.project_id in (select a.project_id from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id)
                       and x.key in ('commitments', 'project-advances', 'recovery-claims')
                     group by l.fund_id) b using (fund_id)
        where coalesce(w.promised, 0) <> coalesce(b.promised, 0) or coalesce(w.advance, 0) <> coalesce(b.advance, 0)
           or coalesce(w.claim, 0) <> coalesce(b.claim, 0))
     or exists (select 1 from voucher v where v.book_id = new.book_id and v.voucher_id = any (v_bundle) and v.state <> 'posted') then
    perform refuse('grant_money_unlike_voucher', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger grant_money_booked after insert on grant_money deferrable initially deferred
  for each row execute function grant_money_is_booked();
