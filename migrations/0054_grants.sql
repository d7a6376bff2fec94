-- Grants, from a call for applications to the signed agreement. A case moves only by a step that stands in the table of moves, signed by all
-- whom the table names, each another person, and logged; PostgreSQL refuses every other change of state.

create table grant_round (
  book_id          integer not null references book,
  grant_round_id   bigint generated always as identity,
  code             text not null constraint grant_round_code check (code ~ '^[A-Z0-9][A-Z0-9-]{0,15}$'),
  title            text not null constraint grant_round_title check (char_length(title) between 1 and 100),
  survey           text not null constraint grant_round_survey check (char_length(survey) between 1 and 2000),
  who_may          text not null constraint grant_round_who_may check (char_length(who_may) between 1 and 1000),
  forbidden        text not null constraint grant_round_forbidden check (char_length(forbidden) between 1 and 1000),
  guide            text not null constraint grant_round_guide check (char_length(guide) <= 4000),
  opens_on         date not null,
  closes_on        date not null,
  cap_units        bigint not null constraint grant_round_cap check (cap_units > 0),
  own_basis        smallint not null constraint grant_round_own_basis check (own_basis between 0 and 9000),
  policy           text not null constraint grant_round_policy check (policy in ('advance-then-acquit', 'expense-on-disbursement')),
  screening_days   smallint not null constraint grant_round_screening_days check (screening_days between 1 and 60),
  correction_days  smallint not null constraint grant_round_correction_days check (correction_days between 1 and 30),
  notice_days      smallint not null constraint grant_round_notice_days check (notice_days between 1 and 60),
  agreement_days   smallint not null constraint grant_round_agreement_days check (agreement_days between 1 and 90),
  state            text not null constraint grant_round_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by      bigint not null references person,
  proposed_at      timestamptz not null,
  decided_by       bigint references person,
  decided_at       timestamptz,
  primary key (book_id, grant_round_id),
  constraint grant_round_dates check (closes_on >= opens_on),
  constraint grant_round_decided check ((state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create unique index grant_round_code_once on grant_round (book_id, code) where state <> 'dropped';
create trigger grant_round_by_two before insert or update on grant_round for each row execute function decided_by_another();
create trigger grant_round_lasting before update or delete on grant_round
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger grant_round_truncate before truncate on grant_round for each statement execute function books_are_append_only();

create table grant_round_pool (
  book_id         integer not null,
  grant_round_id  bigint not null,
  fund_id         integer not null,
  units           bigint not null constraint grant_round_pool_units check (units > 0),
  primary key (book_id, grant_round_id, fund_id),
  foreign key (book_id, grant_round_id) references grant_round,
  foreign key (book_id, fund_id) references fund
);
create trigger grant_round_pool_lasting before update or delete or truncate on grant_round_pool
  for each statement execute function books_are_append_only();

create table grant_round_need (
  book_id         integer not null,
  grant_round_id  bigint not null,
  no              smallint not null constraint grant_round_need_no check (no between 1 and 50),
  what            text not null constraint grant_round_need_what check (char_length(what) between 1 and 200),
  voices          integer not null constraint grant_round_need_voices check (voices >= 0),
  primary key (book_id, grant_round_id, no),
  foreign key (book_id, grant_round_id) references grant_round
);
create trigger grant_round_need_lasting before update or delete or truncate on grant_round_need
  for each statement execute function books_are_append_only();

create table grant_case (
  book_id         integer not null,
  grant_id        bigint generated always as identity,
  grant_round_id  bigint not null,
  number          text not null default '' constraint grant_case_number check (char_length(number) <= 40),
  title           text not null constraint grant_case_title check (char_length(title) between 1 and 100),
  community       text not null constraint grant_case_community check (char_length(community) between 1 and 60),
  lead_id         bigint not null references person,
  fin_lead_id     bigint references person,
  signer_id       bigint references person,
  filled_by       bigint not null references person,
  state           text not null,
  state_version   integer not null,
  due_on          date,
  requested       bigint not null default 0 constraint grant_case_requested check (requested >= 0),
  own_units       bigint not null default 0 constraint grant_case_own_units check (own_units >= 0),
  created_at      timestamptz not null,
  submitted_at    timestamptz,
  primary key (book_id, grant_id),
  foreign key (book_id, grant_round_id) references grant_round,
  constraint grant_two_leads check (fin_lead_id <> lead_id),
  constraint grant_signer_apart check (signer_id <> lead_id)
);
create index grant_case_of_round on grant_case (book_id, grant_round_id, state, grant_id);
create index grant_case_in_state on grant_case (book_id, state, grant_id desc);
create index grant_case_of_lead on grant_case (book_id, lead_id, grant_id desc);
create index grant_case_due on grant_case (book_id, due_on) where due_on is not null;
create unique index grant_case_number_once on grant_case (book_id, number) where number <> '';

-- The table of moves; the program's own is compared with it by a test.
create table grant_move_rule (
  from_state  text not null,                                    -- empty: begins a life
  move        text not null,
  to_state    text not null,
  movers      text[] not null constraint grant_move_rule_movers check (cardinality(movers) > 0),
  posts       text not null default '',
  primary key (from_state, move)
);

create table grant_signature (
  book_id        integer not null,
  grant_id       bigint not null,
  state_version  integer not null,
  move           text not null,
  mover          text not null,
  person_id      bigint references person,                     -- null: the calendar
  at             timestamptz not null,
  reason         text not null constraint grant_signature_reason check (char_length(reason) <= 500),
  clause         text not null constraint grant_signature_clause check (char_length(clause) <= 200),
  primary key (book_id, grant_id, state_version, move, mover),
  constraint grant_signature_once unique (book_id, grant_id, state_version, move, person_id),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_signature_timer check ((person_id is null) = (mover = 'calendar'))
);

create table grant_log (
  book_id        integer not null,
  grant_id       bigint not null,
  state_version  integer not null,
  move           text not null,
  from_state     text,
  to_state       text not null,
  actor_id       bigint references person,
  at             timestamptz not null,
  reason         text not null constraint grant_log_reason check (char_length(reason) <= 500),
  clause         text not null constraint grant_log_clause check (char_length(clause) <= 200),
  facts          jsonb not null,
  vouchers       bigint[] not null,
  primary key (book_id, grant_id, state_version),
  foreign key (book_id, grant_id) references grant_case
);

-- A signature is for a move that the table has from where the case stands, by a mover whom it names.
create function grant_signatures_fit() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case;
begin
  select * into c from grant_case where book_id = new.book_id and grant_id = new.grant_id for no key update;
  if c.state_version <> new.state_version
     or not exists (select 1 from grant_move_rule r where r.from_state = c.state and r.move = new.move and new.mover = any (r.movers)) then
    perform refuse('grant_move_unlisted', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  return new;
end $$;
create trigger grant_signature_fits before insert on grant_signature for each row execute function grant_signatures_fit();
create trigger grant_signature_lasting before update or delete or truncate on grant_signature
  for each statement execute function books_are_append_only();

-- A move is logged once all have signed it; what it posts is a voucher in the books.
create function grant_moves_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case; r grant_move_rule;
begin
  select * into c from grant_case where book_id = new.book_id and grant_id = new.grant_id for no key update;
  if new.state_version = 1 then
    select * into r from grant_move_rule x where x.from_state = '' and x.move = new.move;
    if r.move is null or new.to_state <> r.to_state or c.state <> r.to_state or c.state_version <> 1 or new.from_state is not null then
      perform refuse('grant_move_unlisted', jsonb_build_object('state', c.state, 'move', new.move));
    end if;
    return new;
  end if;
  select * into r from grant_move_rule x where x.from_state = new.from_state and x.move = new.move;
  if r.move is null or new.to_state <> r.to_state or new.from_state <> c.state or new.state_version <> c.state_version + 1 then
    perform refuse('grant_move_unlisted', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  if exists (select 1 from unnest(r.movers) m where not exists (
               select 1 from grant_signature s where s.book_id = new.book_id and s.grant_id = new.grant_id
                  and s.state_version = c.state_version and s.move = new.move and s.mover = m)) then
    perform refuse('grant_move_unsigned', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  if r.posts <> '' and cardinality(new.vouchers) = 0
     or exists (select 1 from unnest(new.vouchers) v where not exists (
                  select 1 from voucher x where x.book_id = new.book_id and x.voucher_id = v and x.state = 'posted')) then
    perform refuse('grant_move_unposted', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  return new;
end $$;
create trigger grant_log_signed before insert on grant_log for each row execute function grant_moves_are_signed();
create trigger grant_log_lasting before update or delete or truncate on grant_log
  for each statement execute function books_are_append_only();

-- The state follows the log and nothing else.
create function grant_states_follow_the_log() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.state_version <> 1 or not exists (select 1 from grant_move_rule r where r.from_state = '' and r.to_state = new.state) then
      perform refuse('grant_move_unlisted', jsonb_build_object('state', new.state, 'move', ''));
    end if;
    return new;
  end if;
  if (new.state, new.state_version) is distinct from (old.state, old.state_version)
     and (new.state_version <> old.state_version + 1 or not exists (
            select 1 from grant_log l where l.book_id = new.book_id and l.grant_id = new.grant_id and l.state_version = new.state_version
               and l.from_state = old.state and l.to_state = new.state)) then
    perform refuse('grant_move_unlogged', jsonb_build_object('state', old.state, 'to', new.state));
  end if;
  return new;
end $$;
create trigger grant_case_follows before insert or update on grant_case for each row execute function grant_states_follow_the_log();
create trigger grant_case_lasting before update or delete on grant_case for each row execute function only_these_change(
  'number', 'title', 'community', 'lead_id', 'fin_lead_id', 'signer_id', 'state', 'state_version', 'due_on', 'requested', 'own_units', 'submitted_at');
create trigger grant_case_truncate before truncate on grant_case for each statement execute function books_are_append_only();

-- A case stands in the log from its first breath.
create function grant_cases_begin_logged() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_log l where l.book_id = new.book_id and l.grant_id = new.grant_id and l.state_version = 1) then
    perform refuse('grant_move_unlogged', jsonb_build_object('state', '', 'to', new.state));
  end if;
  return null;
end $$;
create constraint trigger grant_case_begins after insert on grant_case deferrable initially deferred
  for each row execute function grant_cases_begin_logged();

create table grant_member (
  book_id    integer not null,
  grant_id   bigint not null,
  person_id  bigint not null references person,
  duty       text not null constraint grant_member_duty check (char_length(duty) between 1 and 60),
  primary key (book_id, grant_id, person_id),
  foreign key (book_id, grant_id) references grant_case
);

insert into grant_move_rule (from_state, move, to_state, movers, posts) values
  ('', 'create', 'draft', '{lead}', ''),
  ('draft', 'request-sign-off', 'awaiting-sign-off', '{lead}', ''),
  ('draft', 'withdraw', 'withdrawn', '{lead}', ''),
  ('awaiting-sign-off', 'sign-off', 'submitted', '{signer}', ''),
  ('awaiting-sign-off', 'send-back', 'draft', '{signer}', ''),
  ('awaiting-sign-off', 'withdraw', 'withdrawn', '{lead}', ''),
  ('submitted', 'start-screening', 'under-screening', '{desk}', ''),
  ('submitted', 'withdraw', 'withdrawn', '{lead}', ''),
  ('under-screening', 'accept', 'eligible', '{desk}', ''),
  ('under-screening', 'request-correction', 'correction-requested', '{desk}', ''),
  ('under-screening', 'refuse-ineligible', 'ineligible', '{desk,second-desk}', ''),
  ('under-screening', 'withdraw', 'withdrawn', '{lead}', ''),
  ('correction-requested', 'resubmit', 'under-screening', '{lead,signer}', ''),
  ('correction-requested', 'correction-timeout', 'lapsed', '{calendar}', ''),
  ('correction-requested', 'withdraw', 'withdrawn', '{lead}', ''),
  ('ineligible', 'appeal-ineligible', 'under-screening', '{panel}', ''),
  ('eligible', 'put-on-agenda', 'in-review', '{desk}', ''),
  ('eligible', 'withdraw', 'withdrawn', '{lead}', ''),
  ('in-review', 'take-off-agenda', 'eligible', '{desk}', ''),
  ('in-review', 'count-votes', 'ranked', '{chair,clerk,second-clerk}', ''),
  ('in-review', 'withdraw', 'withdrawn', '{lead,chair}', ''),
  ('ranked', 'recommend', 'recommended', '{steer}', ''),
  ('ranked', 'put-on-waitlist', 'waitlisted', '{steer}', ''),
  ('ranked', 'not-select', 'not-selected', '{steer}', ''),
  ('ranked', 'withdraw', 'withdrawn', '{lead,chair}', ''),
  ('recommended', 'publish-notice', 'public-notice', '{desk}', ''),
  ('recommended', 'redecide', 'ranked', '{steer}', ''),
  ('recommended', 'withdraw', 'withdrawn', '{lead,chair}', ''),
  ('waitlisted', 'promote', 'recommended', '{steer}', ''),
  ('waitlisted', 'redecide', 'ranked', '{steer}', ''),
  ('waitlisted', 'not-select', 'not-selected', '{steer}', ''),
  ('waitlisted', 'withdraw', 'withdrawn', '{lead,chair}', ''),
  ('not-selected', 'redecide', 'ranked', '{steer}', ''),
  ('not-selected', 'appeal-removal', 'objected', '{steer}', ''),
  ('public-notice', 'lodge-objection', 'objected', '{panel}', ''),
  ('public-notice', 'withdraw-notice', 'recommended', '{desk}', ''),
  ('public-notice', 'award', 'awarded', '{steer,approver-l2}', 'commitment'),
  ('public-notice', 'withdraw', 'withdrawn', '{lead,chair}', ''),
  ('objected', 'dismiss-objection', 'public-notice', '{panel}', ''),
  ('objected', 'uphold-recount', 'ranked', '{panel}', ''),
  ('objected', 'uphold-remove', 'not-selected', '{panel}', ''),
  ('awarded', 'activate', 'active', '{desk,approver-l1}', ''),
  ('awarded', 'decline-award', 'declined', '{lead}', 'commitment-released'),
  ('awarded', 'agreement-timeout', 'lapsed', '{calendar}', 'commitment-released'),
  ('awarded', 'revoke-award', 'not-selected', '{steer,approver-l2}', 'commitment-released');

create trigger grant_move_rule_lasting before insert or update or delete or truncate on grant_move_rule
  for each statement execute function books_are_append_only();
