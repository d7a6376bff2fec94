-- A bank line and a voucher meet in a match: one line may be split over several vouchers, several lines may be one voucher's, and a
-- voucher of the books may meet its line later. The voucher no longer names a line; nothing is booked by a match.

create table bank_match (
  book_id        integer not null,
  bank_match_id  bigint generated always as identity,
  bank_line_id   bigint not null,
  voucher_id     bigint not null,
  units          bigint not null,       -- the part of the line that the voucher books, with the line's sign
  matched_by     bigint not null references person,
  matched_at     timestamptz not null,
  undone_by      bigint references person,
  undone_at      timestamptz,
  primary key (book_id, bank_match_id),
  foreign key (book_id, bank_line_id) references bank_line,
  foreign key (book_id, voucher_id) references voucher,
  constraint bank_match_undone check ((undone_by is null) = (undone_at is null))
);
create unique index bank_match_once on bank_match (book_id, bank_line_id, voucher_id) where undone_at is null;
create index bank_match_of_voucher on bank_match (book_id, voucher_id);

insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at)
  select v.book_id, v.bank_line_id, v.voucher_id, b.units, v.maker_id, v.prepared_at
    from voucher v join bank_line b using (book_id, bank_line_id) where v.state in ('prepared', 'posted')
   order by v.book_id, v.voucher_id;

-- Money held for others lies at the same bank, on an account of its own in the books (rulings 14).
alter table bank_account add column agency_account_id integer,
  add constraint bank_account_agency unique (book_id, agency_account_id),
  add foreign key (book_id, agency_account_id) references account;
grant update (agency_account_id) on bank_account to :"app";
create trigger bank_account_lasting before update or delete on bank_account
  for each row execute function only_these_change('agency_account_id');
create trigger bank_account_truncate before truncate on bank_account for each statement execute function books_are_append_only();

-- Matches that count: not undone, of a voucher that waits or stands, and has not been reversed.
create view bank_match_open as
  select m.book_id, m.bank_match_id, m.bank_line_id, m.voucher_id, m.units, v.state = 'posted' as posted
    from bank_match m join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
   where m.undone_at is null and v.state in ('prepared', 'posted') and v.reversed_by is null;
grant select on bank_match, bank_match_open to :"app";
grant insert (book_id, bank_line_id, voucher_id, units, matched_by, matched_at), update (undone_by, undone_at) on bank_match to :"app";

-- What a voucher moves through a bank account: its own and what it holds for others.
create function bank_booked(p_book integer, p_voucher bigint, p_bank_account integer) returns bigint language plpgsql stable as $$
begin
  return (select coalesce(sum(signed(l.side, l.units)), 0)::bigint
            from bank_account a
            join voucher_line l on l.book_id = a.book_id and l.voucher_id = p_voucher and l.account_id in (a.account_id, a.agency_account_id)
           where a.book_id = p_book and a.bank_account_id = p_bank_account);
end $$;

-- A line is not given away twice, nor what a voucher books through the bank account. Who holds or ignores a line locks it too, so of
-- both only the first gets through.
create function prove_bank_matches() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from bank_line b where (b.book_id, b.bank_line_id) in (select book_id, bank_line_id from n) order by b.book_id, b.bank_line_id
    for no key update;
  select x.rule, x.facts into bad from (
    select case when b.state = 'ignored' then 'bank_line_ignored'
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
create trigger bank_match_proved after insert on bank_match referencing new table as n for each statement execute function prove_bank_matches();

create function bank_matches_are_undone_once() returns trigger language plpgsql as $$
begin
  if old.undone_at is not null
     or (new.book_id, new.bank_match_id, new.bank_line_id, new.voucher_id, new.units, new.matched_by, new.matched_at)
        is distinct from (old.book_id, old.bank_match_id, old.bank_line_id, old.voucher_id, old.units, old.matched_by, old.matched_at) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  -- While its voucher waits for review, it goes with the voucher: the reviewer has seen it.
  if exists (select 1 from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.state = 'prepared') then
    perform refuse('bank_match_voucher_waits', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return new;
end $$;
create trigger bank_match_undone_once before update on bank_match for each row execute function bank_matches_are_undone_once();
create trigger bank_match_kept before delete or truncate on bank_match for each statement execute function books_are_append_only();

-- A voucher prepared from the bank's own lines moves just what they say through that account; a blue voucher as much as the one whose
-- lines it takes over.
create or replace function prove_bank_lines(p_book integer, p_vouchers bigint[]) returns void language plpgsql as $$
declare bad record;
begin
  select x.units, booked.units as booked into bad from (
    select m.voucher_id, b.bank_account_id, sum(m.units)::bigint as units
      from bank_match m join bank_line b on b.book_id = m.book_id and b.bank_line_id = m.bank_line_id
     where m.book_id = p_book and m.voucher_id = any (p_vouchers) and m.undone_at is null group by m.voucher_id, b.bank_account_id
    union all
    select c.voucher_id, b.bank_account_id, bank_booked(p_book, o.voucher_id, b.bank_account_id)
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join voucher o on o.book_id = e.book_id and o.voucher_id = e.voucher_id
      join bank_match m on m.book_id = o.book_id and m.voucher_id = o.voucher_id and m.undone_at is null
      join bank_line b on b.book_id = m.book_id and b.bank_line_id = m.bank_line_id
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null) x
    cross join lateral (select bank_booked(p_book, x.voucher_id, x.bank_account_id) as units) booked
   where x.units <> booked.units limit 1;
  if found then
    perform refuse('bank_line_amount', jsonb_build_object('line', bad.units, 'booked', bad.booked));
  end if;
end $$;

-- The blue voucher takes over the lines of the one it puts right, whose own matches count no more.
create function carry_bank_matches(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void language sql as $$
  insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at)
    select p_book, m.bank_line_id, c.voucher_id, m.units, c.maker_id, p_at
      from voucher c join journal_entry e on e.book_id = c.book_id and e.entry_no = c.corrects_entry_no
      join bank_match m on m.book_id = e.book_id and m.voucher_id = e.voucher_id and m.undone_at is null
     where c.book_id = p_book and c.voucher_id = any (p_vouchers) and c.kind = 'correction' and c.bundle_id is not null
       and not exists (select 1 from bank_match own where own.book_id = p_book and own.voucher_id = c.voucher_id)
     order by c.voucher_id, m.bank_line_id
$$;

-- What the bank has paid out for a bundle: the evidence on which alone the general fund may go below (rulings 10). A blue voucher
-- rests on the lines of the voucher that it puts right.
create or replace function bank_paid(p_book integer, p_bundle bigint) returns bigint language plpgsql stable as $$
begin
  return (
  select coalesce(sum(-m.units) filter (where m.units < 0), 0)::bigint
    from voucher v
    left join journal_entry e on e.book_id = v.book_id and e.entry_no = v.corrects_entry_no and v.kind = 'correction'
    join bank_match m on m.book_id = v.book_id and m.undone_at is null
     and m.voucher_id = case when exists (select 1 from bank_match own where own.book_id = v.book_id and own.voucher_id = v.voucher_id)
                             then v.voucher_id else e.voucher_id end
   where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle));
end $$;

-- The day that a voucher's business happened: the bank's where its lines say it, for a voucher booked late.
create function happened_on(v voucher) returns date language sql stable as $$
  select coalesce((select max(b.occurred_on) from bank_match m join bank_line b on b.book_id = m.book_id and b.bank_line_id = m.bank_line_id
                    where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.undone_at is null), v.occurred_on)
$$;

-- Whether a voucher without any document may stand: by the rule, by its bank lines, because it is a memorandum only, or because it
-- moves money from fund to fund: what both sides signed is its document. Money that went from one own account to another left the
-- body nowhere, so the bank's line is enough for it.
create or replace function needs_no_document(v voucher) returns boolean language plpgsql stable as $$
declare v_rule text;
begin
  if v.series in ('备', '时', '分') then
    return true;
  end if;
  -- A blue voucher alone (第五十一条, errors of earlier years) that moves cash is a payment like any other; none stands beside it in red.
  v_rule := evidence_needed(v.book_id, case when v.kind = 'correction' and v.bundle_id is null and v.series = '记' then 'ordinary' else v.kind end,
                            v.occurred_on);
  return v_rule = 'none'
         or v_rule in ('bank-line', 'bank-line-in') and exists
           (select 1 from bank_match m where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.undone_at is null
               and (v_rule = 'bank-line' or m.units > 0 or not exists
                    (select 1 from voucher_line l join account a using (book_id, account_id)
                      where l.book_id = v.book_id and l.voucher_id = v.voucher_id and a.role not in ('own-cash', 'agency-cash'))))
         or exists (select 1 from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.movement = 'transfer');
end $$;
