-- An account with a payment platform stands under 其他货币资金; what it holds of gifts comes to the bank net of its fee a day later. A
-- settlement names the platform's lines that one bank line settles, so that no gift is settled twice.
alter table bank_account add column kind text not null default 'bank' constraint bank_account_kind check (kind in ('bank', 'platform'));

create table settlement (
  book_id        integer not null references book,
  settlement_id  bigint generated always as identity,
  platform_id    integer not null,
  bank_line_id   bigint not null,
  gross          bigint not null constraint settlement_gross check (gross > 0),
  fee            bigint not null constraint settlement_fee check (fee between 0 and gross / 20),
  state          text not null constraint settlement_state check (state in ('prepared', 'posted', 'undone')),
  voucher_id     bigint,
  made_by        bigint not null references person,
  made_at        timestamptz not null,
  primary key (book_id, settlement_id),
  foreign key (book_id, platform_id) references bank_account,
  foreign key (book_id, bank_line_id) references bank_line,
  foreign key (book_id, voucher_id) references voucher
);
create table settlement_line (
  book_id        integer not null,
  settlement_id  bigint not null,
  bank_line_id   bigint not null,
  primary key (book_id, settlement_id, bank_line_id),
  foreign key (book_id, settlement_id) references settlement,
  foreign key (book_id, bank_line_id) references bank_line
);
create index settlement_line_of_line on settlement_line (book_id, bank_line_id);
create function platform_lines_settle_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from bank_line b where b.book_id = new.book_id and b.bank_line_id = new.bank_line_id for no key update;
  if exists (select 1 from settlement_line l join settlement s using (book_id, settlement_id)
              where l.book_id = new.book_id and l.bank_line_id = new.bank_line_id and l.settlement_id <> new.settlement_id and s.state <> 'undone') then
    perform refuse('settlement_twice', '{}');
  end if;
  return new;
end $$;
create trigger settlement_line_once before insert on settlement_line for each row execute function platform_lines_settle_once();
create trigger settlement_lasting before update or delete on settlement for each row execute function only_these_change('state', 'voucher_id');
create trigger settlement_line_append_only before update or delete or truncate on settlement_line
  for each statement execute function books_are_append_only();
grant select, insert on settlement, settlement_line to :"app";
grant update (state, voucher_id) on settlement to :"app";
