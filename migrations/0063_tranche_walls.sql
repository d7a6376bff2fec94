-- Walls of running grants: where a tranche stands and what its money did agree, gifts reserved for a grant pay for it, and plans begin with it.

-- A tranche that is settled has no advance, one that is not to be paid has no promise, one that is paid was paid.
create function tranche_states_follow_money() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare t tranche; m record;
begin
  select x.* into t from tranche x where x.book_id = new.book_id and x.tranche_id = new.tranche_id;
  select coalesce(sum(f.planned - f.cancelled - f.paid), 0) as promised, coalesce(sum(f.paid), 0) as paid, coalesce(sum(f.planned), 0) as planned,
         coalesce(sum(f.paid + f.carried - f.acquitted - f.returned - f.demanded), 0) as advance into m
    from tranche_fund f where f.book_id = t.book_id and f.tranche_id = t.tranche_id;
  if m.planned <> t.units and t.state not in ('settled', 'clawed-back') then
    perform refuse('tranche_plan_differs', jsonb_build_object('no', t.no, 'asked', t.units, 'booked', m.planned));
  end if;
  if t.state in ('settled', 'clawed-back') and m.advance <> 0 or t.state in ('cancelled', 'expired', 'declined') and m.promised <> 0
     or t.state in ('paid', 'awaiting-acquittal', 'acquittal-submitted', 'partly-acquitted') and m.paid = 0
     or t.state in ('planned', 'eligible', 'requested', 'checked', 'approved-l1', 'approved-l2', 'approved', 'scheduled', 'payment-failed', 'held',
                    'cancelled', 'expired', 'declined') and m.paid <> 0 then
    perform refuse('tranche_state_unlike_money', jsonb_build_object('no', t.no, 'state', t.state));
  end if;
  return null;
end $$;
create constraint trigger tranche_state_money after insert or update of state, units on tranche deferrable initially deferred
  for each row execute function tranche_states_follow_money();

-- An ended grant has promised nothing more; a closed one has nothing out either.
create function ended_grants_are_square() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from grant_case c where c.book_id = new.book_id and c.grant_id = new.grant_id and c.state = new.state)
     and exists (select 1 from grant_fund f where f.book_id = new.book_id and f.grant_id = new.grant_id
                    and (f.committed - f.cancelled - f.paid <> 0
                         or new.state = 'closed' and (f.paid - f.acquitted - f.returned - f.demanded <> 0 or f.demanded - f.recovered - f.written_off <> 0)
                         or new.state = 'recovering' and f.paid - f.acquitted - f.returned - f.demanded <> 0)) then
    perform refuse('grant_end_open', jsonb_build_object('state', new.state));
  end if;
  return null;
end $$;
create constraint trigger grant_case_square after update of state on grant_case deferrable initially deferred
  for each row when (new.state in ('terminated', 'recovering', 'closed')) execute function ended_grants_are_square();

-- A move that follows a voucher is logged before the review posts it: what a move posts is looked for when the transaction ends.
create or replace function grant_moves_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case; r grant_move_rule;
begin
  select * into c from grant_case where book_id = new.book_id and grant_id = new.grant_id for no key update;
  if new.state_version = 1 then
    select * into r from grant_move_rule x where x.from_state = '' and x.move = new.move;
    if r.move is null or new.to_state <> r.to_state or c.state <> r.to_state or c.state_version <> 1 or new.from_state is not null then
      perform refuse('grant_move_unlisted', jsonb_build_object('state', c.state, 'move', new.move));
    end if;
    return new;
  end if;
  select * into r from grant_move_rule x where x.from_state = new.from_state and x.move = new.move;
  if r.move is null or new.to_state <> r.to_state or new.from_state <> c.state or new.state_version <> c.state_version + 1 then
    perform refuse('grant_move_unlisted', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  if exists (select 1 from unnest(r.movers) m where not exists (
               select 1 from grant_signature s where s.book_id = new.book_id and s.grant_id = new.grant_id
                  and s.state_version = c.state_version and s.move = new.move and s.mover = m)) then
    perform refuse('grant_move_unsigned', jsonb_build_object('state', c.state, 'move', new.move));
  end if;
  return new;
end $$;
create function grant_moves_are_posted() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from grant_move_rule r where r.from_state = coalesce(new.from_state, '') and r.move = new.move and r.posts <> '')
       and cardinality(new.vouchers) = 0
     or exists (select 1 from unnest(new.vouchers) v where not exists (
                  select 1 from voucher x where x.book_id = new.book_id and x.voucher_id = v and x.state = 'posted')) then
    perform refuse('grant_move_unposted', jsonb_build_object('state', new.from_state, 'move', new.move));
  end if;
  return null;
end $$;
create constraint trigger grant_log_posted after insert on grant_log deferrable initially deferred
  for each row execute function grant_moves_are_posted();

-- Gifts that a grant reserved are lent to the vouchers of its project that name them, and come back to it when such a voucher is dropped or
-- reversed.
create table grant_lot_loan (
  book_id     integer not null,
  voucher_id  bigint not null,
  grant_id    bigint not null,
  award_no    smallint not null,
  lot_id      bigint not null,
  units       bigint not null constraint grant_lot_loan_units check (units > 0),
  ended_at    timestamptz,
  primary key (book_id, voucher_id, grant_id, award_no, lot_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, grant_id, award_no, lot_id) references grant_lot
);
create trigger grant_lot_loan_follows before insert or update on grant_lot_loan for each statement when (pg_trigger_depth() < 1)
  execute function books_are_append_only();
create trigger grant_lot_loan_kept before delete or truncate on grant_lot_loan for each statement execute function books_are_append_only();

create function grants_lend_gifts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare l grant_lot; v_part bigint;
begin
  if new.units <= 0 then
    return null;
  end if;
  perform 1 from fund f join gift_lot g using (book_id, fund_id) where g.book_id = new.book_id and g.lot_id = new.lot_id for no key update of f;
  for l in select x.* from grant_lot x join grant_award a using (book_id, grant_id, award_no)
            where x.book_id = new.book_id and x.lot_id = new.lot_id and x.units > 0 and a.ended_at is null
              and exists (select 1 from voucher_line w where w.book_id = new.book_id and w.voucher_id = new.voucher_id and w.project_id = a.project_id) loop
    v_part := least(l.units, new.units);
    update grant_lot x set units = x.units - v_part
     where x.book_id = l.book_id and x.grant_id = l.grant_id and x.award_no = l.award_no and x.lot_id = l.lot_id;
    update gift_lot g set reserved = g.reserved - v_part where g.book_id = l.book_id and g.lot_id = l.lot_id;
    insert into grant_lot_loan values (l.book_id, new.voucher_id, l.grant_id, l.award_no, l.lot_id, v_part, null);
  end loop;
  return null;
end $$;
create trigger voucher_lot_of_grant after insert on voucher_lot for each row execute function grants_lend_gifts();

create function grants_take_gifts_back(p_book integer, p_voucher bigint, p_at timestamptz) returns void language plpgsql as $$
declare l record;
begin
  for l in select x.* from grant_lot_loan x join grant_award a using (book_id, grant_id, award_no) join grant_case c using (book_id, grant_id)
            where x.book_id = p_book and x.voucher_id = p_voucher and x.ended_at is null and a.ended_at is null and c.state <> 'closed' order by x.lot_id loop
    update grant_lot x set units = x.units + l.units
     where x.book_id = l.book_id and x.grant_id = l.grant_id and x.award_no = l.award_no and x.lot_id = l.lot_id;
    update gift_lot g set reserved = g.reserved + l.units where g.book_id = l.book_id and g.lot_id = l.lot_id;
  end loop;
  update grant_lot_loan x set ended_at = p_at where x.book_id = p_book and x.voucher_id = p_voucher and x.ended_at is null;
end $$;
create function dropped_vouchers_give_back() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- Reserved for the voucher until now; the move of its lots is released first, so that they are free for a moment within the transaction.
  perform grants_take_gifts_back(new.book_id, case when new.state = 'posted' then (
            select j.voucher_id from journal_entry j where j.book_id = new.book_id and j.entry_no = new.corrects_entry_no) else new.voucher_id end,
          coalesce(new.decided_at, now()));
  return null;
end $$;
create constraint trigger voucher_gives_back after update of state on voucher deferrable initially deferred
  for each row when (new.state in ('rejected', 'withdrawn') or new.state = 'posted' and new.kind = 'reversal')
  execute function dropped_vouchers_give_back();

-- The plan of a grant that starts: the agreement's tranches, split over the award's funds in their order, gifts reserved for it first.
create function plan_tranches(p_book integer, p_grant bigint, p_actor bigint, p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_award; t record; v_id bigint;
begin
  select x.* into a from grant_award x where x.book_id = p_book and x.grant_id = p_grant and x.ended_at is null for no key update;
  if a.grant_id is null or exists (select 1 from tranche x where x.book_id = p_book and x.grant_id = p_grant and x.award_no = a.award_no)
     or not exists (select 1 from grant_case c where c.book_id = p_book and c.grant_id = p_grant and c.state = 'active') then
    perform refuse('tranche_plan_once', jsonb_build_object('grant', p_grant));
  end if;
  for t in
    select g.*, sum(g.units) over (order by g.no) - g.units as starts from grant_tranche g
     where g.book_id = p_book and g.grant_id = p_grant and g.award_no = a.award_no
       and g.version = (select max(version) from grant_agreement x where x.book_id = p_book and x.grant_id = p_grant and x.award_no = a.award_no)
     order by g.no loop
    insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version)
      values (p_book, p_grant, a.award_no, t.no, t.units, t.earliest_on, t.condition, t.report_due_on, 'planned', 1) returning tranche_id into v_id;
    insert into tranche_log values (p_book, v_id, 1, 'plan', null, 'planned', 'voucher', p_actor, p_at, '', jsonb_build_object('tranche', v_id), '{}');
    insert into tranche_fund (book_id, tranche_id, fund_id, place, planned)
      select p_book, v_id, s.fund_id, s.place,
             greatest(0, least(t.starts + t.units, s.starts + s.units) - greatest(t.starts, s.starts))
        from (select o.*, sum(o.units) over (order by o.place) - o.units as starts
                from (select f.fund_id, f.units, row_number() over (order by exists (
                               select 1 from grant_lot l join gift_lot g using (book_id, lot_id)
                                where l.book_id = p_book and l.grant_id = p_grant and l.award_no = a.award_no and g.fund_id = f.fund_id and l.units > 0) desc,
                             u.code) as place
                        from grant_award_fund f join fund u using (book_id, fund_id)
                       where f.book_id = p_book and f.grant_id = p_grant and f.award_no = a.award_no) o) s
       where least(t.starts + t.units, s.starts + s.units) > greatest(t.starts, s.starts);
  end loop;
end $$;

-- Awards speak in the register of money too.
create function awards_enter_the_register() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into grant_money (book_id, grant_id, fund_id, move, units, voucher_id, occurred_on, at)
    select a.book_id, a.grant_id, new.fund_id, 'committed', new.units, a.voucher_id, a.awarded_on, a.awarded_at from grant_award a
     where a.book_id = new.book_id and a.grant_id = new.grant_id and a.award_no = new.award_no;
  return null;
end $$;
create trigger grant_award_fund_money after insert on grant_award_fund for each row execute function awards_enter_the_register();
create function ended_awards_enter_the_register() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into grant_money (book_id, grant_id, fund_id, move, units, voucher_id, occurred_on, at)
    select f.book_id, f.grant_id, f.fund_id, 'cancelled', f.units, new.ended_voucher_id, (new.ended_at at time zone 'Asia/Shanghai')::date, new.ended_at
      from grant_award_fund f where f.book_id = new.book_id and f.grant_id = new.grant_id and f.award_no = new.award_no;
  return null;
end $$;
create trigger grant_award_money_ends after update of ended_at on grant_award for each row when (old.ended_at is null and new.ended_at is not null)
  execute function ended_awards_enter_the_register();

-- What was awarded before this register was kept.
insert into grant_money (book_id, grant_id, fund_id, move, units, voucher_id, occurred_on, at)
  select a.book_id, a.grant_id, f.fund_id, 'committed', f.units, a.voucher_id, a.awarded_on, a.awarded_at
    from grant_award a join grant_award_fund f using (book_id, grant_id, award_no) order by a.awarded_at, f.fund_id;
insert into grant_money (book_id, grant_id, fund_id, move, units, voucher_id, occurred_on, at)
  select a.book_id, a.grant_id, f.fund_id, 'cancelled', f.units, a.ended_voucher_id, (a.ended_at at time zone 'Asia/Shanghai')::date, a.ended_at
    from grant_award a join grant_award_fund f using (book_id, grant_id, award_no) where a.ended_at is not null order by a.ended_at, f.fund_id;

-- What the calendar gives up may be an award, or a tranche that nobody asked for in time.
create or replace function calendars_give_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_grants bigint[]; v_fund text;
begin
  select array_agg(distinct a.grant_id) into v_grants
    from voucher_line l left join grant_award a on a.book_id = l.book_id and a.project_id = l.project_id
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id;
  if cardinality(v_grants) is distinct from 1 or v_grants[1] is null
     or (select count(*) from grant_log g join grant_move_rule r on r.from_state = g.from_state and r.move = g.move
          where g.book_id = new.book_id and g.grant_id = v_grants[1] and new.voucher_id = any (g.vouchers) and g.actor_id is null
            and r.movers = '{calendar}' and r.posts = 'commitment-released')
        + (select count(*) from tranche t join tranche_log g using (book_id, tranche_id)
             join tranche_rule r on r.from_state = g.from_state and r.move = g.move
            where t.book_id = new.book_id and t.grant_id = v_grants[1] and new.voucher_id = any (g.vouchers) and g.actor_id is null
              and r.mover = 'calendar' and r.posts = 'commitment-released') <> 1 then
    perform refuse('commitment_rule_unlogged', jsonb_build_object('voucher', new.voucher_id));
  end if;
  select f.name into v_fund
    from (select distinct l.fund_id, l.account_id, l.project_id from voucher_line l join account a using (book_id, account_id)
           where l.book_id = new.book_id and l.voucher_id = new.voucher_id and a.key = 'commitments') m
    join fund f on f.book_id = new.book_id and f.fund_id = m.fund_id
   where (select sum(signed(p.side, p.units)) from posting p where p.book_id = new.book_id and p.account_id = m.account_id
             and p.project_id = m.project_id and p.fund_id = m.fund_id) < 0 limit 1;
  if v_fund is not null then
    perform refuse('commitment_rule_above', jsonb_build_object('fund', v_fund));
  end if;
  return null;
end $$;

insert into tranche_rule (from_state, move, to_state, mover, posts) values
  ('', 'plan', 'planned', 'voucher', ''),
  ('planned', 'meet-condition', 'eligible', 'calendar', ''),
  ('eligible', 'request', 'requested', 'lead', ''),
  ('eligible', 'expire', 'expired', 'calendar', 'commitment-released'),
  ('requested', 'check', 'checked', 'desk', ''),
  ('requested', 'return-request', 'eligible', 'desk', ''),
  ('requested', 'withdraw-request', 'eligible', 'lead', ''),
  ('checked', 'approve', 'approved', 'approver-l1', ''),
  ('checked', 'approve-l1', 'approved-l1', 'approver-l1', ''),
  ('checked', 'decline', 'declined', 'approver-l1', 'commitment-released'),
  ('approved-l1', 'approve-l2', 'approved', 'approver-l2', ''),
  ('approved-l1', 'approve-l2-before-steer', 'approved-l2', 'approver-l2', ''),
  ('approved-l1', 'decline', 'declined', 'approver-l2', 'commitment-released'),
  ('approved-l2', 'approve-steer', 'approved', 'steer', ''),
  ('approved-l2', 'decline', 'declined', 'steer', 'commitment-released'),
  ('approved', 'schedule', 'scheduled', 'voucher', ''),
  ('scheduled', 'confirm-paid', 'paid', 'voucher', 'payment'),
  ('scheduled', 'bank-reject', 'payment-failed', 'voucher', ''),
  ('scheduled', 'unschedule', 'approved', 'voucher', ''),
  ('payment-failed', 'fix-payee', 'approved', 'desk', ''),
  ('paid', 'await-acquittal', 'awaiting-acquittal', 'voucher', ''),
  ('paid', 'accept-report', 'settled', 'desk', ''),
  ('paid', 'bank-return', 'payment-failed', 'voucher', 'returned'),
  ('paid', 'undo-paid', 'approved', 'voucher', ''),
  ('paid', 'return-unspent', 'settled', 'voucher', 'returned'),
  ('awaiting-acquittal', 'submit-acquittal', 'acquittal-submitted', 'fin-lead', ''),
  ('awaiting-acquittal', 'bank-return', 'payment-failed', 'voucher', 'returned'),
  ('awaiting-acquittal', 'undo-paid', 'approved', 'voucher', ''),
  ('acquittal-submitted', 'return-acquittal', 'awaiting-acquittal', 'desk', ''),
  ('acquittal-submitted', 'accept-part', 'partly-acquitted', 'voucher', 'acquittal'),
  ('acquittal-submitted', 'accept-all', 'settled', 'voucher', 'acquittal'),
  ('partly-acquitted', 'submit-acquittal', 'acquittal-submitted', 'fin-lead', ''),
  ('settled', 'undo-acquittal', 'partly-acquitted', 'voucher', ''),
  ('settled', 'claw-back', 'clawed-back', 'voucher', 'demand'),
  ('held', 'release', 'planned', 'desk', ''),
  ('held', 'release-by-panel', 'planned', 'panel', ''),
  ('held', 'release-cured', 'planned', 'calendar', ''),
  ('awaiting-acquittal', 'return-unspent', 'settled', 'voucher', 'returned'),
  ('awaiting-acquittal', 'carry-forward', 'settled', 'desk', ''),
  ('awaiting-acquittal', 'claw-back', 'clawed-back', 'voucher', 'demand'),
  ('partly-acquitted', 'return-unspent', 'settled', 'voucher', 'returned'),
  ('partly-acquitted', 'carry-forward', 'settled', 'desk', ''),
  ('partly-acquitted', 'claw-back', 'clawed-back', 'voucher', 'demand'),
  ('partly-acquitted', 'undo-acquittal', 'awaiting-acquittal', 'voucher', ''),
  ('planned', 'hold', 'held', 'desk', ''),
  ('planned', 'hold-by-panel', 'held', 'panel', ''),
  ('planned', 'hold-overdue', 'held', 'calendar', ''),
  ('eligible', 'hold', 'held', 'desk', ''),
  ('eligible', 'hold-by-panel', 'held', 'panel', ''),
  ('eligible', 'hold-overdue', 'held', 'calendar', ''),
  ('requested', 'hold', 'held', 'desk', ''),
  ('requested', 'hold-by-panel', 'held', 'panel', ''),
  ('requested', 'hold-overdue', 'held', 'calendar', ''),
  ('checked', 'hold', 'held', 'desk', ''),
  ('checked', 'hold-by-panel', 'held', 'panel', ''),
  ('checked', 'hold-overdue', 'held', 'calendar', ''),
  ('approved-l1', 'hold', 'held', 'desk', ''),
  ('approved-l1', 'hold-by-panel', 'held', 'panel', ''),
  ('approved-l1', 'hold-overdue', 'held', 'calendar', ''),
  ('approved-l2', 'hold', 'held', 'desk', ''),
  ('approved-l2', 'hold-by-panel', 'held', 'panel', ''),
  ('approved-l2', 'hold-overdue', 'held', 'calendar', ''),
  ('approved', 'hold', 'held', 'desk', ''),
  ('approved', 'hold-by-panel', 'held', 'panel', ''),
  ('approved', 'hold-overdue', 'held', 'calendar', ''),
  ('scheduled', 'hold', 'held', 'desk', ''),
  ('scheduled', 'hold-by-panel', 'held', 'panel', ''),
  ('scheduled', 'hold-overdue', 'held', 'calendar', ''),
  ('planned', 'cancel', 'cancelled', 'approver-l2', 'commitment-released'),
  ('eligible', 'cancel', 'cancelled', 'approver-l2', 'commitment-released'),
  ('payment-failed', 'cancel', 'cancelled', 'approver-l2', 'commitment-released'),
  ('held', 'cancel', 'cancelled', 'approver-l2', 'commitment-released'),
  ('planned', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('eligible', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('requested', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('checked', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('approved-l1', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('approved-l2', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('approved', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('payment-failed', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released'),
  ('held', 'cancel-with-grant', 'cancelled', 'voucher', 'commitment-released');
create trigger tranche_rule_lasting before insert or update or delete or truncate on tranche_rule
  for each statement execute function books_are_append_only();

alter table grant_move_rule disable trigger grant_move_rule_lasting;
insert into grant_move_rule (from_state, move, to_state, movers, posts) values
  ('active', 'suspend', 'suspended', '{desk}', ''),
  ('active', 'suspend-by-panel', 'suspended', '{panel}', ''),
  ('active', 'suspend-overdue', 'suspended', '{calendar}', ''),
  ('active', 'start-closing', 'closing', '{lead}', ''),
  ('active', 'end-reached', 'closing', '{calendar}', ''),
  ('active', 'terminate', 'terminated', '{steer,approver-l2}', ''),
  ('suspended', 'resume', 'active', '{desk}', ''),
  ('suspended', 'resume-by-panel', 'active', '{panel}', ''),
  ('suspended', 'terminate', 'terminated', '{steer,approver-l2}', ''),
  ('closing', 'reopen-work', 'active', '{desk}', ''),
  ('closing', 'close', 'closed', '{desk,panel}', ''),
  ('terminated', 'demand-return', 'recovering', '{voucher}', 'demand'),
  ('terminated', 'nothing-to-recover', 'closed', '{desk,panel}', ''),
  ('terminated', 'appeal-termination', 'suspended', '{panel}', ''),
  ('recovering', 'settle-recovery', 'closed', '{accountant,approver-l2}', ''),
  ('closed', 'reopen-closed', 'closing', '{panel,steer}', '');
alter table grant_move_rule enable trigger grant_move_rule_lasting;

select plan_tranches(c.book_id, c.grant_id, l.actor_id, l.at) from grant_case c
  join grant_log l on l.book_id = c.book_id and l.grant_id = c.grant_id and l.move = 'activate' where c.state = 'active';

grant execute on function has_award, plan_tranches to :"app";
grant select on tranche_rule, grant_fund, grant_lot_loan to :"app";
grant select, insert on tranche_log, tranche_fund, grant_money to :"app";
grant select on tranche to :"app";
grant update (units, earliest_on, condition, report_due_on, state, state_version, due_on, asked, tier, request_no, expectation_id, paid_on, held_by)
  on tranche to :"app";
grant update (planned) on tranche_fund to :"app";
