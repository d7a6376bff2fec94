-- A book is one legal entity's set of books; book_id leads every key so that groups of books can move to another server.

create table book (
  book_id          integer generated always as identity primary key,
  code             text not null constraint book_code unique check (code ~ '^[a-z0-9-]{1,32}$'),
  name             text not null constraint book_name check (char_length(name) between 1 and 100),
  opening_day      date not null,
  created_at       timestamptz not null
);

-- Which standard is in force from which day.
create table book_standard (
  book_id     integer not null references book,
  valid_from  date not null,
  standard    text not null,
  primary key (book_id, valid_from)
);

-- An account is one lasting thing with a key; what it is called under which standard is apart from it.
create table account (
  book_id     integer not null references book,
  account_id  integer not null,
  key         text not null constraint account_key_shape check (key ~ '^[a-z0-9][a-z0-9.-]{0,63}$'),
  parent_id   integer,
  class       text not null constraint account_class
                check (class in ('asset', 'liability', 'net-assets', 'income', 'expense', 'memorandum')),
  role        text not null constraint account_role
                check (role in ('none', 'own-cash', 'agency-cash', 'claim', 'commitment', 'agency')),
  commodity   text not null collate "C" constraint account_commodity check (commodity in ('CNY', 'HOUR', 'POINT')),
  added       boolean not null default false, -- by the foundation, below an account of the standard
  primary key (book_id, account_id),
  constraint account_key unique (book_id, key),
  constraint account_parent foreign key (book_id, parent_id) references account
);

create index on account (book_id, parent_id);

create table account_name (
  book_id            integer not null,
  account_id         integer not null,
  standard           text not null,
  code               text not null constraint account_code_shape check (code ~ '^[0-9]{4,12}$'),
  name_zh            text not null constraint account_name_zh check (char_length(name_zh) between 1 and 60),
  name_en            text not null constraint account_name_en check (char_length(name_en) between 1 and 80),
  pinyin             text not null,
  normal_side        text not null constraint account_normal_side check (normal_side in ('D', 'C')),
  needs_restriction  boolean not null,
  primary key (book_id, account_id, standard),
  constraint account_code unique (book_id, standard, code),
  foreign key (book_id, account_id) references account
);

create table fund (
  book_id              integer not null references book,
  fund_id              integer not null,
  code                 text not null constraint fund_code_shape check (code ~ '^[A-Z0-9-]{1,16}$'),
  name                 text not null constraint fund_name_length check (char_length(name) between 1 and 60),
  kind                 text not null constraint fund_kind
                         check (kind in ('general', 'community', 'designated', 'named', 'micro', 'agency', 'programme')),
  parent_id            integer,
  default_restriction  text not null constraint fund_restriction check (default_restriction in ('U', 'R')),
  clause               text not null default '',
  principal_minimum    bigint not null default 0 constraint fund_principal check (principal_minimum >= 0),
  state                text not null default 'open' constraint fund_state check (state in ('open', 'frozen', 'closed')),
  opened_on            date not null,
  primary key (book_id, fund_id),
  constraint fund_code unique (book_id, code),
  constraint fund_name unique (book_id, name),
  constraint fund_parent foreign key (book_id, parent_id) references fund,
  -- A restriction is what somebody outside asked for; without their words it is only a designation.
  constraint fund_clause check (default_restriction = 'U' or clause <> '')
);
create unique index fund_one_general on fund (book_id) where kind = 'general';
create unique index fund_one_agency on fund (book_id) where kind = 'agency';

-- YYYY00 opening balances, YYYY01 to YYYY12 months, YYYY13 adjusting period dated 31 December.
create table period (
  book_id    integer not null references book,
  period     integer not null constraint period_shape check (period % 100 between 0 and 13),
  starts     date not null,
  ends       date not null,
  closed_at  timestamptz,
  closed_by  bigint references person,
  primary key (book_id, period),
  check (starts <= ends)
);

create table role_grant (
  role_grant_id  bigint generated always as identity primary key,
  person_id      bigint not null references person,
  role           text not null,
  book_id        integer not null references book,
  fund_id        integer,
  valid_from     date not null,
  valid_until    date,
  granted_by     bigint references person,
  granted_at     timestamptz not null,
  foreign key (book_id, fund_id) references fund
);
create index on role_grant (person_id, book_id);

-- Who did what, with which form. The key makes a command happen once however often it is sent.
create table command_log (
  key        uuid primary key,
  book_id    integer references book,
  actor_id   bigint references person,
  name       text not null,
  input      jsonb not null,
  digest     bytea not null,
  done_at    timestamptz not null,
  answer     jsonb
);
create index on command_log (book_id, done_at);

grant select, insert on book, book_standard, account, account_name, fund, period, role_grant, command_log to :"app";
grant update (name, parent_id, clause, state) on fund to :"app";
grant update (valid_until) on role_grant to :"app";
grant update (answer) on command_log to :"app";
