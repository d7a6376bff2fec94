-- Goods: every piece comes in with a paper and goes out with one, lot by lot, so that what lies on the shelf, what account 1201 says and what
-- each gift was used for are the same thing; goods without a reliable value stand in the same register with no value (备查).

create table stock_item (
  book_id        integer not null references book,
  stock_item_id  bigint generated always as identity,
  name           text not null constraint stock_item_name check (char_length(name) between 1 and 60),
  unit           text not null constraint stock_item_unit check (char_length(unit) between 1 and 10),
  added_by       bigint not null references person,
  added_at       timestamptz not null,
  primary key (book_id, stock_item_id),
  constraint stock_item_once unique (book_id, name, unit)
);
create table stock_place (
  book_id         integer not null references book,
  stock_place_id  bigint generated always as identity,
  name            text not null constraint stock_place_name check (char_length(name) between 1 and 60),
  added_by        bigint not null references person,
  added_at        timestamptz not null,
  primary key (book_id, stock_place_id),
  constraint stock_place_once unique (book_id, name)
);

-- A gift that is no money: what it was, and what its value rests on.
create table in_kind_gift (
  book_id          integer not null references book,
  in_kind_gift_id  bigint generated always as identity,
  fund_id          integer not null,
  donor_id         bigint references person,
  received_on      date not null,
  restriction      text not null constraint in_kind_gift_restriction check (restriction in ('U', 'R')),
  clause           text not null default '' constraint in_kind_gift_clause check ((restriction = 'U' or clause <> '') and char_length(clause) <= 500),
  units            bigint not null constraint in_kind_gift_units check (units >= 0),   -- in the books; the rest is noted only
  voucher_id       bigint,
  state            text not null constraint in_kind_gift_state check (state in ('waiting', 'accepted', 'dropped', 'reversed')),
  recorded_by      bigint not null references person,
  recorded_at      timestamptz not null,
  primary key (book_id, in_kind_gift_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher,
  constraint in_kind_gift_booked check (state <> 'waiting' or units > 0)
);
create table in_kind_gift_line (
  book_id          integer not null,
  in_kind_gift_id  bigint not null,
  line_no          smallint not null,
  kind             text not null constraint in_kind_gift_line_kind check (kind in ('goods', 'fixed-asset', 'intangible-asset', 'heritage', 'service')),
  name             text not null constraint in_kind_gift_line_name check (char_length(name) between 1 and 60),
  unit             text not null constraint in_kind_gift_line_unit check (char_length(unit) between 1 and 10),
  quantity         bigint not null constraint in_kind_gift_line_quantity check (quantity > 0),
  evidence_units   bigint constraint in_kind_gift_line_evidence check (evidence_units > 0),
  fair_units       bigint constraint in_kind_gift_line_fair check (fair_units > 0),
  fair_source      text not null constraint in_kind_gift_line_source
    check (fair_source in ('none', 'donor-price', 'guide-price', 'market-price', 'appraisal') and (fair_source = 'none') = (fair_units is null)),
  basis            text not null constraint in_kind_gift_line_basis check (basis in ('evidence', 'fair-value', 'nominal', 'memo')),
  units            bigint not null constraint in_kind_gift_line_value
    check (units = case basis when 'evidence' then evidence_units when 'fair-value' then fair_units when 'nominal' then 100 else 0 end),
  primary key (book_id, in_kind_gift_id, line_no),
  foreign key (book_id, in_kind_gift_id) references in_kind_gift
);

-- 入库单, 出库单 and the like.
create table stock_paper (
  book_id          integer not null references book,
  stock_paper_id   bigint generated always as identity,
  kind             text not null constraint stock_paper_kind
    check (kind in ('gift', 'purchase', 'opening', 'issue', 'write-off', 'return', 'transfer', 'count')),
  fund_id          integer not null,
  occurred_on      date not null,
  words            text not null constraint stock_paper_words check (char_length(words) between 1 and 200),
  party_id         bigint references person,      -- who gave, sold or received
  project_class    text not null default '',
  project_id       bigint,
  in_kind_gift_id  bigint,
  made_by          bigint not null references person,
  made_at          timestamptz not null,
  primary key (book_id, stock_paper_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, in_kind_gift_id) references in_kind_gift,
  constraint stock_paper_gift check (in_kind_gift_id is null or kind = 'gift')
);
create table stock_lot (
  book_id         integer not null,
  stock_lot_id    bigint generated always as identity,
  stock_paper_id  bigint not null,               -- what it came in with
  fund_id         integer not null,
  stock_item_id   bigint not null,
  restriction     text not null constraint stock_lot_restriction check (restriction in ('U', 'R')),
  received_on     date not null,
  batch           text not null default '' constraint stock_lot_batch check (char_length(batch) <= 40),
  expires_on      date,
  quantity        bigint not null constraint stock_lot_quantity check (quantity between 1 and 1000000000),
  units           bigint not null constraint stock_lot_units check (units >= 0),        -- 0: noted without value
  on_hand         bigint not null default 0,     -- these four follow the moves
  value           bigint not null default 0,
  held            bigint not null default 0,
  held_value      bigint not null default 0,
  primary key (book_id, stock_lot_id),
  foreign key (book_id, stock_paper_id) references stock_paper,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, stock_item_id) references stock_item,
  constraint stock_lot_stands check (held between 0 and on_hand and held_value between 0 and value),
  -- The last piece takes what is left of the value.
  constraint stock_lot_rest check (on_hand > held or value = held_value)
);
create index stock_lot_of_item on stock_lot (book_id, stock_item_id, received_on, stock_lot_id);
create table stock_stand (
  book_id         integer not null,
  stock_lot_id    bigint not null,
  stock_place_id  bigint not null,
  on_hand         bigint not null,
  held            bigint not null,
  primary key (book_id, stock_lot_id, stock_place_id),
  foreign key (book_id, stock_lot_id) references stock_lot,
  foreign key (book_id, stock_place_id) references stock_place,
  constraint stock_stand_stands check (held between 0 and on_hand)
);
create table stock_move (
  book_id         integer not null,
  stock_move_id   bigint generated always as identity,
  stock_paper_id  bigint not null,
  stock_lot_id    bigint not null,
  stock_place_id  bigint not null,
  occurred_on     date not null,
  quantity        bigint not null constraint stock_move_quantity check (quantity <> 0),   -- in, or out below zero
  units           bigint not null constraint stock_move_units check (units = 0 or sign(units) = sign(quantity)),
  voucher_id      bigint,
  state           text not null constraint stock_move_state check (state in ('waiting', 'done', 'dropped')),
  undoes_move_id  bigint,
  primary key (book_id, stock_move_id),
  foreign key (book_id, stock_paper_id) references stock_paper,
  foreign key (book_id, stock_lot_id) references stock_lot,
  foreign key (book_id, stock_place_id) references stock_place,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, undoes_move_id) references stock_move,
  constraint stock_move_undone_once unique (book_id, undoes_move_id)
);
create index stock_move_of_lot on stock_move (book_id, stock_lot_id, occurred_on);
create index stock_move_of_voucher on stock_move (book_id, voucher_id);
create index stock_move_of_paper on stock_move (book_id, stock_paper_id);

-- A batch is called back: nothing of it is handed out any more.
create table stock_recall (
  book_id       integer not null,
  stock_lot_id  bigint not null,
  reason        text not null constraint stock_recall_reason check (char_length(reason) between 1 and 200),
  recalled_by   bigint not null references person,
  recalled_at   timestamptz not null,
  primary key (book_id, stock_lot_id),
  foreign key (book_id, stock_lot_id) references stock_lot
);

-- 盘点: what was counted beside what should have lain there.
create table stock_count (
  book_id         integer not null references book,
  stock_count_id  bigint generated always as identity,
  fund_id         integer not null,
  stock_place_id  bigint not null,
  counted_on      date not null,
  counted_by      bigint not null references person,
  counted_at      timestamptz not null,
  stock_paper_id  bigint,                        -- settles the difference
  primary key (book_id, stock_count_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, stock_place_id) references stock_place,
  foreign key (book_id, stock_paper_id) references stock_paper
);
create table stock_count_line (
  book_id         integer not null,
  stock_count_id  bigint not null,
  stock_lot_id    bigint not null,
  booked          bigint not null constraint stock_count_line_booked check (booked >= 0),
  counted         bigint not null constraint stock_count_line_counted check (counted between 0 and 1000000000),
  primary key (book_id, stock_count_id, stock_lot_id),
  foreign key (book_id, stock_count_id) references stock_count,
  foreign key (book_id, stock_lot_id) references stock_lot
);

-- What of a gift goes back, and why.
create table gift_refund (
  book_id         integer not null references book,
  gift_refund_id  bigint generated always as identity,
  lot_id          bigint not null,
  units           bigint not null constraint gift_refund_units check (units > 0),
  cause           text not null constraint gift_refund_cause check (cause in ('outside', 'own')),
  basis           text not null constraint gift_refund_basis check (char_length(basis) between 1 and 300),
  decided_on      date not null,
  party_account   text not null default '' constraint gift_refund_account check (char_length(party_account) <= 40),
  state           text not null constraint gift_refund_state check (state in ('prepared', 'owed', 'paid', 'dropped', 'undone')),
  voucher_id      bigint,
  expectation_id  bigint,
  recorded_by     bigint not null references person,
  recorded_at     timestamptz not null,
  primary key (book_id, gift_refund_id),
  foreign key (book_id, lot_id) references gift_lot,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, expectation_id) references expectation
);
create index gift_refund_of_lot on gift_refund (book_id, lot_id);

create function stock_lots_begin_empty() returns trigger language plpgsql as $$
begin
  if (new.on_hand, new.value, new.held, new.held_value) <> (0::bigint, 0::bigint, 0::bigint, 0::bigint)
     or not exists (select 1 from stock_paper p where p.book_id = new.book_id and p.stock_paper_id = new.stock_paper_id
                       and p.fund_id = new.fund_id and p.occurred_on = new.received_on and p.kind in ('gift', 'purchase', 'opening', 'count')) then
    perform refuse('stock_lot_begins', '{}');
  end if;
  return new;
end $$;
create trigger stock_lot_begins before insert on stock_lot for each row execute function stock_lots_begin_empty();
create trigger stock_lot_follows before update on stock_lot for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();
create trigger stock_stand_follows before insert or update on stock_stand
  for each statement when (pg_trigger_depth() < 1) execute function books_are_append_only();

create function stock_moves_are_possible() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare l stock_lot; p stock_paper; v_rule text; v_item text;
begin
  select * into l from stock_lot s where s.book_id = new.book_id and s.stock_lot_id = new.stock_lot_id for no key update;
  select * into p from stock_paper s where s.book_id = new.book_id and s.stock_paper_id = new.stock_paper_id;
  v_rule := case
    when l.fund_id is distinct from p.fund_id then 'stock_other_fund'
    -- What is worth less than a fen a piece may go without a voucher until its last piece.
    when new.state = 'dropped' or new.voucher_id is null and new.state = 'done'
      and (new.units <> 0 or new.quantity < 0 and p.kind <> 'transfer' and l.value > l.held_value and l.value - l.held_value >= l.on_hand - l.held)
      then 'stock_move_unbooked'
    when new.occurred_on < l.received_on then 'stock_before_receipt'
    when new.undoes_move_id is not null then
      case when not exists (select 1 from stock_move m where m.book_id = new.book_id and m.stock_move_id = new.undoes_move_id and m.state = 'done'
                               and m.stock_lot_id = new.stock_lot_id and m.stock_place_id = new.stock_place_id and m.undoes_move_id is null
                               and m.quantity = -new.quantity and m.units = -new.units) then 'stock_undo_unlike' end
    when new.quantity > 0 and p.kind <> 'transfer' and (l.stock_paper_id, l.quantity, l.units) <> (new.stock_paper_id, new.quantity, new.units)
      then 'stock_lot_begins'
    when new.quantity < 0 and p.kind in ('gift', 'purchase', 'opening') then 'stock_lot_begins'
    when p.kind = 'issue' and exists (select 1 from stock_recall r where r.book_id = new.book_id and r.stock_lot_id = new.stock_lot_id)
      then 'stock_recalled'
    when p.kind = 'issue' and l.expires_on < new.occurred_on then 'stock_expired' end;
  if v_rule is not null then
    select i.name into v_item from stock_item i where i.book_id = l.book_id and i.stock_item_id = l.stock_item_id;
    perform refuse(v_rule, jsonb_build_object('other', v_item, 'day', new.occurred_on, 'until', l.expires_on, 'open', l.received_on));
  end if;
  return new;
end $$;
create trigger stock_move_possible before insert on stock_move for each row execute function stock_moves_are_possible();

-- The state moves one step; a blue voucher that says the same business takes over from the one it puts right.
create function stock_moves_are_lasting() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - '{state,voucher_id}'::text[]) is distinct from (to_jsonb(old) - '{state,voucher_id}'::text[])
     or new.state <> old.state and old.state <> 'waiting'
     or new.voucher_id is distinct from old.voucher_id and old.voucher_id is not null
        and not exists (select 1 from voucher blue join voucher was on was.book_id = blue.book_id and was.entry_no = blue.corrects_entry_no
                         where blue.book_id = new.book_id and blue.voucher_id = new.voucher_id and blue.kind = 'correction'
                           and was.voucher_id = old.voucher_id) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger stock_move_lasting before update or delete on stock_move for each row execute function stock_moves_are_lasting();

-- What lies there follows the moves, never below zero, on no day and in no place; waiting papers hold what they take.
create function stock_follows_moves() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_hand bigint := 0; v_held bigint := 0; v_value bigint := 0; v_held_value bigint := 0; v_item text; v_there bigint;
begin
  if tg_op = 'UPDATE' and new.state = old.state then
    return null;
  end if;
  if new.state = 'done' then
    v_hand := new.quantity;
    v_value := new.units;
  end if;
  if new.quantity < 0 and (tg_op = 'UPDATE' or new.state = 'waiting') then
    v_held := case when tg_op = 'INSERT' then -new.quantity else new.quantity end;
    v_held_value := case when tg_op = 'INSERT' then -new.units else new.units end;
  end if;
  insert into stock_stand (book_id, stock_lot_id, stock_place_id, on_hand, held)
    values (new.book_id, new.stock_lot_id, new.stock_place_id, 0, 0) on conflict do nothing;
  select s.on_hand - s.held into v_there from stock_stand s
   where s.book_id = new.book_id and s.stock_lot_id = new.stock_lot_id and s.stock_place_id = new.stock_place_id for no key update;
  select i.name into v_item from stock_lot l join stock_item i using (book_id, stock_item_id)
   where l.book_id = new.book_id and l.stock_lot_id = new.stock_lot_id;
  if v_there + v_hand - v_held < 0 then
    perform refuse('stock_not_enough', jsonb_build_object('other', v_item, 'count', v_there::text));
  end if;
  update stock_stand s set on_hand = s.on_hand + v_hand, held = s.held + v_held
   where s.book_id = new.book_id and s.stock_lot_id = new.stock_lot_id and s.stock_place_id = new.stock_place_id;
  -- Between places a lot stays what it is.
  update stock_lot l set on_hand = l.on_hand + v_hand, held = l.held + v_held, value = l.value + v_value, held_value = l.held_value + v_held_value
   where l.book_id = new.book_id and l.stock_lot_id = new.stock_lot_id
     and not exists (select 1 from stock_paper p where p.book_id = new.book_id and p.stock_paper_id = new.stock_paper_id and p.kind = 'transfer');
  if new.state <> 'dropped' and exists (
    select 1 from (select sum(sum(m.quantity)) over (order by m.occurred_on) as stands from stock_move m
                    where m.book_id = new.book_id and m.stock_lot_id = new.stock_lot_id and m.stock_place_id = new.stock_place_id
                      and (m.state = 'done' or m.state = 'waiting' and m.quantity < 0) group by m.occurred_on) d where d.stands < 0) then
    perform refuse('stock_not_enough_then', jsonb_build_object('other', v_item, 'day', new.occurred_on));
  end if;
  return null;
end $$;
create trigger stock_move_counts after insert or update on stock_move for each row execute function stock_follows_moves();

-- At the end, moves share the fate of their voucher, and what it moves through 1201 is what they are worth, fund by fund.
create function stock_moves_agree() returns trigger language plpgsql as $$
declare m stock_move; v_state text;
begin
  select * into m from stock_move s where s.book_id = new.book_id and s.stock_move_id = new.stock_move_id;
  if exists (select 1 from stock_paper p join stock_move x using (book_id, stock_paper_id)
              where p.book_id = m.book_id and p.stock_paper_id = m.stock_paper_id and p.kind = 'transfer' and x.stock_lot_id = m.stock_lot_id
             having sum(x.quantity) <> 0 or sum(abs(x.units)) <> 0) then
    perform refuse('stock_transfer_unequal', '{}');
  elsif m.voucher_id is null and (m.units <> 0 or m.state = 'waiting') then
    perform refuse('stock_move_unbooked', '{}');
  elsif m.voucher_id is null then
    return null;
  end if;
  select v.state into v_state from voucher v where v.book_id = m.book_id and v.voucher_id = m.voucher_id;
  if m.state <> (case v_state when 'prepared' then 'waiting' when 'posted' then 'done' else 'dropped' end) then
    perform refuse('stock_follows_voucher', jsonb_build_object('voucher', m.voucher_id));
  end if;
  if exists (
    select 1 from (select l.fund_id, sum(x.units) as units from stock_move x join stock_lot l using (book_id, stock_lot_id)
                    where x.book_id = m.book_id and x.voucher_id = m.voucher_id group by l.fund_id) moved
      left join (select l.fund_id, sum(case l.side when 'D' then l.units else -l.units end) as units
                   from voucher_line l join account a using (book_id, account_id)
                  where l.book_id = m.book_id and l.voucher_id = m.voucher_id and (a.key = 'inventory' or a.key like 'inventory.%')
                  group by l.fund_id) booked using (fund_id)
     where moved.units <> coalesce(booked.units, 0)) then
    perform refuse('stock_value_unlike', jsonb_build_object('voucher', m.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger stock_move_agrees after insert or update on stock_move deferrable initially deferred
  for each row execute function stock_moves_agree();

create trigger gift_refund_lasting before update or delete on gift_refund
  for each row execute function only_these_change('state', 'voucher_id', 'expectation_id');

create trigger in_kind_gift_lasting before update or delete on in_kind_gift for each row execute function only_these_change('state', 'voucher_id');
create trigger stock_count_lasting before update or delete on stock_count for each row execute function only_these_change('stock_paper_id');
create trigger stock_item_kept before update or delete or truncate on stock_item for each statement execute function books_are_append_only();
create trigger stock_place_kept before update or delete or truncate on stock_place for each statement execute function books_are_append_only();
create trigger in_kind_gift_line_kept before update or delete or truncate on in_kind_gift_line for each statement execute function books_are_append_only();
create trigger stock_paper_kept before update or delete or truncate on stock_paper for each statement execute function books_are_append_only();
create trigger stock_recall_kept before update or delete or truncate on stock_recall for each statement execute function books_are_append_only();
create trigger stock_count_line_kept before update or delete or truncate on stock_count_line for each statement execute function books_are_append_only();
create trigger stock_lot_kept before delete or truncate on stock_lot for each statement execute function books_are_append_only();
create trigger stock_stand_kept before delete or truncate on stock_stand for each statement execute function books_are_append_only();
create trigger stock_move_truncate before truncate on stock_move for each statement execute function books_are_append_only();
create trigger in_kind_gift_truncate before truncate on in_kind_gift for each statement execute function books_are_append_only();
create trigger stock_count_truncate before truncate on stock_count for each statement execute function books_are_append_only();
create trigger gift_refund_truncate before truncate on gift_refund for each statement execute function books_are_append_only();

grant select, insert on stock_item, stock_place, in_kind_gift, in_kind_gift_line, stock_paper, stock_lot, stock_move, stock_recall, stock_count,
  stock_count_line, gift_refund to :"app";
grant select on stock_stand to :"app";
grant update (state, voucher_id) on in_kind_gift, stock_move to :"app";
grant update (stock_paper_id) on stock_count to :"app";
grant update (state, voucher_id, expectation_id) on gift_refund to :"app";
