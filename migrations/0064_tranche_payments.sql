-- Payments of grants: what is waited for of a grant goes into batches as debts do, and stands there as its tranche stands.

alter table expectation drop constraint expectation_kind;
alter table expectation add constraint expectation_kind
  check (kind in ('gift', 'claim', 'supplier', 'transfer', 'settlement', 'refund', 'agency', 'grant', 'other'));

alter table payment_row add column expectation_id bigint;
alter table payment_row add foreign key (book_id, expectation_id) references expectation;
alter table payment_row drop constraint payment_row_one;
alter table payment_row add constraint payment_row_one
  check (num_nonnulls(debt_id, own_transfer_id, expectation_id) = 1 and (own_transfer_id is not null) = (payee_account_id is null));
create unique index payment_row_expectation_once on payment_row (book_id, expectation_id)
  where expectation_id is not null and state in ('waiting', 'succeeded', 'paid');

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
         where e.book_id = new.book_id and e.expectation_id = new.expectation_id and e.kind = 'grant' and e.closed_at is null and e.units = -new.units
           and a.payee_account_id = new.payee_account_id and a.payee_id = e.counterparty_id and a.number = e.party_account and a.ended_at is null) then
    perform refuse('payment_not_owed', jsonb_build_object('number', new.row_no));
  end if;
  return new;
end $$;

create or replace function payments_are_released_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>made', 'made>released', 'made>withdrawn', 'released>withdrawn')
     or v_step = 'released>withdrawn' and exists (select 1 from payment_row r where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id
                                                     and r.state not in ('waiting', 'dropped')) then
    perform refuse('payment_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if v_step = 'made>released' then
    if new.released_by = new.made_by then
      perform refuse('payment_same_person', '{}');
    end if;
    select case when coalesce(d.creditor_id, e.counterparty_id) = new.released_by then 'payment_same_person'
                when a.ended_at is not null or a.checked_at is null then 'payment_account_unchecked'
                else 'payment_account_cools' end as rule, a.number into bad
      from payment_row r join payee_account a using (book_id, payee_account_id) left join debt d using (book_id, debt_id)
      left join expectation e on e.book_id = r.book_id and e.expectation_id = r.expectation_id
     where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and r.state <> 'dropped'
       and (coalesce(d.creditor_id, e.counterparty_id) = new.released_by or a.ended_at is not null or a.checked_at is null
            or payee_account_cools(r.book_id, r.payee_account_id, new.released_at)) limit 1;
    if found then
      perform refuse(bad.rule, jsonb_build_object('number', bad.number));
    end if;
  end if;
  return new;
end $$;

drop trigger payment_row_unmet on payment_row;
drop trigger payment_batch_still_owed on payment_batch;
drop function payments_are_not_met();
drop function released_batches_are_still_owed();
drop function payment_is_met(integer, bigint, bigint);
create function payment_is_met(p_book integer, p_debt bigint, p_transfer bigint, p_expectation bigint) returns boolean language plpgsql as $$
declare v_ids bigint[];
begin
  select array_agg(x.id) into v_ids from (
    select d.expectation_id as id from debt d where d.book_id = p_book and d.debt_id = p_debt
    union all
    select unnest(array[t.out_expectation, t.in_expectation]) from own_transfer t where t.book_id = p_book and t.own_transfer_id = p_transfer
    union all
    select p_expectation) x;
  perform 1 from expectation e where e.book_id = p_book and e.expectation_id = any (v_ids) order by e.expectation_id for no key update;
  return exists (select 1 from expectation e where e.book_id = p_book and e.expectation_id = any (v_ids) and e.voucher_id is not null);
end $$;
create function payments_are_not_met() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if payment_is_met(new.book_id, new.debt_id, new.own_transfer_id, new.expectation_id) then
    perform refuse('payment_met_already', jsonb_build_object('number', new.row_no));
  end if;
  return new;
end $$;
create trigger payment_row_unmet before insert on payment_row for each row execute function payments_are_not_met();
create function released_batches_are_still_owed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_row smallint;
begin
  if exists (select 1 from payment_row r join debt d on d.book_id = r.book_id and d.debt_id = r.debt_id
              where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and d.submitted_by = new.released_by)
     or exists (select 1 from payment_row r join tranche t on t.book_id = r.book_id and t.expectation_id = r.expectation_id
                  join tranche_request q on q.book_id = t.book_id and q.tranche_id = t.tranche_id and q.request_no = t.request_no
                 where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and r.state <> 'dropped'
                   and q.requested_by = new.released_by) then
    perform refuse('payment_same_person', '{}');
  end if;
  select min(r.row_no) into v_row from payment_row r
   where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id and r.state <> 'dropped'
     and payment_is_met(r.book_id, r.debt_id, r.own_transfer_id, r.expectation_id);
  if v_row is not null then
    perform refuse('payment_met_already', jsonb_build_object('number', v_row));
  end if;
  return new;
end $$;
create trigger payment_batch_still_owed before update on payment_batch for each row
  when (old.state = 'made' and new.state = 'released') execute function released_batches_are_still_owed();

create or replace function paid_between(p_book integer, p_bank_account integer, p_person bigint, p_from date, p_to date) returns boolean language sql stable as $$
  select exists (select 1 from role_grant g
                  where g.book_id = p_book and g.person_id = p_person and g.role = 'cashier'
                    and g.valid_from <= p_to and coalesce(g.valid_until, 'infinity') >= p_from)
      or exists (select 1
                   from payment_batch b
                   join payment_row r on r.book_id = b.book_id and r.payment_batch_id = b.payment_batch_id
                   left join debt d on d.book_id = r.book_id and d.debt_id = r.debt_id
                   left join own_transfer t on t.book_id = r.book_id and t.own_transfer_id = r.own_transfer_id
                   left join expectation e on e.book_id = r.book_id and e.expectation_id = coalesce(r.expectation_id, d.expectation_id, t.out_expectation)
                   left join lateral (select max(l.occurred_on) as day
                                        from bank_match m join bank_line l on l.book_id = m.book_id and l.bank_line_id = m.bank_line_id
                                       where m.book_id = e.book_id and m.voucher_id = e.voucher_id and m.undone_at is null
                                         and l.bank_account_id = b.bank_account_id) seen on true
                  where b.book_id = p_book and b.bank_account_id = p_bank_account and p_person in (b.made_by, b.released_by)
                    and b.state = 'released' and r.state in ('waiting', 'succeeded', 'paid')
                    and coalesce(seen.day, (r.told_at at time zone 'Asia/Shanghai')::date, b.pay_on) between p_from and p_to)
$$;

-- Whether money of a tranche is on its way: let go by a second person and not refused, or shown by the bank.
create function payment_under_way(p_book integer, p_expectation bigint) returns boolean language sql stable as $$
  select exists (select 1 from expectation e where e.book_id = p_book and e.expectation_id = p_expectation and e.voucher_id is not null)
      or exists (select 1 from payment_row r join payment_batch b using (book_id, payment_batch_id)
                  where r.book_id = p_book and r.expectation_id = p_expectation and b.state = 'released' and r.state in ('waiting', 'succeeded'))
$$;

-- A payment stands in its batch as the tranche stands: paid with it, waited for again where the voucher was reversed, failed where the money
-- came back, and out of a batch that nobody has let go when the tranche is held or not to be paid.
create function payments_follow_their_tranche() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_says text;
begin
  if new.state = 'paid' then
    update payment_row r set state = 'paid' where r.book_id = new.book_id and r.expectation_id = new.expectation_id
       and (r.state in ('waiting', 'succeeded')
            or r.state = 'failed' and r.payment_batch_id = (select max(x.payment_batch_id) from payment_row x
                 where x.book_id = r.book_id and x.expectation_id = r.expectation_id));
  elsif old.state in ('paid', 'awaiting-acquittal') and new.state = 'approved' then
    update payment_row r set state = 'succeeded' where r.book_id = new.book_id and r.expectation_id = new.expectation_id and r.state = 'paid';
  elsif old.state in ('paid', 'awaiting-acquittal') and new.state = 'payment-failed' then
    select left(l.reason, 200) into v_says from tranche_log l
     where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version = new.state_version;
    update payment_row r set state = 'failed', bank_says = v_says, told_at = (select l.at from tranche_log l
                where l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version = new.state_version)
     where r.book_id = new.book_id and r.expectation_id = old.expectation_id and r.state = 'paid';
  elsif new.state in ('held', 'cancelled') then
    if payment_under_way(new.book_id, old.expectation_id) then
      perform refuse('tranche_on_its_way', jsonb_build_object('no', new.no));
    end if;
    update payment_row r set state = 'dropped' where r.book_id = new.book_id and r.expectation_id = old.expectation_id and r.state = 'waiting';
    -- A batch of which nothing is left is taken back with its last payment.
    update payment_batch b set state = 'withdrawn', ended_by = coalesce(l.actor_id, b.made_by), ended_at = l.at from tranche_log l
     where b.book_id = new.book_id and b.state = 'made'
       and l.book_id = new.book_id and l.tranche_id = new.tranche_id and l.state_version = new.state_version
       and b.payment_batch_id in (select r.payment_batch_id from payment_row r where r.book_id = new.book_id and r.expectation_id = old.expectation_id)
       and not exists (select 1 from payment_row r where r.book_id = b.book_id and r.payment_batch_id = b.payment_batch_id and r.state <> 'dropped');
  end if;
  return null;
end $$;
create trigger tranche_payments after update of state on tranche for each row when (old.state is distinct from new.state)
  execute function payments_follow_their_tranche();

-- Money that came back is promised again: the gifts that the payment had used are reserved for the grant once more.
create function returned_payments_give_back() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_paid bigint;
begin
  select j.voucher_id into v_paid from refund r join journal_entry j on j.book_id = r.book_id and j.entry_no = r.of_entry_no
   where r.book_id = new.book_id and r.voucher_id = new.voucher_id;
  if exists (select 1 from grant_lot_loan l where l.book_id = new.book_id and l.voucher_id = v_paid and l.ended_at is null)
     and exists (select 1 from voucher v where v.book_id = new.book_id and v.bundle_id = new.voucher_id and v.series = '备') then
    perform grants_take_gifts_back(new.book_id, v_paid, new.decided_at);
  end if;
  return null;
end $$;
create constraint trigger voucher_returns_gifts after update of state on voucher deferrable initially deferred
  for each row when (new.state = 'posted' and new.kind = 'ordinary') execute function returned_payments_give_back();

grant execute on function payment_under_way to :"app";
