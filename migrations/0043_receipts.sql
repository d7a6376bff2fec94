-- Official receipts of gifts are the fiscal system's (rulings 24): here they are only registered, each number once and against its
-- gift. Beside them stand our own letters of thanks, promises of gifts, which are notes and never entries, and gifts that are expected.

-- 号段: the numbers that the finance bureau handed out.
create table receipt_range (
  book_id integer not null references book, receipt_range_id bigint generated always as identity,
  code text not null constraint receipt_range_code check (code ~ '^[0-9]{8}$'),
  first_number text not null constraint receipt_range_first check (first_number ~ '^[0-9]{10}$'),
  last_number text not null constraint receipt_range_last check (last_number ~ '^[0-9]{10}$' and last_number >= first_number),
  medium text not null constraint receipt_range_medium check (medium in ('electronic', 'paper')), received_on date not null,
  added_by bigint not null references person, added_at timestamptz not null,
  primary key (book_id, receipt_range_id)
);
create function receipt_ranges_stay_apart() returns trigger language plpgsql as $$
declare v_other text;
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext('receipt_range'));
  select r.first_number || '-' || r.last_number into v_other from receipt_range r
   where r.book_id = new.book_id and r.code = new.code and r.first_number <= new.last_number and r.last_number >= new.first_number limit 1;
  if v_other is not null then
    perform refuse('receipt_range_overlaps', jsonb_build_object('number', v_other));
  end if;
  return new;
end $$;
create trigger receipt_range_apart before insert on receipt_range for each row execute function receipt_ranges_stay_apart();
create trigger receipt_range_append_only before update or delete or truncate on receipt_range
  for each statement execute function books_are_append_only();

-- A number that was used: for a gift, or spoiled (then without one). An electronic receipt is taken back by a red one, whose number
-- comes from the same ranges.
create table official_receipt (
  book_id integer not null references book, official_receipt_id bigint generated always as identity,
  code text not null constraint official_receipt_code check (code ~ '^[0-9]{8}$'),
  number text not null constraint official_receipt_number check (number ~ '^[0-9]{10}$'),
  check_code text not null default '' constraint official_receipt_check_code check (check_code ~ '^[0-9A-Za-z]{0,20}$'),
  issued_on date not null, units bigint not null constraint official_receipt_units check (units >= 0),
  payer_id bigint references person, -- null: made out to nobody by name
  donation_id bigint, replaces_id bigint, -- the receipt that it was issued anew for
  state text not null constraint official_receipt_state check (state in ('registered', 'void', 'replaced')),
  registered_by bigint not null references person, registered_at timestamptz not null, voided_on date,
  voided_by bigint references person, voided_at timestamptz,
  reason text not null default '' constraint official_receipt_reason check (char_length(reason) <= 200),
  copies_kept boolean not null default false,
  red_number text constraint official_receipt_red_number check (red_number ~ '^[0-9]{10}$'),
  primary key (book_id, official_receipt_id), constraint receipt_number_once unique (book_id, code, number),
  constraint receipt_red_number_once unique (book_id, code, red_number),
  constraint receipt_replaced_once unique (book_id, replaces_id), foreign key (book_id, donation_id) references donation,
  foreign key (book_id, replaces_id) references official_receipt,
  constraint official_receipt_of_gift check (state = 'void' or donation_id is not null and units > 0),
  constraint official_receipt_voided check ((state = 'registered') = (voided_on is null) and (voided_on is null) = (voided_by is null)
    and (voided_by is null) = (voided_at is null) and (voided_by is null) = (reason = ''))
);
create unique index receipt_gift_once on official_receipt (book_id, donation_id) where state = 'registered';
create index on official_receipt (book_id, issued_on);

-- Gifts of before: the line of their voucher that says the same of them, each line for one gift.
update donation d set line_no = l.line_no
  from (select l.*, row_number() over (partition by l.book_id, l.voucher_id, l.fund_id, l.units, l.counterparty_id, l.restriction order by l.line_no) as nth
          from voucher_line l join account a using (book_id, account_id) where split_part(a.key, '.', 1) = 'donation-income' and l.side = 'C') l
  join (select d.*, row_number() over (partition by d.book_id, d.voucher_id, d.fund_id, d.units, d.donor_id, d.restriction order by d.donation_id) as nth
          from donation d) n on n.book_id = l.book_id and n.voucher_id = l.voucher_id and n.fund_id = l.fund_id and n.units = l.units
           and n.donor_id is not distinct from l.counterparty_id and n.restriction = l.restriction and n.nth = l.nth
 where d.book_id = n.book_id and d.donation_id = n.donation_id;
create unique index donation_line_once on donation (book_id, voucher_id, line_no) where state in ('waiting', 'accepted');

-- What the register says of a gift is what its line in the books says; else a receipt could be had for any sum.
create function gift_stands_in_books(d donation) returns boolean language sql stable as $$
  select exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
    where v.book_id = d.book_id and v.voucher_id = d.voucher_id and v.state = 'posted' and v.reversed_by is null and l.line_no = d.line_no
      and l.side = 'C' and split_part(a.key, '.', 1) = 'donation-income' and l.fund_id = d.fund_id and l.units = d.units
      and l.restriction = d.restriction and l.counterparty_id is not distinct from d.donor_id)
$$;
create function gifts_follow_their_voucher() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from donation d where d.book_id = new.book_id and d.donation_id = new.donation_id and d.state = 'accepted'
                and not gift_stands_in_books(d)) then
    perform refuse('gift_follows_voucher', jsonb_build_object('booked', new.units));
  end if;
  return null;
end $$;
create constraint trigger donation_follows_voucher after insert or update of state, voucher_id, line_no on donation deferrable initially deferred
  for each row when (new.state = 'accepted') execute function gifts_follow_their_voucher();

-- What of gifts in the books went back or is owed back, and what waits for its review.
create function gifts_given_back(p_book integer, p_donation bigint default null)
  returns table (donation_id bigint, units bigint, waiting bigint) language plpgsql stable as $$
begin
  return query select d.donation_id, coalesce(sum(r.units) filter (where r.state <> 'prepared'), 0)::bigint,
      coalesce(sum(r.units) filter (where r.state = 'prepared'), 0)::bigint
    from gift_refund r join gift_lot g on g.book_id = r.book_id and g.lot_id = r.lot_id
    join journal_entry j on j.book_id = g.book_id and j.entry_no = g.entry_no
    join donation d on d.book_id = j.book_id and d.voucher_id = j.voucher_id and d.line_no = g.line_no and d.state = 'accepted'
   where r.book_id = p_book and r.state in ('prepared', 'owed', 'paid') and (p_donation is null or d.donation_id = p_donation)
   group by d.donation_id;
end $$;

create function receipts_are_of_gifts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_gift donation; v_left bigint; v_old text; v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>registered', '>void', 'registered>registered', 'registered>void', 'registered>replaced')
     or v_step = 'registered>registered' and (new.donation_id is not distinct from old.donation_id or exists (select 1 from donation d
          where d.book_id = old.book_id and d.donation_id = old.donation_id and d.state <> 'reversed'))
     or v_step in ('registered>void', 'registered>replaced') and new.donation_id is distinct from old.donation_id then
    perform refuse('receipt_out_of_turn', jsonb_build_object('number', new.number, 'state', v_step));
  end if;
  perform pg_advisory_xact_lock(new.book_id, hashtext(new.code));
  if exists (select 1 from unnest(array[new.number, new.red_number]) n(number)
              where n.number is not null and not exists (select 1 from receipt_range r where r.book_id = new.book_id and r.code = new.code
                                                            and n.number between r.first_number and r.last_number)) then
    perform refuse('receipt_outside_ranges', jsonb_build_object('number', coalesce(new.red_number, new.number)));
  end if;
  if new.red_number = new.number or exists (select 1 from official_receipt o
      where o.book_id = new.book_id and o.code = new.code and o.official_receipt_id <> new.official_receipt_id
        and (o.red_number = new.number or o.number = new.red_number)) then
    perform refuse('receipt_number_red', jsonb_build_object('number', coalesce(new.red_number, new.number)));
  end if;
  if new.replaces_id is not null and tg_op = 'INSERT' then
    select o.state into v_old from official_receipt o where o.book_id = new.book_id and o.official_receipt_id = new.replaces_id;
    if v_old is distinct from 'replaced' then
      perform refuse('receipt_replaces_valid', jsonb_build_object('number', new.number));
    end if;
  end if;
  if new.donation_id is null or tg_op = 'UPDATE' and new.donation_id = old.donation_id then
    return new;
  end if;

  -- Not while its voucher is being reversed.
  select * into v_gift from donation d where d.book_id = new.book_id and d.donation_id = new.donation_id for share;
  if v_gift.state is distinct from 'accepted' then
    perform refuse('receipt_gift_not_booked', jsonb_build_object('number', new.number));
  end if;
  if not gift_stands_in_books(v_gift) then
    perform refuse('receipt_of_no_gift', jsonb_build_object('number', new.number));
  end if;
  v_left := v_gift.units - coalesce((select b.units + b.waiting from gifts_given_back(new.book_id, new.donation_id) b), 0);
  if v_left <> new.units then
    perform refuse('receipt_unlike_gift', jsonb_build_object('number', new.number, 'asked', new.units, 'booked', v_left));
  end if;
  if new.issued_on < v_gift.received_on then
    perform refuse('receipt_before_gift', jsonb_build_object('number', new.number, 'day', v_gift.received_on));
  end if;
  return new;
end $$;
create trigger official_receipt_of_gift before insert or update on official_receipt for each row execute function receipts_are_of_gifts();
create trigger official_receipt_lasting before update or delete on official_receipt for each row execute function only_these_change(
  'state', 'donation_id', 'voided_on', 'voided_by', 'voided_at', 'reason', 'copies_kept', 'red_number');
create trigger official_receipt_truncate before truncate on official_receipt for each statement execute function books_are_append_only();

-- The receipt itself as the fiscal system gives it out (PDF, OFD, XML), or a photo of the paper.
create table receipt_file (
  book_id integer not null, official_receipt_id bigint not null, sha256 bytea not null, format text not null,
  name text not null constraint receipt_file_name check (char_length(name) between 1 and 120), content bytea not null,
  added_by bigint not null references person, added_at timestamptz not null,
  primary key (book_id, official_receipt_id, sha256),
  foreign key (book_id, official_receipt_id) references official_receipt,
  constraint receipt_file_content check (length(content) between 1 and 10485760 and sha256 = sha256(content))
);
alter table receipt_file alter column content set storage external;
create trigger receipt_file_append_only before update or delete or truncate on receipt_file
  for each statement execute function books_are_append_only();

-- Why a number was never used.
create table receipt_gap (
  book_id integer not null references book, code text not null, number text not null,
  reason text not null constraint receipt_gap_reason check (char_length(reason) between 1 and 200),
  given_by bigint not null references person, given_at timestamptz not null,
  primary key (book_id, code, number)
);
create function receipt_gaps_are_unused() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext(new.code));
  if not exists (select 1 from receipt_range r where r.book_id = new.book_id and r.code = new.code
                    and new.number between r.first_number and r.last_number) then
    perform refuse('receipt_outside_ranges', jsonb_build_object('number', new.number));
  end if;
  if exists (select 1 from official_receipt o where o.book_id = new.book_id and o.code = new.code and new.number in (o.number, o.red_number)) then
    perform refuse('receipt_gap_used', jsonb_build_object('number', new.number));
  end if;
  return new;
end $$;
create trigger receipt_gap_unused before insert on receipt_gap for each row execute function receipt_gaps_are_unused();
create trigger receipt_gap_append_only before update or delete or truncate on receipt_gap
  for each statement execute function books_are_append_only();

-- Numbers below the highest one used of a range that neither were used nor have a reason: from, to, how many.
create function receipt_numbers_missing(p_book integer)
  returns table (receipt_range_id bigint, code text, first_number text, last_number text, numbers bigint) language sql stable as $$
  with seen as (
    select r.receipt_range_id, r.code, r.first_number, u.number, u.used
      from receipt_range r
      join (select o.code, n.number, true as used from official_receipt o cross join unnest(array[o.number, o.red_number]) n(number)
             where o.book_id = p_book and n.number is not null
            union all select g.code, g.number, false from receipt_gap g where g.book_id = p_book) u
        on u.code = r.code and u.number between r.first_number and r.last_number
     where r.book_id = p_book),
  steps as (
    select s.*, max(s.number) filter (where s.used) over (partition by s.receipt_range_id) as highest,
           coalesce(lag(s.number) over (partition by s.receipt_range_id order by s.number)::bigint, s.first_number::bigint - 1) as before
      from seen s)
  select s.receipt_range_id, s.code, lpad((s.before + 1)::text, 10, '0'), lpad((s.number::bigint - 1)::text, 10, '0'), s.number::bigint - s.before - 1
    from steps s where s.number <= s.highest and s.number::bigint > s.before + 1 order by s.code, s.number
$$;

-- 慈善法 38: who gives up the receipt is noted.
create table receipt_waiver (
  book_id integer not null, donation_id bigint not null,
  reason text not null constraint receipt_waiver_reason check (char_length(reason) between 1 and 200),
  noted_by bigint not null references person, noted_at timestamptz not null,
  primary key (book_id, donation_id), foreign key (book_id, donation_id) references donation
);
create trigger receipt_waiver_append_only before update or delete or truncate on receipt_waiver
  for each statement when (pg_trigger_depth() = 0) execute function books_are_append_only();

-- The letter of a gift: its number, and what the donor's code is drawn from together with a key that does not stand here.
create table donation_code (
  book_id integer not null, donation_id bigint not null,
  number text not null constraint donation_code_number check (number ~ '^[0-9]{4}-[0-9]{8}$'),
  salt bytea not null constraint donation_code_salt check (length(salt) = 16), made_by bigint not null references person,
  made_at timestamptz not null,
  primary key (book_id, donation_id), constraint donation_code_once unique (number),
  foreign key (book_id, donation_id) references donation
);
create trigger donation_code_append_only before update or delete or truncate on donation_code
  for each statement execute function books_are_append_only();

-- 捐赠承诺: a note, no entry.
create table pledge (
  book_id integer not null references book, pledge_id bigint generated always as identity,
  donor_id bigint not null references person, fund_id integer not null,
  units bigint not null constraint pledge_units check (units > 0),
  form text not null constraint pledge_form check (form in ('written', 'public', 'spoken')),
  for_relief boolean not null, -- its purpose is one of 慈善法 3 (1) to (3), which a written agreement then binds
  pledged_on date not null, about text not null default '' constraint pledge_about check (char_length(about) <= 200),
  noted_by bigint not null references person, noted_at timestamptz not null, released_on date,
  release_kind text constraint pledge_release_kind check (release_kind in ('hardship', 'not-binding', 'replaced')),
  reason text not null default '' constraint pledge_reason check (char_length(reason) <= 200),
  released_by bigint references person, released_at timestamptz,
  primary key (book_id, pledge_id), foreign key (book_id, fund_id) references fund,
  constraint pledge_released check (num_nonnulls(released_on, release_kind, released_by, released_at) in (0, 4)
    and (released_on is null) = (reason = ''))
);
create function pledges_that_bind_stay() returns trigger language plpgsql as $$
begin
  if new.release_kind = 'not-binding' and (new.form = 'public' or new.form = 'written' and new.for_relief) then
    perform refuse('pledge_binds', '{}');
  end if;
  return new;
end $$;
create trigger pledge_binds before insert or update on pledge for each row execute function pledges_that_bind_stay();
create trigger pledge_lasting before update or delete on pledge for each row when (pg_trigger_depth() = 0) execute function only_these_change(
  'released_on', 'release_kind', 'reason', 'released_by', 'released_at');
create trigger pledge_truncate before truncate on pledge for each statement execute function books_are_append_only();

create table pledge_due (
  book_id integer not null, pledge_id bigint not null,
  due_no smallint not null constraint pledge_due_no check (due_no between 1 and 60), due_on date not null,
  units bigint not null constraint pledge_due_units check (units > 0),
  primary key (book_id, pledge_id, due_no), foreign key (book_id, pledge_id) references pledge
);
create function pledges_add_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_pledged bigint; v_due bigint;
begin
  select p.units, coalesce(sum(d.units), 0) into v_pledged, v_due from pledge p left join pledge_due d using (book_id, pledge_id)
   where p.book_id = new.book_id and p.pledge_id = new.pledge_id group by p.units;
  if v_pledged is distinct from v_due then
    perform refuse('pledge_adds_up', jsonb_build_object('asked', v_pledged, 'booked', v_due));
  end if;
  return null;
end $$;
create constraint trigger pledge_whole after insert on pledge deferrable initially deferred for each row execute function pledges_add_up();
create constraint trigger pledge_due_whole after insert on pledge_due deferrable initially deferred for each row execute function pledges_add_up();
create trigger pledge_due_append_only before update or delete or truncate on pledge_due for each statement execute function books_are_append_only();

-- Gifts that fulfil a pledge, wholly or in part; one whose voucher was reversed counts no more.
create table pledge_gift (
  book_id integer not null, pledge_id bigint not null, donation_id bigint not null,
  units bigint not null constraint pledge_gift_units check (units > 0), linked_by bigint not null references person,
  linked_at timestamptz not null,
  primary key (book_id, pledge_id, donation_id), foreign key (book_id, pledge_id) references pledge,
  foreign key (book_id, donation_id) references donation
);
create function pledges_are_met_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_pledged bigint; v_met bigint; v_given bigint; v_told bigint;
begin
  select p.units into v_pledged from pledge p where p.book_id = new.book_id and p.pledge_id = new.pledge_id for no key update;
  select d.units into v_given from donation d where d.book_id = new.book_id and d.donation_id = new.donation_id for no key update;
  select coalesce(sum(g.units), 0) into v_met from pledge_gift g join donation d using (book_id, donation_id)
   where g.book_id = new.book_id and g.pledge_id = new.pledge_id and d.state in ('waiting', 'accepted');
  select coalesce(sum(g.units), 0) into v_told from pledge_gift g where g.book_id = new.book_id and g.donation_id = new.donation_id;
  if new.units > v_pledged - v_met or new.units > v_given - v_told then
    perform refuse('pledge_gift_above', jsonb_build_object('asked', new.units, 'available', least(v_pledged - v_met, v_given - v_told)));
  end if;
  return new;
end $$;
create trigger pledge_gift_within before insert on pledge_gift for each row execute function pledges_are_met_once();
create trigger pledge_gift_append_only before update or delete or truncate on pledge_gift for each statement execute function books_are_append_only();

-- 月捐: somebody gives the same every month.
create table recurring_gift (
  book_id integer not null references book, recurring_gift_id bigint generated always as identity,
  donor_id bigint not null references person, fund_id integer not null,
  units bigint not null constraint recurring_gift_units check (units > 0),
  day_of_month smallint not null constraint recurring_gift_day check (day_of_month between 1 and 28),
  begins_on date not null,
  restriction text not null constraint recurring_gift_restriction check (restriction in ('U', 'R')),
  clause text not null default '' constraint recurring_gift_clause check (restriction = 'U' or clause <> ''),
  noted_by bigint not null references person, noted_at timestamptz not null, ended_by bigint references person,
  ended_at timestamptz, reason text not null default '' constraint recurring_gift_reason check (char_length(reason) <= 200),
  primary key (book_id, recurring_gift_id), foreign key (book_id, fund_id) references fund,
  constraint recurring_gift_ended check ((ended_by is null) = (ended_at is null) and (ended_by is null) = (reason = ''))
);
create trigger recurring_gift_lasting before update or delete on recurring_gift for each row execute function only_these_change(
  'ended_by', 'ended_at', 'reason');
create trigger recurring_gift_truncate before truncate on recurring_gift for each statement execute function books_are_append_only();

-- 配捐: a partner gives so much for every 100 that others give to a fund in a period, up to a cap.
create table matching_promise (
  book_id integer not null references book, matching_promise_id bigint generated always as identity,
  partner_id bigint not null references person, fund_id integer not null,
  per_hundred integer not null constraint matching_promise_rate check (per_hundred between 1 and 1000),
  cap_units bigint not null constraint matching_promise_cap check (cap_units > 0), from_day date not null,
  until_day date not null,
  restriction text not null constraint matching_promise_restriction check (restriction in ('U', 'R')),
  clause text not null default '' constraint matching_promise_clause check (restriction = 'U' or clause <> ''),
  about text not null default '' constraint matching_promise_about check (char_length(about) <= 200),
  noted_by bigint not null references person, noted_at timestamptz not null,
  primary key (book_id, matching_promise_id), foreign key (book_id, fund_id) references fund,
  constraint matching_promise_days check (until_day >= from_day)
);
create trigger matching_promise_append_only before update or delete or truncate on matching_promise
  for each statement execute function books_are_append_only();

-- What is waited for of either; the bank's line meets the expectation, and the gift is written when its voucher is posted.
create table expected_gift (
  book_id integer not null references book, expected_gift_id bigint generated always as identity, recurring_gift_id bigint,
  matching_promise_id bigint, due_on date not null, units bigint not null constraint expected_gift_units check (units > 0),
  expectation_id bigint, donation_id bigint,
  primary key (book_id, expected_gift_id), constraint expected_gift_once unique (book_id, recurring_gift_id, due_on),
  foreign key (book_id, recurring_gift_id) references recurring_gift,
  foreign key (book_id, matching_promise_id) references matching_promise,
  foreign key (book_id, expectation_id) references expectation, foreign key (book_id, donation_id) references donation,
  constraint expected_gift_of_one check (num_nonnulls(recurring_gift_id, matching_promise_id) = 1)
);
create function matching_stays_below_its_cap() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_cap bigint; v_asked bigint;
begin
  select m.cap_units into v_cap from matching_promise m
   where m.book_id = new.book_id and m.matching_promise_id = new.matching_promise_id for no key update;
  select coalesce(sum(x.units), 0) into v_asked from expected_gift x left join expectation e using (book_id, expectation_id)
   where x.book_id = new.book_id and x.matching_promise_id = new.matching_promise_id and e.closed_at is null;
  if new.units > v_cap - v_asked then
    perform refuse('matching_above_cap', jsonb_build_object('asked', new.units, 'available', v_cap - v_asked));
  end if;
  return new;
end $$;
create trigger expected_gift_below_cap before insert on expected_gift for each row when (new.matching_promise_id is not null)
  execute function matching_stays_below_its_cap();
create trigger expected_gift_lasting before update or delete on expected_gift for each row execute function only_these_change(
  'expectation_id', 'donation_id');
create trigger expected_gift_truncate before truncate on expected_gift for each statement execute function books_are_append_only();

-- Who is forgotten is forgotten in promises and notes too; where a reason has to stand, a dash does.
create function erasure_forgets_promises() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update pledge set about = '', reason = case reason when '' then '' else '—' end where donor_id = new.person_id;
  update recurring_gift set reason = '—' where donor_id = new.person_id and reason <> '';
  update receipt_waiver w set reason = '—' from donation d
   where d.book_id = w.book_id and d.donation_id = w.donation_id and d.donor_id = new.person_id;
  return null;
end $$;
create trigger erasure_forgets_promise after insert on erasure for each row execute function erasure_forgets_promises();

grant select, insert on receipt_range, official_receipt, receipt_file, receipt_gap, receipt_waiver, donation_code, pledge, pledge_due, pledge_gift,
  recurring_gift, matching_promise, expected_gift to :"app";
grant update (state, donation_id, voided_on, voided_by, voided_at, reason, copies_kept, red_number) on official_receipt to :"app";
grant update (released_on, release_kind, reason, released_by, released_at) on pledge to :"app";
grant update (ended_by, ended_at, reason) on recurring_gift to :"app";
grant update (expectation_id, donation_id) on expected_gift to :"app";
grant execute on function receipt_numbers_missing, gifts_given_back to :"app";
