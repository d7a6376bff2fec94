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

-- A gift that a platform's bill and the bank's statement both show is booked once: two lines of different own accounts with one order
-- number, the same amount and nearly the same day are one gift. The second is matched with the voucher there is, or ignored with the reason.
create function books_income(p_book integer, p_voucher bigint) returns boolean language plpgsql stable as $$
begin
  return exists (select 1 from voucher_line l join account a using (book_id, account_id)
                  where l.book_id = p_book and l.voucher_id = p_voucher and a.class = 'income');
end $$;
create function gifts_are_seen_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_other record;
begin
  if new.units < 0 or not books_income(new.book_id, new.voucher_id) then
    return null;
  end if;
  select m.voucher_id, coalesce(b.serial, o.serial) as serial into v_other
    from bank_line b
    join bank_line o on o.book_id = b.book_id and o.bank_account_id <> b.bank_account_id and o.units = b.units
     and o.occurred_on between b.occurred_on - 10 and b.occurred_on + 10
     and (char_length(b.serial) >= 12 and (o.serial = b.serial or position(b.serial in o.remark) > 0 or position(b.serial in o.summary) > 0)
          or char_length(o.serial) >= 12 and (position(o.serial in b.remark) > 0 or position(o.serial in b.summary) > 0))
    join bank_match_open m on m.book_id = o.book_id and m.bank_line_id = o.bank_line_id and m.voucher_id <> new.voucher_id
   where b.book_id = new.book_id and b.bank_line_id = new.bank_line_id and books_income(o.book_id, m.voucher_id) limit 1;
  if found then
    perform refuse('gift_seen_twice', jsonb_build_object('number', v_other.serial, 'other', voucher_called(new.book_id, v_other.voucher_id)));
  end if;
  return null;
end $$;
create trigger bank_match_seen_once after insert on bank_match for each row execute function gifts_are_seen_once();
