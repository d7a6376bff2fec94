-- Service exchange: somebody asks for an hour, a neighbour gives it, a second party confirms, and the minutes that one uses are those the other earns.

create table service_rule (
  from_state  text not null,
  move        text not null,
  to_state    text not null,
  primary key (from_state, move)
);
insert into service_rule values
  ('', 'ask', 'open'), ('open', 'match', 'matched'), ('open', 'cancel', 'cancelled'), ('open', 'lapse', 'lapsed'), ('lapsed', 'reopen', 'open'),
  ('matched', 'unmatch', 'open'), ('matched', 'report', 'done'), ('matched', 'cancel', 'cancelled'),
  ('done', 'return', 'matched'), ('done', 'confirm', 'confirmed'), ('done', 'cancel', 'cancelled'), ('confirmed', 'correct', 'corrected');
create trigger service_rule_lasting before insert or update or delete or truncate on service_rule
  for each statement execute function books_are_append_only();

create table service_request (
  book_id             integer not null,
  service_request_id  bigint generated always as identity,
  fund_id             integer not null,
  receiver_id         bigint not null,
  asked_by            bigint not null references person,
  asked_as            text not null constraint service_request_asked_as check (asked_as in ('self', 'family', 'coordinator')),
  asked_at            timestamptz not null,
  role                text not null constraint service_request_role check (char_length(role) between 1 and 20),
  words               text not null constraint service_request_words check (char_length(words) <= 100),
  place               text not null constraint service_request_place check (char_length(place) <= 40),
  wanted_on           date not null,
  from_minute         smallint not null,                  -- of the day
  until_minute        smallint not null,
  minutes             integer not null,                   -- planned
  is_urgent           boolean not null,
  urgent_reason       text not null constraint service_request_urgent check (char_length(urgent_reason) <= 100 and (urgent_reason <> '') = is_urgent),
  project_id          bigint,
  state               text not null constraint service_request_state check (state in ('open', 'matched', 'done', 'confirmed', 'cancelled', 'lapsed', 'corrected')),
  state_version       integer not null,
  provider_id         bigint,
  reported_by         bigint references person,
  served_on           date,
  served_from         smallint,
  served_until        smallint,
  served_minutes      integer,                            -- rounded, and within the cap
  used_entry_no       bigint,
  earned_entry_no     bigint,
  points_entry_no     bigint,
  primary key (book_id, service_request_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, receiver_id) references member,
  foreign key (book_id, provider_id) references member,
  foreign key (book_id, project_id) references project,
  foreign key (book_id, used_entry_no) references journal_entry,
  foreign key (book_id, earned_entry_no) references journal_entry,
  foreign key (book_id, points_entry_no) references journal_entry,
  constraint service_request_time check (from_minute >= 0 and until_minute <= 1440 and from_minute < until_minute
    and minutes between 1 and until_minute - from_minute),
  constraint service_request_provider check ((provider_id is not null) >= (state in ('matched', 'done', 'confirmed', 'corrected')) and provider_id <> receiver_id),
  constraint service_request_served check ((served_minutes is null) = (reported_by is null) and (served_minutes is null) = (served_on is null)
    and (served_minutes is null) = (served_from is null) and (served_minutes is null) = (served_until is null)
    and (served_minutes is not null or state not in ('done', 'confirmed', 'corrected'))
    and served_from >= 0 and served_until <= 1440 and served_minutes between 1 and served_until - served_from),
  constraint service_request_posted check ((used_entry_no is not null) = (state in ('confirmed', 'corrected'))
    and (earned_entry_no is not null) = (used_entry_no is not null) and (points_entry_no is null or used_entry_no is not null))
);
create index service_request_of_receiver on service_request (book_id, receiver_id, service_request_id);
create index service_request_of_provider on service_request (book_id, provider_id, service_request_id) where provider_id is not null;
create index service_request_standing on service_request (book_id, fund_id, wanted_on) where state in ('open', 'matched', 'done');
create unique index service_request_used_once on service_request (book_id, used_entry_no) where used_entry_no is not null;
create unique index service_request_earned_once on service_request (book_id, earned_entry_no) where earned_entry_no is not null;

create table service_log (
  book_id             integer not null,
  service_request_id  bigint not null,
  state_version       integer not null,
  move                text not null,
  from_state          text,
  to_state            text not null,
  actor_id            bigint not null references person,
  at                  timestamptz not null,
  reason              text not null constraint service_log_reason check (char_length(reason) <= 200),
  primary key (book_id, service_request_id, state_version),
  foreign key (book_id, service_request_id) references service_request
);
create trigger service_log_lasting before update or delete or truncate on service_log
  for each statement execute function books_are_append_only();

create function service_moves_are_listed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare s service_request; r service_rule;
begin
  select * into s from service_request where book_id = new.book_id and service_request_id = new.service_request_id for no key update;
  select * into r from service_rule x where x.from_state = coalesce(new.from_state, '') and x.move = new.move;
  if r.move is null or new.to_state <> r.to_state
     or new.state_version = 1 and (new.from_state is not null or s.state <> r.to_state or s.state_version <> 1)
     or new.state_version <> 1 and (new.from_state is distinct from s.state or new.state_version <> s.state_version + 1) then
    perform refuse('service_move_unlisted', jsonb_build_object('state', s.state, 'move', new.move));
  end if;
  return new;
end $$;
create trigger service_log_listed before insert on service_log for each row execute function service_moves_are_listed();

create function services_follow_the_log() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' and (new.state_version <> 1 or new.state <> 'open')
     or tg_op = 'UPDATE' and (new.state, new.state_version) is distinct from (old.state, old.state_version)
        and (new.state_version <> old.state_version + 1 or not exists (
               select 1 from service_log l where l.book_id = new.book_id and l.service_request_id = new.service_request_id
                  and l.state_version = new.state_version and l.from_state = old.state and l.to_state = new.state)) then
    perform refuse('service_move_unlogged', jsonb_build_object('to', new.state));
  end if;
  -- What was settled stays as it was settled.
  if tg_op = 'UPDATE' and old.state in ('confirmed', 'corrected')
     and to_jsonb(new) - array['state', 'state_version'] is distinct from to_jsonb(old) - array['state', 'state_version'] then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger service_request_follows before insert or update on service_request for each row execute function services_follow_the_log();
create trigger service_request_lasting before update or delete on service_request for each row execute function only_these_change(
  'wanted_on', 'from_minute', 'until_minute', 'state', 'state_version', 'provider_id', 'reported_by', 'served_on', 'served_from', 'served_until',
  'served_minutes', 'used_entry_no', 'earned_entry_no', 'points_entry_no');
create trigger service_request_truncate before truncate on service_request for each statement execute function books_are_append_only();
create function services_begin_logged() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from service_log l where l.book_id = new.book_id and l.service_request_id = new.service_request_id and l.state_version = 1) then
    perform refuse('service_move_unlogged', jsonb_build_object('to', new.state));
  end if;
  return null;
end $$;
create constraint trigger service_request_begins after insert on service_request deferrable initially deferred
  for each row execute function services_begin_logged();

create table service_offer (
  book_id             integer not null,
  service_offer_id    bigint generated always as identity,
  service_request_id  bigint not null,
  person_id           bigint not null,
  offered_at          timestamptz not null,
  withdrawn_at        timestamptz,
  primary key (book_id, service_offer_id),
  foreign key (book_id, service_request_id) references service_request,
  foreign key (book_id, person_id) references member
);
create unique index service_offer_once on service_offer (book_id, service_request_id, person_id) where withdrawn_at is null;
create trigger service_offer_lasting before update or delete on service_offer for each row execute function only_these_change('withdrawn_at');
create trigger service_offer_truncate before truncate on service_offer for each statement execute function books_are_append_only();

-- A dispute ends with red entries of both sides, which one proposes and another agrees to.
create table service_correction (
  book_id                integer not null,
  service_correction_id  bigint generated always as identity,
  service_request_id     bigint not null,
  reason                 text not null constraint service_correction_reason check (char_length(reason) between 1 and 200),
  proposed_by            bigint not null references person,
  proposed_at            timestamptz not null,
  state                  text not null default 'waiting' constraint service_correction_state check (state in ('waiting', 'agreed', 'dropped')),
  decided_by             bigint references person,
  decided_at             timestamptz,
  primary key (book_id, service_correction_id),
  foreign key (book_id, service_request_id) references service_request,
  constraint service_correction_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)),
  constraint service_correction_two check (state <> 'agreed' or decided_by <> proposed_by)
);
create unique index service_correction_one on service_correction (book_id, service_request_id) where state <> 'dropped';
create trigger service_correction_lasting before update or delete on service_correction for each row
  execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger service_correction_truncate before truncate on service_correction for each statement execute function books_are_append_only();

-- Time for time: what the receiver used is what the provider earned, and neither the provider, whoever reported nor anybody close to the provider confirmed it.
create function services_move_time_for_time() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_by bigint; v_used bigint; v_earned bigint; v_other bigint;
begin
  select coalesce(sum(l.units), 0) into v_used from posting l join account a using (book_id, account_id)
   where l.book_id = new.book_id and l.entry_no = new.used_entry_no and a.key = 'hours-held' and l.side = 'C' and l.counterparty_id = new.receiver_id;
  select coalesce(sum(l.units) filter (where a.key = 'hours-issued' and l.side = 'C'), 0),
         count(*) filter (where l.counterparty_id is not null and l.counterparty_id <> new.provider_id) into v_earned, v_other
    from posting l join account a using (book_id, account_id) where l.book_id = new.book_id and l.entry_no = new.earned_entry_no;
  if v_used <> new.served_minutes or v_earned <> new.served_minutes or v_other > 0 then
    perform refuse('service_time_for_time', jsonb_build_object('used', v_used, 'earned', v_earned, 'served', new.served_minutes));
  end if;
  select l.actor_id into v_by from service_log l where l.book_id = new.book_id and l.service_request_id = new.service_request_id and l.move = 'confirm';
  if v_by = new.reported_by or v_by = new.provider_id or exists (
       select 1 from member a join member b on b.book_id = a.book_id and b.person_id = new.provider_id
        where a.book_id = new.book_id and a.person_id = v_by
          and (a.household_id = b.household_id or a.guardian_id = b.person_id or b.guardian_id = a.person_id))
     or exists (select 1 from member b where b.book_id = new.book_id and b.person_id = new.provider_id and b.guardian_id = v_by) then
    perform refuse('service_second_party', jsonb_build_object('request', new.service_request_id));
  end if;
  if new.state = 'corrected' and (
       not exists (select 1 from service_correction c where c.book_id = new.book_id and c.service_request_id = new.service_request_id and c.state = 'agreed')
       or (select count(*) from (values (new.used_entry_no), (new.earned_entry_no)) e(no)
            where (select sum(l.units) from unit_paper p join journal_entry j using (book_id, voucher_id)
                     join posting l on l.book_id = j.book_id and l.entry_no = j.entry_no and l.side = 'C'
                    where p.book_id = new.book_id and p.of_entry_no = e.no and p.is_red) = -new.served_minutes) < 2) then
    perform refuse('service_time_for_time', jsonb_build_object('used', -v_used, 'earned', -v_earned, 'served', -new.served_minutes));
  end if;
  return null;
end $$;
create constraint trigger service_request_time_for_time after update of state on service_request deferrable initially deferred
  for each row when (new.state in ('confirmed', 'corrected')) execute function services_move_time_for_time();

grant select on service_rule to :"app";
grant select, insert on service_request, service_log, service_offer, service_correction to :"app";
grant update (wanted_on, from_minute, until_minute, state, state_version, provider_id, reported_by, served_on, served_from, served_until, served_minutes,
  used_entry_no, earned_entry_no, points_entry_no) on service_request to :"app";
grant update (withdrawn_at) on service_offer to :"app";
grant update (state, decided_by, decided_at) on service_correction to :"app";

-- What is issued for a service is issued to whoever gave it, for its minutes, by the entries that it names.
create function service_grounds_are_services() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (
       select from service_request s join journal_entry j on j.book_id = s.book_id and j.voucher_id = new.voucher_id
        where s.book_id = new.book_id and s.service_request_id = new.source_id and s.provider_id = new.person_id
          and (new.commodity = 'HOUR' and j.entry_no = s.earned_entry_no and new.units + new.to_pool = s.served_minutes
               or new.commodity = 'POINT' and j.entry_no = s.points_entry_no)) then
    perform refuse('service_ground', jsonb_build_object('request', new.source_id));
  end if;
  return null;
end $$;
create constraint trigger earned_ground_of_service after insert on earned_ground deferrable initially deferred
  for each row when (new.source = 'service') execute function service_grounds_are_services();
