-- From "may be asked for" to "paid": how far a request goes by its amount, the requests with lines, papers and checks, and payments of
-- grants on the payment desk beside debts and own transfers.

-- Up to which amount the first, the second approver or the steering group decides, and which acts are further kept apart (rulings 21).
create table tranche_tier (
  book_id            integer not null references book,
  version            smallint not null constraint tranche_tier_version check (version >= 1),
  preset             text not null constraint tranche_tier_preset check (preset in ('three', 'five', 'nine')),
  first_units        bigint not null constraint tranche_tier_first check (first_units > 0),
  second_units       bigint not null,
  checker_approves   boolean not null,
  approver_releases  boolean not null,
  approver_reviews   boolean not null,
  in_force_from      date not null,
  reason             text not null constraint tranche_tier_reason check (char_length(reason) between 1 and 200),
  state              text not null constraint tranche_tier_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by        bigint not null references person,
  proposed_at        timestamptz not null,
  decided_by         bigint references person,
  decided_at         timestamptz,
  primary key (book_id, version),
  constraint tranche_tier_limits check (second_units >= first_units),
  constraint tranche_tier_two check (state <> 'agreed' or decided_by <> proposed_by),
  constraint tranche_tier_decided check ((decided_by is null) = (decided_at is null) and (state = 'waiting') = (decided_by is null))
);
create unique index tranche_tier_waiting on tranche_tier (book_id) where state = 'waiting';
create function tranche_tiers_are_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'waiting' or tg_op = 'UPDATE' and old.state <> 'waiting' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger tranche_tier_once before insert or update on tranche_tier for each row execute function tranche_tiers_are_decided_once();
create trigger tranche_tier_lasting before update or delete on tranche_tier for each row
  execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger tranche_tier_truncate before truncate on tranche_tier for each statement execute function books_are_append_only();

-- A request: what for, by lines of the agreed budget, with papers; the tier and the matrix in force are written down with it.
create table tranche_request (
  book_id            integer not null,
  tranche_id         bigint not null,
  request_no         smallint not null constraint tranche_request_count check (request_no between 1 and 99),
  units              bigint not null constraint tranche_request_units check (units > 0),
  purpose            text not null constraint tranche_request_purpose check (char_length(purpose) between 1 and 500),
  agreement_version  smallint not null,
  tier               text not null constraint tranche_request_tier check (tier in ('first', 'second', 'third')),
  tier_version       smallint not null,                  -- 0: what holds where nobody has set anything
  checker_approves   boolean not null,
  approver_releases  boolean not null,
  approver_reviews   boolean not null,
  requested_by       bigint not null references person,
  requested_at       timestamptz not null,
  primary key (book_id, tranche_id, request_no),
  foreign key (book_id, tranche_id) references tranche
);
create table tranche_request_line (
  book_id     integer not null,
  tranche_id  bigint not null,
  request_no  smallint not null,
  line_no     smallint not null constraint tranche_request_line_no check (line_no between 1 and 200),
  units       bigint not null constraint tranche_request_line_units check (units > 0),
  primary key (book_id, tranche_id, request_no, line_no),
  foreign key (book_id, tranche_id, request_no) references tranche_request
);
create table tranche_request_paper (
  book_id            integer not null,
  tranche_id         bigint not null,
  request_no         smallint not null,
  ordinal            smallint not null constraint tranche_request_paper_ordinal check (ordinal between 1 and 10),
  filed_document_id  bigint not null,
  primary key (book_id, tranche_id, request_no, ordinal),
  foreign key (book_id, tranche_id, request_no) references tranche_request,
  foreign key (book_id, filed_document_id) references filed_document
);
create table tranche_check (
  book_id      integer not null,
  tranche_id   bigint not null,
  request_no   smallint not null,
  use_ok       boolean not null,
  papers_ok    boolean not null,
  progress_ok  boolean not null,
  note         text not null constraint tranche_check_note check (char_length(note) <= 500),
  checked_by   bigint not null references person,
  checked_at   timestamptz not null,
  primary key (book_id, tranche_id, request_no),
  foreign key (book_id, tranche_id, request_no) references tranche_request
);
create trigger tranche_request_lasting before update or delete or truncate on tranche_request
  for each statement execute function books_are_append_only();
create trigger tranche_request_line_lasting before update or delete or truncate on tranche_request_line
  for each statement execute function books_are_append_only();
create trigger tranche_request_paper_lasting before update or delete or truncate on tranche_request_paper
  for each statement execute function books_are_append_only();
create trigger tranche_check_lasting before update or delete or truncate on tranche_check
  for each statement execute function books_are_append_only();

create function tranche_requests_add_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_units bigint;
begin
  select coalesce(sum(l.units), 0) into v_units from tranche_request_line l
   where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.request_no = new.request_no;
  if v_units <> new.units then
    perform refuse('tranche_request_sum', jsonb_build_object('asked', new.units, 'booked', v_units));
  end if;
  return null;
end $$;
create constraint trigger tranche_request_adds_up after insert on tranche_request deferrable initially deferred
  for each row execute function tranche_requests_add_up();

-- Nobody approves what one asked for, and nobody approves twice; checking and approving are kept apart if the request's matrix says so.
create function tranches_are_approved_by_others() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_asked integer;
begin
  select max(l.state_version) into v_asked from tranche_log l
   where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.move = 'request';
  if exists (select 1 from tranche_log l where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version >= v_asked
                and l.actor_id = new.actor_id
                and (l.move in ('request', 'approve-l1', 'approve-l2-before-steer')
                     or l.move = 'check' and not coalesce((select r.checker_approves from tranche_request r join tranche t using (book_id, tranche_id)
                          where r.book_id = l.book_id and r.tranche_id = l.tranche_id and r.request_no = t.request_no), false))) then
    perform refuse('tranche_same_person', '{}');
  end if;
  return new;
end $$;
create trigger tranche_log_by_others before insert on tranche_log for each row
  when (new.move in ('approve', 'approve-l1', 'approve-l2', 'approve-l2-before-steer', 'approve-steer'))
  execute function tranches_are_approved_by_others();

-- A payment that the bank had refused may turn out paid, and one that came back may not have: the bank's line decides.
alter table tranche_rule disable trigger tranche_rule_lasting;
insert into tranche_rule (from_state, move, to_state, mover, posts) values ('payment-failed', 'confirm-paid', 'paid', 'voucher', 'payment');
alter table tranche_rule enable trigger tranche_rule_lasting;

grant select, insert on tranche_tier, tranche_request, tranche_request_line, tranche_request_paper, tranche_check to :"app";
grant update (state, decided_by, decided_at) on tranche_tier to :"app";
