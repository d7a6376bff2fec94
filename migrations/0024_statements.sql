-- One account is told of by many sources: a line may be here already under another name, or may be; a person decides then. A file that
-- was imported by mistake can be undone while nothing rests on it, and how a bank's files are read is remembered.

alter table bank_upload drop constraint bank_upload_content,
  add constraint bank_upload_content check (length(content) between 1 and 41943040),
  add column reading text; -- what a person corrected, until the import
alter table bank_upload alter column content set storage external;
grant update (reading) on bank_upload to :"app";

-- A file keeps its header's fingerprint: two files with the same one name the same line alike, so that only files with another header
-- can tell of it under another name.
alter table bank_file add column sheet text not null default '', add column layout text not null default '',
  add column doubtful_count integer not null default 0,
  add column undone_by bigint references person, add column undone_at timestamptz,
  add constraint bank_file_undone check ((undone_by is null) = (undone_at is null));
revoke insert on bank_file from :"app";
grant insert (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count, new_count, first_day, last_day,
              closing_units, imported_by, imported_at, sheet, layout, doubtful_count) on bank_file to :"app";
drop trigger bank_file_append_only on bank_file;
create trigger bank_file_truncate before truncate on bank_file for each statement execute function books_are_append_only();

create function bank_files_are_undone_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.undone_at is not null
     or (to_jsonb(new) - array['undone_by', 'undone_at']) is distinct from (to_jsonb(old) - array['undone_by', 'undone_at']) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger bank_file_undone_once before update or delete on bank_file for each row execute function bank_files_are_undone_once();

alter table bank_line add column double_of bigint,
  drop constraint bank_line_state,
  add constraint bank_line_state check (state in ('new', 'held', 'ignored', 'doubtful')),
  add constraint bank_line_double check (state <> 'doubtful' or double_of is not null),
  add foreign key (book_id, double_of) references bank_line;
create index on bank_line (book_id, bank_account_id, occurred_on);
create index on bank_line (book_id, bank_file_id);
create index on bank_line (book_id, double_of) where double_of is not null;
create index on bank_file (book_id, bank_account_id);

-- A line goes only with its whole file.
create function bank_lines_go_with_their_file() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from bank_file f where f.book_id = old.book_id and f.bank_file_id = old.bank_file_id and f.undone_at is not null) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return old;
end $$;
create trigger bank_line_with_its_file before delete on bank_line for each row execute function bank_lines_go_with_their_file();
create trigger bank_line_truncate before truncate on bank_line for each statement execute function books_are_append_only();

-- The app's only way to take an imported file back: whole, once, and while nothing rests on its lines, neither a voucher nor what
-- somebody decided, nor a later file that told of the same days and left out what was here.
create function undo_bank_file(p_book integer, p_file bigint, p_by bigint, p_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_file bank_file; v_later bank_file; v_used integer; v_day date; v_gone integer;
begin
  select * into v_file from bank_file f where f.book_id = p_book and f.bank_file_id = p_file;
  if not found then
    perform refuse('bank_file_unknown', jsonb_build_object('file', p_file));
  end if;
  perform pg_advisory_xact_lock(p_book, v_file.bank_account_id);
  select * into v_file from bank_file f where f.book_id = p_book and f.bank_file_id = p_file for update;
  if v_file.undone_at is not null then
    perform refuse('bank_file_undone_already', jsonb_build_object('file', v_file.file_name));
  end if;
  select * into v_later from bank_file f
   where f.book_id = p_book and f.bank_account_id = v_file.bank_account_id and f.bank_file_id > p_file and f.undone_at is null
     and f.first_day <= v_file.last_day and f.last_day >= v_file.first_day order by f.bank_file_id desc limit 1;
  if found then
    perform refuse('bank_file_overlapped', jsonb_build_object('file', v_file.file_name, 'other', v_later.file_name));
  end if;
  perform 1 from bank_line b where b.book_id = p_book and b.bank_file_id = p_file order by b.bank_line_id for update;
  select count(*), min(b.occurred_on) into v_used, v_day from bank_line b
   where b.book_id = p_book and b.bank_file_id = p_file
     and (b.state in ('held', 'ignored') and b.reason <> 'within-opening'
          or exists (select 1 from bank_match m where m.book_id = p_book and m.bank_line_id = b.bank_line_id)
          or exists (select 1 from bank_line d where d.book_id = p_book and d.double_of = b.bank_line_id and d.bank_file_id <> p_file));
  if v_used > 0 then
    perform refuse('bank_file_used', jsonb_build_object('file', v_file.file_name, 'count', v_used, 'day', v_day));
  end if;
  update bank_file f set undone_by = p_by, undone_at = p_at where f.book_id = p_book and f.bank_file_id = p_file;
  delete from bank_line b where b.book_id = p_book and b.bank_file_id = p_file;
  get diagnostics v_gone = row_count;
  return v_gone;
end $$;
grant execute on function undo_bank_file to :"app";

-- How files with one and the same header are read, as a person once said. It is a help, not evidence: it may be changed and deleted.
create table bank_profile (
  book_id          integer not null references book,
  bank_profile_id  bigint generated always as identity,
  name             text not null constraint bank_profile_name_length check (char_length(name) between 1 and 60),
  fingerprint      text not null,
  header           text not null,
  reading          text not null,
  made_by          bigint not null references person,
  made_at          timestamptz not null,
  primary key (book_id, bank_profile_id),
  constraint bank_profile_name unique (book_id, name),
  constraint bank_profile_fingerprint unique (book_id, fingerprint)
);
grant select, insert, delete on bank_profile to :"app";
grant update (name, header, reading, made_by, made_at) on bank_profile to :"app";

-- A line that may be a double carries no voucher before a person has said that it is none.
create or replace function prove_bank_matches() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record;
begin
  perform 1 from bank_line b where (b.book_id, b.bank_line_id) in (select book_id, bank_line_id from n) order by b.book_id, b.bank_line_id
    for no key update;
  select x.rule, x.facts into bad from (
    select case when b.state = 'ignored' then 'bank_line_ignored'
                when b.state = 'doubtful' then 'bank_line_doubtful'
                when sign(n.units) <> sign(b.units) then 'bank_line_amount'
                when abs(taken.units) > abs(b.units) then 'bank_line_taken'
                when v.state not in ('prepared', 'posted') or v.reversed_by is not null then 'bank_match_voucher_gone'
                when sign(given.units) <> sign(booked.units) or abs(given.units) > abs(booked.units) then 'bank_line_amount' end as rule,
           jsonb_build_object('line', b.units, 'booked', booked.units, 'remaining', b.units - taken.units + n.units) as facts
      from n
      join bank_line b on b.book_id = n.book_id and b.bank_line_id = n.bank_line_id
      join voucher v on v.book_id = n.book_id and v.voucher_id = n.voucher_id
      cross join lateral (select sum(m.units)::bigint as units from bank_match_open m
                           where m.book_id = n.book_id and m.bank_line_id = n.bank_line_id) taken
      cross join lateral (select sum(m.units)::bigint as units
                            from bank_match m join bank_line o on o.book_id = m.book_id and o.bank_line_id = m.bank_line_id
                           where m.book_id = n.book_id and m.voucher_id = n.voucher_id and m.undone_at is null
                             and o.bank_account_id = b.bank_account_id) given
      cross join lateral (select bank_booked(n.book_id, n.voucher_id, b.bank_account_id) as units) booked) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;
  return null;
end $$;
