-- Every line of a statement is disposed of: money that nobody can name waits as a suspense item, money that comes back knows what it
-- comes back from, and what was chosen twice becomes a rule that suggests.

create table suspense (
  book_id      integer not null references book,
  suspense_id  bigint generated always as identity,
  kind         text not null constraint suspense_kind check (kind in ('unknown-payer', 'unclear-purpose', 'not-ours', 'other')),
  units        bigint not null constraint suspense_units check (units > 0),
  fund_id      integer not null,
  account_id   integer not null,
  note         text not null constraint suspense_note check (char_length(note) <= 200),
  received_on  date not null,
  voucher_id   bigint,                 -- null only until its voucher is written
  primary key (book_id, suspense_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, account_id) references account,
  foreign key (book_id, voucher_id) references voucher
);
create index suspense_of_voucher on suspense (book_id, voucher_id);
create trigger suspense_lasting before update or delete on suspense for each row execute function only_these_change('voucher_id');
create trigger suspense_truncate before truncate on suspense for each statement execute function books_are_append_only();

-- What a later voucher takes out of a suspense item; it counts while that voucher waits or stands.
create table suspense_clearing (
  book_id      integer not null,
  suspense_id  bigint not null,
  voucher_id   bigint not null,
  units        bigint not null constraint suspense_clearing_units check (units > 0),
  primary key (book_id, suspense_id, voucher_id),
  foreign key (book_id, suspense_id) references suspense,
  foreign key (book_id, voucher_id) references voucher
);
create index suspense_clearing_of_voucher on suspense_clearing (book_id, voucher_id);
create trigger suspense_clearing_append_only before update or delete or truncate on suspense_clearing
  for each statement execute function books_are_append_only();

create view suspense_left as
  select s.book_id, s.suspense_id, s.units - coalesce(sum(c.units) filter (where k.state in ('prepared', 'posted') and k.reversed_by is null), 0)::bigint as units
    from suspense s
    join voucher v on v.book_id = s.book_id and v.voucher_id = s.voucher_id and v.state = 'posted' and v.reversed_by is null
    left join suspense_clearing c on c.book_id = s.book_id and c.suspense_id = s.suspense_id
    left join voucher k on k.book_id = c.book_id and k.voucher_id = c.voucher_id
   group by s.book_id, s.suspense_id, s.units;

create function prove_clearings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from suspense s where (s.book_id, s.suspense_id) in (select book_id, suspense_id from n) order by s.book_id, s.suspense_id
    for no key update;
  select n.units as asked, coalesce(l.units, 0) + case when l.units is null then 0 else n.units end as remaining into bad
    from n left join suspense_left l on l.book_id = n.book_id and l.suspense_id = n.suspense_id
   where coalesce(l.units, -1) < 0 limit 1;
  if found then
    perform refuse('suspense_cleared_above', jsonb_build_object('asked', bad.asked, 'remaining', bad.remaining));
  end if;
  return null;
end $$;
create trigger suspense_clearing_proved after insert on suspense_clearing referencing new table as n
  for each statement execute function prove_clearings();

-- What money that came or went back is a refund of; never more than there was.
create table refund (
  book_id      integer not null,
  voucher_id   bigint not null,
  of_entry_no  bigint not null,
  of_line_no   smallint not null,
  units        bigint not null constraint refund_units check (units > 0),
  primary key (book_id, voucher_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, of_entry_no, of_line_no) references posting
);
create index refund_of_line on refund (book_id, of_entry_no, of_line_no);
create trigger refund_append_only before update or delete or truncate on refund for each statement execute function books_are_append_only();

create function prove_refunds() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from journal_entry e where (e.book_id, e.entry_no) in (select book_id, of_entry_no from n) order by e.book_id, e.entry_no
    for no key update;
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
create trigger refund_proved after insert on refund referencing new table as n for each statement execute function prove_refunds();

-- Money held for others is paid out of what is there: the row is looked at once it says what is left, for a check already refuses the
-- payment alone, which is what an upsert first tries to write.
alter table agency_position drop constraint agency_recipient_floor;
create function agency_recipients_keep_floor() returns trigger language plpgsql as $$
begin
  if new.held < 0 then
    perform refuse('agency_recipient_floor', jsonb_build_object('missing', -new.held));
  end if;
  return null;
end $$;
create trigger agency_recipient_floor after insert or update on agency_position for each row execute function agency_recipients_keep_floor();

-- A rule looks at a line's words and proposes what to do with it; a person accepts, a rule books nothing. Rules are no evidence:
-- they may be put right, and the command log tells by whom.
create table bank_rule (
  book_id          integer not null references book,
  bank_rule_id     bigint generated always as identity,
  way              text not null constraint bank_rule_way check (way in ('in', 'out')),
  bank_account_id  integer,
  party            text not null constraint bank_rule_party check (char_length(party) <= 100),
  words            text not null constraint bank_rule_words check (char_length(words) <= 100),
  kind             text not null constraint bank_rule_kind check (kind in ('gift', 'expense', 'transfer', 'fee', 'interest', 'agency', 'suspense')),
  fund_id          integer,
  account_id       integer,
  cash_flow        text not null,
  restriction      text not null constraint bank_rule_restriction check (restriction in ('', 'U', 'R')),
  narrative        text not null constraint bank_rule_narrative check (char_length(narrative) <= 200),
  learned          boolean not null,
  off              boolean not null default false,
  made_by          bigint not null references person,
  made_at          timestamptz not null,
  changed_by       bigint references person,
  changed_at       timestamptz,
  primary key (book_id, bank_rule_id),
  constraint bank_rule_looks_at_something check (party <> '' or words <> ''),
  foreign key (book_id, bank_account_id) references bank_account,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, account_id) references account
);
create unique index bank_rule_once on bank_rule (book_id, way, party, words, coalesce(bank_account_id, 0));

-- A suggestion for one line looks up few rows, however many are expected, and whoever is known.
create index expectation_by_account on expectation (book_id, party_account) where voucher_id is null and closed_at is null and party_account <> '';
create index person_by_name on person (name);
create index bank_line_of_party on bank_line (book_id, counterparty_name, occurred_on) where counterparty_name <> '';

grant select, insert on suspense, suspense_clearing, refund, bank_rule to :"app";
grant update (voucher_id) on suspense to :"app";
grant update (bank_account_id, party, words, kind, fund_id, account_id, cash_flow, restriction, narrative, off, changed_by, changed_at)
  on bank_rule to :"app";
grant select on suspense_left to :"app";
