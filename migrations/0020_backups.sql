-- What became of every backup is evidence (会计信息化工作规范, backup and recovery) and is read by those who answer for the books.
-- A backup holds all books of the installation, so its lines belong to no book. The app may ask for one; what was made and
-- proved is written by the owner's login, with which backups are made.
create table backup_request (
  request_id  bigint generated always as identity primary key,
  asked_by    bigint not null references person,
  asked_at    timestamptz not null
);
create trigger backup_request_append_only before update or delete or truncate on backup_request
  for each statement execute function books_are_append_only();

create table backup_run (
  run_id      bigint generated always as identity primary key,
  kind        text not null constraint backup_run_kind check (kind in ('made', 'proved', 'gone')),
  backup      text not null,
  place       text not null,
  began_at    timestamptz not null,
  ended_at    timestamptz not null,
  good        boolean not null,
  size_bytes  bigint,
  entries     bigint,
  failure     text,
  facts       text,
  request_id  bigint references backup_request,
  constraint backup_run_failure check (good = (failure is null) and good = (facts is null))
);
create trigger backup_run_append_only before update or delete or truncate on backup_run
  for each statement execute function books_are_append_only();

grant select, insert on backup_request to :"app";
grant select on backup_run to :"app";
