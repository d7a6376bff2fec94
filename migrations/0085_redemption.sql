-- Redemption of points: what may be had for them is written by one person and agreed to by another, a reservation speaks for points and for a piece
-- at once, and a hand-over says the entry in points, the goods and the voucher of their cost (志愿激励) that belong to it.

create table catalogue_item (
  book_id            integer not null,
  catalogue_item_id  bigint generated always as identity,
  fund_id            integer not null,                -- the programme
  name               text not null constraint catalogue_item_name check (char_length(name) between 1 and 60),
  points             integer not null constraint catalogue_item_points check (points between 1 and 1000000),
  source             text not null constraint catalogue_item_source check (source in ('goods', 'merchant', 'sponsor')),
  paying_fund_id     integer,                         -- whose goods they are, or who owes the merchant
  stock_item_id      bigint,
  stock_place_id     bigint,
  merchant_id        bigint references person,
  piece_units        bigint constraint catalogue_item_cost check (piece_units between 1 and 100000000),
  quota              integer constraint catalogue_item_quota check (quota between 1 and 1000000),
  month_limit        smallint constraint catalogue_item_limit check (month_limit between 1 and 1000),   -- pieces for one person in a month
  project_id         bigint,
  valid_from         date not null,
  valid_until        date,
  proposed_by        bigint not null references person,
  proposed_at        timestamptz not null,
  state              text not null default 'waiting' constraint catalogue_item_state check (state in ('waiting', 'open', 'dropped', 'ended')),
  decided_by         bigint references person,
  decided_at         timestamptz,
  ended_by           bigint references person,
  ended_at           timestamptz,
  primary key (book_id, catalogue_item_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, paying_fund_id) references fund,
  foreign key (book_id, stock_item_id) references stock_item,
  foreign key (book_id, stock_place_id) references stock_place,
  foreign key (book_id, project_id) references project,
  constraint catalogue_item_days check (valid_until >= valid_from),
  constraint catalogue_item_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)
    and (state = 'ended') = (ended_at is not null) and (ended_by is null) = (ended_at is null)),
  constraint catalogue_item_shape check (case source
    when 'goods' then num_nulls(paying_fund_id, stock_item_id, stock_place_id) = 0 and num_nonnulls(merchant_id, piece_units, quota) = 0
    when 'merchant' then num_nulls(paying_fund_id, merchant_id, piece_units, quota) = 0 and num_nonnulls(stock_item_id, stock_place_id) = 0
    else num_nulls(merchant_id, quota) = 0 and num_nonnulls(paying_fund_id, stock_item_id, stock_place_id, piece_units, project_id) = 0 end)
);
create index catalogue_item_of_programme on catalogue_item (book_id, fund_id, state);

create function catalogue_is_decided_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := (case tg_op when 'UPDATE' then old.state else '' end) || '>' || new.state;
begin
  if not exists (select 1 from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id and f.kind = 'programme') then
    perform refuse('unit_programme_fund', jsonb_build_object('fund', new.fund_id));
  end if;
  if v_step not in ('>waiting', 'waiting>open', 'waiting>dropped', 'open>ended') or v_step = 'waiting>open' and new.decided_by = new.proposed_by
     or v_step = 'open>ended' and (new.decided_by, new.decided_at) is distinct from (old.decided_by, old.decided_at) then
    perform refuse('catalogue_by_two', jsonb_build_object('item', new.catalogue_item_id));
  end if;
  return new;
end $$;
create trigger catalogue_item_by_two before insert or update on catalogue_item for each row execute function catalogue_is_decided_by_two();
create trigger catalogue_item_lasting before update or delete on catalogue_item for each row
  execute function only_these_change('state', 'decided_by', 'decided_at', 'ended_by', 'ended_at');
create trigger catalogue_item_truncate before truncate on catalogue_item for each statement execute function books_are_append_only();

-- A merchant's month: what was handed out there and is booked, as one amount for the payment desk.
create table merchant_settlement (
  book_id                 integer not null references book,
  merchant_settlement_id  bigint generated always as identity,
  merchant_id             bigint not null references person,
  month                   date not null constraint merchant_settlement_month check (extract(day from month) = 1),
  pieces                  integer not null constraint merchant_settlement_pieces check (pieces > 0),
  units                   bigint not null constraint merchant_settlement_units check (units > 0),
  state                   text not null default 'owed' constraint merchant_settlement_state check (state in ('owed', 'paid')),
  expectation_id          bigint not null,
  made_by                 bigint not null references person,
  made_at                 timestamptz not null,
  primary key (book_id, merchant_settlement_id),
  foreign key (book_id, expectation_id) references expectation,
  constraint merchant_settlement_once unique (book_id, merchant_id, month)
);
create index merchant_settlement_awaits on merchant_settlement (book_id, expectation_id);
create trigger merchant_settlement_lasting before update or delete on merchant_settlement for each row
  execute function only_these_change('state', 'expectation_id');
create trigger merchant_settlement_truncate before truncate on merchant_settlement for each statement execute function books_are_append_only();

create table redemption (
  book_id                 integer not null,
  redemption_id           bigint generated always as identity,
  catalogue_item_id       bigint not null,
  fund_id                 integer not null,           -- the programme
  person_id               bigint not null references person,
  points                  integer not null constraint redemption_points check (points > 0),
  reserved_on             date not null,
  expires_on              date not null,              -- the last day to collect
  salt                    bytea not null constraint redemption_salt check (length(salt) = 16),
  reserve_entry_no        bigint not null,
  reserved_by             bigint not null references person,
  reserved_at             timestamptz not null,
  state                   text not null default 'reserved' constraint redemption_state check (state in ('reserved', 'handed-over', 'released')),
  end_entry_no            bigint,
  ended_by                bigint references person,   -- null where the calendar released it
  ended_on                date,
  ended_at                timestamptz,
  cost                    text not null default 'none' constraint redemption_cost check (cost in ('none', 'waiting', 'booked', 'to-book')),
  units                   bigint not null default 0 constraint redemption_units check (units >= 0),
  stock_paper_id          bigint,
  voucher_id              bigint,
  merchant_settlement_id  bigint,
  primary key (book_id, redemption_id),
  foreign key (book_id, catalogue_item_id) references catalogue_item,
  foreign key (book_id, person_id) references member,
  foreign key (book_id, reserve_entry_no) references journal_entry,
  foreign key (book_id, end_entry_no) references journal_entry,
  foreign key (book_id, stock_paper_id) references stock_paper,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, merchant_settlement_id) references merchant_settlement,
  constraint redemption_reserved_once unique (book_id, reserve_entry_no),
  constraint redemption_days check (expires_on >= reserved_on),
  constraint redemption_ended check ((state = 'reserved') = (ended_at is null) and (end_entry_no is null) = (ended_at is null)
    and (ended_on is null) = (ended_at is null) and (state <> 'handed-over' or ended_by is not null)),
  constraint redemption_booked check ((cost in ('waiting', 'booked')) = (voucher_id is not null) and (state = 'handed-over' or cost = 'none'))
);
create index redemption_of_item on redemption (book_id, catalogue_item_id) where state <> 'released';
create index redemption_of_person on redemption (book_id, person_id, redemption_id);
create index redemption_open on redemption (book_id, fund_id, expires_on) where state = 'reserved';
create index redemption_of_voucher on redemption (book_id, voucher_id) where voucher_id is not null;
create index redemption_to_book on redemption (book_id, redemption_id) where cost = 'to-book';

-- What may still be spoken for: goods on their shelf that nobody holds, less those that are reserved and those that are gone while the voucher of
-- their cost was rejected; of a merchant's or sponsor's pieces, what was agreed less what is reserved or handed out.
create function catalogue_free(p_book integer, p_item bigint, p_day date) returns bigint language sql stable as $$
  select case c.source
    when 'goods' then
      coalesce((select sum(s.on_hand - s.held) from stock_lot l join stock_stand s on s.book_id = l.book_id and s.stock_lot_id = l.stock_lot_id
                 where l.book_id = c.book_id and l.fund_id = c.paying_fund_id and l.stock_item_id = c.stock_item_id
                   and s.stock_place_id = c.stock_place_id and l.received_on <= p_day and coalesce(l.expires_on, p_day) >= p_day
                   and not exists (select 1 from stock_recall x where x.book_id = l.book_id and x.stock_lot_id = l.stock_lot_id)), 0)::bigint
      - (select count(*) from redemption r join catalogue_item o on o.book_id = r.book_id and o.catalogue_item_id = r.catalogue_item_id
          where o.book_id = c.book_id and o.paying_fund_id = c.paying_fund_id and o.stock_item_id = c.stock_item_id
            and o.stock_place_id = c.stock_place_id and (r.state = 'reserved' or r.cost = 'to-book'))
    else c.quota - (select count(*) from redemption r where r.book_id = c.book_id and r.catalogue_item_id = c.catalogue_item_id
                       and r.state <> 'released') end
    from catalogue_item c where c.book_id = p_book and c.catalogue_item_id = p_item
$$;

create function redemptions_are_reserved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c catalogue_item;
begin
  select * into c from catalogue_item x where x.book_id = new.book_id and x.catalogue_item_id = new.catalogue_item_id for no key update;
  if new.state <> 'reserved' or c.state <> 'open' or c.fund_id <> new.fund_id or c.points <> new.points
     or new.reserved_on not between c.valid_from and coalesce(c.valid_until, 'infinity') then
    perform refuse('redemption_not_offered', jsonb_build_object('item', c.name, 'day', new.reserved_on));
  end if;
  -- Its points are those of its entry, and of nobody else's.
  if not exists (select 1 from unit_paper p join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
                  where p.book_id = new.book_id and j.entry_no = new.reserve_entry_no and p.fund_id = new.fund_id
                    and p.kind = 'points-reserved' and not p.is_red)
     or exists (select 1 from posting l where l.book_id = new.book_id and l.entry_no = new.reserve_entry_no
                   and l.counterparty_id is distinct from new.person_id)
     or new.points <> (select sum(l.units) from posting l where l.book_id = new.book_id and l.entry_no = new.reserve_entry_no and l.side = 'D') then
    perform refuse('redemption_unlike_entry', jsonb_build_object('entry', new.reserve_entry_no));
  end if;
  -- Two items of the catalogue may lie on one shelf.
  perform 1 from stock_item i where i.book_id = c.book_id and i.stock_item_id = c.stock_item_id for no key update;
  if catalogue_free(new.book_id, new.catalogue_item_id, new.reserved_on) < 1 then
    perform refuse('redemption_none_left', jsonb_build_object('item', c.name));
  end if;
  return new;
end $$;
create trigger redemption_reserved before insert on redemption for each row execute function redemptions_are_reserved();

create function redemptions_move_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c catalogue_item; v_rule text; v_entry unit_paper; v_moved record; v_lines bigint;
begin
  select * into c from catalogue_item x where x.book_id = new.book_id and x.catalogue_item_id = new.catalogue_item_id;
  if new.state <> old.state then
    select p.* into v_entry from unit_paper p join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
     where p.book_id = new.book_id and j.entry_no = new.end_entry_no;
    v_rule := case
      when old.state <> 'reserved' then 'redemption_out_of_turn'
      when v_entry.of_entry_no is distinct from new.reserve_entry_no
        or (v_entry.kind, v_entry.is_red) is distinct from (case new.state when 'handed-over' then 'points-redeemed' else 'points-reserved' end,
                                                            new.state = 'released') then 'redemption_unlike_entry' end;
  elsif (new.end_entry_no, new.ended_by, new.ended_on, new.ended_at)
        is distinct from (old.end_entry_no, old.ended_by, old.ended_on, old.ended_at) then
    v_rule := 'redemption_out_of_turn';
  end if;
  if v_rule is null and new.cost <> old.cost
     and old.cost || '>' || new.cost not in ('none>waiting', 'waiting>booked', 'waiting>to-book', 'booked>to-book', 'to-book>waiting')
     or new.cost = 'waiting' and old.cost = 'none' and old.state = 'handed-over' then
    v_rule := 'redemption_out_of_turn';
  end if;
  if v_rule is null and old.merchant_settlement_id is not null
     and (new.merchant_settlement_id is distinct from old.merchant_settlement_id or new.cost <> 'booked')
     or new.merchant_settlement_id is not null and (new.cost <> 'booked' or c.source <> 'merchant') then
    v_rule := 'redemption_settled';
  end if;
  -- What was handed out is one piece of what was promised, worth what the voucher of its cost says.
  if v_rule is null and new.state = 'handed-over' and new.cost <> 'to-book' and (new.state <> old.state or new.cost <> old.cost
     or (new.voucher_id, new.stock_paper_id, new.units) is distinct from (old.voucher_id, old.stock_paper_id, old.units)) then
    select coalesce(sum(m.quantity), 0) as pieces, coalesce(-sum(m.units), 0) as units,
           count(*) filter (where p.kind <> 'issue' or l.fund_id <> c.paying_fund_id or l.stock_item_id <> c.stock_item_id
                               or m.stock_place_id <> c.stock_place_id) as others into v_moved
      from stock_move m join stock_paper p on p.book_id = m.book_id and p.stock_paper_id = m.stock_paper_id
      join stock_lot l on l.book_id = m.book_id and l.stock_lot_id = m.stock_lot_id
     where m.book_id = new.book_id and m.stock_paper_id = new.stock_paper_id and m.undoes_move_id is null;
    select coalesce(-sum(signed(l.side, l.units)), 0) into v_lines from voucher_line l join account a using (book_id, account_id)
     where l.book_id = new.book_id and l.voucher_id = new.voucher_id
       and case c.source when 'goods' then a.key = 'inventory' or a.key like 'inventory.%'
             else (a.key = 'accounts-payable' or a.key like 'accounts-payable.%') and l.counterparty_id = c.merchant_id end;
    if (case c.source
         when 'goods' then (v_moved.pieces, v_moved.others) <> (-1, 0) or new.units <> v_moved.units or (new.cost = 'none') <> (new.units = 0)
         when 'merchant' then new.stock_paper_id is not null or new.units <> c.piece_units or new.cost = 'none'
         else new.stock_paper_id is not null or new.units <> 0 or new.cost <> 'none' end)
       or v_lines <> (case when new.cost = 'none' then 0 else new.units end) then
      v_rule := 'redemption_unlike_cost';
    end if;
  end if;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('redemption', new.redemption_id, 'item', c.name));
  end if;
  return new;
end $$;
create trigger redemption_moves before update on redemption for each row execute function redemptions_move_once();
create trigger redemption_lasting before update or delete on redemption for each row execute function only_these_change(
  'state', 'end_entry_no', 'ended_by', 'ended_on', 'ended_at', 'cost', 'units', 'stock_paper_id', 'voucher_id', 'merchant_settlement_id');
create trigger redemption_truncate before truncate on redemption for each statement execute function books_are_append_only();

-- What is handed out by redemption is redeemed, and what is booked is posted: both hold when the transaction ends.
create function redemptions_are_booked() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r redemption; v_state text;
begin
  select * into r from redemption x where x.book_id = new.book_id and x.redemption_id = new.redemption_id;
  select v.state into v_state from voucher v where v.book_id = r.book_id and v.voucher_id = r.voucher_id;
  if r.cost = 'waiting' and v_state <> 'prepared' or r.cost = 'booked' and v_state <> 'posted' then
    perform refuse('redemption_unlike_cost', jsonb_build_object('redemption', r.redemption_id, 'item', ''));
  end if;
  return null;
end $$;
create constraint trigger redemption_is_booked after update on redemption deferrable initially deferred
  for each row execute function redemptions_are_booked();

create function settlements_are_what_they_say() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare s merchant_settlement; v_said record;
begin
  select * into s from merchant_settlement x where x.book_id = new.book_id and x.merchant_settlement_id = new.merchant_settlement_id;
  select count(*) as pieces, coalesce(sum(r.units), 0) as units, count(*) filter (where c.merchant_id <> s.merchant_id) as others into v_said
    from redemption r join catalogue_item c on c.book_id = r.book_id and c.catalogue_item_id = r.catalogue_item_id
   where r.book_id = s.book_id and r.merchant_settlement_id = s.merchant_settlement_id;
  if (v_said.pieces, v_said.units, v_said.others) <> (s.pieces, s.units, 0)
     or not exists (select 1 from expectation e where e.book_id = s.book_id and e.expectation_id = s.expectation_id and e.kind = 'merchant'
                       and e.units = -s.units and e.counterparty_id = s.merchant_id) then
    perform refuse('merchant_settlement_unlike', jsonb_build_object('said', s.units, 'booked', v_said.units));
  end if;
  return null;
end $$;
create constraint trigger merchant_settlement_whole after insert or update on merchant_settlement deferrable initially deferred
  for each row execute function settlements_are_what_they_say();
create constraint trigger redemption_settled_whole after update of merchant_settlement_id on redemption deferrable initially deferred
  for each row when (new.merchant_settlement_id is not null) execute function settlements_are_what_they_say();

grant select, insert on catalogue_item, redemption, merchant_settlement to :"app";
grant update (state, decided_by, decided_at, ended_by, ended_at) on catalogue_item to :"app";
grant update (state, end_entry_no, ended_by, ended_on, ended_at, cost, units, stock_paper_id, voucher_id, merchant_settlement_id)
  on redemption to :"app";
grant update (state, expectation_id) on merchant_settlement to :"app";
grant execute on function catalogue_free to :"app";
