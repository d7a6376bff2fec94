-- The cap of a day and overlaps are of the person, not of one register: activities and services of one member for another count together, and a
-- record counts as it was last corrected. What was taken over from before the programme, or is only booked today, is not of the day.
create function minutes_served(p_book integer, p_person bigint, p_day date) returns bigint language sql stable as $$
  select (coalesce((select sum(coalesce((select c.minutes from record_correction c where c.book_id = r.book_id
                                            and c.service_record_id = r.service_record_id and c.state = 'agreed'
                                          order by c.record_correction_id desc limit 1), r.credited_minutes))
                      from service_record r
                     where r.book_id = p_book and r.person_id = p_person and r.day = p_day and r.state in ('confirmed', 'posted')
                       and r.grade <> 'legacy'), 0)
        + coalesce((select sum(s.served_minutes) from service_request s
                     where s.book_id = p_book and s.provider_id = p_person and s.served_on = p_day and s.state = 'confirmed'), 0))::bigint
$$;
create function day_minute(p_day date, p_minute integer) returns timestamptz language sql stable as $$
  select (p_day + make_interval(mins => p_minute)) at time zone 'Asia/Shanghai'
$$;
create function serves_neighbour(p_book integer, p_person bigint, p_from timestamptz, p_until timestamptz) returns boolean language sql stable as $$
  select exists (
    select from service_request s
     where s.book_id = p_book and s.provider_id = p_person and s.state = 'confirmed'
       and s.served_on between (p_from at time zone 'Asia/Shanghai')::date - 1 and (p_until at time zone 'Asia/Shanghai')::date
       and day_minute(s.served_on, s.served_from) < p_until and p_from < day_minute(s.served_on, s.served_until))
$$;
create function serves_activity(p_book integer, p_person bigint, p_from timestamptz, p_until timestamptz) returns boolean language sql stable as $$
  select exists (
    select from service_record r
     where r.book_id = p_book and r.person_id = p_person and r.state in ('confirmed', 'posted')
       and r.day between (p_from at time zone 'Asia/Shanghai')::date - 1 and (p_until at time zone 'Asia/Shanghai')::date
       and r.in_at < p_until and p_from < r.out_at)
$$;
grant execute on function minutes_served, day_minute, serves_neighbour, serves_activity to :"app";

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
          and o.state in ('confirmed', 'posted') and o.day between n.day - 1 and n.day + 1 and o.in_at < n.out_at and n.in_at < o.out_at)) limit 1;
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

-- A service that is confirmed and a correction that adds keep to the same cap; a service overlaps nothing else that its provider served.
create function services_keep_the_day() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_from timestamptz := day_minute(new.served_on, new.served_from); v_until timestamptz := day_minute(new.served_on, new.served_until);
  v_cap integer;
begin
  perform 1 from member m where m.book_id = new.book_id and m.person_id = new.provider_id for no key update;
  v_cap := (programme_rule_on(new.book_id, new.fund_id, new.served_on)).day_cap;
  if minutes_served(new.book_id, new.provider_id, new.served_on) > v_cap then
    perform refuse('service_record_day_cap', jsonb_build_object('day', new.served_on, 'cap', v_cap));
  end if;
  if serves_activity(new.book_id, new.provider_id, v_from, v_until) or exists (
       select from service_request s where s.book_id = new.book_id and s.provider_id = new.provider_id and s.state = 'confirmed'
          and s.service_request_id <> new.service_request_id and s.served_on = new.served_on
          and s.served_from < new.served_until and new.served_from < s.served_until) then
    perform refuse('service_record_overlap', jsonb_build_object('record', new.service_request_id));
  end if;
  return null;
end $$;
create trigger service_request_day after update of state on service_request for each row when (new.state = 'confirmed')
  execute function services_keep_the_day();
create function corrections_keep_the_day() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v service_record; v_cap integer;
begin
  select * into v from service_record r where r.book_id = new.book_id and r.service_record_id = new.service_record_id;
  perform 1 from member m where m.book_id = v.book_id and m.person_id = v.person_id for no key update;
  select r.day_cap into v_cap from programme_rule r where r.book_id = v.book_id and r.programme_rule_id = v.programme_rule_id;
  if v.grade <> 'legacy' and minutes_served(v.book_id, v.person_id, v.day) > v_cap then
    perform refuse('service_record_day_cap', jsonb_build_object('day', v.day, 'cap', v_cap));
  end if;
  return null;
end $$;
create trigger record_correction_day after update of state on record_correction for each row
  when (new.state = 'agreed' and new.minutes > new.minutes_before) execute function corrections_keep_the_day();

-- Whoever is forgotten leaves no birthday, home or guardian in the register of members either.
create function erased_members_are_blank() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update member set community = '', household_id = null, guardian_id = null, born_on = null where person_id = new.person_id;
  return null;
end $$;
create trigger erasure_of_member after insert on erasure for each row execute function erased_members_are_blank();
