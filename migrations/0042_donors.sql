-- Whoever gives is known and is thanked as promised: a register of donors, agreements and appeals with their clauses as structure, gifts
-- that name them, lists that are typed against a control total or read from a file. A promise is written by one and confirmed by
-- another; then nothing of it changes, and its clauses bind the gifts that name it.

-- What is known of a donor, in versions. Numbers, address and telephone are sealed by the program: whoever reads the table alone reads
-- nothing of them.
create table donor (
  book_id integer not null references book, donor_id bigint not null references person,
  version smallint not null constraint donor_version check (version between 1 and 999),
  place text not null constraint donor_place check (place in ('inside', 'outside')),
  naming text not null constraint donor_naming check (naming in ('named', 'alias', 'hidden')),
  alias text not null constraint donor_alias check (char_length(alias) <= 60),
  is_related boolean not null, is_main boolean not null,
  contact     bytea constraint donor_contact check (length(contact) between 29 and 8192),
  noted_by bigint not null references person, noted_at timestamptz not null,
  primary key (book_id, donor_id, version),
  constraint donor_alias_named check ((naming = 'alias') = (alias <> ''))
);
create index donor_of_person on donor (donor_id);

-- A version stays as it was written, until the person is forgotten (erasure): then what was sealed goes, by the trigger below alone.
create function donors_are_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or pg_trigger_depth() < 2
     or (to_jsonb(new) - array['naming', 'alias', 'contact']) is distinct from (to_jsonb(old) - array['naming', 'alias', 'contact']) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger donor_kept before update or delete on donor for each row execute function donors_are_kept();
create trigger donor_truncate before truncate on donor for each statement execute function books_are_append_only();

-- How long before an appeal its plan must have been filed with the civil affairs department, and how long after its begin an urgent one
-- may still be: the law's days change, and an appeal is judged by those in force when it begins.
create table campaign_rule (
  from_day date primary key,
  days_before smallint not null constraint campaign_rule_before check (days_before between 0 and 365),
  emergency_days_after smallint not null constraint campaign_rule_after check (emergency_days_after between 0 and 365),
  source text not null
);
insert into campaign_rule values
  ('2016-09-01', 0, 10, '慈善法（2016）第二十四条：开展公开募捐活动前报备案'),
  ('2026-01-01', 10, 10, '民政部公开募捐指引（2026-01-01 施行）：活动开始十日前备案；慈善法第七十二条：紧急情况开始后十日内补备');
create trigger campaign_rule_append_only before update or delete or truncate on campaign_rule
  for each statement execute function books_are_append_only();

create table gift_agreement (
  book_id integer not null references book, gift_agreement_id bigint generated always as identity,
  number text not null constraint gift_agreement_number check (char_length(number) between 1 and 60),
  donor_id bigint not null references person, fund_id integer not null, signed_on date not null,
  promised bigint constraint gift_agreement_promised check (promised > 0), -- null: no sum is promised
  fee_basis smallint not null constraint gift_agreement_fee check (fee_basis between 0 and 10000), -- hundredths of a percent
  honours text not null constraint gift_agreement_honours check (char_length(honours) <= 100), -- 冠名; empty for none
  report_every text not null constraint gift_agreement_report check (report_every in ('none', 'quarter', 'half-year', 'year', 'end')),
  report_days smallint not null constraint gift_agreement_days check (report_days between 0 and 366),
  principal_minimum bigint not null constraint gift_agreement_principal check (principal_minimum >= 0),
  return_clause text not null constraint gift_agreement_return check (char_length(return_clause) <= 500),
  state text not null constraint gift_agreement_state check (state in ('proposed', 'confirmed', 'dropped')),
  proposed_by bigint not null references person, proposed_at timestamptz not null, decided_by bigint references person,
  decided_at timestamptz,
  reply text not null default '' constraint gift_agreement_reply check (char_length(reply) <= 200),
  primary key (book_id, gift_agreement_id),
  foreign key (book_id, fund_id) references fund,
  constraint gift_agreement_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint gift_agreement_reports check ((report_every = 'none') = (report_days = 0))
);
create unique index gift_agreement_numbered on gift_agreement (book_id, number) where state <> 'dropped';
create index gift_agreement_of_donor on gift_agreement (book_id, donor_id);

create table campaign (
  book_id integer not null references book, campaign_id bigint generated always as identity,
  name text not null constraint campaign_name check (char_length(name) between 1 and 100),
  filing_number text not null constraint campaign_filing check (char_length(filing_number) between 1 and 60),
  filed_on date not null, is_emergency boolean not null,
  aim text not null constraint campaign_aim check (char_length(aim) between 1 and 500),
  target bigint constraint campaign_target check (target > 0),
  fund_id integer not null, account_id integer not null, from_day date not null, until_day date not null,
  state text not null constraint campaign_state check (state in ('proposed', 'confirmed', 'dropped')),
  proposed_by bigint not null references person, proposed_at timestamptz not null, decided_by bigint references person,
  decided_at timestamptz,
  reply text not null default '' constraint campaign_reply check (char_length(reply) <= 200),
  primary key (book_id, campaign_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, account_id) references account,
  constraint campaign_days check (from_day <= until_day),
  constraint campaign_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create unique index campaign_filed_once on campaign (book_id, filing_number) where state <> 'dropped';

-- What an agreement or appeal limits. When it is confirmed each becomes a clause of the fund that binds the gifts that name it.
create table agreed_clause (
  book_id integer not null, agreed_clause_id bigint generated always as identity, gift_agreement_id bigint,
  campaign_id bigint,
  kind text not null constraint agreed_clause_kind check (kind in ('purpose', 'period', 'area')),
  words text not null constraint agreed_clause_words check (char_length(words) between 1 and 500),
  from_day date, until_day date,
  classes text[] not null default '{}', -- project classes that a purpose allows; empty: the words alone
  communities text[] not null default '{}', -- communities of an area
  fund_clause_id bigint,
  primary key (book_id, agreed_clause_id), foreign key (book_id, gift_agreement_id) references gift_agreement,
  foreign key (book_id, campaign_id) references campaign,
  foreign key (book_id, fund_clause_id) references fund_clause,
  constraint agreed_clause_of_one check (num_nonnulls(gift_agreement_id, campaign_id) = 1),
  constraint agreed_clause_period
  check ((kind = 'period') = (from_day is not null or until_day is not null) and from_day <= until_day is not false)
);
create index agreed_clause_of_agreement on agreed_clause (book_id, gift_agreement_id);
create index agreed_clause_of_campaign on agreed_clause (book_id, campaign_id);

-- The agreement's papers stand with it, as those of a debt do.
create table agreement_paper (
  book_id integer not null, gift_agreement_id bigint not null,
  ordinal smallint not null constraint agreement_paper_ordinal check (ordinal between 1 and 20),
  sha256 bytea not null, format text not null, name text not null, sheets smallint not null, content bytea not null,
  primary key (book_id, gift_agreement_id, ordinal),
  constraint agreement_paper_once unique (book_id, gift_agreement_id, sha256),
  foreign key (book_id, gift_agreement_id) references gift_agreement,
  constraint agreement_paper_content check (length(content) between 1 and 10485760 and sha256 = sha256(content))
);
alter table agreement_paper alter column content set storage external;

-- What was reported to the donor, by the day on which it was due.
create table agreement_report (
  book_id integer not null, gift_agreement_id bigint not null, due_on date not null, sent_on date not null,
  note text not null constraint agreement_report_note check (char_length(note) between 1 and 200),
  noted_by bigint not null references person, noted_at timestamptz not null,
  primary key (book_id, gift_agreement_id, due_on),
  foreign key (book_id, gift_agreement_id) references gift_agreement
);

create function promises_are_decided_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund;
begin
  if tg_op = 'INSERT' and (new.state <> 'proposed' or new.decided_by is not null)
     or tg_op = 'UPDATE' and (old.state <> 'proposed' or new.state = 'proposed') then
    perform refuse('promise_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  if new.state = 'confirmed' and new.decided_by = new.proposed_by then
    perform refuse('promise_same_person', '{}');
  end if;
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if new.state <> 'dropped' and (f.state = 'closed' or f.kind in ('agency', 'programme')) then
    perform refuse('promise_to_fund', jsonb_build_object('fund', f.name));
  end if;
  return new;
end $$;
create trigger gift_agreement_decided_once before insert or update on gift_agreement for each row execute function promises_are_decided_once();
create trigger campaign_decided_once before insert or update on campaign for each row execute function promises_are_decided_once();
create trigger gift_agreement_lasting before update or delete on gift_agreement
  for each row execute function only_these_change('state', 'decided_by', 'decided_at', 'reply');
create trigger campaign_lasting before update or delete on campaign
  for each row execute function only_these_change('state', 'decided_by', 'decided_at', 'reply');

create function campaigns_are_filed_first() returns trigger language plpgsql as $$
declare r campaign_rule;
begin
  select * into r from campaign_rule where from_day <= new.from_day order by from_day desc limit 1;
  if new.filed_on > new.from_day - r.days_before and not new.is_emergency then
    perform refuse('campaign_filed_late', jsonb_build_object('filed', new.filed_on, 'from', new.from_day, 'days', r.days_before,
      'earliest', new.filed_on + r.days_before, 'source', r.source));
  end if;
  if new.is_emergency and new.filed_on > new.from_day + r.emergency_days_after then
    perform refuse('campaign_filed_too_late', jsonb_build_object('filed', new.filed_on, 'from', new.from_day, 'days', r.emergency_days_after,
      'source', r.source));
  end if;
  return new;
end $$;
create trigger campaign_filed_first before insert on campaign for each row execute function campaigns_are_filed_first();

-- Clauses, papers: with the promise that is proposed, not after.
create function promises_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v jsonb := to_jsonb(new);
begin
  if exists (select 1 from gift_agreement a where a.book_id = new.book_id and a.gift_agreement_id = (v->>'gift_agreement_id')::bigint
                and a.state <> 'proposed')
     or exists (select 1 from campaign c where c.book_id = new.book_id and c.campaign_id = (v->>'campaign_id')::bigint and c.state <> 'proposed') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger agreed_clause_whole before insert on agreed_clause for each row execute function promises_are_whole();
create trigger agreement_paper_whole before insert on agreement_paper for each row execute function promises_are_whole();

create function agreed_clauses_bind() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v jsonb := to_jsonb(new); c agreed_clause; v_clause bigint;
  v_source text := coalesce(v->>'number', v->>'filing_number');
begin
  for c in select * from agreed_clause x where x.book_id = new.book_id and x.fund_clause_id is null
              and (x.gift_agreement_id = (v->>'gift_agreement_id')::bigint or x.campaign_id = (v->>'campaign_id')::bigint)
            order by x.agreed_clause_id loop
    insert into fund_clause (book_id, fund_id, kind, words, source, from_day, until_day, classes, communities, for_all, added_by, added_at)
      values (c.book_id, new.fund_id, c.kind, c.words, v_source, c.from_day, c.until_day, c.classes, c.communities, false, new.decided_by, new.decided_at)
      returning fund_clause_id into v_clause;
    update agreed_clause set fund_clause_id = v_clause where book_id = c.book_id and agreed_clause_id = c.agreed_clause_id;
  end loop;
  return null;
end $$;
create trigger gift_agreement_binds after update on gift_agreement for each row when (new.state = 'confirmed')
  execute function agreed_clauses_bind();
create trigger campaign_binds after update on campaign for each row when (new.state = 'confirmed') execute function agreed_clauses_bind();

create function agreed_clauses_are_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or pg_trigger_depth() < 2 or old.fund_clause_id is not null
     or (to_jsonb(new) - 'fund_clause_id') is distinct from (to_jsonb(old) - 'fund_clause_id') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger agreed_clause_kept before update or delete on agreed_clause for each row execute function agreed_clauses_are_kept();
create trigger agreed_clause_truncate before truncate on agreed_clause for each statement execute function books_are_append_only();
create trigger gift_agreement_truncate before truncate on gift_agreement for each statement execute function books_are_append_only();
create trigger campaign_truncate before truncate on campaign for each statement execute function books_are_append_only();
create trigger agreement_paper_append_only before update or delete or truncate on agreement_paper
  for each statement execute function books_are_append_only();
create trigger agreement_report_append_only before update or delete or truncate on agreement_report
  for each statement execute function books_are_append_only();

-- Gifts typed as a batch: how many there are and what they come to is said first, off the bank slip or the counted box, and it is
-- prepared only when what was typed agrees.
create table gift_batch (
  book_id integer not null references book, gift_batch_id bigint generated always as identity,
  title text not null constraint gift_batch_title check (char_length(title) between 1 and 60),
  gifts smallint not null constraint gift_batch_gifts check (gifts between 1 and 500),
  total bigint not null constraint gift_batch_total check (total > 0),
  account_id integer not null, received_on date not null,
  state text not null constraint gift_batch_state check (state in ('open', 'prepared', 'dropped')),
  opened_by bigint not null references person, opened_at timestamptz not null, ended_by bigint references person,
  ended_at timestamptz, voucher_id bigint,
  primary key (book_id, gift_batch_id),
  foreign key (book_id, account_id) references account,
  foreign key (book_id, voucher_id) references voucher,
  constraint gift_batch_ended check ((state = 'open') = (ended_by is null) and (ended_by is null) = (ended_at is null)
  and (state = 'prepared') = (voucher_id is not null))
);
create table gift_batch_row (
  book_id integer not null, gift_batch_id bigint not null,
  row_no smallint not null constraint gift_batch_row_no check (row_no between 1 and 500),
  donor_id bigint references person, fund_id integer not null,
  units bigint not null constraint gift_batch_row_units check (units > 0),
  restriction text not null constraint gift_batch_row_restriction check (restriction in ('U', 'R')),
  clause text not null constraint gift_batch_row_clause check (char_length(clause) <= 500),
  gift_agreement_id bigint, campaign_id bigint,
  note text not null constraint gift_batch_row_note check (char_length(note) <= 200),
  primary key (book_id, gift_batch_id, row_no),
  foreign key (book_id, gift_batch_id) references gift_batch,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, gift_agreement_id) references gift_agreement,
  foreign key (book_id, campaign_id) references campaign
);

create function batches_agree() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rows integer; v_units bigint;
begin
  if tg_op = 'INSERT' and new.state <> 'open' or tg_op = 'UPDATE' and (old.state <> 'open' or new.state = 'open') then
    perform refuse('gift_batch_over', jsonb_build_object('state', new.state));
  end if;
  select count(*), coalesce(sum(r.units), 0) into v_rows, v_units from gift_batch_row r
   where r.book_id = new.book_id and r.gift_batch_id = new.gift_batch_id;
  if new.state = 'prepared' and (v_rows <> new.gifts or v_units <> new.total) then
    perform refuse('gift_batch_unequal', jsonb_build_object('gifts', new.gifts, 'rows', v_rows, 'asked', new.total, 'booked', v_units));
  end if;
  return new;
end $$;
create trigger gift_batch_agrees before insert or update on gift_batch for each row execute function batches_agree();
create trigger gift_batch_lasting before update or delete on gift_batch
  for each row execute function only_these_change('state', 'ended_by', 'ended_at', 'voucher_id');
create trigger gift_batch_truncate before truncate on gift_batch for each statement execute function books_are_append_only();
create function batch_rows_while_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r gift_batch_row := case tg_op when 'DELETE' then old else new end;
begin
  -- A note goes with the person whom it is about.
  if tg_op = 'UPDATE' and pg_trigger_depth() > 1 and (to_jsonb(new) - 'note') = (to_jsonb(old) - 'note') then
    return new;
  end if;
  perform 1 from gift_batch b where b.book_id = r.book_id and b.gift_batch_id = r.gift_batch_id and b.state = 'open' for no key update;
  if not found then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return r;
end $$;
create trigger gift_batch_row_while_open before insert or update or delete on gift_batch_row for each row execute function batch_rows_while_open();

-- A list of gifts from a file: the file waits between preview and import; what was imported is known by its bytes.
create table gift_upload (
  book_id integer not null references book, gift_upload_id bigint generated always as identity,
  uploaded_by bigint not null references person, file_name text not null,
  content         bytea not null constraint gift_upload_content check (length(content) between 1 and 20971520),
  sha256 bytea not null, uploaded_at timestamptz not null, expires_at timestamptz not null,
  primary key (book_id, gift_upload_id)
);
alter table gift_upload alter column content set storage external;
create table gift_list (
  book_id integer not null references book, gift_list_id bigint generated always as identity, sha256 bytea not null,
  file_name text not null,
  gifts integer not null constraint gift_list_gifts check (gifts > 0),
  units bigint not null constraint gift_list_units check (units > 0),
  account_id integer not null, imported_by bigint not null references person, imported_at timestamptz not null,
  primary key (book_id, gift_list_id),
  foreign key (book_id, account_id) references account
);
create index gift_list_by_bytes on gift_list (book_id, sha256);
create trigger gift_list_append_only before update or delete or truncate on gift_list for each statement execute function books_are_append_only();

-- A gift names what it rests on, and the line of its voucher that is its lot.
alter table donation
  add column line_no            smallint,
  add column gift_agreement_id  bigint,
  add column campaign_id        bigint,
  add column naming             text not null default 'as-donor' constraint donation_naming check (naming in ('as-donor', 'named', 'alias', 'hidden')),
  add column channel            text not null default 'unsaid'
    constraint donation_channel check (channel in ('unsaid', 'bank', 'cash', 'platform', 'cheque', 'other')),
  add column order_number       text not null default '' constraint donation_order check (char_length(order_number) <= 64),
  add column wants_receipt      boolean not null default false,
  add column note               text not null default '' constraint donation_note check (char_length(note) <= 200),
  add column gift_batch_id      bigint,
  add column gift_list_id       bigint,
  add foreign key (book_id, gift_agreement_id) references gift_agreement,
  add foreign key (book_id, campaign_id) references campaign,
  add foreign key (book_id, gift_batch_id) references gift_batch,
  add foreign key (book_id, gift_list_id) references gift_list;
create unique index donation_order_once on donation (book_id, order_number) where order_number <> '' and state <> 'dropped';
create index donation_by_day on donation (book_id, received_on, donation_id);
create index donation_of_donor on donation (book_id, donor_id);
create index donation_of_voucher on donation (book_id, voucher_id);
create index donation_of_agreement on donation (book_id, gift_agreement_id) where gift_agreement_id is not null;
create index donation_of_campaign on donation (book_id, campaign_id) where campaign_id is not null;
create index donation_of_list on donation (book_id, gift_list_id) where gift_list_id is not null;

create function gifts_keep_the_promise() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a gift_agreement; c campaign;
begin
  if new.gift_agreement_id is not null then
    select * into a from gift_agreement x where x.book_id = new.book_id and x.gift_agreement_id = new.gift_agreement_id;
    if a.state <> 'confirmed' then
      perform refuse('gift_of_unconfirmed', jsonb_build_object('number', a.number));
    end if;
    if a.fund_id <> new.fund_id or a.donor_id is distinct from new.donor_id then
      perform refuse('gift_of_other_agreement', jsonb_build_object('number', a.number,
        'fund', (select name from fund f where f.book_id = a.book_id and f.fund_id = a.fund_id)));
    end if;
    if new.received_on < a.signed_on then
      perform refuse('gift_before_agreement', jsonb_build_object('number', a.number, 'day', new.received_on, 'signed', a.signed_on));
    end if;
  end if;
  if new.campaign_id is not null then
    select * into c from campaign x where x.book_id = new.book_id and x.campaign_id = new.campaign_id;
    if c.state <> 'confirmed' then
      perform refuse('gift_of_unconfirmed', jsonb_build_object('number', c.filing_number));
    end if;
    if c.fund_id <> new.fund_id then
      perform refuse('gift_of_other_campaign', jsonb_build_object('campaign', c.name,
        'fund', (select name from fund f where f.book_id = c.book_id and f.fund_id = c.fund_id)));
    end if;
    if new.received_on not between c.from_day and c.until_day then
      perform refuse('gift_outside_campaign', jsonb_build_object('campaign', c.name, 'day', new.received_on, 'from', c.from_day, 'until', c.until_day));
    end if;
  end if;
  return new;
end $$;
create trigger donation_keeps_promise before insert on donation for each row
  when (new.gift_agreement_id is not null or new.campaign_id is not null) execute function gifts_keep_the_promise();
create trigger donation_lasting before update or delete on donation
  for each row execute function only_these_change('voucher_id', 'state', 'line_no', 'note');
create trigger donation_truncate before truncate on donation for each statement execute function books_are_append_only();

-- The same file twice would book every gift of it twice, unless all of the first was dropped.
create function gift_lists_come_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_before gift_list;
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext(encode(new.sha256, 'hex')));
  select g.* into v_before from gift_list g where g.book_id = new.book_id and g.sha256 = new.sha256
     and exists (select 1 from donation d where d.book_id = g.book_id and d.gift_list_id = g.gift_list_id and d.state <> 'dropped') limit 1;
  if found then
    perform refuse('gift_list_twice', jsonb_build_object('file', v_before.file_name, 'on', (v_before.imported_at at time zone 'Asia/Shanghai')::date));
  end if;
  return new;
end $$;
create trigger gift_list_once before insert on gift_list for each row execute function gift_lists_come_once();

-- Who is forgotten is forgotten here too.
create function erasure_forgets_donors() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update donor set naming = case naming when 'alias' then 'hidden' else naming end, alias = '', contact = null where donor_id = new.person_id;
  update donation set note = '' where donor_id = new.person_id and note <> '';
  update gift_batch_row set note = '' where donor_id = new.person_id and note <> '';
  return null;
end $$;
create trigger erasure_forgets_donor after insert on erasure for each row execute function erasure_forgets_donors();

grant select, insert on donor, gift_agreement, campaign, agreed_clause, agreement_paper, agreement_report, gift_batch, gift_list to :"app";
grant select on campaign_rule to :"app";
grant update (state, decided_by, decided_at, reply) on gift_agreement, campaign to :"app";
grant select, insert, delete on gift_batch_row, gift_upload to :"app";
grant update (state, ended_by, ended_at, voucher_id) on gift_batch to :"app";
grant update (line_no) on donation to :"app";
