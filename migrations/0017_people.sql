-- People grown up: a second factor with recovery codes, recent proof kept in the server-side session, duties that two persons
-- give, separations of duties as dated data, handovers signed by three, and the erasure of a person's name when the law lets it go.

-- Second factor. The key is encrypted under the installation's key, which is not in the database; a step is accepted once.
alter table login
  add column totp_key bytea,
  add column totp_since timestamptz,
  add column totp_last_step bigint not null default 0,
  add constraint login_totp check ((totp_key is null) = (totp_since is null));

create table recovery_code (
  login_id  bigint not null references login,
  digest    bytea not null check (length(digest) = 32),
  made_at   timestamptz not null,
  used_at   timestamptz,
  primary key (login_id, digest)
);

-- Where from (roughly: the last part of the address is left out), and when the person last proved to be the person.
alter table sign_in_session
  add column address text not null default '',
  add column proved_at timestamptz,
  add column proof_used_at timestamptz;
alter table sign_in_log add column address text not null default '';
alter table sign_in_log drop constraint sign_in_outcome;
alter table sign_in_log add constraint sign_in_outcome
  check (outcome in ('signed-in', 'wrong-password', 'unknown-name', 'locked-out', 'no-role', 'signed-out', 'password-changed',
                     'password-reset', 'wrong-code', 'recovery-code', 'too-many', 'proved', 'totp-on', 'totp-off', 'totp-reset',
                     'sessions-ended'));

-- Tries that are under way or failed, counted before a password is looked at; a digest of the name or address, gone after a day.
create table sign_in_try (
  sign_in_try_id  bigint generated always as identity primary key,
  bucket          bytea not null check (length(bucket) = 32),
  tried_at        timestamptz not null
);
create index on sign_in_try (bucket, tried_at);

-- A browser somebody has signed in with: tries from it are counted apart, so that a stranger's tries do not lock the owner out.
create table known_device (
  login_id   bigint not null references login,
  digest     bytea not null check (length(digest) = 32),
  last_used  timestamptz not null,
  primary key (login_id, digest)
);

-- What one administrator proposes and another person confirms: a role, a new password, a reset second factor, a matrix of duties.
create table people_proposal (
  book_id      integer not null references book,
  proposal_id  bigint generated always as identity,
  kind         text not null constraint proposal_kind
                 check (kind in ('grant', 'reset-password', 'reset-totp', 'duties', 'second-factor')),
  person_id    bigint references person,
  role         text,
  fund_id      integer,
  valid_from   date,
  valid_until  date,
  setting      text not null default '',
  proposed_by  bigint not null references person,
  proposed_at  timestamptz not null,
  state        text not null default 'waiting' constraint proposal_state check (state in ('waiting', 'confirmed', 'dropped')),
  decided_by   bigint references person,
  decided_at   timestamptz,
  primary key (book_id, proposal_id),
  foreign key (book_id, fund_id) references fund,
  constraint proposal_grant check (kind <> 'grant' or (role is not null and valid_from is not null)),
  constraint proposal_person check ((kind in ('grant', 'reset-password', 'reset-totp')) = (person_id is not null)),
  constraint proposal_not_oneself check (proposed_by is distinct from person_id),
  constraint proposal_by_two check (state <> 'confirmed' or (decided_by is distinct from proposed_by and decided_by is distinct from person_id)),
  constraint proposal_decided check ((state = 'waiting') = (decided_by is null) and (state = 'waiting') = (decided_at is null))
);
create unique index proposal_once on people_proposal (book_id, kind, person_id, coalesce(role, ''), coalesce(fund_id, 0), setting)
  where state = 'waiting';
create function proposals_are_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state <> 'waiting'
     or (to_jsonb(new) - array['state', 'decided_by', 'decided_at']) is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at']) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger proposal_decided_once before update or delete on people_proposal
  for each row execute function proposals_are_decided_once();
create trigger proposal_truncate before truncate on people_proposal for each statement execute function books_are_append_only();

-- Which duties one person may not hold together, from which day on; the last one that has begun is in force.
create table duty_matrix (
  book_id      integer not null references book,
  matrix_id    bigint generated always as identity,
  preset       text not null constraint duty_preset check (preset in ('three', 'five', 'nine')),
  valid_from   date not null,
  proposal_id  bigint,
  primary key (book_id, matrix_id),
  foreign key (book_id, proposal_id) references people_proposal
);
create table duty_pair (
  book_id    integer not null,
  matrix_id  bigint not null,
  one        text not null,
  other      text not null,
  primary key (book_id, matrix_id, one, other),
  foreign key (book_id, matrix_id) references duty_matrix,
  constraint duty_pair_order check (one collate "C" < other collate "C")
);
create trigger duty_matrix_append_only before update or delete or truncate on duty_matrix
  for each statement execute function books_are_append_only();
create trigger duty_pair_append_only before update or delete or truncate on duty_pair
  for each statement execute function books_are_append_only();

insert into duty_matrix (book_id, preset, valid_from) select book_id, 'three', least(opening_day, created_at::date) from book order by book_id;
insert into duty_pair (book_id, matrix_id, one, other)
  select book_id, matrix_id, one, other from duty_matrix cross join (values ('accountant', 'cashier'), ('cashier', 'voucher-reviewer')) p (one, other);

-- Which roles sign in with a second factor (codes, by commas); the last row is in force.
create table second_factor_rule (
  book_id      integer not null references book,
  rule_id      bigint generated always as identity,
  roles        text not null,
  set_at       timestamptz not null,
  proposal_id  bigint,
  primary key (book_id, rule_id),
  foreign key (book_id, proposal_id) references people_proposal
);
create trigger second_factor_rule_append_only before update or delete or truncate on second_factor_rule
  for each statement execute function books_are_append_only();

-- A grant is two persons' act, and neither is the one who gets it; or the operator's, beside the operator's own logged command.
alter table role_grant
  add column confirmed_by bigint references person,
  add column proposal_id bigint,
  add constraint role_grant_proposal foreign key (book_id, proposal_id) references people_proposal;
create unique index role_grant_once_per_proposal on role_grant (book_id, proposal_id) where proposal_id is not null;
create index command_log_of_operator on command_log (done_at) where actor_id is null;

create function grants_are_by_two() returns trigger language plpgsql as $$
declare bad record;
begin
  if new.proposal_id is null then
    -- The command's row stands in the same transaction: an operator's grant is never without its line in the log.
    if new.granted_by is not null or not exists (select from command_log c where c.actor_id is null and c.xmin = pg_current_xact_id()::xid) then
      perform refuse('role_grant_by_two', jsonb_build_object('role', new.role));
    end if;
  elsif not exists (
    select from people_proposal p
     where p.book_id = new.book_id and p.proposal_id = new.proposal_id and p.kind = 'grant' and p.state = 'confirmed'
       and p.person_id = new.person_id and p.role = new.role and p.fund_id is not distinct from new.fund_id
       and p.valid_from = new.valid_from and p.valid_until is not distinct from new.valid_until
       and p.proposed_by = new.granted_by and p.decided_by = new.confirmed_by) then
    perform refuse('role_grant_by_two', jsonb_build_object('role', new.role));
  end if;

  -- Two grants to one person at once see each other here.
  perform pg_advisory_xact_lock(1919904869, new.book_id);
  select g.role into bad from role_grant g
   where g.book_id = new.book_id and g.person_id = new.person_id
     and daterange(g.valid_from, g.valid_until, '[]') && daterange(new.valid_from, new.valid_until, '[]')
     and not (g.valid_until is not null and g.valid_until < g.valid_from)
     and ((least(g.role collate "C", new.role collate "C"), greatest(g.role collate "C", new.role collate "C"))
            in (('cashier', 'voucher-reviewer'), ('accountant', 'cashier'))
          or (least(g.role collate "C", new.role collate "C"), greatest(g.role collate "C", new.role collate "C")) in (
            select d.one collate "C", d.other collate "C" from duty_pair d
             where d.book_id = new.book_id and d.matrix_id = (
               select max(m.matrix_id) from duty_matrix m where m.book_id = new.book_id and m.valid_from <= (new.granted_at at time zone 'Asia/Shanghai')::date)))
   limit 1;
  if found then
    perform refuse('role_incompatible', jsonb_build_object('one', bad.role, 'other', new.role));
  end if;
  return new;
end $$;
create trigger role_grant_by_two before insert on role_grant for each row execute function grants_are_by_two();

create function grants_only_end() returns trigger language plpgsql as $$
begin
  if new.valid_until is null and old.valid_until is not null or new.valid_until > old.valid_until then
    perform refuse('role_grant_only_ends', jsonb_build_object('role', new.role));
  end if;
  return new;
end $$;
create trigger role_grant_only_ends before update on role_grant for each row execute function grants_only_end();

-- 移交清册: what stood at the change of a keeper, drawn up by the program, signed by who hands over, who takes over and who watches.
create table handover (
  book_id        integer not null references book,
  handover_id    bigint generated always as identity,
  role           text not null,
  from_id        bigint not null references person,
  to_id          bigint not null references person,
  supervisor_id  bigint not null references person,
  drawn_by       bigint not null references person,
  drawn_at       timestamptz not null,
  content        text not null,
  digest         bytea not null constraint handover_digest check (digest = sha256(convert_to(content, 'UTF8'))),
  primary key (book_id, handover_id),
  constraint handover_three check (from_id <> to_id and to_id <> supervisor_id and from_id <> supervisor_id)
);
create table handover_signature (
  book_id      integer not null,
  handover_id  bigint not null,
  person_id    bigint not null references person,
  signed_at    timestamptz not null,
  primary key (book_id, handover_id, person_id),
  foreign key (book_id, handover_id) references handover
);
create function handovers_are_signed_by_three() returns trigger language plpgsql as $$
begin
  if not exists (select from handover h where h.book_id = new.book_id and h.handover_id = new.handover_id
                   and new.person_id in (h.from_id, h.to_id, h.supervisor_id)) then
    perform refuse('handover_signer', jsonb_build_object('handover', new.handover_id));
  end if;
  return new;
end $$;
create trigger handover_signer before insert on handover_signature for each row execute function handovers_are_signed_by_three();
create trigger handover_append_only before update or delete or truncate on handover
  for each statement execute function books_are_append_only();
create trigger handover_signature_append_only before update or delete or truncate on handover_signature
  for each statement execute function books_are_append_only();

-- Erasure (rulings 8). Vouchers and books are kept 30 years from the first day after their year (会计档案管理办法), and whom they
-- name as long; then the name and the words about the person go, and salt and digest prove the rest.
create table erasure (
  person_id  bigint primary key references person,
  book_id    integer not null references book,
  erased_by  bigint not null references person,
  erased_at  timestamptz not null,
  texts      integer not null
);
create trigger erasure_append_only before update or delete or truncate on erasure
  for each statement execute function books_are_append_only();

create function erasable_from(p_person bigint) returns date
language sql stable security definer set search_path = public, pg_temp as $$
  select make_date(extract(year from max(day))::integer + 31, 1, 1) from (
    select max(j.occurred_on) as day from journal_entry j where j.maker_id = p_person or j.reviewer_id = p_person
    union all
    select max(j.occurred_on) from posting p join journal_entry j using (book_id, entry_no) where p.counterparty_id = p_person
    union all
    select max(h.drawn_at at time zone 'Asia/Shanghai')::date from handover h where p_person in (h.from_id, h.to_id, h.supervisor_id)
    union all
    select max(v.occurred_on) from voucher v where v.state = 'prepared' and (v.maker_id = p_person or exists (
      select from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.counterparty_id = p_person))) kept
$$;

create function erase_person(p_book integer, p_person bigint, p_by bigint, p_at timestamptz, p_name text) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare blanked integer; free date := erasable_from(p_person);
begin
  if free > (p_at at time zone 'Asia/Shanghai')::date then
    perform refuse('erasure_retention', jsonb_build_object('until', free));
  end if;
  with named as (
    select l.book_id, l.narrative_id, v.narrative_id as head from voucher_line l join voucher v using (book_id, voucher_id)
     where l.counterparty_id = p_person),
  gone as (
    update narrative n set text = null where n.text is not null and (n.book_id, n.narrative_id) in
      (select book_id, narrative_id from named union select book_id, head from named) returning 1)
  select count(*) into blanked from gone;
  update person set name = p_name where person_id = p_person;
  insert into erasure (person_id, book_id, erased_by, erased_at, texts) values (p_person, p_book, p_by, p_at, blanked);
  return blanked;
end $$;

grant select, insert, update, delete on recovery_code, known_device to :"app";
grant select, insert, delete on sign_in_try to :"app";
grant select, insert on people_proposal, duty_matrix, duty_pair, second_factor_rule, handover, handover_signature to :"app";
grant update (state, decided_by, decided_at) on people_proposal to :"app";
grant select on erasure to :"app";
grant execute on function erase_person, erasable_from to :"app";
