-- What the door is measured against: a header and its lines with a primary key each, and nothing that is proved or kept.
create schema bare;
create table bare.header (
  book_id     integer not null,
  entry_no    bigint not null,
  entry_date  date not null,
  memo        text not null,
  posted_at   timestamptz not null,
  primary key (book_id, entry_no)
);
create table bare.line (
  book_id     integer not null,
  entry_no    bigint not null,
  line_no     smallint not null,
  account_id  integer not null,
  fund_id     integer not null,
  commodity   text not null collate "C",
  period      integer not null,
  amount      bigint not null,
  primary key (book_id, entry_no, line_no)
);
grant usage on schema bare to public;
grant insert, select on bare.header, bare.line to public;
