-- How a grant stops before its time (grants.md 5.2, moves 19, 22-24; T14): suspension, the hearing and the proposal before a termination,
-- what a panel finds, the demand with its instalments and reminders, and what is written off by resolution.

create table grant_suspension (
  book_id        integer not null,
  grant_id       bigint not null,
  state_version  integer not null,
  cause          text not null constraint grant_suspension_cause
                   check (cause in ('late-report', 'audit-finding', 'lead-lost', 'objection', 'complaint')),
  review_on      date not null,
  primary key (book_id, grant_id, state_version),
  foreign key (book_id, grant_id) references grant_case
);
create trigger grant_suspension_lasting before update or delete or truncate on grant_suspension
  for each statement execute function books_are_append_only();

create table grant_hearing (
  book_id           integer not null,
  grant_hearing_id  bigint generated always as identity,
  grant_id          bigint not null,
  state_version     integer not null,
  told_on           date not null,
  heard_on          date not null,
  came              boolean not null,
  summary           text not null constraint grant_hearing_summary check (char_length(summary) between 1 and 1000),
  heard_by          bigint not null references person,
  noted_at          timestamptz not null,
  primary key (book_id, grant_hearing_id),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_hearing_told check (told_on < heard_on)
);
create index grant_hearing_of on grant_hearing (book_id, grant_id);
create trigger grant_hearing_lasting before update or delete or truncate on grant_hearing
  for each statement execute function books_are_append_only();

create table grant_termination (
  book_id        integer not null,
  grant_id       bigint not null,
  no             smallint not null constraint grant_termination_no check (no >= 1),
  state_version  integer not null,
  cause          text not null constraint grant_termination_cause check (cause in ('voluntary', 'force-majeure', 'breach', 'purpose-unreachable')),
  reason         text not null constraint grant_termination_reason check (char_length(reason) between 1 and 500),
  proposed_by    bigint not null references person,
  proposed_at    timestamptz not null,
  primary key (book_id, grant_id, no),
  foreign key (book_id, grant_id) references grant_case
);
create trigger grant_termination_lasting before update or delete or truncate on grant_termination
  for each statement execute function books_are_append_only();

create table grant_demand (
  book_id          integer not null,
  grant_demand_id  bigint generated always as identity,
  grant_id         bigint not null,
  no               smallint not null constraint grant_demand_no check (no >= 1),
  reason           text not null constraint grant_demand_reason check (char_length(reason) between 1 and 500),
  due_on           date not null,
  state            text not null constraint grant_demand_state check (state in ('drafted', 'signed', 'prepared', 'stands', 'withdrawn')),
  drafted_by       bigint not null references person,
  drafted_at       timestamptz not null,
  signed_by        bigint references person,
  signed_at        timestamptz,
  voucher_id       bigint,
  stands_on        date,
  primary key (book_id, grant_demand_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_demand_numbered unique (book_id, grant_id, no),
  constraint grant_demand_signed check ((signed_by is null) = (signed_at is null) and (signed_by is not null or state in ('drafted', 'withdrawn'))
    and (state in ('prepared', 'stands')) = (voucher_id is not null) and (state = 'stands') = (stands_on is not null)),
  constraint grant_demand_two check (signed_by is null or signed_by <> drafted_by)
);
create unique index grant_demand_one on grant_demand (book_id, grant_id) where state in ('drafted', 'signed', 'prepared');
create unique index grant_demand_voucher on grant_demand (book_id, voucher_id) where voucher_id is not null;

-- What of it: advances not accounted for, and what was accepted and then found not to be allowed.
create table grant_demand_part (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  tranche_id       bigint not null,
  fund_id          integer not null,
  open_units       bigint not null constraint grant_demand_part_open check (open_units >= 0),
  refused_units    bigint not null constraint grant_demand_part_refused check (refused_units >= 0),
  primary key (book_id, grant_demand_id, tranche_id, fund_id),
  foreign key (book_id, grant_demand_id) references grant_demand,
  foreign key (book_id, tranche_id, fund_id) references tranche_fund,
  constraint grant_demand_part_some check (open_units + refused_units > 0)
);
create trigger grant_demand_part_lasting before update or delete or truncate on grant_demand_part
  for each statement execute function books_are_append_only();

create table grant_disallowance (
  book_id           integer not null,
  grant_disallowance_id  bigint generated always as identity,
  grant_id          bigint not null,
  tranche_id        bigint not null,
  units             bigint not null constraint grant_disallowance_units check (units > 0),
  what              text not null constraint grant_disallowance_what check (char_length(what) between 1 and 500),
  clause            text not null constraint grant_disallowance_clause check (char_length(clause) between 1 and 200),
  found_by          bigint not null references person,
  found_at          timestamptz not null,
  grant_demand_id   bigint,
  primary key (book_id, grant_disallowance_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, grant_demand_id) references grant_demand
);
create index grant_disallowance_of on grant_disallowance (book_id, grant_id);
create trigger grant_disallowance_lasting before update or delete on grant_disallowance for each row execute function only_these_change('grant_demand_id');
create trigger grant_disallowance_truncate before truncate on grant_disallowance for each statement execute function books_are_append_only();

create table grant_instalment_plan (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  no               smallint not null constraint grant_instalment_plan_no check (no >= 1),
  state            text not null constraint grant_instalment_plan_state check (state in ('waiting', 'agreed', 'dropped')),
  reason           text not null constraint grant_instalment_plan_reason check (char_length(reason) between 1 and 500),
  proposed_by      bigint not null references person,
  proposed_at      timestamptz not null,
  decided_by       bigint references person,
  decided_at       timestamptz,
  primary key (book_id, grant_demand_id, no),
  foreign key (book_id, grant_demand_id) references grant_demand,
  constraint grant_instalment_plan_decided check ((decided_by is null) = (state = 'waiting') and (decided_by is null) = (decided_at is null)),
  constraint grant_instalment_plan_two check (decided_by <> proposed_by)
);
create unique index grant_instalment_plan_one on grant_instalment_plan (book_id, grant_demand_id) where state = 'waiting';
create trigger grant_instalment_plan_lasting before update or delete on grant_instalment_plan
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger grant_instalment_plan_truncate before truncate on grant_instalment_plan for each statement execute function books_are_append_only();

create table grant_planned_instalment (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  plan_no          smallint not null,
  no               smallint not null constraint grant_planned_instalment_no check (no between 1 and 36),
  due_on           date not null,
  units            bigint not null constraint grant_planned_instalment_units check (units > 0),
  primary key (book_id, grant_demand_id, plan_no, no),
  foreign key (book_id, grant_demand_id, plan_no) references grant_instalment_plan
);
create trigger grant_planned_instalment_lasting before update or delete or truncate on grant_planned_instalment
  for each statement execute function books_are_append_only();

create table grant_instalment (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  no               smallint not null constraint grant_instalment_no check (no >= 1),
  due_on           date not null,
  units            bigint not null constraint grant_instalment_units check (units > 0),
  expectation_id   bigint not null,
  ended_at         timestamptz,
  paid_at          timestamptz,
  primary key (book_id, grant_demand_id, no),
  foreign key (book_id, grant_demand_id) references grant_demand,
  foreign key (book_id, expectation_id) references expectation,
  constraint grant_instalment_one_end check (ended_at is null or paid_at is null)
);
create unique index grant_instalment_expectation on grant_instalment (book_id, expectation_id);
create trigger grant_instalment_lasting before update or delete on grant_instalment
  for each row execute function only_these_change('ended_at', 'paid_at');
create trigger grant_instalment_truncate before truncate on grant_instalment for each statement execute function books_are_append_only();

create table grant_demand_reminder (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  days             smallint not null constraint grant_demand_reminder_days check (days in (15, 30, 60)),
  sent_on          date not null,
  way              text not null constraint grant_demand_reminder_way check (char_length(way) between 1 and 200),
  noted_by         bigint not null references person,
  noted_at         timestamptz not null,
  primary key (book_id, grant_demand_id, days),
  foreign key (book_id, grant_demand_id) references grant_demand
);
create trigger grant_demand_reminder_lasting before update or delete or truncate on grant_demand_reminder
  for each statement execute function books_are_append_only();

-- A claim that is smaller after all: what is accepted late is an expense after all, by resolution.
create table grant_demand_cut (
  book_id          integer not null,
  grant_demand_id  bigint not null,
  no               smallint not null constraint grant_demand_cut_no check (no >= 1),
  tranche_id       bigint not null,
  units            bigint not null constraint grant_demand_cut_units check (units > 0),
  reason           text not null constraint grant_demand_cut_reason check (char_length(reason) between 1 and 500),
  resolution       text not null constraint grant_demand_cut_resolution check (char_length(resolution) between 1 and 100),
  state            text not null constraint grant_demand_cut_state check (state in ('prepared', 'stands', 'dropped')),
  voucher_id       bigint not null,
  made_by          bigint not null references person,
  made_at          timestamptz not null,
  primary key (book_id, grant_demand_id, no),
  foreign key (book_id, grant_demand_id) references grant_demand,
  foreign key (book_id, tranche_id) references tranche,
  foreign key (book_id, voucher_id) references voucher
);
create unique index grant_demand_cut_voucher on grant_demand_cut (book_id, voucher_id);
create trigger grant_demand_cut_lasting before update or delete on grant_demand_cut for each row execute function only_these_change('state');
create trigger grant_demand_cut_truncate before truncate on grant_demand_cut for each statement execute function books_are_append_only();

create table grant_write_off (
  book_id             integer not null,
  grant_write_off_id  bigint generated always as identity,
  grant_id            bigint not null,
  bearer_fund_id      integer not null,
  units               bigint not null constraint grant_write_off_units check (units > 0),
  reason              text not null constraint grant_write_off_reason check (char_length(reason) between 1 and 500),
  disclosure          text not null constraint grant_write_off_disclosure check (char_length(disclosure) between 1 and 500),
  state               text not null constraint grant_write_off_state check (state in ('drafted', 'resolved', 'prepared', 'posted', 'withdrawn')),
  drafted_by          bigint not null references person,
  drafted_at          timestamptz not null,
  resolution          text not null default '' constraint grant_write_off_resolution check (char_length(resolution) <= 100),
  resolved_by         bigint references person,
  resolved_at         timestamptz,
  voucher_id          bigint,
  primary key (book_id, grant_write_off_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, bearer_fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_write_off_resolved check ((resolved_by is null) = (resolved_at is null) and (resolved_by is null) = (resolution = '')
    and (resolved_by is not null or state in ('drafted', 'withdrawn')) and (state in ('prepared', 'posted')) = (voucher_id is not null)),
  constraint grant_write_off_two check (resolved_by is null or resolved_by <> drafted_by)
);
create unique index grant_write_off_one on grant_write_off (book_id, grant_id) where state in ('drafted', 'resolved', 'prepared');
create unique index grant_write_off_voucher on grant_write_off (book_id, voucher_id) where voucher_id is not null;

-- Demands and write-offs go step by step: drafted, signed by another, a voucher, posted; a voucher that is dropped leaves them signed.
create function demands_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' and new.state <> 'drafted'
     or tg_op = 'UPDATE' and old.state <> new.state and (old.state, new.state) not in
          (('drafted', 'signed'), ('drafted', 'resolved'), ('drafted', 'withdrawn'), ('signed', 'withdrawn'), ('resolved', 'withdrawn'),
           ('signed', 'prepared'), ('resolved', 'prepared'), ('prepared', 'signed'), ('prepared', 'resolved'), ('prepared', 'stands'),
           ('prepared', 'posted')) then
    perform refuse('demand_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_demand_step before insert or update on grant_demand for each row execute function demands_go_step_by_step();
create trigger grant_demand_lasting before update or delete on grant_demand
  for each row execute function only_these_change('state', 'signed_by', 'signed_at', 'voucher_id', 'stands_on');
create trigger grant_demand_truncate before truncate on grant_demand for each statement execute function books_are_append_only();
create trigger grant_write_off_step before insert or update on grant_write_off for each row execute function demands_go_step_by_step();
create trigger grant_write_off_lasting before update or delete on grant_write_off
  for each row execute function only_these_change('state', 'resolution', 'resolved_by', 'resolved_at', 'voucher_id');
create trigger grant_write_off_truncate before truncate on grant_write_off for each statement execute function books_are_append_only();

-- Who has signed keeps having signed.
create function signatures_of_demands_stay() returns trigger language plpgsql as $$
begin
  if to_jsonb(old) ->> tg_argv[0] is not null and (to_jsonb(new) ->> tg_argv[0]) is distinct from (to_jsonb(old) ->> tg_argv[0]) then
    perform refuse('demand_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_demand_stays_signed before update on grant_demand for each row execute function signatures_of_demands_stay('signed_by');
create trigger grant_write_off_stays_signed before update on grant_write_off for each row execute function signatures_of_demands_stay('resolved_by');

-- Money is claimed only as a demand that was signed says, and given up only by a resolution.
create function claims_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.move = 'demanded' and not exists (select 1 from grant_demand d where d.book_id = new.book_id and d.grant_id = new.grant_id
                                              and d.voucher_id = new.voucher_id and d.signed_by is not null)
     and not exists (select 1 from grant_demand_cut c join grant_demand d using (book_id, grant_demand_id)
                      where c.book_id = new.book_id and d.grant_id = new.grant_id and c.voucher_id = new.voucher_id) then
    perform refuse('grant_demand_unsigned', jsonb_build_object('voucher', new.voucher_id));
  end if;
  if new.move = 'written-off' and not exists (
       select 1 from grant_write_off w where w.book_id = new.book_id and w.grant_id = new.grant_id and w.resolved_by is not null
          and w.voucher_id = any (bundle_of(new.book_id, new.voucher_id))) then
    perform refuse('grant_write_off_unresolved', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger grant_money_claims after insert on grant_money for each row when (new.move in ('demanded', 'written-off'))
  execute function claims_are_signed();

-- As in 0047; cash that goes from fund to fund because of a claim goes by a resolution that gives the claim up.
create or replace function internal_cash_is_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v voucher; c fee_charge;
begin
  select * into v from voucher where book_id = new.book_id and voucher_id = new.voucher_id;
  select * into c from fee_charge where book_id = v.book_id and voucher_id = v.voucher_id;
  if v.kind = 'reversal' or v.state in ('rejected', 'withdrawn') then
    return null;
  elsif c.fee_charge_id is not null then
    perform prove_fee_voucher(v, c);
  elsif exists (select 1 from voucher_line l join account a using (book_id, account_id)
                 where l.book_id = v.book_id and l.voucher_id = v.voucher_id
                   and (a.class = 'net-assets' and l.movement <> 'transfer' or a.class = 'income')) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', new.voucher_id));
  elsif exists (select 1 from voucher_line l join account a using (book_id, account_id)
                 where l.book_id = v.book_id and l.voucher_id = v.voucher_id and a.key in ('recovery-claims', 'bad-debt-allowance'))
        and not exists (select 1 from grant_write_off w where w.book_id = v.book_id and w.resolved_by is not null
                           and w.voucher_id = any (bundle_of(v.book_id, v.voucher_id))) then
    perform refuse('grant_write_off_unresolved', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;

-- A suspended grant holds its tranches itself, and frees them itself; an expensed tranche may be claimed back before its report is in.
alter table tranche drop constraint tranche_held_by;
alter table tranche add constraint tranche_held_by check (held_by in ('desk', 'panel', 'calendar', 'voucher'));
alter table tranche_rule disable trigger tranche_rule_lasting;
insert into tranche_rule (from_state, move, to_state, mover, posts) values
  ('planned', 'hold-with-grant', 'held', 'voucher', ''),
  ('eligible', 'hold-with-grant', 'held', 'voucher', ''),
  ('requested', 'hold-with-grant', 'held', 'voucher', ''),
  ('checked', 'hold-with-grant', 'held', 'voucher', ''),
  ('approved-l1', 'hold-with-grant', 'held', 'voucher', ''),
  ('approved-l2', 'hold-with-grant', 'held', 'voucher', ''),
  ('approved', 'hold-with-grant', 'held', 'voucher', ''),
  ('scheduled', 'hold-with-grant', 'held', 'voucher', ''),
  ('held', 'release-with-grant', 'planned', 'voucher', ''),
  ('paid', 'claw-back', 'clawed-back', 'voucher', 'demand');
alter table tranche_rule enable trigger tranche_rule_lasting;

grant select, insert on grant_suspension, grant_hearing, grant_termination, grant_demand_part, grant_demand_reminder, grant_planned_instalment to :"app";
grant select, insert on grant_demand, grant_disallowance, grant_instalment_plan, grant_instalment, grant_demand_cut, grant_write_off to :"app";
grant update (state, signed_by, signed_at, voucher_id, stands_on) on grant_demand to :"app";
grant update (grant_demand_id) on grant_disallowance to :"app";
grant update (state, decided_by, decided_at) on grant_instalment_plan to :"app";
grant update (ended_at, paid_at) on grant_instalment to :"app";
grant update (state) on grant_demand_cut to :"app";
grant update (state, resolution, resolved_by, resolved_at, voucher_id) on grant_write_off to :"app";
