-- 暂停复核: a suspension is looked at every thirty days, and goes on for a reason that somebody gives by name, until a day.
create table grant_suspension_review (
  book_id        integer not null,
  grant_id       bigint not null,
  state_version  integer not null,
  review_no      smallint not null constraint grant_suspension_review_no check (review_no >= 1),
  reason         text not null constraint grant_suspension_review_reason check (char_length(reason) between 1 and 500),
  reviewed_on    date not null,
  until          date not null,
  reviewed_by    bigint not null references person,
  reviewed_at    timestamptz not null,
  primary key (book_id, grant_id, state_version, review_no),
  foreign key (book_id, grant_id, state_version) references grant_suspension,
  constraint grant_suspension_review_until check (until > reviewed_on and until <= reviewed_on + 30)
);
create trigger grant_suspension_review_lasting before update or delete or truncate on grant_suspension_review
  for each statement execute function books_are_append_only();
grant select, insert on grant_suspension_review to :"app";
