-- Who puts a payment together or lets it go has paid too, so what was paid through an account is reconciled by others (rulings 21); and
-- a gift that two statements show is found by its amount and day without reading the statements through.

-- Who was a cashier while the money moved, or made or released a payment that the account was to bear in that time: not what the bank
-- refused or what was taken back. A payment counts on the day that the bank's line shows it or, as long as none does, on the day that
-- the bank told of it or that it was to be paid.
drop function paid_between(integer, bigint, date, date);
create function paid_between(p_book integer, p_bank_account integer, p_person bigint, p_from date, p_to date) returns boolean language sql stable as $$
  select exists (select 1 from role_grant g
                  where g.book_id = p_book and g.person_id = p_person and g.role = 'cashier'
                    and g.valid_from <= p_to and coalesce(g.valid_until, 'infinity') >= p_from)
      or exists (select 1
                   from payment_batch b
                   join payment_row r on r.book_id = b.book_id and r.payment_batch_id = b.payment_batch_id
                   left join debt d on d.book_id = r.book_id and d.debt_id = r.debt_id
                   left join own_transfer t on t.book_id = r.book_id and t.own_transfer_id = r.own_transfer_id
                   left join expectation e on e.book_id = r.book_id and e.expectation_id = coalesce(d.expectation_id, t.out_expectation)
                   left join lateral (select max(l.occurred_on) as day
                                        from bank_match m join bank_line l on l.book_id = m.book_id and l.bank_line_id = m.bank_line_id
                                       where m.book_id = e.book_id and m.voucher_id = e.voucher_id and m.undone_at is null
                                         and l.bank_account_id = b.bank_account_id) seen on true
                  where b.book_id = p_book and b.bank_account_id = p_bank_account and p_person in (b.made_by, b.released_by)
                    and b.state = 'released' and r.state in ('waiting', 'succeeded', 'paid')
                    and coalesce(seen.day, (r.told_at at time zone 'Asia/Shanghai')::date, b.pay_on) between p_from and p_to)
$$;
create index payment_batch_of_account on payment_batch (book_id, bank_account_id);

-- As before, but paying through this very account is what counts.

create or replace function reconciliations_go_their_way() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rule text; v_locked date; v_from date;
begin
  -- A match or a tick is undone under the account's share lock, so what is proved here stays true until the commit.
  perform 1 from bank_account where book_id = new.book_id and bank_account_id = new.bank_account_id for no key update;
  v_locked := bank_locked_until(new.book_id, new.bank_account_id);
  v_from := coalesce(v_locked + 1, (select opening_day from book where book_id = new.book_id));
  if tg_op = 'INSERT' then
    v_rule := case when new.state <> 'prepared' or new.unlock_asked_by is not null then 'reconciliation_out_of_turn'
                   when paid_between(new.book_id, new.bank_account_id, new.prepared_by, v_from, new.statement_day) then 'reconciliation_by_cashier'
                   when new.statement_day > (new.prepared_at at time zone 'Asia/Shanghai')::date then 'reconciliation_too_early'
                   when new.statement_day < v_from then 'reconciliation_backwards' end;
  elsif (to_jsonb(new) - '{state,decided_by,decided_at,reason,unlock_asked_by,unlock_asked_at,unlock_reason,unlocked_by,unlocked_at}'::text[])
        is distinct from
        (to_jsonb(old) - '{state,decided_by,decided_at,reason,unlock_asked_by,unlock_asked_at,unlock_reason,unlocked_by,unlocked_at}'::text[]) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  else
    v_rule := case
      when old.state = 'prepared' and new.state = 'locked' and new.unlock_asked_by is null then
        case when new.decided_by = new.prepared_by then 'reconciliation_same_person'
             when paid_between(new.book_id, new.bank_account_id, new.decided_by, v_from, new.statement_day) then 'reconciliation_by_cashier'
             when new.statement_day <= v_locked then 'reconciliation_backwards' end
      when old.state = 'prepared' and new.state = 'dropped' and new.reason <> '' and new.unlock_asked_by is null then null
      when old.state = 'locked' and (new.decided_by, new.decided_at, new.reason) is distinct from (old.decided_by, old.decided_at, old.reason)
        then 'reconciliation_out_of_turn'
      when old.state = 'locked' and new.state = 'locked' then null   -- unlocking is asked for, or no longer
      when old.state = 'locked' and new.state = 'unlocked'
           and (new.unlock_asked_by, new.unlock_asked_at, new.unlock_reason) is not distinct from (old.unlock_asked_by, old.unlock_asked_at, old.unlock_reason) then
        case when new.unlocked_by = old.unlock_asked_by then 'reconciliation_same_person'
             when old.statement_day < v_locked then 'reconciliation_not_last' end
      else 'reconciliation_out_of_turn' end;
    if v_rule is null and new.state = 'locked' and old.state = 'prepared' then
      perform prove_reconciliation(new);
    end if;
  end if;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('day', new.statement_day, 'until', v_locked));
  end if;
  return new;
end $$;

create index bank_line_by_amount on bank_line (book_id, units, occurred_on);

-- The home page asks who may confirm.
grant execute on function paid_between to :"app";
