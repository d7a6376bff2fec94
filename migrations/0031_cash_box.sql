-- The cash box: the cashier notes what goes in and out and counts what lies there; an accountant books it (rulings 21).

create table cash_note (
  book_id          integer not null references book,
  cash_note_id     bigint generated always as identity,
  kind             text not null constraint cash_note_kind check (kind in ('receipt', 'payment', 'deposit', 'withdrawal')),
  occurred_on      date not null,
  units            bigint not null constraint cash_note_units check (units > 0),
  account_id       integer not null,           -- the cash box
  bank_account_id  integer,                    -- where cash was taken to or drawn from
  counterparty_id  bigint references person,
  narrative        text not null constraint cash_note_narrative check (char_length(narrative) between 1 and 200),
  noted_by         bigint not null references person,
  noted_at         timestamptz not null,
  voucher_id       bigint,                     -- books it
  blue_voucher_id  bigint,                     -- is to book it once it has put that one right
  dropped_by       bigint references person,
  dropped_at       timestamptz,
  reason           text not null default '' constraint cash_note_reason check (char_length(reason) <= 200),
  primary key (book_id, cash_note_id),
  foreign key (book_id, account_id) references account,
  foreign key (book_id, bank_account_id) references bank_account,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, blue_voucher_id) references voucher,
  constraint cash_note_bank check ((kind in ('deposit', 'withdrawal')) = (bank_account_id is not null)),
  constraint cash_note_dropped check ((dropped_by is null) = (dropped_at is null) and (dropped_by is null) = (reason = '')
                                      and (dropped_by is null or voucher_id is null))
);
create trigger cash_note_lasting before update or delete on cash_note
  for each row execute function only_these_change('voucher_id', 'blue_voucher_id', 'dropped_by', 'dropped_at', 'reason');
create trigger cash_note_truncate before truncate on cash_note for each statement execute function books_are_append_only();

-- 现金盘点: what was counted, note by note, and what should have lain there then, booked or only noted.
create table cash_count (
  book_id        integer not null references book,
  cash_count_id  bigint generated always as identity,
  account_id     integer not null,
  counted_on     date not null,
  pieces         jsonb not null,               -- how many of each denomination, in fen
  units          bigint not null constraint cash_count_units check (units >= 0),
  booked_units   bigint not null,
  counted_by     bigint not null references person,
  counted_at     timestamptz not null,
  watched_by     bigint references person,     -- 监盘
  watched_at     timestamptz,
  voucher_id     bigint,                       -- books the difference
  primary key (book_id, cash_count_id),
  foreign key (book_id, account_id) references account,
  foreign key (book_id, voucher_id) references voucher,
  constraint cash_count_watched check ((watched_by is null) = (watched_at is null) and watched_by <> counted_by)
);
create function cash_counts_add_up() returns trigger language plpgsql as $$
begin
  if new.units <> (select coalesce(sum(key::bigint * value::bigint), 0) from jsonb_each_text(new.pieces)) then
    perform refuse('cash_count_sum', '{}');
  end if;
  return new;
end $$;
create trigger cash_count_adds_up before insert on cash_count for each row execute function cash_counts_add_up();
create function cash_counts_are_watched_once() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - '{watched_by,watched_at,voucher_id}'::text[]) is distinct from (to_jsonb(old) - '{watched_by,watched_at,voucher_id}'::text[])
     or old.watched_by is not null and (new.watched_by, new.watched_at) is distinct from (old.watched_by, old.watched_at) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger cash_count_watched_once before update on cash_count for each row execute function cash_counts_are_watched_once();
create trigger cash_count_kept before delete or truncate on cash_count for each statement execute function books_are_append_only();

grant select, insert on cash_note, cash_count to :"app";
grant update (voucher_id, blue_voucher_id, dropped_by, dropped_at, reason) on cash_note to :"app";
grant update (watched_by, watched_at, voucher_id) on cash_count to :"app";
