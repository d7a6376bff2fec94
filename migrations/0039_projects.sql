-- What money is for, in a form that can be checked: projects are a register, and clauses name what they allow.

-- Projects: what costs are for, beside their class.
create table project (
  book_id        integer not null,
  project_id     bigint generated always as identity,
  code           text not null constraint project_code check (code ~ '^[A-Za-z0-9-]{1,20}$'),
  name           text not null constraint project_name check (char_length(name) between 1 and 100),
  fund_id        integer, -- the fund that mainly pays for it, if there is one
  project_class  text not null default '',
  community      text not null default '' constraint project_community check (char_length(community) <= 60),
  opened_on      date not null,
  closed_on      date,
  primary key (book_id, project_id),
  constraint project_once unique (book_id, code),
  constraint project_days check (closed_on >= opened_on is not false),
  foreign key (book_id, fund_id) references fund
);
grant select, insert on project to :"app";
grant update (closed_on) on project to :"app";

-- What a clause allows, beside its words: classes of projects, communities. A clause of a purpose-change case stands in the place of others.
alter table fund_clause
  add column classes     text[] not null default '{}' constraint clause_classes check (kind = 'purpose' or classes = '{}'),
  add column communities text[] not null default '{}' constraint clause_communities check (kind = 'area' or communities = '{}'),
  add column replaces    bigint[] not null default '{}' constraint clause_replaces check (not for_all or replaces = '{}');
