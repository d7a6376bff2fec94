-- Bank statements as read from files. A line is evidence: a voucher that rests on one cites it, and no line carries two.

create table bank_account (
  book_id          integer not null references book,
  bank_account_id  integer not null,
  account_id       integer not null,
  number           text not null constraint bank_account_number_shape check (number ~ '^[0-9A-Za-z*@._-]{4,40}$'),
  bank_name        text not null constraint bank_account_bank_name check (char_length(bank_name) between 1 and 60),
  primary key (book_id, bank_account_id),
  constraint bank_account_number unique (book_id, number),
  constraint bank_account_account unique (book_id, account_id),
  foreign key (book_id, account_id) references account
);

create table bank_file (
  book_id          integer not null,
  bank_file_id     bigint generated always as identity,
  bank_account_id  integer not null,
  sha256           bytea not null check (length(sha256) = 32),
  file_name        text not null,
  source           text not null,
  encoding         text not null,
  header_row       integer not null,
  line_count       integer not null,
  new_count        integer not null,
  first_day        date not null,
  last_day         date not null,
  closing_units    bigint,
  imported_by      bigint not null references person,
  imported_at      timestamptz not null,
  primary key (book_id, bank_file_id),
  foreign key (book_id, bank_account_id) references bank_account
);

create table bank_line (
  book_id               integer not null,
  bank_line_id          bigint generated always as identity,
  bank_account_id       integer not null,
  bank_file_id          bigint not null,
  line_no               integer not null,
  identity              text not null,
  occurred_on           date not null,
  units                 bigint not null constraint bank_line_units check (units <> 0),
  balance_after         bigint,
  counterparty_name     text not null,
  counterparty_account  text not null,
  summary               text not null,
  remark                text not null,
  serial                text,
  state                 text not null default 'new' constraint bank_line_state check (state in ('new', 'held', 'ignored')),
  reason                text not null default '' constraint bank_line_reason check (state <> 'ignored' or reason <> ''),
  decided_by            bigint references person,
  decided_at            timestamptz,
  primary key (book_id, bank_line_id),
  constraint bank_line_identity unique (book_id, bank_account_id, identity),
  foreign key (book_id, bank_file_id) references bank_file
);
create index on bank_line (book_id, state, occurred_on);

-- A file between its preview and its import. It is kept here, bound to who uploaded it, so that what is staged is what was
-- shown; gone with the import, or after a day.
create table bank_upload (
  book_id         integer not null references book,
  bank_upload_id  bigint generated always as identity,
  uploaded_by     bigint not null references person,
  file_name       text not null,
  content         bytea not null constraint bank_upload_content check (length(content) between 1 and 10485760),
  sha256          bytea not null constraint bank_upload_sha256 check (sha256 = sha256(content)),
  uploaded_at     timestamptz not null,
  expires_at      timestamptz not null,
  primary key (book_id, bank_upload_id)
);
create index on bank_upload (book_id, uploaded_by);

grant select, insert, delete on bank_upload to :"app";
grant select, insert on bank_account, bank_file, bank_line to :"app";
grant update (state, reason, decided_by, decided_at) on bank_line to :"app";
