-- Hours and points (rulings 3, 26): what one person holds is kept beside the lines of the books, points lot by lot, and moves only with an entry of
-- series 时 or 分 between accounts that belong together. No kind of entry joins them with money, and none hands points from one person to another.

-- What each kind of entry may move, side by side. What is not listed does not exist: there is no way to buy, sell or cash hours or points.
create table unit_kind (
  kind       text primary key,
  commodity  text not null,
  by_two     boolean not null     -- a person reviews it, the rest goes by the rule for confirmed hours
);
create table unit_kind_account (
  kind        text not null references unit_kind,
  side        text not null,
  account     text not null,
  has_holder  boolean not null,
  primary key (kind, side, account)
);
insert into unit_kind values
  ('hours-earned', 'HOUR', false), ('hours-started', 'HOUR', true), ('hours-given', 'HOUR', false), ('hours-donated', 'HOUR', false),
  ('hours-allotted', 'HOUR', true), ('hours-used', 'HOUR', false),
  ('points-earned', 'POINT', false), ('points-reserved', 'POINT', false), ('points-redeemed', 'POINT', false), ('points-expired', 'POINT', false);
insert into unit_kind_account values
  ('hours-earned', 'D', 'hours-held', true), ('hours-earned', 'D', 'hours-pool', false), ('hours-earned', 'C', 'hours-issued', false),
  ('hours-started', 'D', 'hours-held', true), ('hours-started', 'C', 'hours-issued', false),
  ('hours-given', 'D', 'hours-held', true), ('hours-given', 'C', 'hours-held', true),
  ('hours-donated', 'D', 'hours-pool', false), ('hours-donated', 'C', 'hours-held', true),
  ('hours-allotted', 'D', 'hours-held', true), ('hours-allotted', 'C', 'hours-pool', false),
  ('hours-used', 'D', 'hours-used', false), ('hours-used', 'C', 'hours-held', true),
  ('points-earned', 'D', 'points-held', true), ('points-earned', 'C', 'points-issued', false),
  ('points-reserved', 'D', 'points-in-redemption', true), ('points-reserved', 'C', 'points-held', true),
  ('points-redeemed', 'D', 'points-redeemed', false), ('points-redeemed', 'C', 'points-in-redemption', true),
  ('points-expired', 'D', 'points-expired', false), ('points-expired', 'C', 'points-held', true);
create trigger unit_kind_lasting before insert or update or delete or truncate on unit_kind
  for each statement execute function books_are_append_only();
create trigger unit_kind_account_lasting before insert or update or delete or truncate on unit_kind_account
  for each statement execute function books_are_append_only();

-- The rules of a programme, version by version: one person proposes, another decides, and what was posted stays as it was reckoned.
create table programme_rule (
  book_id            integer not null,
  programme_rule_id  bigint generated always as identity,
  fund_id            integer not null,
  valid_from         date not null,
  rounding_minutes   smallint not null constraint programme_rule_rounding check (rounding_minutes in (1, 5, 10, 15, 30, 60)),
  activity_cap       integer not null constraint programme_rule_activity_cap check (activity_cap between 30 and 1440),
  day_cap            integer not null constraint programme_rule_day_cap check (day_cap between 30 and 1440),
  stored_cap         integer not null constraint programme_rule_stored_cap check (stored_cap between 60 and 6000000),
  points_months      smallint not null constraint programme_rule_months check (points_months between 1 and 120),
  start_minutes      integer not null constraint programme_rule_start check (start_minutes between 0 and 60000),
  start_year_cap     integer not null constraint programme_rule_start_year check (start_year_cap between 0 and 60000000),
  elder_age          smallint not null constraint programme_rule_elder check (elder_age between 50 and 100),
  pickup_days        smallint not null constraint programme_rule_pickup check (pickup_days between 1 and 90),
  month_points       integer constraint programme_rule_month_points check (month_points > 0),   -- one person may redeem so many a month
  dispute_days       smallint not null constraint programme_rule_dispute check (dispute_days between 30 and 365),
  reason             text not null constraint programme_rule_reason check (char_length(reason) between 1 and 200),
  proposed_by        bigint not null references person,
  proposed_at        timestamptz not null,
  state              text not null default 'waiting' constraint programme_rule_state check (state in ('waiting', 'approved', 'dropped')),
  decided_by         bigint references person,
  decided_at         timestamptz,
  primary key (book_id, programme_rule_id),
  foreign key (book_id, fund_id) references fund,
  constraint programme_rule_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null))
);
create unique index programme_rule_one_waiting on programme_rule (book_id, fund_id) where state = 'waiting';
create table programme_rate (
  book_id            integer not null,
  programme_rule_id  bigint not null,
  role               text not null constraint programme_rate_role check (char_length(role) between 1 and 20),
  grade              text not null constraint programme_rate_grade check (grade in ('verified', 'two-party', 'back-entered', 'legacy')),
  points_per_hour    smallint not null constraint programme_rate_points check (points_per_hour between 0 and 1000),
  primary key (book_id, programme_rule_id, role, grade),
  foreign key (book_id, programme_rule_id) references programme_rule
);

-- Which version counts on a day: the last that begins on it or before, and of those that begin together the last decided.
create function programme_rule_on(p_book integer, p_fund integer, p_day date) returns programme_rule language sql stable as $$
  select r from programme_rule r where r.book_id = p_book and r.fund_id = p_fund and r.state = 'approved' and r.valid_from <= p_day
   order by r.valid_from desc, r.decided_at desc, r.programme_rule_id desc limit 1
$$;
create function programme_rules_are_decided_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_used date;
begin
  if not exists (select 1 from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id and f.kind = 'programme') then
    perform refuse('unit_programme_fund', jsonb_build_object('fund', new.fund_id));
  end if;
  if tg_op = 'INSERT' and (new.state <> 'waiting' or new.decided_by is not null)
     or tg_op = 'UPDATE' and (old.state <> 'waiting' or new.state = 'waiting' or new.state = 'approved' and new.decided_by = new.proposed_by) then
    perform refuse('programme_rule_by_two', jsonb_build_object('rule', new.programme_rule_id));
  end if;
  if new.state <> 'dropped' then
    perform 1 from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id for no key update;
    select max(j.occurred_on) into v_used from unit_paper p join journal_entry j using (book_id, voucher_id)
     where p.book_id = new.book_id and p.fund_id = new.fund_id and p.kind in ('hours-earned', 'points-earned') and not p.is_red;
    if new.valid_from <= v_used then
      perform refuse('programme_rule_used', jsonb_build_object('day', new.valid_from, 'used', v_used));
    end if;
  end if;
  return new;
end $$;
create trigger programme_rule_by_two before insert or update on programme_rule for each row execute function programme_rules_are_decided_by_two();
create trigger programme_rule_lasting before update or delete on programme_rule for each row
  execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger programme_rule_truncate before truncate on programme_rule for each statement execute function books_are_append_only();
create function programme_rates_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op <> 'INSERT' or not exists (select 1 from programme_rule r where r.book_id = new.book_id and r.programme_rule_id = new.programme_rule_id
                                         and r.state = 'waiting') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger programme_rate_stays before insert or update or delete on programme_rate for each row execute function programme_rates_stay();
create trigger programme_rate_truncate before truncate on programme_rate for each statement execute function books_are_append_only();

-- Who takes part: volunteers, groups (whose hours can only be given away), elders who are helped, and families who book for them.
create table household (
  book_id       integer not null references book,
  household_id  bigint generated always as identity,
  label         text not null constraint household_label check (char_length(label) between 1 and 60),
  added_by      bigint not null references person,
  added_at      timestamptz not null,
  primary key (book_id, household_id),
  constraint household_once unique (book_id, label)
);
create table member (
  book_id       integer not null,
  person_id     bigint not null references person,
  fund_id       integer not null,                -- the programme
  number        text not null constraint member_number check (number ~ '^[0-9]{8}$'),
  kind          text not null constraint member_kind check (kind in ('volunteer', 'group', 'elder', 'family')),
  community     text not null default '' constraint member_community check (char_length(community) <= 40),
  household_id  bigint,
  guardian_id   bigint references person,
  born_on       date,
  salt          bytea not null constraint member_salt check (length(salt) = 16),
  left_on       date,
  added_by      bigint not null references person,
  added_at      timestamptz not null,
  primary key (book_id, person_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, household_id) references household,
  constraint member_number_once unique (number),
  constraint member_group check (kind <> 'group' or guardian_id is null and born_on is null and household_id is null),
  constraint member_own_guardian check (guardian_id <> person_id)
);
create index member_of_programme on member (book_id, fund_id, person_id);
create index member_of_household on member (book_id, household_id) where household_id is not null;
create trigger member_lasting before update or delete on member for each row
  execute function only_these_change('community', 'household_id', 'guardian_id', 'born_on', 'salt', 'left_on');

-- Every entry of 时 or 分 has its paper: what kind it is, and the entry it takes back or settles.
create table unit_paper (
  book_id      integer not null,
  voucher_id   bigint not null,
  fund_id      integer not null,
  kind         text not null references unit_kind,
  is_red       boolean not null,
  of_entry_no  bigint,
  command_key  uuid not null references command_log (key),     -- whose doing it was
  primary key (book_id, voucher_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, of_entry_no) references journal_entry,
  foreign key (book_id, fund_id) references fund,
  constraint unit_paper_of check ((of_entry_no is not null) = (is_red or kind = 'points-redeemed'))
);
create unique index unit_paper_undone_once on unit_paper (book_id, of_entry_no)
  where is_red and kind in ('points-redeemed', 'points-expired', 'hours-started', 'hours-given', 'hours-donated', 'hours-allotted', 'hours-used');
create index unit_paper_of_entry on unit_paper (book_id, of_entry_no) where of_entry_no is not null;
create trigger unit_paper_lasting before update or delete or truncate on unit_paper
  for each statement execute function books_are_append_only();
create function unit_papers_come_first() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.state = 'prepared') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger unit_paper_first before insert on unit_paper for each row execute function unit_papers_come_first();

create function unit_entries_are_told() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p unit_paper; k unit_kind; v_of unit_paper; v_fund text; bad record;
begin
  select * into p from unit_paper x where x.book_id = new.book_id and x.voucher_id = new.voucher_id;
  if p.voucher_id is null or new.kind <> 'ordinary' or new.corrects_entry_no is not null then
    perform refuse('unit_paper_missing', jsonb_build_object('voucher', new.voucher_id));
  end if;
  select * into k from unit_kind x where x.kind = p.kind;
  select f.kind into v_fund from fund f where f.book_id = p.book_id and f.fund_id = p.fund_id;
  select l.line_no, a.key into bad from voucher_line l join account a using (book_id, account_id)
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id
     and (l.fund_id <> p.fund_id or l.commodity <> k.commodity or (l.units < 0) <> p.is_red
          or not exists (select 1 from unit_kind_account x where x.kind = p.kind and x.side = l.side and x.account = a.key
                            and x.has_holder = (l.counterparty_id is not null))) limit 1;
  if found or v_fund is distinct from 'programme' then
    perform refuse('unit_pair_forbidden', jsonb_build_object('voucher', new.voucher_id, 'line', bad.line_no, 'account', bad.key));
  end if;
  select l.line_no, m.kind into bad from voucher_line l
    left join member m on m.book_id = l.book_id and m.person_id = l.counterparty_id and m.fund_id = l.fund_id
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id is not null
     and (m.person_id is null or m.kind = 'group' and not p.is_red and (p.kind in ('hours-used', 'hours-started', 'hours-allotted') or p.kind like 'points-%')) limit 1;
  if found then
    perform refuse(case when bad.kind is null then 'unit_holder_unknown' else 'unit_group_gives' end,
      jsonb_build_object('voucher', new.voucher_id, 'line', bad.line_no));
  end if;
  if p.of_entry_no is not null then
    select x.* into v_of from unit_paper x join journal_entry j using (book_id, voucher_id)
     where x.book_id = p.book_id and j.entry_no = p.of_entry_no and j.entry_no < new.entry_no;
    if v_of.fund_id is distinct from p.fund_id or v_of.is_red
       or v_of.kind is distinct from (case when p.is_red then p.kind else 'points-reserved' end) then
      perform refuse('unit_link', jsonb_build_object('voucher', new.voucher_id, 'entry', p.of_entry_no));
    end if;
  end if;
  if new.review_rule is not null then
    if new.review_rule <> 'confirmed-hours' then
      perform refuse('review_rule_beyond', jsonb_build_object('rule', new.review_rule));
    elsif not rule_in_force(new.book_id, new.review_rule, new.occurred_on) then
      perform refuse('unit_rule_not_approved', jsonb_build_object('rule', new.review_rule, 'day', new.occurred_on));
    elsif k.by_two or p.is_red and p.kind <> 'points-reserved' then
      perform refuse('unit_by_two', jsonb_build_object('voucher', new.voucher_id));
    end if;
  end if;
  return null;
end $$;
create trigger journal_entry_units_told after insert on journal_entry for each row when (new.series in ('时', '分'))
  execute function unit_entries_are_told();

create function unit_rule_reviews_units() returns trigger language plpgsql as $$
begin
  perform refuse('review_rule_beyond', jsonb_build_object('rule', new.review_rule));
  return null;
end $$;
create trigger journal_entry_units_only after insert on journal_entry for each row
  when (new.review_rule = 'confirmed-hours' and new.series not in ('时', '分')) execute function unit_rule_reviews_units();
drop trigger journal_entry_close_proved on journal_entry;
create trigger journal_entry_close_proved after insert on journal_entry for each row
  when (new.kind = 'close' or new.review_rule is not null and new.review_rule not in ('lapsed-commitments', 'confirmed-hours'))
  execute function close_entries_are_proved();

grant select on unit_kind, unit_kind_account to :"app";
grant select, insert on unit_paper, programme_rule, programme_rate, household, member to :"app";
grant update (state, decided_by, decided_at) on programme_rule to :"app";
grant update (community, household_id, guardian_id, born_on, salt, left_on) on member to :"app";
