-- What goes back of a gift goes back once and by one way, while no receipt stands for it; and the registers of refunds and of gifts in kind
-- say what their vouchers say.

-- The voucher that a lot came with, with its line, and those that it puts right.
create function gift_vouchers(p_book integer, p_lot bigint) returns table (voucher_id bigint, line_no smallint) language sql stable as $$
  with recursive came as (
    select j.voucher_id, g.line_no from gift_lot g join journal_entry j on j.book_id = g.book_id and j.entry_no = g.entry_no
     where g.book_id = p_book and g.lot_id = p_lot
    union
    select j.voucher_id, null::smallint from came c
      join voucher v on v.book_id = p_book and v.voucher_id = c.voucher_id and v.kind = 'correction'
      join journal_entry j on j.book_id = p_book and j.entry_no = v.corrects_entry_no)
  select c.voucher_id, c.line_no from came c
$$;

-- Whoever holds an official receipt could deduct what was given back. One may still stand on the gift as it was before it was put right.
create function gift_receipt_stands(p_book integer, p_lot bigint) returns boolean language sql stable as $$
  select exists (
    select 1 from gift_lot g
      cross join lateral gift_vouchers(p_book, p_lot) c
      join donation d on d.book_id = p_book and d.voucher_id = c.voucher_id
      join official_receipt r on r.book_id = d.book_id and r.donation_id = d.donation_id and r.state = 'registered'
     where g.book_id = p_book and g.lot_id = p_lot
       and (d.line_no = g.line_no or (d.line_no is null or c.line_no is null) and d.donor_id is not distinct from g.counterparty_id))
$$;

-- What goes back was not spent, is not promised to a voucher and did not go back before.
create function gift_refunds_are_unspent() returns trigger language plpgsql as $$
declare g gift_lot; v_free bigint; v_back bigint;
begin
  select * into g from gift_lot x where x.book_id = new.book_id and x.lot_id = new.lot_id;
  select coalesce(sum(r.units), 0) into v_back from gift_refund r
   where r.book_id = new.book_id and r.lot_id = new.lot_id and r.state in ('prepared', 'owed', 'paid');
  v_free := least(g.units - g.used - g.reserved, g.units - v_back);
  if new.units > coalesce(v_free, 0) then
    perform refuse('gift_refund_above', jsonb_build_object('asked', new.units, 'remaining', greatest(0, coalesce(v_free, 0))));
  end if;
  if exists (select 1 from gift_vouchers(new.book_id, new.lot_id) c
               join public_voucher p on p.book_id = new.book_id and p.voucher_id = c.voucher_id) then
    perform refuse('gift_refund_public', '{}');
  end if;
  if gift_receipt_stands(new.book_id, new.lot_id) then
    perform refuse('gift_refund_receipt_stands', '{}');
  end if;
  return new;
end $$;
create trigger gift_refund_unspent before insert on gift_refund for each row execute function gift_refunds_are_unspent();

-- Prepared, then owed, then paid; it keeps its voucher, for what it owes is waited for by it.
create function gift_refunds_go_step_by_step() returns trigger language plpgsql as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>prepared', 'prepared>owed', 'prepared>dropped', 'owed>paid', 'paid>owed', 'owed>undone')
     and (tg_op = 'INSERT' or old.state <> new.state)
     or tg_op = 'UPDATE' and old.voucher_id is not null and old.voucher_id is distinct from new.voucher_id then
    perform refuse('gift_refund_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  return new;
end $$;
create trigger gift_refund_step before insert or update on gift_refund for each row execute function gift_refunds_go_step_by_step();

-- It is where its voucher is, which names its lot; paid once the voucher that meets what is waited for is posted.
create function gift_refunds_follow_money() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (
    select 1 from gift_refund r
      left join voucher v on v.book_id = r.book_id and v.voucher_id = r.voucher_id
      left join expectation e on e.book_id = r.book_id and e.expectation_id = r.expectation_id
      left join voucher p on p.book_id = e.book_id and p.voucher_id = e.voucher_id
     where r.book_id = new.book_id and r.gift_refund_id = new.gift_refund_id
       and (v.voucher_id is null
            or not exists (select 1 from voucher_lot d where d.book_id = r.book_id and d.voucher_id = r.voucher_id and d.lot_id = r.lot_id
                              and d.units = r.units and not d.spends)
            or r.state <> case when v.state = 'prepared' then 'prepared' when v.state <> 'posted' then 'dropped'
                               when v.reversed_by is not null then 'undone' when r.state = 'paid' then 'paid' else 'owed' end
            or r.state in ('owed', 'paid', 'undone')
               and (e.expectation_id is null or (e.kind, e.units, e.code) <> ('refund', -r.units, 'TK' || r.gift_refund_id))
            or r.state = 'paid' and (p.state is distinct from 'posted' or p.reversed_by is not null))) then
    perform refuse('gift_refund_follows_voucher', '{}');
  end if;
  return null;
end $$;
create constraint trigger gift_refund_follows after insert or update on gift_refund deferrable initially deferred
  for each row execute function gift_refunds_follow_money();

-- A gift in kind waits, is accepted, and may be reversed; a blue voucher that says the same goods takes over from the one it puts right.
create function in_kind_gifts_go_step_by_step() returns trigger language plpgsql as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>waiting', '>accepted', 'waiting>accepted', 'waiting>dropped', 'accepted>reversed')
     and (tg_op = 'INSERT' or old.state <> new.state)
     or tg_op = 'INSERT' and new.state = 'accepted' and new.units > 0
     or tg_op = 'UPDATE' and new.voucher_id is distinct from old.voucher_id and old.voucher_id is not null
        and not exists (select 1 from voucher blue join voucher was on was.book_id = blue.book_id and was.entry_no = blue.corrects_entry_no
                         where blue.book_id = new.book_id and blue.voucher_id = new.voucher_id and blue.kind = 'correction'
                           and was.voucher_id = old.voucher_id) then
    perform refuse('in_kind_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  return new;
end $$;
create trigger in_kind_gift_step before insert or update on in_kind_gift for each row execute function in_kind_gifts_go_step_by_step();

create function in_kind_gifts_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (
    select 1 from in_kind_gift g left join voucher v on v.book_id = g.book_id and v.voucher_id = g.voucher_id
     where g.book_id = new.book_id and g.in_kind_gift_id = new.in_kind_gift_id
       and case when g.units = 0 then g.voucher_id is not null or g.state <> 'accepted'
                else v.voucher_id is null
                  or g.state <> case when v.state = 'prepared' then 'waiting' when v.state <> 'posted' then 'dropped'
                                     when v.reversed_by is not null then 'reversed' else 'accepted' end
                  or g.units <> (select coalesce(sum(-signed(l.side, l.units)), 0) from voucher_line l join account a using (book_id, account_id)
                                  where l.book_id = g.book_id and l.voucher_id = g.voucher_id and l.fund_id = g.fund_id
                                    and split_part(a.key, '.', 1) = 'donation-income' and l.counterparty_id is not distinct from g.donor_id) end) then
    perform refuse('in_kind_follows_voucher', '{}');
  end if;
  return null;
end $$;
create constraint trigger in_kind_gift_follows after insert or update on in_kind_gift deferrable initially deferred
  for each row execute function in_kind_gifts_follow_vouchers();

-- Goods go back to their donor as money does: not while a receipt stands for them.
create function goods_go_back_without_receipt() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.quantity < 0 and exists (
    select 1 from stock_paper p
      join stock_lot l on l.book_id = p.book_id and l.stock_lot_id = new.stock_lot_id
      join stock_move m on m.book_id = l.book_id and m.stock_lot_id = l.stock_lot_id and m.stock_paper_id = l.stock_paper_id
       and m.undoes_move_id is null
      join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
      join gift_lot g on g.book_id = v.book_id and g.entry_no = v.entry_no and g.fund_id = l.fund_id and g.restriction = l.restriction
     where p.book_id = new.book_id and p.stock_paper_id = new.stock_paper_id and p.kind = 'return'
       and gift_receipt_stands(g.book_id, g.lot_id)) then
    perform refuse('gift_refund_receipt_stands', '{}');
  end if;
  return new;
end $$;
create trigger stock_move_returns before insert on stock_move for each row execute function goods_go_back_without_receipt();

grant execute on function gift_vouchers, gift_receipt_stands to :"app";
