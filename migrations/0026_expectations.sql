-- Money that is expected in or out (rulings 27): a feature writes what it waits for and how it will be booked, the bank's lines are
-- matched against it, and a voucher prepared from both carries on from there.

create table expectation (
  book_id          integer not null references book,
  expectation_id   bigint generated always as identity,
  kind             text not null constraint expectation_kind check (kind in ('gift', 'claim', 'supplier', 'transfer', 'settlement', 'refund', 'agency', 'other')),
  units            bigint not null constraint expectation_units check (units <> 0),  -- positive is money in
  narrative        text not null constraint expectation_narrative check (char_length(narrative) between 1 and 200),
  code             text not null default '' constraint expectation_code check (char_length(code) <= 40),  -- what the payer is asked to write
  counterparty_id  bigint references person,
  party_account    text not null default '' constraint expectation_party_account check (char_length(party_account) <= 40),
  bank_account_id  integer,                                                           -- null: whichever
  due_on           date not null,
  made_by          bigint not null references person,
  made_at          timestamptz not null,
  then_move        jsonb,
  undo_move        jsonb,
  voucher_id       bigint,                                                            -- meets it
  blue_voucher_id  bigint,                                                            -- is to meet it once it has put that one right
  closed_by        bigint references person,
  closed_at        timestamptz,
  primary key (book_id, expectation_id),
  foreign key (book_id, bank_account_id) references bank_account,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, blue_voucher_id) references voucher,
  constraint expectation_closed check ((closed_by is null) = (closed_at is null)),
  constraint expectation_met_or_closed check (voucher_id is null or closed_at is null)
);
create index expectation_by_amount on expectation (book_id, units, due_on) where voucher_id is null and closed_at is null;
create index expectation_by_code on expectation (book_id, code) where voucher_id is null and closed_at is null and code <> '';
create index expectation_by_party on expectation (book_id, counterparty_id) where voucher_id is null and closed_at is null;
create index expectation_of_voucher on expectation (book_id, voucher_id) where voucher_id is not null;

-- The lines that stand against the bank's, as a voucher's; the bank's own leg follows from them, per fund and cash-flow item.
create table expectation_line (
  book_id          integer not null,
  expectation_id   bigint not null,
  line_no          smallint not null,
  account_id       integer not null,
  fund_id          integer not null,
  side             text not null constraint expectation_line_side check (side in ('D', 'C')),
  units            bigint not null constraint expectation_line_units check (units > 0),
  restriction      text not null constraint expectation_line_restriction check (restriction in ('', 'U', 'R')),
  movement         text not null,
  cash_flow        text not null,        -- of the bank's leg
  project_class    text not null,
  project_id       bigint,
  counterparty_id  bigint references person,
  clause           text not null default '',
  primary key (book_id, expectation_id, line_no),
  foreign key (book_id, expectation_id) references expectation,
  foreign key (book_id, account_id) references account,
  foreign key (book_id, fund_id) references fund
);

-- What is expected does not change; it is met by a voucher, freed again when that is dropped or reversed, or closed once.
create function expectations_keep() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - '{voucher_id,blue_voucher_id,closed_by,closed_at}'::text[])
     is distinct from (to_jsonb(old) - '{voucher_id,blue_voucher_id,closed_by,closed_at}'::text[]) or old.closed_at is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger expectation_keeps before update on expectation for each row execute function expectations_keep();
create function met_expectations_stay_met() returns trigger language plpgsql as $$
begin
  if exists (select 1 from voucher v join expectation e using (book_id)
              where v.book_id = old.book_id and v.voucher_id = old.voucher_id and e.expectation_id = old.expectation_id
                and e.voucher_id is distinct from v.voucher_id and v.state in ('prepared', 'posted') and v.reversed_by is null) then
    perform refuse('expectation_met', jsonb_build_object('expectation', old.expectation_id));
  end if;
  return null;
end $$;
create constraint trigger expectation_stays_met after update of voucher_id on expectation deferrable initially deferred
  for each row execute function met_expectations_stay_met();
create trigger expectation_kept before delete or truncate on expectation for each statement execute function books_are_append_only();
create trigger expectation_line_append_only before update or delete or truncate on expectation_line
  for each statement execute function books_are_append_only();

-- Whole: what its lines leave over is what the bank is to say.
create function expectations_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_units bigint;
begin
  select sum(signed(l.side, -l.units)) into v_units from expectation_line l
   where l.book_id = new.book_id and l.expectation_id = new.expectation_id;
  if v_units is distinct from new.units then
    perform refuse('expectation_unbalanced', jsonb_build_object('expectation', new.expectation_id, 'asked', new.units, 'booked', v_units));
  end if;
  return null;
end $$;
create constraint trigger expectation_whole after insert on expectation deferrable initially deferred
  for each row execute function expectations_are_whole();

grant select, insert on expectation, expectation_line to :"app";
grant update (voucher_id, blue_voucher_id, closed_by, closed_at) on expectation to :"app";
