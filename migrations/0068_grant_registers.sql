-- Registers of running grants: what is out, promised and late is found without reading what is settled, today from the sums that are kept and
-- for a day in the past from the register of moves.

create index tranche_fund_open_advance on tranche_fund (book_id, tranche_id) include (fund_id, paid, carried, acquitted, returned, demanded)
  where paid + carried - acquitted - returned - demanded > 0;
create index tranche_open on tranche (book_id, tranche_id) include (grant_id, no, state, report_due_on, paid_on)
  where state not in ('settled', 'clawed-back');
create index grant_case_running on grant_case (book_id, grant_id) include (lead_id, fin_lead_id, grant_round_id, state)
  where state in ('active', 'suspended', 'closing', 'terminated', 'recovering');
create index grant_fund_open_promise on grant_fund (book_id, fund_id, grant_id) where committed - cancelled - paid > 0;
create index tranche_late on tranche (book_id, report_due_on, grant_id) where state in ('awaiting-acquittal', 'partly-acquitted');
create index tranche_late_of_grant on tranche (book_id, grant_id, report_due_on) where state in ('awaiting-acquittal', 'partly-acquitted');
create index tranche_day_came on tranche (book_id, earliest_on, grant_id) where state = 'planned';
create index tranche_log_exception on tranche_log (book_id, at desc)
  where move in ('bank-reject', 'bank-return', 'undo-paid', 'undo-acquittal', 'approve', 'approve-l1', 'approve-l2', 'approve-l2-before-steer',
                 'approve-steer');
create index grant_log_reopened on grant_log (book_id, at desc) where move in ('reopen-work', 'reopen-closed', 'appeal-termination');

-- What is paid and not accounted for, by tranche and fund; for null as it stands.
create function advances_open(p_book integer, p_funds integer[], p_day date)
returns table (tranche_id bigint, fund_id integer, units bigint) language sql stable as $$
  select f.tranche_id, f.fund_id, f.paid + f.carried - f.acquitted - f.returned - f.demanded
    from tranche_fund f
   where p_day is null and f.book_id = p_book and f.fund_id = any (p_funds)
     and f.paid + f.carried - f.acquitted - f.returned - f.demanded > 0
  union all
  select m.tranche_id, m.fund_id, sum(case when m.move in ('paid', 'carried') then m.units else -m.units end)::bigint
    from grant_money m
   where p_day is not null and m.book_id = p_book and m.fund_id = any (p_funds) and m.tranche_id is not null and m.occurred_on <= p_day
     and m.move in ('paid', 'carried', 'acquitted', 'returned', 'demanded')
   group by m.tranche_id, m.fund_id
  having sum(case when m.move in ('paid', 'carried') then m.units else -m.units end) > 0
$$;

-- What a grant's money did, by grant and fund; for null as it stands.
create function grant_sums(p_book integer, p_funds integer[], p_day date)
returns table (grant_id bigint, fund_id integer, committed bigint, cancelled bigint, paid bigint, acquitted bigint, returned bigint,
               demanded bigint, recovered bigint, written_off bigint) language sql stable as $$
  select f.grant_id, f.fund_id, f.committed, f.cancelled, f.paid, f.acquitted, f.returned, f.demanded, f.recovered, f.written_off
    from grant_fund f
   where p_day is null and f.book_id = p_book and f.fund_id = any (p_funds)
  union all
  select m.grant_id, m.fund_id,
         coalesce(sum(m.units) filter (where m.move = 'committed'), 0)::bigint, coalesce(sum(m.units) filter (where m.move = 'cancelled'), 0)::bigint,
         coalesce(sum(m.units) filter (where m.move = 'paid'), 0)::bigint, coalesce(sum(m.units) filter (where m.move = 'acquitted'), 0)::bigint,
         coalesce(sum(m.units) filter (where m.move = 'returned'), 0)::bigint, coalesce(sum(m.units) filter (where m.move = 'demanded'), 0)::bigint,
         coalesce(sum(m.units) filter (where m.move = 'recovered'), 0)::bigint,
         coalesce(sum(m.units) filter (where m.move = 'written-off'), 0)::bigint
    from grant_money m
   where p_day is not null and m.book_id = p_book and m.fund_id = any (p_funds) and m.occurred_on <= p_day
   group by m.grant_id, m.fund_id
$$;

grant execute on function advances_open, grant_sums to :"app";
