-- Records of what people served: minutes are reckoned from signing in and out and never typed, the grade of evidence is given once, another person
-- confirms, and what is in the books is what the records say.
create table service_record (
  book_id            integer not null,
  service_record_id  bigint generated always as identity,
  fund_id            integer not null,
  activity_id        bigint,                     -- none for hours from before the programme
  attendance_id      bigint,
  person_id          bigint not null,
  role               text not null constraint service_record_role check (char_length(role) between 1 and 20),
  grade              text not null constraint service_record_grade check (grade in ('verified', 'two-party', 'back-entered', 'legacy')),
  day                date not null,
  in_at              timestamptz,
  out_at             timestamptz,
  project_id         bigint,
  project_class      text not null default '',
  programme_rule_id  bigint not null,
  points_per_hour    integer not null constraint service_record_rate check (points_per_hour >= 0),
  rounding_minutes   smallint not null,
  cap_minutes        integer not null,
  raw_minutes        integer not null constraint service_record_raw check (raw_minutes >= 0),
  rounded_minutes    integer not null,
  cut_activity       integer not null,           -- minutes beyond the activity's cap
  cut_day            integer not null constraint service_record_cut_day check (cut_day >= 0),
  credited_minutes   integer not null constraint service_record_credited check (credited_minutes >= 0),
  points             integer not null,
  to_pool            integer not null default 0 constraint service_record_to_pool check (to_pool between 0 and credited_minutes),
  ticked_in_by       bigint references person,
  ticked_out_by      bigint references person,
  filed_document_id  bigint,
  reason             text not null default '' constraint service_record_reason check (char_length(reason) <= 200),
  state              text not null default 'open' constraint service_record_state check (state in ('open', 'confirmed', 'posted', 'dropped', 'replaced')),
  written_at         timestamptz not null,
  confirmed_by       bigint references person,
  confirmed_at       timestamptz,
  hours_entry_no     bigint,
  points_entry_no    bigint,
  posted_at          timestamptz,
  primary key (book_id, service_record_id),
  foreign key (book_id, activity_id) references activity,
  foreign key (book_id, attendance_id) references attendance,
  foreign key (book_id, person_id) references member,
  foreign key (book_id, project_id) references project,
  foreign key (book_id, programme_rule_id) references programme_rule,
  foreign key (book_id, filed_document_id) references filed_document,
  foreign key (book_id, hours_entry_no) references journal_entry,
  foreign key (book_id, points_entry_no) references journal_entry,
  constraint service_record_reckoned check ((grade = 'legacy' and in_at is null and out_at is null and activity_id is null and attendance_id is null
      and reason <> '' and rounding_minutes = 1)
    or (grade <> 'legacy' and activity_id is not null and attendance_id is not null and in_at is not null and out_at is not null
      and raw_minutes = floor(extract(epoch from out_at - in_at) / 60) and raw_minutes <= 1440)),
  constraint service_record_rounded check (rounded_minutes = raw_minutes - raw_minutes % rounding_minutes),
  constraint service_record_capped check (cut_activity = greatest(0, rounded_minutes - cap_minutes) and credited_minutes = rounded_minutes - cut_activity - cut_day),
  constraint service_record_points check (points = credited_minutes::bigint * points_per_hour / 60),
  constraint service_record_paper check (grade <> 'back-entered' or filed_document_id is not null and reason <> ''),
  constraint service_record_other_person check (confirmed_by <> person_id and confirmed_by <> ticked_in_by and confirmed_by <> ticked_out_by),
  constraint service_record_ticked check (grade = 'verified' and ticked_in_by is null and ticked_out_by is null
    or grade <> 'verified' and (ticked_in_by is not null or ticked_out_by is not null)),
  constraint service_record_stands check ((state in ('confirmed', 'posted')) = (confirmed_by is not null) and (confirmed_by is null) = (confirmed_at is null)
    and (state = 'posted') = (posted_at is not null) and (state = 'posted' or hours_entry_no is null and points_entry_no is null and to_pool = 0)
    and (state <> 'posted' or (hours_entry_no is not null) = (credited_minutes > 0) and (points_entry_no is not null) = (points > 0)))
);
create unique index service_record_once on service_record (book_id, activity_id, person_id) where state in ('open', 'confirmed', 'posted');
create index service_record_of_person on service_record (book_id, person_id, day);
create index service_record_of_activity on service_record (book_id, activity_id, person_id);
create index service_record_of_attendance on service_record (book_id, attendance_id);
create trigger service_record_truncate before truncate on service_record for each statement execute function books_are_append_only();
create trigger service_record_lasting before update or delete on service_record for each row execute function
  only_these_change('cut_day', 'credited_minutes', 'points', 'to_pool', 'state', 'confirmed_by', 'confirmed_at', 'hours_entry_no', 'points_entry_no', 'posted_at');

-- Whether two are one, live together, or one answers for the other.
create function members_are_close(p_book integer, p_one bigint, p_other bigint) returns boolean language sql stable as $$
  select p_one = p_other or exists (
    select from member a where a.book_id = p_book and a.person_id = p_one
       and (a.guardian_id = p_other or exists (select from member b where b.book_id = p_book and b.person_id = p_other and a.household_id = b.household_id)))
    or exists (select from member b where b.book_id = p_book and b.person_id = p_other and b.guardian_id = p_one)
$$;

create function service_records_turn() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'open'
     or tg_op = 'UPDATE' and ((old.state, new.state) not in (('open', 'confirmed'), ('open', 'dropped'), ('open', 'replaced'), ('confirmed', 'posted'))
       or old.state = 'confirmed' and (new.cut_day, new.credited_minutes, new.points, new.confirmed_by, new.confirmed_at)
                                      is distinct from (old.cut_day, old.credited_minutes, old.points, old.confirmed_by, old.confirmed_at)) then
    perform refuse('service_record_out_of_turn', jsonb_build_object('state', case tg_op when 'UPDATE' then old.state else new.state end));
  end if;
  return new;
end $$;
create trigger service_record_turns before insert or update on service_record for each row execute function service_records_turn();

-- A record is what its attendance and its activity say.
create function service_records_are_written() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from n left join attendance a on a.book_id = n.book_id and a.attendance_id = n.attendance_id and a.replaced_at is null
               left join activity v on v.book_id = n.book_id and v.activity_id = n.activity_id
              where n.grade <> 'legacy' and (a.activity_id, a.person_id, a.role, a.in_at, a.out_at, v.fund_id, v.day,
                     case when 'paper' in (a.in_how, a.out_how) then 'back-entered' when a.in_how = 'code' and a.out_how = 'code' then 'verified' else 'two-party' end,
                     case when a.in_how <> 'code' then a.in_by end, case when a.out_how <> 'code' then a.out_by end)
                is distinct from (n.activity_id, n.person_id, n.role, n.in_at, n.out_at, n.fund_id, n.day, n.grade, n.ticked_in_by, n.ticked_out_by))
     or exists (select from n join programme_rule r using (book_id, programme_rule_id)
                 where n.grade <> 'legacy' and (r.state <> 'approved' or r.fund_id <> n.fund_id or r.rounding_minutes <> n.rounding_minutes
                    or n.cap_minutes > r.activity_cap)) then
    perform refuse('service_record_unlike', '{}');
  end if;
  return null;
end $$;
create trigger service_record_written after insert on service_record referencing new table as n for each statement execute function service_records_are_written();

-- Whoever confirms is another person, not close to the one who served; two services of one person do not overlap, and a day has its cap.
create function service_records_are_confirmed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  if exists (select from n where n.state = 'confirmed') then
    perform 1 from member m join (select distinct book_id, person_id from n where n.state = 'confirmed') c using (book_id, person_id)
      order by m.book_id, m.person_id for no key update of m;
    select n.service_record_id into bad from n where n.state = 'confirmed' and members_are_close(n.book_id, n.person_id, n.confirmed_by) limit 1;
    if found then
      perform refuse('service_record_close_person', jsonb_build_object('record', bad.service_record_id));
    end if;
    select n.service_record_id into bad from n
      join service_record o on o.book_id = n.book_id and o.person_id = n.person_id and o.service_record_id <> n.service_record_id
        and o.state in ('confirmed', 'posted') and o.day between n.day - 1 and n.day + 1 and o.in_at < n.out_at and n.in_at < o.out_at
     where n.state = 'confirmed' limit 1;
    if found then
      perform refuse('service_record_overlap', jsonb_build_object('record', bad.service_record_id));
    end if;
    select c.person_id, c.day, r.day_cap into bad from (select distinct n.book_id, n.person_id, n.day, n.programme_rule_id from n where n.state = 'confirmed'
        and n.grade <> 'legacy') c
      join programme_rule r using (book_id, programme_rule_id)
     where r.day_cap < (select sum(o.credited_minutes) from service_record o where o.book_id = c.book_id and o.person_id = c.person_id and o.day = c.day
                           and o.state in ('confirmed', 'posted') and o.grade <> 'legacy') limit 1;
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
create trigger service_record_confirmed after update on service_record referencing new table as n for each statement
  execute function service_records_are_confirmed();

-- A volunteer disputes a record; a coordinator who did not confirm it answers.
create table record_dispute (
  book_id            integer not null,
  record_dispute_id  bigint generated always as identity,
  service_record_id  bigint not null,
  text               text not null constraint record_dispute_text check (char_length(text) between 1 and 500),
  raised_by          bigint not null references person,
  raised_at          timestamptz not null,
  state              text not null default 'open' constraint record_dispute_state check (state in ('open', 'upheld', 'rejected')),
  answer             text not null default '' constraint record_dispute_answer check (char_length(answer) <= 500),
  answered_by        bigint references person,
  answered_at        timestamptz,
  primary key (book_id, record_dispute_id),
  foreign key (book_id, service_record_id) references service_record,
  constraint record_dispute_stands check ((state = 'open') = (answered_at is null) and (answered_by is null) = (answered_at is null)
    and (state = 'open') = (answer = ''))
);
create unique index record_dispute_one_open on record_dispute (book_id, service_record_id) where state = 'open';
create index record_dispute_waiting on record_dispute (book_id, raised_at) where state = 'open';
create function disputes_are_answered() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v service_record;
begin
  select * into v from service_record r where r.book_id = new.book_id and r.service_record_id = new.service_record_id;
  if tg_op = 'INSERT' and (new.state <> 'open' or new.raised_by <> v.person_id or v.state not in ('posted', 'dropped'))
     or tg_op = 'UPDATE' and (old.state <> 'open' or new.state = 'open' or new.answered_by in (v.confirmed_by, v.person_id)) then
    perform refuse('record_dispute_other_person', jsonb_build_object('record', new.service_record_id));
  end if;
  return new;
end $$;
create trigger record_dispute_answered before insert or update on record_dispute for each row execute function disputes_are_answered();
create trigger record_dispute_lasting before update or delete on record_dispute for each row
  execute function only_these_change('state', 'answer', 'answered_by', 'answered_at');
create trigger record_dispute_truncate before truncate on record_dispute for each statement execute function books_are_append_only();

-- One coordinator proposes how many minutes it should have been, another agrees; the difference is booked, the record stays as it was.
create table record_correction (
  book_id               integer not null,
  record_correction_id  bigint generated always as identity,
  service_record_id     bigint not null,
  minutes_before        integer not null,
  minutes               integer not null constraint record_correction_minutes check (minutes >= 0 and minutes <> minutes_before),
  reason                text not null constraint record_correction_reason check (char_length(reason) between 1 and 200),
  proposed_by           bigint not null references person,
  proposed_at           timestamptz not null,
  state                 text not null default 'waiting' constraint record_correction_state check (state in ('waiting', 'agreed', 'dropped')),
  decided_by            bigint references person,
  decided_at            timestamptz,
  points                integer not null default 0,                  -- more points, or below zero: what was taken back
  points_short          integer not null default 0 constraint record_correction_short check (points_short >= 0),  -- used already, and not taken back
  to_pool               integer not null default 0,                  -- of the minutes: what the pool got or, below zero, lost
  hours_entry_no        bigint,
  points_entry_no       bigint,
  primary key (book_id, record_correction_id),
  foreign key (book_id, service_record_id) references service_record,
  foreign key (book_id, hours_entry_no) references journal_entry,
  foreign key (book_id, points_entry_no) references journal_entry,
  constraint record_correction_stands check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)
    and (state = 'agreed') = (hours_entry_no is not null) and (points = 0) = (points_entry_no is null)),
  constraint record_correction_by_two check (state <> 'agreed' or decided_by <> proposed_by)
);
create unique index record_correction_one_waiting on record_correction (book_id, service_record_id) where state = 'waiting';
create index record_correction_of_record on record_correction (book_id, service_record_id, record_correction_id);
create trigger record_correction_lasting before update or delete on record_correction for each row
  execute function only_these_change('state', 'decided_by', 'decided_at', 'points', 'points_short', 'to_pool', 'hours_entry_no', 'points_entry_no');
create trigger record_correction_truncate before truncate on record_correction for each statement execute function books_are_append_only();
create function corrections_are_agreed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v service_record; v_now integer; v_is integer;
begin
  select * into v from service_record r where r.book_id = new.book_id and r.service_record_id = new.service_record_id for no key update;
  select coalesce((select c.minutes from record_correction c where c.book_id = new.book_id and c.service_record_id = new.service_record_id
      and c.state = 'agreed' order by c.record_correction_id desc limit 1), v.credited_minutes) into v_now;
  if v.state <> 'posted' or tg_op = 'INSERT' and new.state <> 'waiting' or tg_op = 'UPDATE' and (old.state <> 'waiting' or new.state = 'waiting')
     or new.state <> 'dropped' and new.minutes_before <> v_now
     or new.state = 'agreed' and (v.person_id in (new.decided_by, new.proposed_by)) then
    perform refuse('record_correction_out_of_turn', jsonb_build_object('record', new.service_record_id));
  end if;
  if new.state = 'agreed' then
    -- The entry is the difference, of that person, and takes back what the record put there.
    select coalesce(sum(l.units), 0) into v_is from posting l join account a using (book_id, account_id)
     where l.book_id = new.book_id and l.entry_no = new.hours_entry_no and l.side = 'D'
       and (a.key = 'hours-held' and l.counterparty_id = v.person_id or a.key = 'hours-pool');
    if v_is <> new.minutes - new.minutes_before or exists (
         select from unit_paper p join journal_entry j using (book_id, voucher_id)
          where p.book_id = new.book_id and j.entry_no in (new.hours_entry_no, new.points_entry_no)
            and (p.is_red <> (new.minutes < new.minutes_before) or p.is_red and not exists (
              select from earned_ground g join voucher w on w.book_id = g.book_id and w.voucher_id = g.voucher_id
               where g.book_id = new.book_id and w.entry_no = p.of_entry_no and g.person_id = v.person_id
                 and (g.source = 'record' and g.source_id = v.service_record_id or g.source = 'correction' and g.source_id in (
                   select c.record_correction_id from record_correction c where c.book_id = new.book_id
                      and c.service_record_id = new.service_record_id))))) then
      perform refuse('service_record_not_booked', jsonb_build_object('record', new.service_record_id));
    end if;
  end if;
  return new;
end $$;
create trigger record_correction_agreed before insert or update on record_correction for each row execute function corrections_are_agreed();

-- What is issued for a record or a correction is what that says.
create function grounds_are_records() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
       or n.commodity = 'POINT' and c.minutes::bigint * r.points_per_hour / 60 - c.minutes_before::bigint * r.points_per_hour / 60 <> n.units) limit 1;
  end if;
  if found then
    perform refuse('earned_without_ground', jsonb_build_object('voucher', bad.voucher_id));
  end if;
  return null;
end $$;
create trigger earned_ground_records after insert on earned_ground referencing new table as n for each statement execute function grounds_are_records();

grant select, insert on service_record, record_dispute, record_correction to :"app";
grant update (cut_day, credited_minutes, points, to_pool, state, confirmed_by, confirmed_at, hours_entry_no, points_entry_no, posted_at) on service_record to :"app";
grant update (state, answer, answered_by, answered_at) on record_dispute to :"app";
grant update (state, decided_by, decided_at, points, points_short, to_pool, hours_entry_no, points_entry_no) on record_correction to :"app";
