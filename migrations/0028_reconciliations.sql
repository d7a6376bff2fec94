-- What the books and the bank say of an account on a day is put side by side, signed by two and kept; a month closes on it.

-- An entry was seen on a statement that lies here on paper: no line of a file stands for it. Undone once, as a match is.
create table bank_tick (
  book_id          integer not null,
  bank_tick_id     bigint generated always as identity,
  bank_account_id  integer not null,
  voucher_id       bigint not null,
  seen_on          date not null,        -- the day that the statement reaches to
  ticked_by        bigint not null references person,
  ticked_at        timestamptz not null,
  undone_by        bigint references person,
  undone_at        timestamptz,
  primary key (book_id, bank_tick_id),
  foreign key (book_id, bank_account_id) references bank_account,
  foreign key (book_id, voucher_id) references voucher,
  constraint bank_tick_undone check ((undone_by is null) = (undone_at is null))
);
create unique index bank_tick_once on bank_tick (book_id, bank_account_id, voucher_id) where undone_at is null;

create table reconciliation (
  book_id            integer not null,
  reconciliation_id  bigint generated always as identity,
  bank_account_id    integer not null,
  statement_day      date not null,
  statement_units    bigint not null,     -- what the bank says it holds at the end of that day
  from_paper         boolean not null,    -- typed, and not read from the lines of files
  booked_units       bigint not null,     -- what the books say, own and held for others
  state              text not null default 'prepared'
                     constraint reconciliation_state check (state in ('prepared', 'locked', 'dropped', 'unlocked')),
  prepared_by        bigint not null references person,
  prepared_at        timestamptz not null,
  decided_by         bigint references person,
  decided_at         timestamptz,
  reason             text not null default '' constraint reconciliation_reason check (char_length(reason) <= 200),
  unlock_asked_by    bigint references person,
  unlock_asked_at    timestamptz,
  unlock_reason      text not null default '' constraint reconciliation_unlock_reason check (char_length(unlock_reason) <= 200),
  unlocked_by        bigint references person,
  unlocked_at        timestamptz,
  primary key (book_id, reconciliation_id),
  foreign key (book_id, bank_account_id) references bank_account,
  constraint reconciliation_decided check ((state = 'prepared') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint reconciliation_unlocked check ((state = 'unlocked') = (unlocked_by is not null) and (unlocked_by is null) = (unlocked_at is null)
                                            and (state <> 'unlocked' or unlock_asked_by is not null)),
  constraint reconciliation_unlock_asked check ((unlock_asked_by is null) = (unlock_asked_at is null) and (unlock_asked_by is null) = (unlock_reason = ''))
);
create unique index reconciliation_one_waiting on reconciliation (book_id, bank_account_id) where state = 'prepared';
create unique index reconciliation_one_of_day on reconciliation (book_id, bank_account_id, statement_day) where state = 'locked';

-- What was left on either side, as it stood: 未达账项.
create table reconciliation_item (
  book_id            integer not null,
  reconciliation_id  bigint not null,
  item_no            integer not null,
  bank_line_id       bigint,
  voucher_id         bigint,
  occurred_on        date not null,
  units              bigint not null constraint reconciliation_item_units check (units <> 0),  -- positive is money in
  primary key (book_id, reconciliation_id, item_no),
  foreign key (book_id, reconciliation_id) references reconciliation,
  foreign key (book_id, bank_line_id) references bank_line,
  foreign key (book_id, voucher_id) references voucher,
  constraint reconciliation_item_side check (num_nonnulls(bank_line_id, voucher_id) = 1)
);

-- What the books say of a bank account at the end of a day. Whole months come from balances that are kept.
create function bank_book_balance(p_book integer, p_bank_account integer, p_day date) returns bigint language plpgsql stable as $$
declare v_month integer := extract(year from p_day)::integer * 100 + extract(month from p_day)::integer;
        v_accounts integer[];
begin
  select array[a.account_id, a.agency_account_id] into v_accounts from bank_account a
   where a.book_id = p_book and a.bank_account_id = p_bank_account;
  return coalesce((select sum(b.debit - b.credit) from balance b
                    where b.book_id = p_book and b.period < v_month and b.account_id = any (v_accounts)), 0)
       + coalesce((select sum(signed(p.side, p.units)) from posting p
                    where p.book_id = p_book and p.account_id = any (v_accounts) and p.period between v_month and v_month / 100 * 100 + 13
                      and p.occurred_on <= p_day), 0);
end $$;

-- Matches as they stand on a day: both sides have happened, and what was put right later still counts then. A line that has gone to
-- another voucher by that day counts for that one.
create function bank_matched_by(p_book integer, p_bank_account integer, p_day date)
  returns table (bank_match_id bigint, bank_line_id bigint, voucher_id bigint, units bigint) language sql stable as $$
  select m.bank_match_id, m.bank_line_id, m.voucher_id, m.units
    from bank_line l
    join bank_match m on m.book_id = l.book_id and m.bank_line_id = l.bank_line_id and m.undone_at is null
    join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id and v.state = 'posted' and v.occurred_on <= p_day
    left join journal_entry r on r.book_id = v.book_id and r.entry_no = v.reversed_by
   where l.book_id = p_book and l.bank_account_id = p_bank_account and l.occurred_on <= p_day
     and (v.reversed_by is null
          or r.occurred_on > p_day and not exists
             (select 1 from bank_match_open o join voucher w on w.book_id = o.book_id and w.voucher_id = o.voucher_id
               where o.book_id = m.book_id and o.bank_line_id = m.bank_line_id and o.posted and w.occurred_on <= p_day))
$$;

-- Lines of the bank that the books do not know by a day. What was set aside as needing no voucher, and what lies before the books
-- began, is none.
create function bank_lines_left(p_book integer, p_bank_account integer, p_day date)
  returns table (bank_line_id bigint, occurred_on date, units bigint) language sql stable as $$
  select l.bank_line_id, l.occurred_on, l.units - coalesce(m.units, 0)
    from bank_line l
    left join (select x.bank_line_id, sum(x.units)::bigint as units from bank_matched_by(p_book, p_bank_account, p_day) x group by 1) m
      on m.bank_line_id = l.bank_line_id
   where l.book_id = p_book and l.bank_account_id = p_bank_account and l.occurred_on <= p_day and l.state <> 'ignored'
     and l.occurred_on >= (select opening_day from book where book_id = p_book)
     and l.units <> coalesce(m.units, 0)
$$;

-- Vouchers of the books that the bank does not show by a day. Red and what it undoes are nothing together; opening balances are what
-- both sides begin with.
create function bank_vouchers_left(p_book integer, p_bank_account integer, p_day date)
  returns table (voucher_id bigint, occurred_on date, units bigint) language sql stable as $$
  select e.voucher_id, e.occurred_on, b.units - coalesce(m.units, 0)
    from (select p.entry_no, sum(signed(p.side, p.units))::bigint as units
            from bank_account a
            join posting p on p.book_id = a.book_id and p.account_id in (a.account_id, a.agency_account_id) and p.occurred_on <= p_day
           where a.book_id = p_book and a.bank_account_id = p_bank_account
           group by p.entry_no) b
    join journal_entry e on e.book_id = p_book and e.entry_no = b.entry_no and e.kind <> 'opening'
    join voucher v on v.book_id = p_book and v.voucher_id = e.voucher_id
    left join journal_entry r on r.book_id = p_book and r.entry_no = v.reversed_by
    left join journal_entry o on o.book_id = p_book and o.entry_no = e.corrects_entry_no and e.kind = 'reversal'
    left join (select x.voucher_id, sum(x.units)::bigint as units from bank_matched_by(p_book, p_bank_account, p_day) x group by 1) m
      on m.voucher_id = e.voucher_id
   where (v.reversed_by is null or r.occurred_on > p_day) and (o.entry_no is null or o.occurred_on > p_day)
     and b.units <> coalesce(m.units, 0)
     and not exists (select 1 from bank_tick t where t.book_id = p_book and t.bank_account_id = p_bank_account
                        and t.voucher_id = e.voucher_id and t.undone_at is null and t.seen_on <= p_day)
$$;

-- Until when an account is locked; null if nothing is.
create function bank_locked_until(p_book integer, p_bank_account integer) returns date language sql stable as $$
  select max(statement_day) from reconciliation where book_id = p_book and bank_account_id = p_bank_account and state = 'locked'
$$;

-- Who was a cashier while the money moved does not reconcile it (rulings 21).
create function paid_between(p_book integer, p_person bigint, p_from date, p_to date) returns boolean language sql stable as $$
  select exists (select 1 from role_grant g
                  where g.book_id = p_book and g.person_id = p_person and g.role = 'cashier'
                    and g.valid_from <= p_to and coalesce(g.valid_until, 'infinity') >= p_from)
$$;

-- Whole and true: what is left is what the books and the bank leave now, and both sides come to the same.
create function prove_reconciliation(r reconciliation) returns void language plpgsql as $$
declare v_books bigint; v_bank bigint;
begin
  if r.booked_units <> bank_book_balance(r.book_id, r.bank_account_id, r.statement_day) or exists (
    (select i.bank_line_id, i.voucher_id, i.occurred_on, i.units from reconciliation_item i
      where i.book_id = r.book_id and i.reconciliation_id = r.reconciliation_id)
    except
    (select l.bank_line_id, null::bigint, l.occurred_on, l.units from bank_lines_left(r.book_id, r.bank_account_id, r.statement_day) l
     union all
     select null::bigint, v.voucher_id, v.occurred_on, v.units from bank_vouchers_left(r.book_id, r.bank_account_id, r.statement_day) v))
     or (select count(*) from reconciliation_item i where i.book_id = r.book_id and i.reconciliation_id = r.reconciliation_id)
        <> (select count(*) from bank_lines_left(r.book_id, r.bank_account_id, r.statement_day))
           + (select count(*) from bank_vouchers_left(r.book_id, r.bank_account_id, r.statement_day)) then
    perform refuse('reconciliation_stale', jsonb_build_object('day', r.statement_day));
  end if;
  select coalesce(sum(units) filter (where voucher_id is not null), 0), coalesce(sum(units) filter (where bank_line_id is not null), 0)
    into v_books, v_bank from reconciliation_item where book_id = r.book_id and reconciliation_id = r.reconciliation_id;
  if r.statement_units + v_books <> r.booked_units + v_bank then
    perform refuse('reconciliation_unequal', jsonb_build_object('day', r.statement_day,
      'difference', r.statement_units + v_books - r.booked_units - v_bank));
  end if;
end $$;

create function reconciliations_go_their_way() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rule text; v_locked date; v_from date;
begin
  -- A match or a tick is undone under the account's share lock, so what is proved here stays true until the commit.
  perform 1 from bank_account where book_id = new.book_id and bank_account_id = new.bank_account_id for no key update;
  v_locked := bank_locked_until(new.book_id, new.bank_account_id);
  v_from := coalesce(v_locked + 1, (select opening_day from book where book_id = new.book_id));
  if tg_op = 'INSERT' then
    v_rule := case when new.state <> 'prepared' or new.unlock_asked_by is not null then 'reconciliation_out_of_turn'
                   when paid_between(new.book_id, new.prepared_by, v_from, new.statement_day) then 'reconciliation_by_cashier'
                   when new.statement_day > (new.prepared_at at time zone 'Asia/Shanghai')::date then 'reconciliation_too_early'
                   when new.statement_day < v_from then 'reconciliation_backwards' end;
  elsif (to_jsonb(new) - '{state,decided_by,decided_at,reason,unlock_asked_by,unlock_asked_at,unlock_reason,unlocked_by,unlocked_at}'::text[])
        is distinct from
        (to_jsonb(old) - '{state,decided_by,decided_at,reason,unlock_asked_by,unlock_asked_at,unlock_reason,unlocked_by,unlocked_at}'::text[]) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  else
    v_rule := case
      when old.state = 'prepared' and new.state = 'locked' and new.unlock_asked_by is null then
        case when new.decided_by = new.prepared_by then 'reconciliation_same_person'
             when paid_between(new.book_id, new.decided_by, v_from, new.statement_day) then 'reconciliation_by_cashier'
             when new.statement_day <= v_locked then 'reconciliation_backwards' end
      when old.state = 'prepared' and new.state = 'dropped' and new.reason <> '' and new.unlock_asked_by is null then null
      when old.state = 'locked' and (new.decided_by, new.decided_at, new.reason) is distinct from (old.decided_by, old.decided_at, old.reason)
        then 'reconciliation_out_of_turn'
      when old.state = 'locked' and new.state = 'locked' then null   -- unlocking is asked for, or no longer
      when old.state = 'locked' and new.state = 'unlocked'
           and (new.unlock_asked_by, new.unlock_asked_at, new.unlock_reason) is not distinct from (old.unlock_asked_by, old.unlock_asked_at, old.unlock_reason) then
        case when new.unlocked_by = old.unlock_asked_by then 'reconciliation_same_person'
             when old.statement_day < v_locked then 'reconciliation_not_last' end
      else 'reconciliation_out_of_turn' end;
    if v_rule is null and new.state = 'locked' and old.state = 'prepared' then
      perform prove_reconciliation(new);
    end if;
  end if;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('day', new.statement_day, 'until', v_locked));
  end if;
  return new;
end $$;
create trigger reconciliation_way before insert or update on reconciliation for each row execute function reconciliations_go_their_way();
create trigger reconciliation_kept before delete or truncate on reconciliation for each statement execute function books_are_append_only();

create function reconciliations_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform prove_reconciliation(r) from reconciliation r where r.book_id = new.book_id and r.reconciliation_id = new.reconciliation_id;
  return null;
end $$;
create constraint trigger reconciliation_whole after insert on reconciliation deferrable initially deferred
  for each row execute function reconciliations_are_whole();

create function reconciliation_items_come_with_it() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from reconciliation r where r.book_id = new.book_id and r.reconciliation_id = new.reconciliation_id
                    and r.state = 'prepared') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger reconciliation_item_comes_with_it before insert on reconciliation_item
  for each row execute function reconciliation_items_come_with_it();
create trigger reconciliation_item_append_only before update or delete or truncate on reconciliation_item
  for each statement execute function books_are_append_only();

-- What two have signed for stays: a match or a tick of which both sides lie within a locked day is not undone.
create function locked_matches_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_account integer; v_day date; v_locked date;
begin
  if new.undone_at is null or old.undone_at is not null then
    return new;
  end if;
  select l.bank_account_id, greatest(l.occurred_on, v.occurred_on) into v_account, v_day
    from bank_line l join voucher v on v.book_id = new.book_id and v.voucher_id = new.voucher_id
   where l.book_id = new.book_id and l.bank_line_id = new.bank_line_id;
  perform 1 from bank_account where book_id = new.book_id and bank_account_id = v_account for share;
  v_locked := bank_locked_until(new.book_id, v_account);
  if v_day <= v_locked then
    perform refuse('bank_match_locked', jsonb_build_object('until', v_locked));
  end if;
  return new;
end $$;
create trigger bank_match_locked before update on bank_match for each row execute function locked_matches_stay();

create function bank_ticks_are_undone_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_locked date;
begin
  if old.undone_at is not null
     or (to_jsonb(new) - '{undone_by,undone_at}'::text[]) is distinct from (to_jsonb(old) - '{undone_by,undone_at}'::text[]) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  perform 1 from bank_account where book_id = new.book_id and bank_account_id = new.bank_account_id for share;
  v_locked := bank_locked_until(new.book_id, new.bank_account_id);
  if greatest(new.seen_on, (select v.occurred_on from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id)) <= v_locked then
    perform refuse('bank_match_locked', jsonb_build_object('until', v_locked));
  end if;
  return new;
end $$;
create trigger bank_tick_undone_once before update on bank_tick for each row execute function bank_ticks_are_undone_once();
create trigger bank_tick_kept before delete or truncate on bank_tick for each statement execute function books_are_append_only();

-- Ticked is what the books have posted through the account and the bank's lines do not show whole; never inside what is locked.
create function bank_ticks_stand_for_something() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_locked date;
begin
  perform 1 from bank_account where book_id = new.book_id and bank_account_id = new.bank_account_id for share;
  v_locked := bank_locked_until(new.book_id, new.bank_account_id);
  if not exists (select 1 from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.state = 'posted'
                    and v.kind <> 'opening' and v.reversed_by is null and v.occurred_on <= new.seen_on
                    and bank_booked(new.book_id, new.voucher_id, new.bank_account_id)
                        <> coalesce((select sum(m.units) from bank_match_open m join bank_line l using (book_id, bank_line_id)
                                      where m.book_id = new.book_id and m.voucher_id = new.voucher_id and l.bank_account_id = new.bank_account_id), 0)) then
    perform refuse('bank_tick_nothing', jsonb_build_object('voucher', new.voucher_id));
  end if;
  if new.seen_on <= v_locked then
    perform refuse('bank_match_locked', jsonb_build_object('until', v_locked));
  end if;
  return new;
end $$;
create trigger bank_tick_stands before insert on bank_tick for each row
  execute function bank_ticks_stand_for_something();

-- The blue voucher takes over the lines of the one it puts right, and its tick where it moves as much; their own count no more.
create or replace function carry_bank_matches(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void language sql as $$
  insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at)
    select p_book, m.bank_line_id, c.voucher_id, m.units, c.maker_id, p_at
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join bank_match m on m.book_id = e.book_id and m.voucher_id = e.voucher_id and m.undone_at is null
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null
       and not exists (select 1 from bank_match own where own.book_id = p_book and own.voucher_id = c.voucher_id)
     order by c.voucher_id, m.bank_line_id;
  insert into bank_tick (book_id, bank_account_id, voucher_id, seen_on, ticked_by, ticked_at)
    select p_book, t.bank_account_id, c.voucher_id, greatest(t.seen_on, c.occurred_on), c.maker_id, p_at
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join bank_tick t on t.book_id = e.book_id and t.voucher_id = e.voucher_id and t.undone_at is null
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null
       and bank_booked(p_book, c.voucher_id, t.bank_account_id) = bank_booked(p_book, e.voucher_id, t.bank_account_id)
       and greatest(t.seen_on, c.occurred_on) > coalesce(bank_locked_until(p_book, t.bank_account_id), '-infinity')
     order by c.voucher_id, t.bank_account_id;
$$;

-- Bank accounts that keep a month open: something moved on them, and no signed reconciliation reaches to its end, or the one that does
-- no longer says what the books say.
create function unreconciled_accounts(p_book integer, p_period integer)
  returns table (bank_account_id integer, rule text, statement_day date) language sql stable as $$
  select a.bank_account_id, case when r.statement_day is null then 'period_bank_unreconciled' else 'period_bank_stale' end,
         coalesce(r.statement_day, q.ends)
    from period q
    join bank_account a on a.book_id = q.book_id
    left join lateral (select x.statement_day, x.booked_units = bank_book_balance(x.book_id, x.bank_account_id, x.statement_day) as holds
                         from reconciliation x
                        where x.book_id = a.book_id and x.bank_account_id = a.bank_account_id and x.state = 'locked'
                          and x.statement_day >= q.ends order by 2 desc, 1 limit 1) r on true
   where q.book_id = p_book and q.period = p_period and q.period % 100 between 1 and 12
     and (exists (select 1 from posting p where p.book_id = a.book_id and p.period = q.period
                     and p.account_id in (a.account_id, a.agency_account_id))
          or exists (select 1 from bank_line l where l.book_id = a.book_id and l.bank_account_id = a.bank_account_id
                        and l.occurred_on between q.starts and q.ends and l.state <> 'ignored'
                        and l.occurred_on >= (select opening_day from book b where b.book_id = a.book_id)))
     and r.holds is not true
   order by a.bank_account_id
$$;

-- What a close needs to be true of its period; now also that its bank accounts are reconciled.
create or replace function prove_closing(p period) returns void language plpgsql as $$
declare
  v_number integer := p.period % 100;
  v_opening date;
  v_first integer;
  v_found bigint;
  v_bank record;
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
  select u.rule, u.statement_day, a.number into v_bank
    from unreconciled_accounts(p.book_id, p.period) u join bank_account a on a.book_id = p.book_id and a.bank_account_id = u.bank_account_id limit 1;
  if found then
    perform refuse(v_bank.rule, jsonb_build_object('period', p.period, 'account', v_bank.number, 'day', v_bank.statement_day));
  end if;
end $$;

grant select, insert on bank_tick, reconciliation, reconciliation_item to :"app";
grant update (undone_by, undone_at) on bank_tick to :"app";
grant update (state, decided_by, decided_at, reason, unlock_asked_by, unlock_asked_at, unlock_reason, unlocked_by, unlocked_at) on reconciliation to :"app";
grant execute on function bank_book_balance, bank_matched_by, bank_lines_left, bank_vouchers_left, bank_locked_until, unreconciled_accounts, signed,
  bank_booked to :"app";
