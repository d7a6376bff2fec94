-- What holders of points have reserved stays on its shelf: it is not issued to others or carried away. What is spoilt, lost or goes back to who gave it
-- leaves all the same, and whoever reserved it hears so at the counter.
create function goods_spoken_for_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p stock_paper; l stock_lot; v_there bigint; v_spoken bigint;
begin
  select * into p from stock_paper x where x.book_id = new.book_id and x.stock_paper_id = new.stock_paper_id;
  if p.kind not in ('issue', 'transfer')
     or exists (select 1 from redemption r where r.book_id = new.book_id and r.stock_paper_id = new.stock_paper_id) then
    return null;
  end if;
  select * into l from stock_lot x where x.book_id = new.book_id and x.stock_lot_id = new.stock_lot_id;
  select count(*) into v_spoken from redemption r join catalogue_item c on c.book_id = r.book_id and c.catalogue_item_id = r.catalogue_item_id
   where c.book_id = new.book_id and c.paying_fund_id = l.fund_id and c.stock_item_id = l.stock_item_id
     and c.stock_place_id = new.stock_place_id and (r.state = 'reserved' or r.cost = 'to-book');
  if v_spoken = 0 then
    return null;
  end if;
  select coalesce(sum(s.on_hand - s.held), 0) into v_there from stock_lot x join stock_stand s on s.book_id = x.book_id and s.stock_lot_id = x.stock_lot_id
   where x.book_id = new.book_id and x.fund_id = l.fund_id and x.stock_item_id = l.stock_item_id and s.stock_place_id = new.stock_place_id;
  if v_there < v_spoken then
    perform refuse('stock_spoken_for', jsonb_build_object('count', v_spoken,
      'other', (select i.name from stock_item i where i.book_id = l.book_id and i.stock_item_id = l.stock_item_id)));
  end if;
  return null;
end $$;
create constraint trigger stock_move_spoken_for after insert on stock_move deferrable initially deferred
  for each row when (new.quantity < 0 and new.undoes_move_id is null) execute function goods_spoken_for_stay();

-- Whoever reserves for another has the code in hand, and does not hand the piece over.
create function redemptions_take_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refuse('redemption_own_reservation', jsonb_build_object('redemption', new.redemption_id));
  return new;
end $$;
create trigger redemption_by_two before update on redemption
  for each row when (old.state = 'reserved' and new.state = 'handed-over' and new.ended_by = new.reserved_by) execute function redemptions_take_two();
