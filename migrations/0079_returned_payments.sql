-- A payment that did not come back after all uses its gifts again: what its return had reserved for the grant once more is lent to the voucher that
-- takes the return back, and is the payment's again when that is posted. Before, such gifts were used and still reserved.

-- The payment that a reversed return had said came back.
create function payment_of_reversed_return(p_book integer, p_voucher bigint) returns bigint language sql stable as $$
  select j.voucher_id from voucher v
    join journal_entry b on b.book_id = v.book_id and b.entry_no = v.corrects_entry_no
    join refund r on r.book_id = b.book_id and r.voucher_id = b.voucher_id
    join journal_entry j on j.book_id = r.book_id and j.entry_no = r.of_entry_no
   where v.book_id = p_book and v.voucher_id = p_voucher and v.kind = 'reversal'
$$;

create function grants_lend_again() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare l record; v_part bigint; v_left bigint := new.units;
begin
  for l in select x.*, k.units as kept from grant_lot_loan x join grant_lot k using (book_id, grant_id, award_no, lot_id)
             join grant_award a using (book_id, grant_id, award_no)
            where x.book_id = new.book_id and x.voucher_id = payment_of_reversed_return(new.book_id, new.voucher_id) and x.lot_id = new.lot_id
              and x.ended_at is not null and a.ended_at is null loop
    v_part := least(l.kept, l.units, v_left);
    continue when v_part = 0;
    update grant_lot k set units = k.units - v_part
     where k.book_id = l.book_id and k.grant_id = l.grant_id and k.award_no = l.award_no and k.lot_id = l.lot_id;
    update gift_lot g set reserved = g.reserved - v_part where g.book_id = l.book_id and g.lot_id = l.lot_id;
    insert into grant_lot_loan values (l.book_id, new.voucher_id, l.grant_id, l.award_no, l.lot_id, v_part, null);
    v_left := v_left - v_part;
  end loop;
  return new;
end $$;
create trigger lot_move_lent_again before insert on lot_move for each row when (new.state = 'reserved' and new.units > 0)
  execute function grants_lend_again();

create function reversed_returns_stay_paid() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_paid bigint := payment_of_reversed_return(new.book_id, new.voucher_id); l grant_lot_loan;
begin
  for l in update grant_lot_loan x set ended_at = new.decided_at
            where v_paid is not null and x.book_id = new.book_id and x.voucher_id = new.voucher_id and x.ended_at is null returning x.* loop
    update grant_lot_loan x set units = l.units, ended_at = null
     where x.book_id = l.book_id and x.voucher_id = v_paid and x.grant_id = l.grant_id and x.award_no = l.award_no and x.lot_id = l.lot_id;
  end loop;
  return null;
end $$;
create constraint trigger voucher_stays_paid after update of state on voucher deferrable initially deferred
  for each row when (new.state = 'posted' and new.kind = 'reversal') execute function reversed_returns_stay_paid();
