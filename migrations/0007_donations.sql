-- Gifts of money. A gift waits until its voucher is reviewed; the donor is a person row or nobody (anonymous).
create table donation (
  book_id      integer not null,
  donation_id  bigint generated always as identity,
  fund_id      integer not null,
  donor_id     bigint references person,
  units        bigint not null constraint donation_units check (units > 0),
  received_on  date not null,
  restriction  text not null constraint donation_restriction check (restriction in ('U', 'R')),
  clause       text not null default '' constraint donation_clause check (restriction = 'U' or clause <> ''),
  voucher_id   bigint,
  state        text not null constraint donation_state check (state in ('waiting', 'accepted', 'dropped')),
  primary key (book_id, donation_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher
);
grant select, insert on donation to :"app";
grant update (voucher_id, state) on donation to :"app";
