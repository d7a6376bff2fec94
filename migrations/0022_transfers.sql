-- Money from fund to fund: proposed for the giving fund by one person, agreed for the receiving fund by another; only then is its
-- voucher written, and reviewed like any other.
create table fund_transfer (
  book_id           integer not null,
  fund_transfer_id  bigint generated always as identity,
  from_fund         integer not null,
  to_fund           integer not null,
  units             bigint not null constraint fund_transfer_units check (units > 0),
  restriction       text not null constraint fund_transfer_restriction check (restriction in ('U', 'R')),
  reason            text not null constraint fund_transfer_reason check (char_length(reason) between 1 and 200),
  source            text not null default '' constraint fund_transfer_source check (char_length(source) <= 200),
  state             text not null constraint fund_transfer_state
                      check (state in ('proposed', 'agreed', 'prepared', 'posted', 'reversed', 'refused', 'withdrawn')),
  proposed_by       bigint not null references person,
  proposed_at       timestamptz not null,
  agreed_by         bigint references person,
  agreed_at         timestamptz,
  ended_by          bigint references person,
  ended_at          timestamptz,
  reply             text not null default '' constraint fund_transfer_reply check (char_length(reply) <= 200),
  voucher_id        bigint,
  primary key (book_id, fund_transfer_id),
  foreign key (book_id, from_fund) references fund,
  foreign key (book_id, to_fund) references fund,
  foreign key (book_id, voucher_id) references voucher,
  constraint fund_transfer_two check (from_fund <> to_fund),
  constraint fund_transfer_signed check ((agreed_by is null) = (agreed_at is null) and (ended_by is null) = (ended_at is null)
    and (state in ('prepared', 'posted', 'reversed')) = (voucher_id is not null)
    and (state in ('refused', 'withdrawn')) = (ended_by is not null) and (state <> 'refused' or reply <> '')
    and (state not in ('agreed', 'prepared', 'posted', 'reversed') or agreed_by is not null))
);
create index on fund_transfer (book_id, from_fund);
create index on fund_transfer (book_id, to_fund);
create unique index fund_transfer_voucher on fund_transfer (book_id, voucher_id) where voucher_id is not null;

-- Restricted money keeps its restriction: whatever binds it must bind what comes to the receiving fund that day too, word for word.
create function clause_held(p_book integer, p_fund integer, p_day date, c fund_clause) returns boolean language sql stable as $$
  select exists (select 1 from fund_clause t where t.book_id = p_book and t.fund_id = p_fund and t.for_all
                    and (t.in_force_from is null or t.in_force_from <= p_day)
                    and (t.kind, t.words) = (c.kind, c.words) and (t.from_day, t.until_day) is not distinct from (c.from_day, c.until_day))
$$;
create function same_restriction(p_book integer, p_from integer, p_to integer, p_day date) returns boolean language sql stable as $$
  select (select default_restriction from fund where book_id = p_book and fund_id = p_to) = 'R'
     and not exists (select 1 from fund_clause c
                      where c.book_id = p_book and c.fund_id = p_from and c.for_all and not clause_held(p_book, p_to, p_day, c))
$$;

-- Of what a transfer still needs, the first thing that stands in its way.
create function prove_transfer_money(t fund_transfer) returns void language plpgsql as $$
declare f fund; g fund; v_free bigint;
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
  if t.restriction = 'R' and not same_restriction(t.book_id, t.from_fund, t.to_fund,
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

create function transfers_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if tg_op = 'UPDATE' and ((new.agreed_by, new.agreed_at) is distinct from (old.agreed_by, old.agreed_at) and v_step <> 'proposed>agreed'
       or new.voucher_id is distinct from old.voucher_id and v_step not in ('agreed>prepared', 'prepared>agreed')
       or (new.ended_by, new.ended_at, new.reply) is distinct from (old.ended_by, old.ended_at, old.reply)
          and new.state not in ('refused', 'withdrawn'))
     or v_step not in ('>proposed', 'proposed>agreed', 'proposed>refused', 'proposed>withdrawn', 'agreed>withdrawn', 'agreed>prepared',
                       'prepared>agreed', 'prepared>posted', 'posted>reversed')
     or v_step = '>proposed' and num_nonnulls(new.agreed_by, new.ended_by, new.voucher_id) > 0 then
    perform refuse('transfer_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if new.agreed_by = new.proposed_by or new.state = 'refused' and new.ended_by = new.proposed_by
     or new.state = 'withdrawn' and new.ended_by not in (new.proposed_by, coalesce(new.agreed_by, new.proposed_by)) then
    perform refuse('transfer_same_person', '{}');
  end if;
  if v_step in ('>proposed', 'proposed>agreed') then
    perform prove_transfer_money(new);
  elsif v_step = 'agreed>prepared' and new.restriction = 'U' and unrestricted_free(new.book_id, new.from_fund) < 0 then
    -- By now the voucher holds its money under the fund's lock. Two that fit one by one need not fit together.
    perform refuse('transfer_above_unrestricted', jsonb_build_object(
      'fund', (select name from fund where book_id = new.book_id and fund_id = new.from_fund),
      'asked', new.units, 'available', greatest(0, new.units + unrestricted_free(new.book_id, new.from_fund))));
  end if;
  return new;
end $$;
create trigger fund_transfer_step before insert or update on fund_transfer for each row execute function transfers_go_step_by_step();
create trigger fund_transfer_lasting before update or delete on fund_transfer for each row
  execute function only_these_change('state', 'agreed_by', 'agreed_at', 'ended_by', 'ended_at', 'reply', 'voucher_id');
create trigger fund_transfer_truncate before truncate on fund_transfer for each statement execute function books_are_append_only();

-- A transfer is where its voucher is, and lets go only of one that will never be posted.
create function transfers_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from fund_transfer t join voucher v using (book_id, voucher_id)
              where t.book_id = new.book_id and t.fund_transfer_id = new.fund_transfer_id
                and t.state <> case when v.reversed_by is not null then 'reversed' else v.state end)
     or tg_op = 'UPDATE' and old.voucher_id is distinct from new.voucher_id and exists
       (select 1 from voucher v where v.book_id = old.book_id and v.voucher_id = old.voucher_id and v.state in ('prepared', 'posted')) then
    perform refuse('transfer_follows_voucher', jsonb_build_object('voucher', coalesce(new.voucher_id, old.voucher_id)));
  end if;
  return null;
end $$;
create constraint trigger fund_transfer_follows after insert or update on fund_transfer deferrable initially deferred
  for each row execute function transfers_follow_vouchers();

-- No voucher hands money from fund to fund unless both have signed for exactly that; undoing one in red is another matter.
create function transfers_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare t fund_transfer; v voucher; v_lines bigint; v_accounts bigint;
begin
  select * into v from voucher where book_id = new.book_id and voucher_id = new.voucher_id;
  if v.kind = 'reversal' or v.state in ('rejected', 'withdrawn') then
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
  if t.restriction = 'R' and exists
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
create constraint trigger voucher_line_transfer_signed after insert on voucher_line deferrable initially deferred
  for each row when (new.movement = 'transfer') execute function transfers_are_signed();

-- Nor does cash go between funds against their net assets or income for any other reason given: a recharge (rulings 10) touches neither.
create function internal_cash_is_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from voucher v join voucher_line l using (book_id, voucher_id) join account a using (book_id, account_id)
              where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.kind <> 'reversal'
                and v.state not in ('rejected', 'withdrawn')
                and (a.class = 'net-assets' and l.movement <> 'transfer' or a.class = 'income')) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger voucher_line_internal_signed after insert on voucher_line deferrable initially deferred
  for each row when (new.cash_flow = 'internal') execute function internal_cash_is_signed();

-- What both sides signed is the document of a transfer's voucher: a voucher with such lines is nothing else, as the wall above has it.
create or replace function needs_no_document(v voucher) returns boolean language plpgsql stable as $$
declare v_rule text;
begin
  if v.series in ('备', '时', '分') then
    return true;
  end if;
  -- A blue voucher alone (第五十一条, errors of earlier years) that moves cash is a payment like any other; none stands beside it in red.
  v_rule := evidence_needed(v.book_id, case when v.kind = 'correction' and v.bundle_id is null and v.series = '记' then 'ordinary' else v.kind end,
                            v.occurred_on);
  return v_rule = 'none' or v_rule = 'bank-line' and v.bank_line_id is not null
         or v_rule = 'bank-line-in' and exists (select 1 from bank_line b where b.book_id = v.book_id and b.bank_line_id = v.bank_line_id
                                                                          and b.units > 0)
         or exists (select 1 from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.movement = 'transfer');
end $$;

grant select, insert on fund_transfer to :"app";
grant update (state, agreed_by, agreed_at, ended_by, ended_at, reply, voucher_id) on fund_transfer to :"app";
