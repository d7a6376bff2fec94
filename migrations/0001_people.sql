-- People and how they sign in. Names of people and organisations stand here and nowhere else in the books, so that they
-- can be corrected or erased without touching an entry.

-- Functions are the owner's unless a migration hands one to the app.
alter default privileges revoke execute on functions from public;

create table person (
  person_id   bigint generated always as identity primary key,
  kind        text not null constraint person_kind check (kind in ('person', 'organisation')),
  name        text not null constraint person_name check (char_length(name) between 1 and 100),
  created_at  timestamptz not null
);

-- ASP.NET Core Identity's user, with the names Identity expects of its properties.
create table login (
  id                      bigint generated always as identity primary key,
  person_id               bigint not null constraint login_person unique references person,
  user_name               text not null constraint login_user_name_shape check (user_name ~ '^[a-z0-9][a-z0-9._-]{1,31}$'),
  normalized_user_name    text not null constraint login_user_name unique,
  password_hash           text not null,
  security_stamp          text not null,
  concurrency_stamp       text not null,
  lockout_end             timestamptz,
  lockout_enabled         boolean not null default true,
  access_failed_count     integer not null default 0,
  must_change_password    boolean not null default false
);

-- Server-side sessions: the cookie holds only the key, so that signing out or taking a role away ends it at once.
create table sign_in_session (
  session_id    text primary key,
  login_id      bigint not null references login,
  ticket        bytea not null,
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  expires_at    timestamptz not null,
  user_agent    text not null default ''
);
create index on sign_in_session (login_id);
create index on sign_in_session (expires_at);

-- Identity's own writes (sign-in, lockout) are outside commands; this is their log.
create table sign_in_log (
  sign_in_log_id  bigint generated always as identity primary key,
  happened_at     timestamptz not null,
  login_id        bigint references login,
  outcome         text not null constraint sign_in_outcome
                    check (outcome in ('signed-in', 'wrong-password', 'unknown-name', 'locked-out', 'no-role', 'signed-out',
                                       'password-changed', 'password-reset')),
  user_agent      text not null default ''
);
create index on sign_in_log (login_id, happened_at);

create table data_protection_key (
  data_protection_key_id  bigint generated always as identity primary key,
  friendly_name           text not null,
  xml                     text not null
);

grant select, insert, update on person, login to :"app";
grant select, insert, update, delete on sign_in_session to :"app";
grant select, insert on sign_in_log, data_protection_key to :"app";
