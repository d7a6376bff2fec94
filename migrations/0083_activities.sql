-- Hours and points are issued for something that was served and confirmed: the ground, person by person, stands in the books before the entry, and the
-- entry says the same. Each ground is used once for hours and once for points.
create table earned_ground (
  book_id     integer not null,
  voucher_id  bigint not null,
  person_id   bigint not null references person,
  commodity   text not null constraint earned_ground_commodity check (commodity in ('HOUR', 'POINT')),
  source      text not null constraint earned_ground_source check (source in ('record', 'correction', 'service')),
  source_id   bigint not null,
  units       bigint not null constraint earned_ground_units check (units >= 0),              -- what the person gets: minutes or points
  to_pool     bigint not null default 0 constraint earned_ground_to_pool check (to_pool >= 0), -- minutes beyond what may be stored
  primary key (book_id, voucher_id, person_id),
  foreign key (book_id, voucher_id) references voucher,
  constraint earned_ground_something check (units + to_pool > 0 and (commodity = 'HOUR' or to_pool = 0)),
  constraint earned_ground_once unique (book_id, source, source_id, commodity)
);
create index earned_ground_of_person on earned_ground (book_id, person_id, voucher_id);
create trigger earned_ground_lasting before update or delete or truncate on earned_ground
  for each statement execute function books_are_append_only();
create function grounds_come_first() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad bigint;
begin
  select n.voucher_id into bad from (select distinct book_id, voucher_id from n) n
    left join voucher v on v.book_id = n.book_id and v.voucher_id = n.voucher_id and v.state = 'prepared' where v.voucher_id is null limit 1;
  if found then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return null;
end $$;
create trigger earned_ground_first after insert on earned_ground referencing new table as n for each statement execute function grounds_come_first();

create function earned_entries_have_ground() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p unit_paper; v_earned boolean; v_is_unlike boolean;
begin
  select * into p from unit_paper x where x.book_id = new.book_id and x.voucher_id = new.voucher_id;
  v_earned := p.kind in ('hours-earned', 'points-earned') and not p.is_red;
  select exists (
    select from (select l.counterparty_id as person_id, sum(l.units) as units from voucher_line l
                  where v_earned and l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id is not null group by 1) l
      full join (select g.person_id, g.units from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id
                    and (g.units > 0 or not v_earned)) g using (person_id)
     where l.units is distinct from g.units) into v_is_unlike;
  if v_is_unlike or v_earned and (
       exists (select from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id
                  and (g.commodity = 'HOUR') <> (p.kind = 'hours-earned'))
       or (select coalesce(sum(g.to_pool), 0) from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id)
          <> (select coalesce(sum(l.units), 0) from voucher_line l join account a using (book_id, account_id)
               where l.book_id = new.book_id and l.voucher_id = new.voucher_id and a.key = 'hours-pool')) then
    perform refuse('earned_without_ground', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger journal_entry_units_with_ground after insert on journal_entry for each row when (new.series in ('时', '分'))
  execute function earned_entries_have_ground();
grant select, insert on earned_ground to :"app";

-- An activity: what is done where and when, how many take part in which role, how many minutes may be credited, and who is the second party.
create table activity (
  book_id        integer not null,
  activity_id    bigint generated always as identity,
  fund_id        integer not null,                -- the programme
  title          text not null constraint activity_title check (char_length(title) between 1 and 60),
  place          text not null constraint activity_place check (char_length(place) between 1 and 80),
  project_id     bigint,
  project_class  text not null default '',
  day            date not null,
  starts_at      timestamptz not null,
  ends_at        timestamptz not null,
  cap_minutes    integer not null constraint activity_cap check (cap_minutes between 1 and 1440),
  confirmer_id   bigint references person,        -- whom it was done for, with a card; coordinators confirm anyway
  secret         bytea not null constraint activity_secret check (length(secret) = 16),
  state          text not null default 'planned' constraint activity_state check (state in ('planned', 'open', 'closed', 'cancelled')),
  published_by   bigint not null references person,
  published_at   timestamptz not null,
  ended_by       bigint references person,
  ended_at       timestamptz,
  reason         text not null default '' constraint activity_reason check (char_length(reason) <= 200),
  primary key (book_id, activity_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, project_id) references project,
  constraint activity_span check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'
    and (starts_at at time zone 'Asia/Shanghai')::date = day),
  constraint activity_ended check ((state in ('closed', 'cancelled')) = (ended_at is not null) and (ended_by is null) = (ended_at is null)
    and (state <> 'cancelled' or reason <> ''))
);
create index activity_of_day on activity (book_id, fund_id, day desc, activity_id desc);
create function activities_go_forward() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'planned'
     or tg_op = 'UPDATE' and (old.state in ('closed', 'cancelled') and new is distinct from old
       or new.state <> old.state and (old.state, new.state) not in (('planned', 'open'), ('planned', 'closed'), ('open', 'closed'), ('planned', 'cancelled'))
       or old.state <> 'planned' and (to_jsonb(new) - array['state', 'ended_by', 'ended_at', 'reason'])
                                     is distinct from (to_jsonb(old) - array['state', 'ended_by', 'ended_at', 'reason'])) then
    perform refuse('activity_out_of_turn', jsonb_build_object('state', case tg_op when 'UPDATE' then old.state else new.state end));
  end if;
  return new;
end $$;
create trigger activity_turns before insert or update on activity for each row execute function activities_go_forward();
create trigger activity_lasting before update or delete on activity for each row execute function
  only_these_change('title', 'place', 'project_id', 'project_class', 'day', 'starts_at', 'ends_at', 'cap_minutes', 'confirmer_id', 'state', 'ended_by',
    'ended_at', 'reason');
create trigger activity_truncate before truncate on activity for each statement execute function books_are_append_only();

create table activity_role (
  book_id      integer not null,
  activity_id  bigint not null,
  role         text not null constraint activity_role_role check (char_length(role) between 1 and 20),
  seats        integer not null constraint activity_role_seats check (seats between 0 and 20000),
  primary key (book_id, activity_id, role),
  foreign key (book_id, activity_id) references activity
);
create trigger activity_role_lasting before update or delete on activity_role for each row execute function only_these_change('seats');
create trigger activity_role_truncate before truncate on activity_role for each statement execute function books_are_append_only();

create table activity_sign_up (
  book_id       integer not null,
  activity_id   bigint not null,
  person_id     bigint not null,
  role          text not null,
  signed_by     bigint not null references person,
  signed_at     timestamptz not null,
  withdrawn_by  bigint references person,
  withdrawn_at  timestamptz,
  primary key (book_id, activity_id, person_id),
  foreign key (book_id, activity_id, role) references activity_role,
  foreign key (book_id, person_id) references member,
  constraint activity_sign_up_withdrawn check ((withdrawn_by is null) = (withdrawn_at is null))
);
create index activity_sign_up_of_role on activity_sign_up (book_id, activity_id, role) where withdrawn_at is null;
create index activity_sign_up_of_person on activity_sign_up (book_id, person_id, activity_id);
create trigger activity_sign_up_lasting before update or delete on activity_sign_up for each row
  execute function only_these_change('role', 'signed_by', 'signed_at', 'withdrawn_by', 'withdrawn_at');
create trigger activity_sign_up_truncate before truncate on activity_sign_up for each statement execute function books_are_append_only();

-- Seats are never more than there are: whoever signs up waits for the role's row, and counts after it; whoever takes seats away too.
create function seats_hold() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from activity_role r join (select distinct book_id, activity_id, role from n) c using (book_id, activity_id, role)
    order by r.book_id, r.activity_id, r.role for no key update of r;
  select r.role, r.seats into bad from activity_role r join (select distinct book_id, activity_id, role from n) c using (book_id, activity_id, role)
   where r.seats < (select count(*) from activity_sign_up s where s.book_id = r.book_id and s.activity_id = r.activity_id and s.role = r.role
                       and s.withdrawn_at is null) limit 1;
  if found then
    perform refuse('activity_full', jsonb_build_object('role', bad.role, 'seats', bad.seats));
  end if;
  return null;
end $$;
create trigger activity_sign_up_seats after insert on activity_sign_up referencing new table as n for each statement execute function seats_hold();
create trigger activity_sign_up_again after update on activity_sign_up referencing new table as n for each statement execute function seats_hold();
create trigger activity_role_seats_hold after update on activity_role referencing new table as n for each statement execute function seats_hold();

-- Signing in and out, each by the code of the place, by the coordinator's list, or from a sheet of paper. What is corrected stands beside what replaced it.
create table attendance (
  book_id            integer not null,
  attendance_id      bigint generated always as identity,
  activity_id        bigint not null,
  person_id          bigint not null,
  role               text not null,
  in_at              timestamptz not null,
  in_how             text not null constraint attendance_in_how check (in_how in ('code', 'list', 'paper')),
  in_by              bigint not null references person,
  out_at             timestamptz,
  out_how            text constraint attendance_out_how check (out_how in ('code', 'list', 'paper')),
  out_by             bigint references person,
  filed_document_id  bigint,
  reason             text not null default '' constraint attendance_reason check (char_length(reason) <= 200),
  replaced_at        timestamptz,
  primary key (book_id, attendance_id),
  foreign key (book_id, activity_id, role) references activity_role,
  foreign key (book_id, person_id) references member,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint attendance_out check ((out_at is null) = (out_how is null) and (out_at is null) = (out_by is null)),
  constraint attendance_day check (out_at > in_at and out_at <= in_at + interval '24 hours'),
  constraint attendance_paper check ((filed_document_id is not null) = (in_how = 'paper') and (in_how <> 'paper' or out_how = 'paper' and reason <> '')),
  constraint attendance_by_code check ((in_how <> 'code' or in_by = person_id) and (out_how is distinct from 'code' or out_by = person_id))
);
create unique index attendance_once on attendance (book_id, activity_id, person_id) where replaced_at is null;
create index attendance_of_person on attendance (book_id, person_id, in_at);
create trigger attendance_lasting before update or delete on attendance for each row
  execute function only_these_change('out_at', 'out_how', 'out_by', 'replaced_at');
create function attendances_end_once() returns trigger language plpgsql as $$
begin
  if old.out_at is not null and (new.out_at, new.out_how, new.out_by) is distinct from (old.out_at, old.out_how, old.out_by) or old.replaced_at is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger attendance_ends_once before update on attendance for each row execute function attendances_end_once();
create trigger attendance_truncate before truncate on attendance for each statement execute function books_are_append_only();

-- Every wrong code that was typed at the place.
create table venue_try (
  book_id       integer not null,
  venue_try_id  bigint generated always as identity,
  activity_id   bigint not null,
  person_id     bigint not null references person,
  tried_at      timestamptz not null,
  primary key (book_id, venue_try_id),
  foreign key (book_id, activity_id) references activity
);
create index venue_try_of_activity on venue_try (book_id, activity_id, tried_at);
create trigger venue_try_lasting before update or delete or truncate on venue_try for each statement execute function books_are_append_only();

grant select, insert on activity, activity_role, activity_sign_up, attendance, venue_try to :"app";
grant update (title, place, project_id, project_class, day, starts_at, ends_at, cap_minutes, confirmer_id, state, ended_by, ended_at, reason) on activity to :"app";
grant update (seats) on activity_role to :"app";
grant update (role, signed_by, signed_at, withdrawn_by, withdrawn_at) on activity_sign_up to :"app";
grant update (out_at, out_how, out_by, replaced_at) on attendance to :"app";
