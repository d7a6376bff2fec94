-- From the ranking to the signed agreement: what is decided and why, what is told to the public and what it objects, what is awarded and promised
-- in the books, and what both sides sign. What was decided, told or signed stays; another version takes its place.

-- 审议: what leaders and experts say of a ranked case before it is decided.
create table grant_opinion (
  book_id           integer not null,
  grant_opinion_id  bigint generated always as identity,
  grant_id          bigint not null,
  person_id         bigint not null references person,
  speaks_as         text not null constraint grant_opinion_speaks_as check (speaks_as in ('leader', 'expert')),
  stance            text not null constraint grant_opinion_stance check (stance in ('for', 'less', 'against')),
  words             text not null constraint grant_opinion_words check (char_length(words) between 1 and 500),
  noted_by          bigint not null references person,
  noted_at          timestamptz not null,
  primary key (book_id, grant_opinion_id),
  foreign key (book_id, grant_id) references grant_case
);
create index on grant_opinion (book_id, grant_id);
create trigger grant_opinion_lasting before update or delete or truncate on grant_opinion
  for each statement execute function books_are_append_only();

-- A departure from the ranking, or less than was asked, has its reason, which is published.
create table grant_decision (
  book_id        integer not null,
  grant_id       bigint not null,
  version        smallint not null constraint grant_decision_version check (version >= 1),
  state_version  integer not null,
  kind           text not null constraint grant_decision_kind check (kind in ('recommend', 'waitlist', 'refuse')),
  units          bigint not null,
  place          smallint constraint grant_decision_place check (place between 1 and 999),
  project_class  text not null constraint grant_decision_class check (char_length(project_class) <= 40),
  rank           smallint,
  tally_version  smallint,
  inverts        boolean not null,
  cuts           boolean not null,
  reason         text not null constraint grant_decision_words check (char_length(reason) <= 500),
  minutes        text not null constraint grant_decision_minutes check (char_length(minutes) between 1 and 100),
  decided_by     bigint not null references person,
  decided_at     timestamptz not null,
  primary key (book_id, grant_id, version),
  constraint grant_decision_once unique (book_id, grant_id, state_version),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_decision_adds_up check ((kind = 'refuse') = (units = 0) and units >= 0 and (kind = 'waitlist') = (place is not null)),
  constraint grant_decision_reason check (reason <> '' or not (inverts or cuts or kind = 'refuse'))
);
create trigger grant_decision_lasting before update or delete or truncate on grant_decision
  for each statement execute function books_are_append_only();

create table grant_decision_fund (
  book_id   integer not null,
  grant_id  bigint not null,
  version   smallint not null,
  fund_id   integer not null,
  units     bigint not null constraint grant_decision_fund_units check (units > 0),
  primary key (book_id, grant_id, version, fund_id),
  foreign key (book_id, grant_id, version) references grant_decision,
  foreign key (book_id, fund_id) references fund
);
create index on grant_decision_fund (book_id, fund_id);
create trigger grant_decision_fund_lasting before update or delete or truncate on grant_decision_fund
  for each statement execute function books_are_append_only();

-- 公示. Written first, published when it was read; withdrawn only with a word of correction.
create table grant_notice (
  book_id          integer not null references book,
  grant_notice_id  bigint generated always as identity,
  grant_round_id   bigint not null,
  public_id        uuid not null constraint grant_notice_public unique,
  minutes          text not null constraint grant_notice_minutes check (char_length(minutes) between 1 and 100),
  address          text not null constraint grant_notice_address check (char_length(address) between 1 and 300),
  poster           text not null constraint grant_notice_poster check (char_length(poster) between 1 and 200),
  state            text not null constraint grant_notice_state check (state in ('written', 'published', 'withdrawn', 'dropped')),
  written_by       bigint not null references person,
  written_at       timestamptz not null,
  published_by     bigint references person,
  published_at     timestamptz,
  starts_on        date,
  correction       text not null default '' constraint grant_notice_correction check (char_length(correction) <= 500),
  ended_by         bigint references person,
  ended_at         timestamptz,
  primary key (book_id, grant_notice_id),
  foreign key (book_id, grant_round_id) references grant_round,
  constraint grant_notice_stands check ((state in ('published', 'withdrawn')) = (published_by is not null)
    and (published_by is null) = (published_at is null) and (published_by is null) = (starts_on is null)
    and (state in ('withdrawn', 'dropped')) = (ended_by is not null) and (ended_by is null) = (ended_at is null)
    and (state <> 'withdrawn' or correction <> ''))
);
create index on grant_notice (book_id, grant_round_id);
create unique index grant_notice_one_written on grant_notice (book_id, grant_round_id) where state = 'written';

create table grant_notice_case (
  book_id           integer not null,
  grant_notice_id   bigint not null,
  grant_id          bigint not null,
  decision_version  smallint not null,
  ends_on           date, -- the last day of its own window: what an objection took is added
  primary key (book_id, grant_notice_id, grant_id),
  foreign key (book_id, grant_notice_id) references grant_notice,
  foreign key (book_id, grant_id, decision_version) references grant_decision (book_id, grant_id, version)
);
create index on grant_notice_case (book_id, grant_id);

create function grant_notices_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>written', 'written>published', 'written>dropped', 'published>withdrawn') then
    perform refuse('grant_notice_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_notice_step before insert or update on grant_notice for each row execute function grant_notices_go_step_by_step();
create trigger grant_notice_lasting before update or delete on grant_notice for each row execute function only_these_change(
  'state', 'published_by', 'published_at', 'starts_on', 'correction', 'ended_by', 'ended_at');
create trigger grant_notice_truncate before truncate on grant_notice for each statement execute function books_are_append_only();

-- A window never gets shorter than the round's days, and only grows.
create function grant_windows_grow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare n grant_notice; v_days integer;
begin
  select x.* into n from grant_notice x where x.book_id = new.book_id and x.grant_notice_id = new.grant_notice_id;
  select r.notice_days into v_days from grant_round r where r.book_id = n.book_id and r.grant_round_id = n.grant_round_id;
  if tg_op = 'INSERT' then
    if n.state <> 'written' or new.ends_on is not null then
      perform refuse('grant_notice_out_of_turn', jsonb_build_object('state', n.state));
    end if;
  elsif n.state <> 'published' or new.ends_on < n.starts_on + v_days - 1 or old.ends_on is not null and new.ends_on < old.ends_on or new.ends_on is null then
    perform refuse('grant_notice_window', jsonb_build_object('days', v_days));
  end if;
  return new;
end $$;
create trigger grant_notice_case_grows before insert or update on grant_notice_case for each row execute function grant_windows_grow();
create trigger grant_notice_case_lasting before update or delete on grant_notice_case for each row execute function only_these_change('ends_on');
create trigger grant_notice_case_truncate before truncate on grant_notice_case for each statement execute function books_are_append_only();

-- 异议: sent in by anybody, registered by the panel, answered in words. An appeal against a removal is one too.
create table grant_objection (
  book_id             integer not null,
  grant_objection_id  bigint generated always as identity,
  grant_id            bigint not null,
  grant_notice_id     bigint not null,
  person_id           bigint not null references person,
  contact             bytea not null constraint grant_objection_contact check (length(contact) between 29 and 1024), -- sealed
  words               text not null constraint grant_objection_words check (char_length(words) between 1 and 1000),
  evidence            text not null constraint grant_objection_evidence check (char_length(evidence) <= 500),
  came_by             text not null constraint grant_objection_came_by check (came_by in ('page', 'panel', 'appeal')),
  came_at             timestamptz not null,
  state               text not null constraint grant_objection_state
    check (state in ('queued', 'turned-away', 'registered', 'dismissed', 'recount', 'remove')),
  registered_by       bigint references person,
  registered_at       timestamptz,
  due_on              date,
  answer              text not null default '' constraint grant_objection_answer check (char_length(answer) <= 1000),
  answered_by         bigint references person,
  answered_at         timestamptz,
  primary key (book_id, grant_objection_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, grant_notice_id, grant_id) references grant_notice_case,
  constraint grant_objection_stands check ((state in ('queued', 'turned-away')) = (registered_by is null) and (registered_by is null) = (registered_at is null)
    and (registered_by is null) = (due_on is null) and (state in ('queued', 'registered')) = (answered_by is null)
    and (answered_by is null) = (answered_at is null) and (answered_by is null) = (answer = ''))
);
create index on grant_objection (book_id, grant_id);
create index grant_objection_open on grant_objection (book_id, state) where state in ('queued', 'registered');
create function grant_objections_go_step_by_step() returns trigger language plpgsql as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>queued', '>registered', 'queued>registered', 'queued>turned-away', 'registered>dismissed', 'registered>recount',
                    'registered>remove') then
    perform refuse('grant_objection_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_objection_step before insert or update on grant_objection for each row execute function grant_objections_go_step_by_step();
create trigger grant_objection_lasting before update or delete on grant_objection for each row execute function only_these_change(
  'state', 'registered_by', 'registered_at', 'due_on', 'answer', 'answered_by', 'answered_at');
create trigger grant_objection_truncate before truncate on grant_objection for each statement execute function books_are_append_only();

-- 批准资助: the promise in the books, signed by two; ended by a voucher the other way round.
create table grant_award (
  book_id           integer not null,
  grant_id          bigint not null,
  award_no          smallint not null constraint grant_award_no check (award_no >= 1),
  decision_version  smallint not null,
  project_id        bigint not null,
  units             bigint not null constraint grant_award_units check (units > 0),
  resolution        text not null constraint grant_award_resolution check (char_length(resolution) between 1 and 100),
  signed_by         bigint not null references person,
  confirmed_by      bigint not null references person,
  awarded_on        date not null,
  awarded_at        timestamptz not null,
  agreement_due     date not null,
  voucher_id        bigint not null,
  ended_as          text constraint grant_award_ended_as check (ended_as in ('declined', 'lapsed', 'revoked')),
  ended_at          timestamptz,
  ended_voucher_id  bigint,
  primary key (book_id, grant_id, award_no),
  foreign key (book_id, grant_id, decision_version) references grant_decision (book_id, grant_id, version),
  foreign key (book_id, project_id) references project,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, ended_voucher_id) references voucher,
  constraint grant_award_two check (confirmed_by <> signed_by),
  constraint grant_award_ended check ((ended_as is null) = (ended_at is null) and (ended_as is null) = (ended_voucher_id is null))
);
create unique index grant_award_one_open on grant_award (book_id, grant_id) where ended_at is null;
create unique index grant_award_voucher on grant_award (book_id, voucher_id);
create trigger grant_award_lasting before update or delete on grant_award for each row execute function only_these_change(
  'ended_as', 'ended_at', 'ended_voucher_id');
create trigger grant_award_truncate before truncate on grant_award for each statement execute function books_are_append_only();

create table grant_award_fund (
  book_id   integer not null,
  grant_id  bigint not null,
  award_no  smallint not null,
  fund_id   integer not null,
  units     bigint not null constraint grant_award_fund_units check (units > 0),
  primary key (book_id, grant_id, award_no, fund_id),
  foreign key (book_id, grant_id, award_no) references grant_award,
  foreign key (book_id, fund_id) references fund
);
create trigger grant_award_fund_lasting before update or delete or truncate on grant_award_fund
  for each statement execute function books_are_append_only();

-- The restricted gifts that an award will be paid from; nothing else spends them meanwhile.
create table grant_lot (
  book_id   integer not null,
  grant_id  bigint not null,
  award_no  smallint not null,
  lot_id    bigint not null,
  units     bigint not null constraint grant_lot_units check (units >= 0),
  primary key (book_id, grant_id, award_no, lot_id),
  foreign key (book_id, grant_id, award_no) references grant_award,
  foreign key (book_id, lot_id) references gift_lot
);
create index on grant_lot (book_id, lot_id);
create trigger grant_lot_follows before insert or update on grant_lot
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger grant_lot_kept before delete or truncate on grant_lot for each statement execute function books_are_append_only();

-- 协议: another version takes the place of one that was not signed by both; signatures belong to a version.
create table grant_agreement (
  book_id     integer not null,
  grant_id    bigint not null,
  award_no    smallint not null,
  version     smallint not null constraint grant_agreement_version check (version >= 1),
  starts_on   date not null,
  ends_on     date not null,
  forbidden   text not null constraint grant_agreement_forbidden check (char_length(forbidden) between 1 and 1000),
  returns     text not null constraint grant_agreement_returns check (char_length(returns) between 1 and 1000),
  sha256      bytea not null constraint grant_agreement_hash check (length(sha256) = 32),
  drafted_by  bigint not null references person,
  drafted_at  timestamptz not null,
  primary key (book_id, grant_id, award_no, version),
  foreign key (book_id, grant_id, award_no) references grant_award,
  constraint grant_agreement_days check (ends_on > starts_on)
);
create table grant_tranche (
  book_id        integer not null,
  grant_id       bigint not null,
  award_no       smallint not null,
  version        smallint not null,
  no             smallint not null constraint grant_tranche_no check (no between 1 and 20),
  units          bigint not null constraint grant_tranche_units check (units > 0),
  earliest_on    date not null,
  condition      text not null constraint grant_tranche_condition check (char_length(condition) between 1 and 200),
  report_due_on  date not null,
  primary key (book_id, grant_id, award_no, version, no),
  foreign key (book_id, grant_id, award_no, version) references grant_agreement,
  constraint grant_tranche_days check (report_due_on >= earliest_on)
);
create table grant_agreed_line (
  book_id    integer not null,
  grant_id   bigint not null,
  award_no   smallint not null,
  version    smallint not null,
  no         smallint not null constraint grant_agreed_line_no check (no between 1 and 100),
  what       text not null constraint grant_agreed_line_what check (char_length(what) between 1 and 100),
  units      bigint not null constraint grant_agreed_line_units check (units >= 0),
  own_units  bigint not null constraint grant_agreed_line_own check (own_units >= 0),
  primary key (book_id, grant_id, award_no, version, no),
  foreign key (book_id, grant_id, award_no, version) references grant_agreement
);
create table grant_baseline (
  book_id    integer not null,
  grant_id   bigint not null,
  award_no   smallint not null,
  version    smallint not null,
  no         smallint not null constraint grant_baseline_no check (no between 1 and 20),
  indicator  text not null constraint grant_baseline_indicator check (char_length(indicator) between 1 and 100),
  baseline   text not null constraint grant_baseline_baseline check (char_length(baseline) between 1 and 60),
  target     text not null constraint grant_baseline_target check (char_length(target) between 1 and 60),
  primary key (book_id, grant_id, award_no, version, no),
  foreign key (book_id, grant_id, award_no, version) references grant_agreement
);
create table grant_signing (
  book_id            integer not null,
  grant_id           bigint not null,
  award_no           smallint not null,
  version            smallint not null,
  paper              text not null constraint grant_signing_paper check (paper in ('agreement', 'duty')),
  side               text not null constraint grant_signing_side check (side in ('lead', 'fin-lead', 'body')),
  person_id          bigint not null references person,
  filed_document_id  bigint, -- the signed paper; empty if it was signed by phone
  noted_by           bigint not null references person,
  at                 timestamptz not null,
  primary key (book_id, grant_id, award_no, version, paper, side),
  foreign key (book_id, grant_id, award_no, version) references grant_agreement,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint grant_signing_once unique (book_id, grant_id, award_no, version, paper, person_id),
  constraint grant_signing_sides check (case paper when 'agreement' then side in ('lead', 'body') else side in ('lead', 'fin-lead') end),
  constraint grant_signing_phone check (filed_document_id is not null or person_id = noted_by)
);
create trigger grant_agreement_lasting before update or delete or truncate on grant_agreement
  for each statement execute function books_are_append_only();
create trigger grant_tranche_lasting before update or delete or truncate on grant_tranche for each statement execute function books_are_append_only();
create trigger grant_agreed_line_lasting before update or delete or truncate on grant_agreed_line
  for each statement execute function books_are_append_only();
create trigger grant_baseline_lasting before update or delete or truncate on grant_baseline for each statement execute function books_are_append_only();
create trigger grant_signing_lasting before update or delete or truncate on grant_signing for each statement execute function books_are_append_only();

-- Where it is paid to: an account of the register of payees, of an organisation.
create table grant_payee (
  book_id           integer not null,
  grant_id          bigint not null,
  no                smallint not null constraint grant_payee_no check (no >= 1),
  payee_account_id  bigint not null,
  kind              text not null constraint grant_payee_kind check (kind in ('committee', 'carrier', 'supplier')),
  named_by          bigint not null references person,
  named_at          timestamptz not null,
  primary key (book_id, grant_id, no),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, payee_account_id) references payee_account
);
create trigger grant_payee_lasting before update or delete or truncate on grant_payee for each statement execute function books_are_append_only();
