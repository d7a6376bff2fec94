-- Who may not apply for a while and why; what belongs to a round is there before it is agreed; and lists of applications that stay quick when
-- there are many.

create table grant_ban (
  book_id            integer not null references book,
  grant_ban_id       bigint generated always as identity,
  person_id          bigint not null references person,
  clause             text not null constraint grant_ban_clause check (char_length(clause) between 1 and 200),
  evidence           text not null constraint grant_ban_evidence check (char_length(evidence) between 1 and 1000),
  resolution         text not null constraint grant_ban_resolution check (char_length(resolution) between 1 and 100),
  filed_document_id  bigint,
  from_day           date not null,
  until_day          date not null,
  imposed_by         bigint not null references person,
  imposed_at         timestamptz not null,
  lifted_by          bigint references person,
  lifted_at          timestamptz,
  lift_reason        text not null default '' constraint grant_ban_lift_reason check (char_length(lift_reason) <= 500),
  primary key (book_id, grant_ban_id),
  foreign key (book_id, filed_document_id) references filed_document,
  constraint grant_ban_span check (until_day >= from_day and until_day <= (from_day + interval '3 years')::date),
  constraint grant_ban_lifted_apart check (lifted_by <> imposed_by and lifted_by <> person_id),
  constraint grant_ban_own check (imposed_by <> person_id),
  constraint grant_ban_lifted check ((lifted_by is null) = (lifted_at is null) and (lifted_by is null) = (lift_reason = ''))
);
create index grant_ban_of_person on grant_ban (book_id, person_id, until_day);
create trigger grant_ban_lasting before update or delete on grant_ban
  for each row execute function only_these_change('lifted_by', 'lifted_at', 'lift_reason');
create trigger grant_ban_lifted_once before update on grant_ban for each row when (old.lifted_by is not null)
  execute function books_are_append_only();
create trigger grant_ban_truncate before truncate on grant_ban for each statement execute function books_are_append_only();

-- Whoever agrees to a round agrees to its pool and its needs as they are then.
create function grant_round_parts_come_first() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from grant_round r where r.book_id = new.book_id and r.grant_round_id = new.grant_round_id and r.state = 'waiting' for no key update;
  if not found then
    perform refuse('grant_round_decided_already', jsonb_build_object('table', tg_table_name));
  end if;
  return new;
end $$;
create trigger grant_round_pool_first before insert on grant_round_pool for each row execute function grant_round_parts_come_first();
create trigger grant_round_need_first before insert on grant_round_need for each row execute function grant_round_parts_come_first();

-- A round that is open has money and needs to rest on.
create function grant_rounds_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_round_pool p where p.book_id = new.book_id and p.grant_round_id = new.grant_round_id)
     or not exists (select 1 from grant_round_need n where n.book_id = new.book_id and n.grant_round_id = new.grant_round_id) then
    perform refuse('grant_round_not_whole', jsonb_build_object('round', new.code));
  end if;
  return new;
end $$;
create trigger grant_round_whole before update on grant_round for each row when (new.state = 'agreed' and old.state <> 'agreed')
  execute function grant_rounds_are_whole();

-- Whose applications: each way of having part in one finds its own.
create index grant_case_of_fin_lead on grant_case (book_id, fin_lead_id, grant_id desc) where fin_lead_id is not null;
create index grant_case_of_signer on grant_case (book_id, signer_id, grant_id desc) where signer_id is not null;
create index grant_case_of_filler on grant_case (book_id, filled_by, grant_id desc);
create index grant_member_of_person on grant_member (book_id, person_id, grant_id desc);
create index grant_round_dates_of on grant_round (book_id, closes_on desc) where state <> 'dropped';

grant select on grant_move_rule to :"app";
grant select, insert on grant_round, grant_round_pool, grant_round_need, grant_case, grant_signature, grant_log, grant_ban to :"app";
grant select, insert, delete on grant_member to :"app";
grant update (state, decided_by, decided_at) on grant_round to :"app";
grant update (number, title, community, lead_id, fin_lead_id, signer_id, state, state_version, due_on, requested, own_units, submitted_at)
  on grant_case to :"app";
grant update (lifted_by, lifted_at, lift_reason) on grant_ban to :"app";
