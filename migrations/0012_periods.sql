-- A month is closed once, in order, when it is over and nothing waits in it, and never opens again (rulings 7). The proof stands
-- in triggers, so that it binds the tables' owner as well as the function that is the app's only way to close.

alter table period
  add constraint period_calendar check (case
    when period / 100 not between 1900 and 9999 or period % 100 > 13 then false
    when period % 100 = 0 then starts = make_date(period / 100, 1, 1) and ends = make_date(period / 100, 12, 31)
    when period % 100 = 13 then starts = make_date(period / 100, 12, 31) and ends = starts
    else starts = make_date(period / 100, period % 100, 1) and ends = (starts + interval '1 month' - interval '1 day')::date end),
  add constraint period_closed_together check ((closed_at is null) = (closed_by is null) and isfinite(closed_at) is not false);

create trigger period_kept before delete or truncate on period
  for each statement execute function books_are_append_only();

-- What a close needs to be true of its period. The row is locked against all who write in it, vouchers by their foreign key and
-- entries by the share lock of their proof: whoever began before is waited for, whoever comes after sees it closed.
create function prove_closing(p period) returns void language plpgsql as $$
declare
  v_number integer := p.period % 100;
  v_opening date;
  v_first integer;
  v_found bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform refuse('period_isolation', '{}'); -- an older snapshot would not see what was waited for
  end if;
  if p.closed_by is null or not isfinite(p.closed_at) then
    perform refuse('period_closed_together', '{}');
  end if;
  perform 1 from period q where q.book_id = p.book_id and q.period = p.period for update;

  select opening_day into v_opening from book where book_id = p.book_id;
  select min(q.period) into v_first from period q
   where q.book_id = p.book_id and q.period between p.period - v_number + 1 and p.period - v_number + 12 and q.ends >= v_opening;
  if v_number = 0 then
    -- Opening balances close with the first month of their year, in the trigger below.
    if not exists (select 1 from period q where q.book_id = p.book_id and q.period = v_first and q.closed_at is not null) then
      perform refuse('period_with_first_month', jsonb_build_object('period', p.period, 'month', v_first));
    end if;
  elsif p.ends < v_opening then
    perform refuse('period_before_opening', jsonb_build_object('period', p.period, 'opening', v_opening));
  else
    if (p.closed_at at time zone 'Asia/Shanghai')::date <= p.ends then
      perform refuse('period_not_over', jsonb_build_object('period', p.period, 'ends', p.ends));
    end if;
    -- Months that ended before the books began have nothing to close; an adjusting period makes no later month wait.
    select min(q.period) into v_found from period q
     where q.book_id = p.book_id and q.period < p.period and q.period % 100 between 1 and 12
       and q.ends >= v_opening and q.closed_at is null;
    if v_found is not null then
      perform refuse('period_earlier_open', jsonb_build_object('period', p.period, 'earlier', v_found));
    end if;
  end if;

  select count(*) into v_found from voucher v where v.book_id = p.book_id and v.period = p.period and v.state = 'prepared';
  if v_found > 0 then
    perform refuse('period_voucher_waits', jsonb_build_object('period', p.period, 'count', v_found));
  end if;
  if exists (select 1 from journal_entry j where j.book_id = p.book_id and j.period = p.period and j.posted_at > p.closed_at) then
    perform refuse('period_time_backwards', jsonb_build_object('period', p.period));
  end if;
end $$;

create function prove_period() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.closed_at is not null or new.closed_by is not null then
      perform refuse('period_born_open', jsonb_build_object('period', new.period));
    end if;
    return new;
  end if;
  if (new.book_id, new.period, new.starts, new.ends) is distinct from (old.book_id, old.period, old.starts, old.ends) then
    perform refuse('period_fixed', jsonb_build_object('period', old.period));
  end if;
  if old.closed_at is not null then
    perform refuse(case when new.closed_at is null then 'period_never_reopened' else 'period_already_closed' end,
                   jsonb_build_object('period', old.period));
  end if;
  if new.closed_at is not null then
    perform prove_closing(new);
  end if;
  return new;
end $$;
create trigger period_proved before insert or update on period for each row execute function prove_period();

-- With the first month of a year its opening closes: a later opening balance would change every closed month.
create function opening_closes_too() returns trigger language plpgsql as $$
begin
  update period q set closed_at = new.closed_at, closed_by = new.closed_by
   where q.book_id = new.book_id and q.period = new.period / 100 * 100 and q.closed_at is null;
  return null;
end $$;
create trigger period_opening_follows after update on period for each row
  when (old.closed_at is null and new.closed_at is not null and new.period % 100 <> 0) execute function opening_closes_too();

-- The calendar has whole years without a hole, from the year of the opening day on.
create function calendar_is_whole() returns trigger language plpgsql as $$
declare v_year integer := new.period / 100;
begin
  if (select count(*) from period where book_id = new.book_id and period / 100 = v_year) <> 14
     or v_year > (select extract(year from opening_day) from book where book_id = new.book_id)
        and not exists (select 1 from period where book_id = new.book_id and period / 100 = v_year - 1)
     or v_year < (select extract(year from opening_day) from book where book_id = new.book_id) then
    perform refuse('period_hole', jsonb_build_object('period', new.period, 'year', v_year));
  end if;
  return null;
end $$;
create constraint trigger period_year_whole after insert on period deferrable initially deferred
  for each row execute function calendar_is_whole();

-- The app's only way to close. Closing time is not before any entry of the month, whichever machine's clock was ahead.
create function close_period(p_book integer, p_period integer, p_by bigint, p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if p_by is null or p_at is null then
    perform refuse('period_closed_together', '{}');
  end if;
  perform 1 from period where book_id = p_book and period in (p_period, p_period / 100 * 100) order by period desc for update;
  update period q set closed_by = p_by, closed_at = greatest(date_trunc('microseconds', p_at),
      (select max(j.posted_at) from journal_entry j where j.book_id = p_book and j.period in (p_period, p_period / 100 * 100)))
   where q.book_id = p_book and q.period = p_period;
  if not found then
    perform refuse('period_unknown', jsonb_build_object('period', p_period));
  end if;
end $$;

-- No voucher is written into a closed month. The foreign key, whose trigger comes first by its name, has locked the period's row,
-- so this reads what is and stays true until the commit.
create function voucher_needs_open_period() returns trigger language plpgsql as $$
begin
  if exists (select 1 from period where book_id = new.book_id and period = new.period and closed_at is not null) then
    perform refuse('entry_period_closed', jsonb_build_object('day', new.occurred_on, 'period', new.period));
  end if;
  return null;
end $$;
create trigger voucher_in_open_period after insert on voucher for each row execute function voucher_needs_open_period();

grant execute on function close_period to :"app";
