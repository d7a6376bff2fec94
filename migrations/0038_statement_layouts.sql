-- Statements that the foundation lays out itself, or instead of a shipped one of the same key. Every version stays; the last one counts, and an
-- empty text takes a file away again.

create table statement_layout (
  book_id              integer not null references book,
  statement_layout_id  bigint generated always as identity,
  standard             text not null,
  file                 text not null constraint statement_layout_file check (file ~ '^[a-z0-9-]{1,40}$'),
  text                 text not null constraint statement_layout_text check (char_length(text) <= 60000),
  reason               text not null constraint statement_layout_reason check (char_length(reason) between 1 and 200),
  set_by               bigint not null references person,
  set_at               timestamptz not null,
  primary key (book_id, statement_layout_id)
);
create index on statement_layout (book_id, standard, file);
create index on statement_layout (set_by);
create trigger statement_layout_append_only before update or delete or truncate on statement_layout
  for each statement execute function books_are_append_only();

grant select, insert on statement_layout to :"app";
