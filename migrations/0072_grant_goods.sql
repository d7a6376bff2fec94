-- What a grant bought and the foundation keeps is goods of the foundation: the gifts that were reserved for the grant pay for them when they are
-- handed out, and are reserved for the goods until then (rulings 16).

-- As in 0052; goods that a grant's money bought take over what is reserved for the grant, and give it back to the grant when their voucher is
-- dropped or reversed.
create or replace function reserve_goods(p_book integer, p_stock_lot bigint, p_whole boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare l stock_lot; v_change bigint; v_part bigint; lot record; v_grant bigint; v_award smallint; v_never boolean;
begin
  select s.* into l from stock_lot s join stock_paper p using (book_id, stock_paper_id)
   where s.book_id = p_book and s.stock_lot_id = p_stock_lot and s.restriction = 'R' and p.kind = 'purchase';
  if not found then
    return;
  end if;
  select coalesce((select sum(m.units) from stock_move m where m.book_id = p_book and m.stock_lot_id = p_stock_lot and m.state <> 'dropped'), 0)
         - coalesce((select sum(r.units) from goods_reserve r where r.book_id = p_book and r.stock_lot_id = p_stock_lot), 0) into v_change;
  if v_change = 0 then
    return;
  end if;
  perform 1 from fund where book_id = p_book and fund_id = l.fund_id for no key update;
  select a.grant_id, a.award_no into v_grant, v_award from stock_paper p join grant_award a on a.book_id = p.book_id and a.project_id = p.project_id
    join grant_case c on c.book_id = a.book_id and c.grant_id = a.grant_id
   where p.book_id = p_book and p.stock_paper_id = l.stock_paper_id and a.ended_at is null and c.state <> 'closed';
  if v_change > 0 and not exists (select 1 from goods_reserve r where r.book_id = p_book and r.stock_lot_id = p_stock_lot) then
    for lot in select x.lot_id, x.units from grant_lot x join gift_lot g using (book_id, lot_id)
                where x.book_id = p_book and x.grant_id = v_grant and x.award_no = v_award and g.fund_id = l.fund_id and g.restriction = 'R' and x.units > 0
                order by g.received_on, g.lot_id loop
      v_part := least(v_change, lot.units);
      exit when v_part = 0;
      update grant_lot x set units = x.units - v_part
       where x.book_id = p_book and x.grant_id = v_grant and x.award_no = v_award and x.lot_id = lot.lot_id;
      insert into goods_reserve values (p_book, p_stock_lot, lot.lot_id, v_part);
      v_change := v_change - v_part;
    end loop;
  end if;
  -- Whether they never came after all: what was promised for them is the grant's again.
  v_never := v_change < 0 and v_grant is not null and not exists (
    select 1 from stock_move m where m.book_id = p_book and m.stock_lot_id = p_stock_lot and m.stock_paper_id = l.stock_paper_id
       and m.state <> 'dropped' having sum(m.units) <> 0);
  for lot in
    select g.lot_id, case when v_change < 0 then -r.units else g.units - g.used - g.reserved - lot_kept(p_book, g.lot_id) end as free
      from gift_lot g left join goods_reserve r on r.book_id = p_book and r.stock_lot_id = p_stock_lot and r.lot_id = g.lot_id
     where g.book_id = p_book and g.fund_id = l.fund_id and g.restriction = 'R'
       and case when v_change < 0 then r.units > 0 else not g.in_goods and g.used + g.reserved < g.units end
     order by r.lot_id is null, lot_serves(p_book, g.lot_id, l.received_on, '', null) desc, g.received_on, g.lot_id loop
    v_part := case when v_change < 0 then greatest(v_change, lot.free) else least(v_change, lot.free) end;
    continue when v_part = 0 or sign(v_part) <> sign(v_change);
    insert into goods_reserve as r values (p_book, p_stock_lot, lot.lot_id, greatest(0, v_part))
      on conflict (book_id, stock_lot_id, lot_id) do update set units = r.units + v_part;
    if v_never then
      update grant_lot x set units = x.units - v_part
       where x.book_id = p_book and x.grant_id = v_grant and x.award_no = v_award and x.lot_id = lot.lot_id;
    end if;
    if not v_never or not found then
      update gift_lot g set reserved = g.reserved + v_part where g.book_id = p_book and g.lot_id = lot.lot_id;
    end if;
    v_change := v_change - v_part;
    exit when v_change = 0;
  end loop;
  if v_change > 0 and p_whole then
    perform refuse('goods_not_covered', jsonb_build_object('asked', l.units, 'missing', v_change,
      'fund', (select f.name from fund f where f.book_id = p_book and f.fund_id = l.fund_id)));
  end if;
end $$;

-- What comes back in red goes by the same order in the program.
grant execute on function give_back_to_grant, gift_is_undone to :"app";

-- 代付: a request may ask the foundation to pay the supplier itself; the desk names the supplier's account with its checks (grants.md 5.3 T15).
alter table tranche_request add column is_purchase boolean not null default false;
alter table tranche_check add column supplier_account_id bigint;
alter table tranche_check add foreign key (book_id, supplier_account_id) references payee_account;
create function purchases_name_their_supplier() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (new.supplier_account_id is not null) is distinct from (select q.is_purchase from tranche_request q
        where q.book_id = new.book_id and q.tranche_id = new.tranche_id and q.request_no = new.request_no)
     or exists (select 1 from tranche t join grant_payee p on p.book_id = t.book_id and p.grant_id = t.grant_id
                  join payee_account o on o.book_id = p.book_id and o.payee_account_id = p.payee_account_id
                  join payee_account s on s.book_id = new.book_id and s.payee_account_id = new.supplier_account_id and s.payee_id = o.payee_id
                 where t.book_id = new.book_id and t.tranche_id = new.tranche_id) then
    perform refuse('tranche_supplier_named', '{}');
  end if;
  return new;
end $$;
create trigger tranche_check_supplier before insert on tranche_check for each row execute function purchases_name_their_supplier();

-- 核销后收回: money that comes after its claim was given up makes the fund whole that bore the loss.
alter table grant_money drop constraint grant_money_move;
alter table grant_money add constraint grant_money_move check (move in
  ('committed', 'cancelled', 'paid', 'acquitted', 'returned', 'carried', 'demanded', 'recovered', 'written-off', 'recovered-late'));
create table grant_late_recovery (
  book_id                 integer not null,
  grant_late_recovery_id  bigint generated always as identity,
  grant_write_off_id      bigint not null,
  units                   bigint not null constraint grant_late_recovery_units check (units > 0),
  note                    text not null constraint grant_late_recovery_note check (char_length(note) between 1 and 300),
  state                   text not null constraint grant_late_recovery_state check (state in ('awaited', 'came', 'dropped')),
  expectation_id          bigint not null,
  awaited_by              bigint not null references person,
  awaited_at              timestamptz not null,
  primary key (book_id, grant_late_recovery_id),
  foreign key (book_id, grant_write_off_id) references grant_write_off,
  foreign key (book_id, expectation_id) references expectation
);
create unique index grant_late_recovery_one on grant_late_recovery (book_id, grant_write_off_id) where state = 'awaited';
create unique index grant_late_recovery_expectation on grant_late_recovery (book_id, expectation_id);
create function late_recoveries_are_possible() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end; w grant_write_off; v_before bigint;
begin
  select x.* into w from grant_write_off x where x.book_id = new.book_id and x.grant_write_off_id = new.grant_write_off_id for no key update;
  select coalesce(sum(x.units), 0) into v_before from grant_late_recovery x
   where x.book_id = new.book_id and x.grant_write_off_id = new.grant_write_off_id and x.state <> 'dropped'
     and x.grant_late_recovery_id is distinct from new.grant_late_recovery_id;
  if v_step not in ('>awaited', 'awaited>came', 'came>awaited', 'awaited>dropped') then
    perform refuse('grant_late_recovery_turn', jsonb_build_object('state', new.state));
  end if;
  if w.state is distinct from 'posted' or v_before + new.units > w.units then
    perform refuse('grant_late_recovery_beyond', jsonb_build_object('asked', new.units, 'available', w.units - v_before));
  end if;
  return new;
end $$;
create trigger grant_late_recovery_step before insert or update on grant_late_recovery for each row execute function late_recoveries_are_possible();
create trigger grant_late_recovery_lasting before update or delete on grant_late_recovery for each row execute function only_these_change('state');
create trigger grant_late_recovery_truncate before truncate on grant_late_recovery for each statement execute function books_are_append_only();
grant select, insert on grant_late_recovery to :"app";
grant update (state) on grant_late_recovery to :"app";
