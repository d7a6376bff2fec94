-- What only the program had asked about money that the bank tells of, the books prove: two at once pay nothing twice and match no voucher
-- twice, a gift is income once however it came in, and what hangs on a voucher goes over to the blue one that puts it right.

-- The lines that a voucher was prepared from are its evidence; those that it was found on later are not.
alter table bank_match add column is_evidence boolean not null default false;
alter table bank_match disable trigger bank_match_undone_once;
alter table bank_match disable trigger bank_match_locked;
update bank_match m set is_evidence = true
  from voucher v
 where v.book_id = m.book_id and v.voucher_id = m.voucher_id
   and (m.matched_at = v.prepared_at or v.kind = 'correction' and m.matched_at = v.decided_at);
alter table bank_match enable trigger bank_match_undone_once;
alter table bank_match enable trigger bank_match_locked;
grant insert (is_evidence) on bank_match to :"app";

create or replace function bank_matches_are_undone_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v voucher;
begin
  if old.undone_at is not null
     or (to_jsonb(new) - '{undone_by,undone_at}'::text[]) is distinct from (to_jsonb(old) - '{undone_by,undone_at}'::text[]) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  select * into v from voucher where book_id = new.book_id and voucher_id = new.voucher_id;
  -- While its voucher waits for review, it goes with the voucher: the reviewer has seen it. What the voucher was booked from stays with
  -- it for good, or the same line would carry a second one.
  if v.state = 'prepared' then
    perform refuse('bank_match_voucher_waits', jsonb_build_object('voucher', new.voucher_id));
  elsif old.is_evidence and v.state = 'posted' and v.reversed_by is null then
    perform refuse('bank_match_is_evidence', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return new;
end $$;

-- A line is not given away twice, nor what a voucher books through the bank account: whoever matches either waits for the other.
create or replace function prove_bank_matches() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from bank_line b where (b.book_id, b.bank_line_id) in (select book_id, bank_line_id from n) order by b.book_id, b.bank_line_id
    for no key update;
  perform 1 from voucher v where (v.book_id, v.voucher_id) in (select book_id, voucher_id from n) order by v.book_id, v.voucher_id
    for no key update;
  select x.rule, x.facts into bad from (
    select case when b.state = 'ignored' then 'bank_line_ignored'
                when b.state = 'doubtful' then 'bank_line_doubtful'
                when sign(n.units) <> sign(b.units) then 'bank_line_amount'
                when abs(taken.units) > abs(b.units) then 'bank_line_taken'
                when v.state not in ('prepared', 'posted') or v.reversed_by is not null then 'bank_match_voucher_gone'
                when sign(given.units) <> sign(booked.units) or abs(given.units) > abs(booked.units) then 'bank_line_amount' end as rule,
           jsonb_build_object('line', b.units, 'booked', booked.units, 'remaining', b.units - taken.units + n.units) as facts
      from n
      join bank_line b on b.book_id = n.book_id and b.bank_line_id = n.bank_line_id
      join voucher v on v.book_id = n.book_id and v.voucher_id = n.voucher_id
      cross join lateral (select sum(m.units)::bigint as units from bank_match_open m
                           where m.book_id = n.book_id and m.bank_line_id = n.bank_line_id) taken
      cross join lateral (select sum(m.units)::bigint as units
                            from bank_match m join bank_line o on o.book_id = m.book_id and o.bank_line_id = m.bank_line_id
                           where m.book_id = n.book_id and m.voucher_id = n.voucher_id and m.undone_at is null
                             and o.bank_account_id = b.bank_account_id) given
      cross join lateral (select bank_booked(n.book_id, n.voucher_id, b.bank_account_id) as units) booked) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;
  return null;
end $$;

-- Whether a line is another's double is decided, not got around: it becomes one that waits, or one that is ignored as the same.
create function doubts_are_decided() returns trigger language plpgsql as $$
begin
  if new.state not in ('doubtful', 'new') and (new.state <> 'ignored' or new.reason <> 'same-line') then
    perform refuse('bank_line_doubtful', '{}');
  end if;
  return new;
end $$;
create trigger bank_line_doubt_decided before update of state on bank_line for each row when (old.state = 'doubtful')
  execute function doubts_are_decided();

-- The blue voucher takes over what hangs on the one it puts right: its lines of the bank, its tick where it moves as much, the suspense
-- item as far as it still relieves it, and what it is a refund of. All that counts no more for the reversed one.
create or replace function carry_bank_matches(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void language sql as $$
  insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at, is_evidence)
    select p_book, m.bank_line_id, c.voucher_id, m.units, c.maker_id, p_at, m.is_evidence
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
  insert into suspense_clearing (book_id, suspense_id, voucher_id, units)
    select p_book, x.suspense_id, c.voucher_id, relieved.units
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join suspense_clearing x on x.book_id = e.book_id and x.voucher_id = e.voucher_id
      join suspense s on s.book_id = x.book_id and s.suspense_id = x.suspense_id
      cross join lateral (select sum(signed(l.side, l.units))::bigint as units from voucher_line l
                           where l.book_id = p_book and l.voucher_id = c.voucher_id and l.account_id = s.account_id and l.fund_id = s.fund_id) relieved
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null and relieved.units > 0
     order by c.voucher_id, x.suspense_id;
  insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units)
    select p_book, c.voucher_id, r.of_entry_no, r.of_line_no, r.units
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join refund r on r.book_id = e.book_id and r.voucher_id = e.voucher_id
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null
     order by c.voucher_id;
$$;

-- What was reversed is nothing that money could come back of. Whoever reverses it waits for a refund that is being written, and the
-- other way round.
create or replace function prove_refunds() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from journal_entry e where (e.book_id, e.entry_no) in (select book_id, of_entry_no from n) order by e.book_id, e.entry_no
    for no key update;
  perform 1 from voucher v
   where (v.book_id, v.voucher_id) in (select e.book_id, e.voucher_id from n join journal_entry e on e.book_id = n.book_id and e.entry_no = n.of_entry_no)
   order by v.book_id, v.voucher_id for no key update;
  if exists (select 1 from n join journal_entry e on e.book_id = n.book_id and e.entry_no = n.of_entry_no
               join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id where v.reversed_by is not null) then
    perform refuse('refund_of_reversed', '{}');
  end if;
  select n.units as asked, p.units - before.units as remaining into bad
    from n join posting p on p.book_id = n.book_id and p.entry_no = n.of_entry_no and p.line_no = n.of_line_no
    cross join lateral (select coalesce(sum(r.units), 0)::bigint as units from refund r join voucher v using (book_id, voucher_id)
                         where r.book_id = n.book_id and r.of_entry_no = n.of_entry_no and r.of_line_no = n.of_line_no
                           and r.voucher_id <> n.voucher_id and v.state in ('prepared', 'posted') and v.reversed_by is null) before
   where n.units > p.units - before.units limit 1;
  if found then
    perform refuse('refund_above', jsonb_build_object('asked', bad.asked, 'remaining', bad.remaining));
  end if;
  return null;
end $$;

create function reversals_leave_nothing_hanging() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from suspense s where s.book_id = new.book_id and s.voucher_id = new.voucher_id order by s.suspense_id for no key update;
  if exists (select 1 from suspense s
               join suspense_clearing c on c.book_id = s.book_id and c.suspense_id = s.suspense_id
               join voucher k on k.book_id = c.book_id and k.voucher_id = c.voucher_id
              where s.book_id = new.book_id and s.voucher_id = new.voucher_id and k.state in ('prepared', 'posted') and k.reversed_by is null) then
    perform refuse('suspense_is_cleared', jsonb_build_object('voucher', new.voucher_id));
  end if;
  if exists (select 1 from refund r join voucher k on k.book_id = r.book_id and k.voucher_id = r.voucher_id
              where r.book_id = new.book_id and r.of_entry_no = new.entry_no and k.state in ('prepared', 'posted') and k.reversed_by is null) then
    perform refuse('reversal_of_refunded', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger voucher_reversed_alone after update of reversed_by on voucher for each row
  when (old.reversed_by is null and new.reversed_by is not null) execute function reversals_leave_nothing_hanging();

-- One gift is booked once, whether a line became income at once or was a suspense item first. Two lines of one gift have the same
-- amount, so whoever books one of them waits for whoever books another of that amount.
create function line_is_income_in(p_book integer, p_line bigint) returns setof bigint language sql stable as $$
  select m.voucher_id from bank_match_open m where m.book_id = p_book and m.bank_line_id = p_line and books_income(p_book, m.voucher_id)
  union
  select c.voucher_id
    from bank_match_open m
    join suspense s on s.book_id = m.book_id and s.voucher_id = m.voucher_id
    join suspense_clearing c on c.book_id = s.book_id and c.suspense_id = s.suspense_id
    join voucher k on k.book_id = c.book_id and k.voucher_id = c.voucher_id and k.state in ('prepared', 'posted') and k.reversed_by is null
   where m.book_id = p_book and m.bank_line_id = p_line and books_income(p_book, c.voucher_id)
$$;
create function gift_line_is_seen_once(p_book integer, p_line bigint, p_voucher bigint) returns void language plpgsql as $$
declare v_units bigint; v_other record;
begin
  select b.units into v_units from bank_line b where b.book_id = p_book and b.bank_line_id = p_line;
  perform pg_advisory_xact_lock(p_book, hashtext('gift-of ' || v_units));
  select x.voucher_id, coalesce(b.serial, o.serial) as serial into v_other
    from bank_line b
    join bank_line o on o.book_id = b.book_id and o.bank_account_id <> b.bank_account_id and o.units = b.units
     and o.occurred_on between b.occurred_on - 10 and b.occurred_on + 10
     and (char_length(b.serial) >= 12 and (o.serial = b.serial or position(b.serial in o.remark) > 0 or position(b.serial in o.summary) > 0)
          or char_length(o.serial) >= 12 and (position(o.serial in b.remark) > 0 or position(o.serial in b.summary) > 0))
    cross join lateral line_is_income_in(o.book_id, o.bank_line_id) x(voucher_id)
   where b.book_id = p_book and b.bank_line_id = p_line and x.voucher_id <> p_voucher limit 1;
  if found then
    perform refuse('gift_seen_twice', jsonb_build_object('number', v_other.serial, 'other', voucher_called(p_book, v_other.voucher_id)));
  end if;
end $$;
create or replace function gifts_are_seen_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.units > 0 and books_income(new.book_id, new.voucher_id) then
    perform gift_line_is_seen_once(new.book_id, new.bank_line_id, new.voucher_id);
  end if;
  return null;
end $$;
create function cleared_gifts_are_seen_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if books_income(new.book_id, new.voucher_id) then
    perform gift_line_is_seen_once(new.book_id, m.bank_line_id, new.voucher_id)
       from suspense s join bank_match_open m on m.book_id = s.book_id and m.voucher_id = s.voucher_id
      where s.book_id = new.book_id and s.suspense_id = new.suspense_id;
  end if;
  return null;
end $$;
create trigger suspense_clearing_seen_once after insert on suspense_clearing for each row execute function cleared_gifts_are_seen_once();

-- What the bank's line shows to be paid is not paid again while its voucher waits: the debt stays owed until that is reviewed. A payment
-- and the match of its line wait for each other.
create function payment_is_met(p_book integer, p_debt bigint, p_transfer bigint) returns boolean language plpgsql as $$
declare v_ids bigint[];
begin
  select array_agg(x.id) into v_ids from (
    select d.expectation_id as id from debt d where d.book_id = p_book and d.debt_id = p_debt
    union all
    select unnest(array[t.out_expectation, t.in_expectation]) from own_transfer t where t.book_id = p_book and t.own_transfer_id = p_transfer) x;
  perform 1 from expectation e where e.book_id = p_book and e.expectation_id = any (v_ids) order by e.expectation_id for no key update;
  return exists (select 1 from expectation e where e.book_id = p_book and e.expectation_id = any (v_ids) and e.voucher_id is not null);
end $$;
create function payments_are_not_met() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if payment_is_met(new.book_id, new.debt_id, new.own_transfer_id) then
    perform refuse('payment_met_already', jsonb_build_object('number', new.row_no));
  end if;
  return new;
end $$;
create trigger payment_row_unmet before insert on payment_row for each row execute function payments_are_not_met();

-- A batch is let go by nobody who asked for a payment of it (rulings 21), and only while nothing of it was paid otherwise.
create function released_batches_are_still_owed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_row smallint;
begin
  if exists (select 1 from payment_row r join debt d on d.book_id = r.book_id and d.debt_id = r.debt_id
              where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and d.submitted_by = new.released_by) then
    perform refuse('payment_same_person', '{}');
  end if;
  select min(r.row_no) into v_row from payment_row r
   where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and payment_is_met(r.book_id, r.debt_id, r.own_transfer_id);
  if v_row is not null then
    perform refuse('payment_met_already', jsonb_build_object('number', v_row));
  end if;
  return new;
end $$;
create trigger payment_batch_still_owed before update on payment_batch for each row
  when (old.state = 'made' and new.state = 'released') execute function released_batches_are_still_owed();

-- A settlement is where its voucher is, and of just the lines of one platform that it names.
create function settlements_go_step_by_step() returns trigger language plpgsql as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>prepared', 'prepared>prepared', 'prepared>posted', 'prepared>undone', 'posted>posted', 'posted>undone') then
    perform refuse('settlement_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  return new;
end $$;
create trigger settlement_step before insert or update on settlement for each row execute function settlements_go_step_by_step();
create function settlements_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists
     (select 1 from settlement s
        join voucher v on v.book_id = s.book_id and v.voucher_id = s.voucher_id
        join bank_line b on b.book_id = s.book_id and b.bank_line_id = s.bank_line_id
        join bank_account a on a.book_id = b.book_id and a.bank_account_id = b.bank_account_id
        cross join lateral (select sum(p.units) as units, bool_and(p.bank_account_id = s.platform_id) as one
                              from settlement_line l join bank_line p on p.book_id = l.book_id and p.bank_line_id = l.bank_line_id
                             where l.book_id = s.book_id and l.settlement_id = s.settlement_id) said
       where s.book_id = new.book_id and s.settlement_id = new.settlement_id and a.kind = 'bank' and said.one
         and said.units = s.gross and b.units = s.gross - s.fee
         and s.state = case when v.state in ('rejected', 'withdrawn') or v.reversed_by is not null then 'undone' else v.state end) then
    perform refuse('settlement_unlike', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger settlement_whole after insert or update on settlement deferrable initially deferred
  for each row execute function settlements_are_whole();
