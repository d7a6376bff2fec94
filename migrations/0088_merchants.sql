-- What merchants are owed for redemptions goes onto the payment desk once a month and into batches, as debts and tranches do.

alter table expectation drop constraint expectation_kind;
alter table expectation add constraint expectation_kind
  check (kind in ('gift', 'claim', 'supplier', 'transfer', 'settlement', 'refund', 'agency', 'grant', 'merchant', 'other'));

create or replace function payment_rows_are_owed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>waiting', 'waiting>succeeded', 'waiting>failed', 'waiting>dropped', 'waiting>paid', 'succeeded>paid', 'paid>succeeded', 'succeeded>failed')
     and not (v_step in ('paid>failed', 'failed>paid') and new.expectation_id is not null)
     or v_step in ('waiting>succeeded', 'waiting>failed') and not exists
        (select 1 from payment_batch b where b.book_id = new.book_id and b.payment_batch_id = new.payment_batch_id and b.state = 'released') then
    perform refuse('payment_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if tg_op = 'INSERT' and not exists
       (select 1 from debt d join payee_account a using (book_id)
         where d.book_id = new.book_id and d.debt_id = new.debt_id and d.state = 'owed' and a.payee_account_id = new.payee_account_id
           and a.payee_id = d.creditor_id and a.ended_at is null
           and new.units = (select sum(l.units) from debt_line l where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version)
        union all
        select 1 from own_transfer t where t.book_id = new.book_id and t.own_transfer_id = new.own_transfer_id and t.state = 'planned' and t.units = new.units
        union all
        select 1 from expectation e join payee_account a using (book_id)
         where e.book_id = new.book_id and e.expectation_id = new.expectation_id and e.kind in ('grant', 'merchant') and e.closed_at is null
           and e.units = -new.units and a.payee_account_id = new.payee_account_id and a.payee_id = e.counterparty_id
           and (e.kind = 'merchant' or a.number = e.party_account) and a.ended_at is null) then
    perform refuse('payment_not_owed', jsonb_build_object('number', new.row_no));
  end if;
  return new;
end $$;

-- The payment in its batch stands as the settlement stands: paid with it, and waited for again where the voucher was reversed. Where the money came
-- back, it failed with the bank's words, which the one who notes it writes.
create function payments_follow_their_settlement() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.state = 'paid' then
    update payment_row r set state = 'paid' where r.book_id = new.book_id and r.expectation_id = new.expectation_id
       and (r.state in ('waiting', 'succeeded')
            or r.state = 'failed' and r.payment_batch_id = (select max(x.payment_batch_id) from payment_row x
                 where x.book_id = r.book_id and x.expectation_id = r.expectation_id));
  elsif new.expectation_id = old.expectation_id then
    update payment_row r set state = 'succeeded' where r.book_id = new.book_id and r.expectation_id = new.expectation_id and r.state = 'paid';
  end if;
  return null;
end $$;
create trigger merchant_settlement_payments after update of state on merchant_settlement for each row when (old.state is distinct from new.state)
  execute function payments_follow_their_settlement();
