-- What became of money that was paid: receipts in a folder, acquittals line by line, what comes back unspent, and reports where money was spent
-- when paid (grants.md 5.3, T8 to T11).

create table grant_receipt (
  book_id           integer not null,
  grant_receipt_id  bigint generated always as identity,
  grant_id          bigint not null,
  tranche_id        bigint,
  kind              text not null constraint grant_receipt_kind check (kind in ('invoice', 'receipt', 'payroll', 'other')),
  number            text constraint grant_receipt_number check (number ~ '^[0-9]{8,20}$'),
  issued_on         date not null,
  seller_id         bigint references person,
  units             bigint not null constraint grant_receipt_units check (units between 1 and 1000000000),
  spending          text not null constraint grant_receipt_spending check (spending in
                      ('supplies', 'kept-goods', 'labour', 'service', 'venue', 'travel', 'print', 'meals')),
  line_no           smallint not null constraint grant_receipt_line check (line_no >= 1),
  what              text not null constraint grant_receipt_what check (char_length(what) between 1 and 100),
  photo_id          bigint,
  photo_sha256      bytea,
  sheet_id          bigint,          -- 验收单 of goods that are kept
  state             text not null constraint grant_receipt_state check (state in ('ready', 'handed-in', 'accepted', 'dropped')),
  added_by          bigint not null references person,
  added_at          timestamptz not null,
  primary key (book_id, grant_receipt_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, photo_id) references filed_document,
  foreign key (book_id, sheet_id) references filed_document,
  constraint grant_receipt_invoice_number check (kind <> 'invoice' or number is not null),
  constraint grant_receipt_photo check ((photo_id is null) = (photo_sha256 is null))
);
create index grant_receipt_of_grant on grant_receipt (book_id, grant_id, grant_receipt_id);
create unique index grant_receipt_number_once on grant_receipt (book_id, number) where number is not null and state <> 'dropped';
create unique index grant_receipt_photo_once on grant_receipt (book_id, photo_sha256) where photo_sha256 is not null and state <> 'dropped';

create table grant_acquittal (
  book_id       integer not null,
  tranche_id    bigint not null,
  version       smallint not null constraint grant_acquittal_version check (version >= 1),
  handler_id    bigint not null references person,   -- 经手人
  witness_id    bigint not null references person,   -- 证明人
  submitted_by  bigint not null references person,
  submitted_at  timestamptz not null,
  state         text not null constraint grant_acquittal_state check (state in ('submitted', 'returned', 'booked', 'posted', 'undone')),
  voucher_id    bigint,
  primary key (book_id, tranche_id, version),
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_acquittal_two_names check (handler_id <> witness_id),
  constraint grant_acquittal_voucher check ((voucher_id is not null) = (state in ('booked', 'posted', 'undone')))
);
create unique index grant_acquittal_one_open on grant_acquittal (book_id, tranche_id) where state in ('submitted', 'booked');
create index grant_acquittal_in_state on grant_acquittal (book_id, state, tranche_id) where state in ('submitted', 'booked');
create index grant_acquittal_of_voucher on grant_acquittal (book_id, voucher_id) where voucher_id is not null;

create table grant_acquittal_line (
  book_id           integer not null,
  tranche_id        bigint not null,
  version           smallint not null,
  line              smallint not null constraint grant_acquittal_line_no check (line between 1 and 100),
  grant_receipt_id  bigint not null,
  units             bigint not null constraint grant_acquittal_line_units check (units > 0),
  accepted          boolean,
  reason            text not null default '' constraint grant_acquittal_line_reason check (char_length(reason) <= 200),
  decided_by        bigint references person,
  decided_at        timestamptz,
  primary key (book_id, tranche_id, version, line),
  foreign key (book_id, tranche_id, version) references grant_acquittal,
  foreign key (book_id, grant_receipt_id) references grant_receipt,
  constraint grant_acquittal_line_once unique (book_id, tranche_id, version, grant_receipt_id),
  constraint grant_acquittal_line_decided check ((accepted is null) = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint grant_acquittal_line_why check (accepted is distinct from false or reason <> '')
);
create index grant_acquittal_line_of_receipt on grant_acquittal_line (book_id, grant_receipt_id);

create table grant_return (
  book_id          integer not null,
  grant_return_id  bigint generated always as identity,
  tranche_id       bigint not null,
  units            bigint not null constraint grant_return_units check (units > 0),
  state            text not null constraint grant_return_state check (state in ('announced', 'returned', 'dropped')),
  announced_by     bigint not null references person,
  announced_at     timestamptz not null,
  expectation_id   bigint not null,
  voucher_id       bigint,
  primary key (book_id, grant_return_id),
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, expectation_id) references expectation,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_return_voucher check ((voucher_id is not null) = (state = 'returned'))
);
create unique index grant_return_one_open on grant_return (book_id, tranche_id) where state = 'announced';
create index grant_return_of_tranche on grant_return (book_id, tranche_id);

create table tranche_report (
  book_id       integer not null,
  tranche_id    bigint not null,
  version       smallint not null constraint tranche_report_version check (version >= 1),
  text          text not null constraint tranche_report_text check (char_length(text) between 1 and 4000),
  people        integer not null constraint tranche_report_people check (people between 0 and 1000000),
  activities    integer not null constraint tranche_report_activities check (activities between 0 and 10000),
  spent         bigint not null constraint tranche_report_spent check (spent >= 0),
  submitted_by  bigint not null references person,
  submitted_at  timestamptz not null,
  accepted      boolean,
  reason        text not null default '' constraint tranche_report_reason check (char_length(reason) <= 500),
  decided_by    bigint references person,
  decided_at    timestamptz,
  primary key (book_id, tranche_id, version),
  foreign key (book_id, tranche_id) references tranche,
  constraint tranche_report_decided check ((accepted is null) = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint tranche_report_two check (decided_by is distinct from submitted_by)
);
create index tranche_report_open on tranche_report (book_id, tranche_id) where accepted is null;
create table tranche_report_paper (
  book_id            integer not null,
  tranche_id         bigint not null,
  version            smallint not null,
  ordinal            smallint not null constraint tranche_report_paper_no check (ordinal between 1 and 20),
  filed_document_id  bigint not null,
  primary key (book_id, tranche_id, version, ordinal),
  foreign key (book_id, tranche_id, version) references tranche_report,
  foreign key (book_id, filed_document_id) references filed_document
);

-- One invoice is claimed once in the whole book: by no other project, debt or voucher.
create function receipts_are_claimed_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_other text;
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext(new.number));
  select c.number into v_other from grant_receipt r join grant_case c using (book_id, grant_id)
   where r.book_id = new.book_id and r.number = new.number and r.state <> 'dropped' and r.grant_receipt_id <> new.grant_receipt_id limit 1;
  v_other := coalesce(v_other, (
    select '#' || min(d.debt_id) from debt d
     where d.book_id = new.book_id and d.state not in ('returned', 'withdrawn')
       and (exists (select 1 from debt_line l where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version and l.invoice_number = new.number)
            or exists (select 1 from debt_document p where p.book_id = d.book_id and p.debt_id = d.debt_id and p.version = d.version
                          and p.invoice_number = new.number))));
  v_other := coalesce(v_other, voucher_called(new.book_id, document_used_by(new.book_id, null, new.number, null)));
  if v_other is not null then
    perform refuse('grant_receipt_number_once', jsonb_build_object('number', new.number, 'other', v_other));
  end if;
  return new;
end $$;
create trigger grant_receipt_claimed before insert on grant_receipt for each row when (new.number is not null)
  execute function receipts_are_claimed_once();
create trigger grant_receipt_renumbered before update of number on grant_receipt for each row
  when (new.number is not null and new.number is distinct from old.number) execute function receipts_are_claimed_once();

-- As in 0029; a receipt of a grant has it too.
create or replace function invoices_are_claimed_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_other bigint; v_voucher bigint; v_grant text;
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext(new.invoice_number));
  select min(d.debt_id) into v_other from debt d
   where d.book_id = new.book_id and d.debt_id <> new.debt_id and d.state not in ('returned', 'withdrawn')
     and (exists (select 1 from debt_line l where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version
                     and l.invoice_number = new.invoice_number)
          or exists (select 1 from debt_document p where p.book_id = d.book_id and p.debt_id = d.debt_id and p.version = d.version
                        and p.invoice_number = new.invoice_number));
  v_voucher := document_used_by(new.book_id, null, new.invoice_number, null);
  select c.number into v_grant from grant_receipt r join grant_case c using (book_id, grant_id)
   where r.book_id = new.book_id and r.number = new.invoice_number and r.state <> 'dropped' limit 1;
  if v_other is not null or v_voucher is not null or v_grant is not null then
    perform refuse('debt_invoice_twice', jsonb_build_object('number', new.invoice_number, 'other',
      coalesce('#' || v_other, voucher_called(new.book_id, v_voucher), v_grant)));
  end if;
  return new;
end $$;

-- A voucher on an invoice of the folder is the one that books its acquittal; by the end of the transaction that says so.
create function receipts_prove_their_acquittal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_other text;
begin
  select c.number into v_other from grant_receipt r join grant_case c using (book_id, grant_id)
   where r.book_id = new.book_id and r.number = new.invoice_number and r.state <> 'dropped'
     and not exists (select 1 from grant_acquittal_line l join grant_acquittal a using (book_id, tranche_id, version)
                      where l.book_id = r.book_id and l.grant_receipt_id = r.grant_receipt_id and a.voucher_id = new.voucher_id)
     and exists (select 1 from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.state in ('prepared', 'posted')) limit 1;
  if v_other is not null then
    perform refuse('grant_receipt_number_once', jsonb_build_object('number', new.invoice_number, 'other', v_other));
  end if;
  return null;
end $$;
create constraint trigger voucher_document_of_receipt after insert on voucher_document deferrable initially deferred
  for each row when (new.invoice_number is not null) execute function receipts_prove_their_acquittal();

-- What was handed in does not change.
create function receipts_handed_in_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_grant bigint;
begin
  if tg_op <> 'DELETE' then
    select t.grant_id into v_grant from tranche t where t.book_id = new.book_id and t.tranche_id = new.tranche_id;
    if new.tranche_id is not null and v_grant is distinct from new.grant_id then
      perform refuse('grant_money_other_grant', jsonb_build_object('grant', new.grant_id));
    end if;
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'ready' then
      perform refuse('grant_receipt_out_of_turn', jsonb_build_object('state', new.state));
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or (new.book_id, new.grant_receipt_id, new.grant_id, new.added_by, new.added_at)
       is distinct from (old.book_id, old.grant_receipt_id, old.grant_id, old.added_by, old.added_at) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if old.state <> 'ready' and (to_jsonb(new) - 'state') is distinct from (to_jsonb(old) - 'state')
     or old.state <> new.state and (old.state, new.state) not in (('ready', 'handed-in'), ('ready', 'dropped'), ('handed-in', 'ready'),
                                                                 ('handed-in', 'accepted'), ('accepted', 'ready')) then
    perform refuse('grant_receipt_out_of_turn', jsonb_build_object('state', old.state));
  end if;
  return new;
end $$;
create trigger grant_receipt_stays before insert or update or delete on grant_receipt for each row execute function receipts_handed_in_stay();
create trigger grant_receipt_truncate before truncate on grant_receipt for each statement execute function books_are_append_only();

-- A receipt stands where the acquittal stands that it is in.
create function receipts_follow_acquittals() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r grant_receipt; v_open boolean; v_done boolean;
begin
  select x.* into r from grant_receipt x where x.book_id = new.book_id and x.grant_receipt_id = new.grant_receipt_id;
  select coalesce(bool_or(a.state in ('submitted', 'booked') and l.accepted is distinct from false), false),
         coalesce(bool_or(a.state = 'posted' and l.accepted), false) into v_open, v_done
    from grant_acquittal_line l join grant_acquittal a using (book_id, tranche_id, version)
   where l.book_id = r.book_id and l.grant_receipt_id = r.grant_receipt_id;
  if (r.state = 'handed-in') <> v_open or (r.state = 'accepted') <> v_done then
    perform refuse('grant_receipt_out_of_turn', jsonb_build_object('state', r.state));
  end if;
  return null;
end $$;
create constraint trigger grant_receipt_follows after insert or update of state on grant_receipt deferrable initially deferred
  for each row execute function receipts_follow_acquittals();
create constraint trigger grant_acquittal_line_follows after insert or update on grant_acquittal_line deferrable initially deferred
  for each row execute function receipts_follow_acquittals();

-- Lines come with their acquittal, of receipts of the same grant; nobody who handed them in decides them, and what went back stays back.
create function acquittal_lines_are_decided() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_acquittal; c grant_case; r grant_receipt;
begin
  select x.* into a from grant_acquittal x where x.book_id = new.book_id and x.tranche_id = new.tranche_id and x.version = new.version for no key update;
  select x.* into c from grant_case x join tranche t using (book_id, grant_id) where t.book_id = new.book_id and t.tranche_id = new.tranche_id;
  select x.* into r from grant_receipt x where x.book_id = new.book_id and x.grant_receipt_id = new.grant_receipt_id;
  if a.state is distinct from 'submitted' or tg_op = 'INSERT' and new.accepted is not null or tg_op = 'UPDATE' and old.accepted = false then
    perform refuse('grant_acquittal_out_of_turn', jsonb_build_object('state', a.state));
  end if;
  if tg_op = 'INSERT' and (r.grant_id is distinct from c.grant_id or new.units > r.units) then
    perform refuse('grant_acquittal_unlike_receipt', jsonb_build_object('asked', new.units, 'booked', r.units));
  end if;
  if new.decided_by in (a.submitted_by, a.handler_id, a.witness_id, c.lead_id, c.fin_lead_id) then
    perform refuse('grant_acquittal_same_person', '{}');
  end if;
  return new;
end $$;
create trigger grant_acquittal_line_decided before insert or update on grant_acquittal_line for each row execute function acquittal_lines_are_decided();
create trigger grant_acquittal_line_lasting before update or delete on grant_acquittal_line for each row
  execute function only_these_change('accepted', 'reason', 'decided_by', 'decided_at');
create trigger grant_acquittal_line_truncate before truncate on grant_acquittal_line for each statement execute function books_are_append_only();

create function acquittals_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' and new.state <> 'submitted'
     or tg_op = 'UPDATE' and old.state <> new.state and (old.state, new.state) not in
          (('submitted', 'returned'), ('submitted', 'booked'), ('booked', 'submitted'), ('booked', 'posted'), ('posted', 'undone')) then
    perform refuse('grant_acquittal_out_of_turn', jsonb_build_object('state', case tg_op when 'UPDATE' then old.state end));
  end if;
  return new;
end $$;
create trigger grant_acquittal_step before insert or update on grant_acquittal for each row execute function acquittals_go_step_by_step();
create trigger grant_acquittal_lasting before update or delete on grant_acquittal for each row execute function only_these_change('state', 'voucher_id');
create trigger grant_acquittal_truncate before truncate on grant_acquittal for each statement execute function books_are_append_only();

-- An acquittal is where its voucher is, and booked with what was accepted of it, neither more nor less.
create function acquittals_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_acquittal; v voucher; v_accepted bigint; v_open boolean;
begin
  select x.* into a from grant_acquittal x where x.book_id = new.book_id and x.tranche_id = new.tranche_id and x.version = new.version;
  select x.* into v from voucher x where x.book_id = a.book_id and x.voucher_id = a.voucher_id;
  select coalesce(sum(l.units) filter (where l.accepted), 0), coalesce(bool_or(l.accepted is null), true) into v_accepted, v_open
    from grant_acquittal_line l where l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version;
  if a.state = 'submitted' and not exists (select 1 from grant_acquittal_line l where l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version)
     or a.state = 'returned' and (v_accepted > 0 or v_open)
     or a.state in ('booked', 'posted') and (v_open or v_accepted = 0)
     or a.state = 'booked' and v.state is distinct from 'prepared'
     or a.state = 'posted' and (v.state is distinct from 'posted' or v.reversed_by is not null)
     or a.state = 'undone' and v.reversed_by is null
     -- Its voucher was dropped, or it would be booked behind its back.
     or tg_op = 'UPDATE' and new.state = 'submitted' and exists (
          select 1 from voucher x where x.book_id = old.book_id and x.voucher_id = old.voucher_id and x.state = 'prepared')
     or a.state in ('booked', 'posted') and v_accepted <> (
          select coalesce(sum(signed(l.side, -l.units)), 0) from voucher_line l join account x using (book_id, account_id)
           where l.book_id = a.book_id and l.voucher_id = a.voucher_id and x.key = 'project-advances')
     or a.state = 'posted' and v_accepted is distinct from (
          select sum(m.units) from grant_money m where m.book_id = a.book_id and m.voucher_id = a.voucher_id and m.tranche_id = a.tranche_id
             and m.move = 'acquitted') then
    perform refuse('grant_acquittal_unlike_voucher', jsonb_build_object('state', a.state));
  end if;
  return null;
end $$;
create constraint trigger grant_acquittal_follows after insert or update on grant_acquittal deferrable initially deferred
  for each row execute function acquittals_follow_vouchers();

-- What was announced came back when the books say so.
create function returns_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r grant_return; e expectation;
begin
  select x.* into r from grant_return x where x.book_id = new.book_id and x.grant_return_id = new.grant_return_id;
  select x.* into e from expectation x where x.book_id = r.book_id and x.expectation_id = r.expectation_id;
  if e.units <> r.units or (r.state = 'dropped') <> (e.closed_at is not null)
     or r.state = 'returned' and (e.voucher_id is distinct from r.voucher_id
          or not exists (select 1 from voucher v where v.book_id = r.book_id and v.voucher_id = r.voucher_id and v.state = 'posted' and v.reversed_by is null)
          or r.units is distinct from (select sum(m.units) from grant_money m where m.book_id = r.book_id and m.voucher_id = r.voucher_id
                                          and m.tranche_id = r.tranche_id and m.move = 'returned')) then
    perform refuse('grant_return_unlike_voucher', jsonb_build_object('asked', r.units));
  end if;
  return null;
end $$;
create constraint trigger grant_return_follows after insert or update on grant_return deferrable initially deferred
  for each row execute function returns_follow_vouchers();
create function returns_go_step_by_step() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'announced'
     or tg_op = 'UPDATE' and old.state <> new.state and (old.state, new.state) not in
          (('announced', 'returned'), ('announced', 'dropped'), ('returned', 'announced')) then
    perform refuse('grant_return_out_of_turn', jsonb_build_object('state', case tg_op when 'UPDATE' then old.state end));
  end if;
  return new;
end $$;
create trigger grant_return_step before insert or update on grant_return for each row execute function returns_go_step_by_step();
create trigger grant_return_lasting before update or delete on grant_return for each row execute function only_these_change('state', 'voucher_id');
create trigger grant_return_truncate before truncate on grant_return for each statement execute function books_are_append_only();

create function reports_are_decided_once() returns trigger language plpgsql as $$
begin
  if old.accepted is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger tranche_report_once before update on tranche_report for each row execute function reports_are_decided_once();
create trigger tranche_report_lasting before update or delete on tranche_report for each row
  execute function only_these_change('accepted', 'reason', 'decided_by', 'decided_at');
create trigger tranche_report_truncate before truncate on tranche_report for each statement execute function books_are_append_only();
create trigger tranche_report_paper_kept before update or delete or truncate on tranche_report_paper for each statement execute function books_are_append_only();

grant select, insert on grant_receipt, grant_acquittal, grant_acquittal_line, grant_return, tranche_report, tranche_report_paper to :"app";
grant update (tranche_id, kind, number, issued_on, seller_id, units, spending, line_no, what, photo_id, photo_sha256, sheet_id, state)
  on grant_receipt to :"app";
grant update (state, voucher_id) on grant_acquittal to :"app";
grant update (accepted, reason, decided_by, decided_at) on grant_acquittal_line to :"app";
grant update (state, voucher_id) on grant_return to :"app";
grant update (accepted, reason, decided_by, decided_at) on tranche_report to :"app";
