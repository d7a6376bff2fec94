-- Applying and screening: sections that are written only while the application is open, papers, the text as it was signed with its hash,
-- checks by clause, and one round of corrections. What is signed stays as it was.

-- Whether a section may be written: a draft, or opened for correction and not signed again yet.
create function grant_is_written(p_book integer, p_grant bigint, p_section text) returns boolean language plpgsql
  security definer set search_path = public, pg_temp as $$
declare c grant_case;
begin
  select * into c from grant_case x where x.book_id = p_book and x.grant_id = p_grant for no key update;
  return c.state = 'draft' or c.state = 'correction-requested'
    and exists (select 1 from grant_correction o where o.book_id = p_book and o.grant_id = p_grant and o.state_version = c.state_version - 1
                   and (p_section = '' or o.section = p_section))
    and not exists (select 1 from grant_signature s where s.book_id = p_book and s.grant_id = p_grant and s.state_version = c.state_version
                       and s.move = 'resubmit');
end $$;

create table grant_section (
  book_id   integer not null,
  grant_id  bigint not null,
  kind      text not null
            constraint grant_section_kind check (kind in ('need', 'purpose', 'plan', 'indicators', 'team', 'budget')),
  version   integer not null,
  content   jsonb not null constraint grant_section_size check (octet_length(content::text) <= 200000),
  saved_by  bigint not null references person,
  saved_at  timestamptz not null,
  primary key (book_id, grant_id, kind),
  foreign key (book_id, grant_id) references grant_case
);

create table grant_paper (
  book_id            integer not null,
  grant_paper_id     bigint generated always as identity,
  grant_id           bigint not null,
  filed_document_id  bigint not null,
  is_original        boolean not null,
  added_by           bigint not null references person,
  added_at           timestamptz not null,
  removed_by         bigint references person,
  removed_at         timestamptz,
  primary key (book_id, grant_paper_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint grant_paper_removed check ((removed_by is null) = (removed_at is null)),
  constraint grant_paper_original check (not (is_original and removed_by is not null))
);
create index grant_paper_of_case on grant_paper (book_id, grant_id);

create table grant_snapshot (
  book_id        integer not null,
  grant_id       bigint not null,
  no             smallint not null,
  state_version  integer not null,
  content        text not null,
  sha256         bytea not null,
  requested      bigint not null,
  own_units      bigint not null,
  signed_by      bigint not null references person,
  signed_at      timestamptz not null,
  primary key (book_id, grant_id, no),
  foreign key (book_id, grant_id) references grant_case
);

create table grant_check (
  book_id        integer not null,
  grant_check_id bigint generated always as identity,
  grant_id       bigint not null,
  kind           text not null,
  verdict        text not null constraint grant_check_verdict check (verdict in ('ok', 'note', 'not')),
  note           text not null constraint grant_check_note check (char_length(note) <= 300 and (verdict = 'ok' or note <> '')),
  checked_by     bigint not null references person,
  checked_at     timestamptz not null,
  primary key (book_id, grant_check_id),
  foreign key (book_id, grant_id) references grant_case
);
create index grant_check_of_case on grant_check (book_id, grant_id, grant_check_id desc);

create table grant_correction (
  book_id        integer not null,
  grant_id       bigint not null,
  no             smallint not null constraint grant_correction_no check (no between 1 and 30),
  state_version  integer not null,
  section        text not null
                 constraint grant_correction_section check (section in ('need', 'purpose', 'plan', 'indicators', 'team', 'budget', 'papers')),
  field          text not null constraint grant_correction_field check (char_length(field) <= 60),
  words          text not null constraint grant_correction_words check (char_length(words) between 1 and 300),
  asked_by       bigint not null references person,
  asked_at       timestamptz not null,
  primary key (book_id, grant_id, no),
  foreign key (book_id, grant_id) references grant_case
);

-- Sections, papers and team follow the state of their case; versions count up, so that a stale page writes nothing.
create function grant_texts_are_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end; v_section text;
begin
  v_section := case tg_table_name when 'grant_section' then v->>'kind' when 'grant_member' then 'team' else 'papers' end;
  if not grant_is_written((v->>'book_id')::integer, (v->>'grant_id')::bigint, v_section) then
    perform refuse('grant_text_closed', jsonb_build_object('section', v_section));
  end if;
  if tg_table_name = 'grant_section' and (tg_op = 'DELETE'
     or (v->>'version')::integer <> case tg_op when 'INSERT' then 1 else (to_jsonb(old)->>'version')::integer + 1 end) then
    perform refuse('grant_section_stale', jsonb_build_object('section', v_section));
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger grant_section_open before insert or update or delete on grant_section for each row execute function grant_texts_are_open();
create trigger grant_section_lasting before update on grant_section for each row
  execute function only_these_change('version', 'content', 'saved_by', 'saved_at');
create trigger grant_section_truncate before truncate on grant_section for each statement execute function books_are_append_only();
create trigger grant_member_open before insert or update or delete on grant_member for each row execute function grant_texts_are_open();
create trigger grant_member_truncate before truncate on grant_member for each statement execute function books_are_append_only();
create trigger grant_paper_open before insert or update on grant_paper for each row execute function grant_texts_are_open();
create trigger grant_paper_lasting before update or delete on grant_paper for each row
  execute function only_these_change('removed_by', 'removed_at');
create trigger grant_paper_truncate before truncate on grant_paper for each statement execute function books_are_append_only();

-- What the case itself says of the application changes with its sections, and its number is given once, counted up within the round.
create function grant_cases_say_what_is_written() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r grant_round; v_next text;
begin
  if (new.title, new.community, new.lead_id, new.fin_lead_id, new.signer_id, new.requested, new.own_units)
     is distinct from (old.title, old.community, old.lead_id, old.fin_lead_id, old.signer_id, old.requested, old.own_units)
     and not grant_is_written(new.book_id, new.grant_id, '') then
    perform refuse('grant_text_closed', jsonb_build_object('section', ''));
  end if;
  if new.number is distinct from old.number then
    select * into r from grant_round x where x.book_id = new.book_id and x.grant_round_id = new.grant_round_id for no key update;
    select r.code || '-' || case when n.count < 999 then lpad((n.count + 1)::text, 3, '0') else (n.count + 1)::text end into v_next
      from (select count(*) from grant_case x where x.book_id = new.book_id and x.grant_round_id = new.grant_round_id and x.number <> '') n;
    if old.number <> '' or old.state <> 'awaiting-sign-off' or new.number <> v_next then
      perform refuse('grant_number_counts_up', jsonb_build_object('number', new.number, 'next', coalesce(v_next, '')));
    end if;
  end if;
  return new;
end $$;
create trigger grant_case_says before update on grant_case for each row execute function grant_cases_say_what_is_written();

-- What was signed is kept with its hash, one text for each submission, by another person than the lead.
create function grant_snapshots_are_true() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case;
begin
  select * into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id for no key update;
  if new.sha256 <> sha256(convert_to(new.content, 'UTF8')) or c.state not in ('awaiting-sign-off', 'correction-requested')
     or new.state_version <> c.state_version or new.signed_by = c.lead_id
     or (new.requested, new.own_units) is distinct from (c.requested, c.own_units)
     or new.no <> (select count(*) + 1 from grant_snapshot s where s.book_id = new.book_id and s.grant_id = new.grant_id) then
    perform refuse('grant_snapshot_untrue', jsonb_build_object('state', c.state));
  end if;
  return new;
end $$;
create trigger grant_snapshot_true before insert on grant_snapshot for each row execute function grant_snapshots_are_true();
create trigger grant_snapshot_lasting before update or delete or truncate on grant_snapshot
  for each statement execute function books_are_append_only();

create function grant_texts_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.move in ('sign-off', 'resubmit') and not exists (
       select 1 from grant_snapshot s where s.book_id = new.book_id and s.grant_id = new.grant_id and s.state_version = new.state_version - 1) then
    perform refuse('grant_snapshot_missing', jsonb_build_object('move', new.move));
  end if;
  return new;
end $$;
create trigger grant_log_texted before insert on grant_log for each row execute function grant_texts_are_signed();

-- Checks and corrections are written while the case is screened, and stay.
create function grant_screening_is_on() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case; v jsonb := to_jsonb(new);
begin
  select * into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id for no key update;
  if c.state <> 'under-screening' or tg_table_name = 'grant_correction' and (v->>'state_version')::integer <> c.state_version then
    perform refuse('grant_not_screened', jsonb_build_object('state', c.state));
  end if;
  return new;
end $$;
create trigger grant_check_on before insert on grant_check for each row execute function grant_screening_is_on();
create trigger grant_check_lasting before update or delete or truncate on grant_check
  for each statement execute function books_are_append_only();
create trigger grant_correction_on before insert on grant_correction for each row execute function grant_screening_is_on();
create trigger grant_correction_lasting before update or delete or truncate on grant_correction
  for each statement execute function books_are_append_only();

grant select, insert, update on grant_section to :"app";
grant select, insert on grant_paper, grant_snapshot, grant_check, grant_correction to :"app";
grant update (removed_by, removed_at) on grant_paper to :"app";
