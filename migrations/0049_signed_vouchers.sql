-- What the walls around transfers know besides two signatures: the fee that was agreed, the case of a changed purpose, and the home that a plan
-- gives to a closing fund's money, where it stays bound by what the plan says although not every clause of the old fund binds the new one.
create function home_of(t fund_transfer) returns fund_ending_home language sql stable as $$
  select h.* from fund_ending e join fund_ending_home h using (book_id, fund_ending_id)
   where e.book_id = t.book_id and e.fund_ending_id = t.fund_ending_id and h.home_no = t.home_no and e.fund_id = t.from_fund
     and h.to_fund = t.to_fund and h.restriction = t.restriction and e.state = 'agreed'
$$;

create or replace function prove_transfer_money(t fund_transfer) returns void language plpgsql as $$
declare f fund; g fund; v_free bigint; h fund_ending_home := home_of(t);
begin
  perform 1 from fund where book_id = t.book_id and fund_id in (t.from_fund, t.to_fund) order by code for no key update;
  select * into f from fund where book_id = t.book_id and fund_id = t.from_fund;
  select * into g from fund where book_id = t.book_id and fund_id = t.to_fund;
  if f.state <> 'open' or g.state = 'closed' then
    perform refuse('fund_not_open', jsonb_build_object('fund', case when f.state <> 'open' then f.name else g.name end));
  end if;
  if f.kind in ('agency', 'programme') or g.kind in ('agency', 'programme') then
    perform refuse('transfer_of_own_funds', jsonb_build_object('fund', case when f.kind in ('agency', 'programme') then f.name else g.name end));
  end if;
  if t.fund_ending_id is not null and h.home_no is null then
    perform refuse('ending_home', jsonb_build_object('fund', g.name));
  end if;
  if t.restriction = 'R' and h.fund_clause_id is null and not same_restriction(t.book_id, t.from_fund, t.to_fund,
                                                   (coalesce(t.agreed_at, t.proposed_at) at time zone 'Asia/Shanghai')::date) then
    perform refuse('transfer_other_restriction', jsonb_build_object('fund', f.name, 'other', g.name));
  end if;
  if t.units > fund_available(t.book_id, t.from_fund) then
    perform refuse('hold_above_available', jsonb_build_object('fund', f.name, 'asked', t.units, 'available', fund_available(t.book_id, t.from_fund)));
  end if;
  v_free := case t.restriction when 'R' then restricted_free(t.book_id, t.from_fund) else unrestricted_free(t.book_id, t.from_fund) end;
  if t.units > v_free then
    perform refuse(case t.restriction when 'R' then 'lots_not_enough' else 'transfer_above_unrestricted' end,
      jsonb_build_object('fund', f.name, 'asked', t.units, 'available', greatest(0, v_free), 'missing', t.units - v_free));
  end if;
end $$;

create or replace function transfers_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare t fund_transfer; v voucher; v_fee fee_charge; v_case purpose_change; h fund_ending_home; v_lines bigint; v_accounts bigint;
begin
  select * into v from voucher where book_id = new.book_id and voucher_id = new.voucher_id;
  if v.kind = 'reversal' or v.state in ('rejected', 'withdrawn') then
    return null;
  end if;
  select * into v_fee from fee_charge where book_id = v.book_id and voucher_id = v.voucher_id;
  if found then
    perform prove_fee_voucher(v, v_fee);
    return null;
  end if;
  select * into v_case from purpose_change where book_id = v.book_id and voucher_id = v.voucher_id;
  if found then
    perform prove_purpose_voucher(v, v_case);
    return null;
  end if;
  select * into t from fund_transfer where book_id = new.book_id and voucher_id = new.voucher_id and state in ('prepared', 'posted');
  select count(*), count(distinct l.account_id) into v_lines, v_accounts from voucher_line l join account a using (book_id, account_id)
   where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.commodity = 'CNY'
     and (l.movement = 'transfer' and l.restriction = t.restriction
            and a.key = case t.restriction when 'R' then 'net-assets-restricted' else 'net-assets-unrestricted' end
            and signed(l.side, l.units) = case l.fund_id when t.from_fund then t.units when t.to_fund then -t.units end
          or a.role = 'own-cash' and l.cash_flow = 'internal'
            and signed(l.side, l.units) = case l.fund_id when t.from_fund then -t.units when t.to_fund then t.units end);
  if t.fund_transfer_id is null or v.line_count <> 4 or v_lines <> 4 or v_accounts <> 2 then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', v.voucher_id));
  end if;
  h := home_of(t);
  if h.home_no is not null and t.restriction = 'R' and (exists
       (select 1 from lot_move m where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.units > 0 and m.state <> 'released' and m.lot_id <> all (h.lots))
       or h.fund_clause_id is not null and not (exists (select 1 from voucher_clause x where x.book_id = v.book_id and x.voucher_id = v.voucher_id
                                                           and x.fund_clause_id = h.fund_clause_id)
            and h.kept_clauses <@ array(select x.fund_clause_id from voucher_clause x where x.book_id = v.book_id and x.voucher_id = v.voucher_id)
            and exists (select 1 from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.fund_id = h.to_fund
                           and l.side = 'C' and l.clause = h.aim))) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', v.voucher_id));
  end if;
  if t.restriction = 'R' and h.fund_clause_id is null and exists
     (select 1 from lot_move m join gift_lot g using (book_id, lot_id) join fund f on f.book_id = g.book_id and f.fund_id = g.fund_id
       where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.units > 0
         and (exists (select 1 from lot_clauses(g.book_id, g.lot_id) c where not clause_held(v.book_id, t.to_fund, v.occurred_on, c))
              or g.clause <> f.clause and not exists (select 1 from fund_clause c where c.book_id = v.book_id and c.fund_id = t.to_fund
                                                         and c.for_all and c.words = g.clause
                                                         and (c.in_force_from is null or c.in_force_from <= v.occurred_on)))) then
    perform refuse('transfer_other_restriction', jsonb_build_object(
      'fund', (select name from fund where book_id = t.book_id and fund_id = t.from_fund),
      'other', (select name from fund where book_id = t.book_id and fund_id = t.to_fund)));
  end if;
  return null;
end $$;

-- A fund is left by goods too, those without a value among them, and by donors who were asked.
create or replace function prove_fund_closes(p_book integer, p_fund integer) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare v_left text;
begin
  v_left := case
    when exists (select 1 from fund_position p join account a using (book_id, account_id) where p.book_id = p_book and p.fund_id = p_fund
                   and a.class in ('asset', 'liability', 'memorandum') and p.net <> 0) then 'balance'
    when exists (select 1 from gift_lot g where g.book_id = p_book and g.fund_id = p_fund and g.restriction = 'R' and g.used < g.units) then 'lots'
    when exists (select 1 from stock_lot s where s.book_id = p_book and s.fund_id = p_fund and s.on_hand > 0) then 'goods'
    when exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id)
                  where v.book_id = p_book and v.state = 'prepared' and l.fund_id = p_fund) then 'vouchers'
    when exists (select 1 from hold h where h.book_id = p_book and h.fund_id = p_fund and h.released_at is null) then 'holds'
    when exists (select 1 from fund_transfer t where t.book_id = p_book and p_fund in (t.from_fund, t.to_fund)
                   and t.state in ('proposed', 'agreed', 'prepared')) then 'transfers'
    when exists (select 1 from purpose_change c where c.book_id = p_book and c.fund_id = p_fund and c.state in ('open', 'agreed', 'prepared')) then 'cases'
    when exists (select 1 from fund c where c.book_id = p_book and c.parent_id = p_fund and c.state <> 'closed') then 'funds' end;
  if v_left is not null then
    perform refuse('fund_not_empty', jsonb_build_object('left', v_left,
      'fund', (select name from fund where book_id = p_book and fund_id = p_fund), 'cash', own_cash(p_book, p_fund)));
  end if;
end $$;

grant select, insert on fee_rule, fee_charge, fee_charge_gift, purpose_change, purpose_change_lot, purpose_change_clause, purpose_consent,
  fund_ending, fund_ending_home, fund_disclosure to :"app";
grant update (state, decided_by, decided_at) on fee_rule to :"app";
grant update (state, voucher_id) on fee_charge to :"app";
grant update (state, agreed_by, agreed_at, ended_by, ended_at, reply, voucher_id) on purpose_change to :"app";
grant update (state, decided_by, decided_at, closed_on) on fund_ending to :"app";
grant update (published_at, published_on, done_by, done_at) on fund_disclosure to :"app";
grant execute on function fee_of_lot, purpose_consented, purpose_kept to :"app";
