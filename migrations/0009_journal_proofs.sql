-- The journal's proofs, statement by statement: no look-up is repeated row by row, what refers to something is proved for all
-- rows at once, and whatever a posting does to a fund (own cash, available money, transfers, money held for others) is
-- judged here, where the tables' owner cannot walk around it either. Lots of gifts come with their lines.

alter table account drop constraint account_role;
alter table account add constraint account_role
  check (role in ('none', 'own-cash', 'agency-cash', 'claim', 'commitment', 'agency', 'investment'));
update account a set role = 'investment'
 where split_part(a.key, '.', 1) in ('short-term-investments', 'short-term-investment-allowance', 'long-term-equity-investments',
                                     'long-term-debt-investments', 'other-long-term-investments', 'long-term-investment-allowance');

-- References of headers are proved set-wise below.
alter table journal_entry drop constraint journal_entry_book_id_fkey, drop constraint entry_corrects;

-- Debits count up, credits down.
create function signed(p_side text, p_units bigint) returns bigint language sql immutable as $$
  select case p_side when 'D' then p_units else -p_units end
$$;


-- The principal that must stay as own cash: what is invested for the fund stands in for it (rulings 9).
create function fund_floor(p_book integer, p_fund integer) returns bigint language plpgsql stable as $$
begin
  return (select greatest(0, f.principal_minimum - case when f.principal_minimum = 0 then 0 else
           coalesce((select sum(p.net) from fund_position p join account a using (book_id, account_id)
                      where p.book_id = p_book and p.fund_id = p_fund and a.role = 'investment'), 0) end)::bigint
            from fund f where f.book_id = p_book and f.fund_id = p_fund);
end $$;

-- Plans of these are kept for the session; those of SQL functions are made anew at each call.
create or replace function standard_on(p_book integer, p_day date) returns text language plpgsql stable as $$
begin
  return (select standard from book_standard where book_id = p_book and valid_from <= p_day order by valid_from desc limit 1);
end $$;

create or replace function own_cash(p_book integer, p_fund integer) returns bigint language plpgsql stable as $$
begin
  return (select coalesce(sum(net), 0)::bigint from fund_position join account using (book_id, account_id)
           where book_id = p_book and fund_id = p_fund and role = 'own-cash');
end $$;

-- Own cash less debts, open commitments, open holds and the principal that must stay (rulings 9).
create or replace function fund_available(p_book integer, p_fund integer) returns bigint language plpgsql stable as $$
begin
  return (coalesce((select sum(case role when 'own-cash' then net
                                         when 'claim' then least(0, net)
                                         when 'commitment' then -net
                                         else 0 end)
                      from fund_position join account using (book_id, account_id)
                     where book_id = p_book and fund_id = p_fund), 0)
          - coalesce((select sum(units) from hold where book_id = p_book and fund_id = p_fund and released_at is null), 0)
          - fund_floor(p_book, p_fund))::bigint;
end $$;

-- What the bank has paid out for a bundle: the evidence on which alone the general fund may go below (rulings 10). A blue
-- voucher rests on the bank line of the voucher that it puts right.
create function bank_paid(p_book integer, p_bundle bigint) returns bigint language plpgsql stable as $$
begin
  return (
  select coalesce(sum(-b.units) filter (where b.units < 0), 0)::bigint
    from voucher v
    left join journal_entry e on e.book_id = v.book_id and e.entry_no = v.corrects_entry_no and v.kind = 'correction'
    left join voucher o on o.book_id = e.book_id and o.voucher_id = e.voucher_id
    join bank_line b on b.book_id = v.book_id and b.bank_line_id = coalesce(v.bank_line_id, o.bank_line_id)
   where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle));
end $$;

-- What stands with the body for each recipient of money held for others; 0 is who is not named yet (rulings 14).
create table agency_position (
  book_id          integer not null,
  counterparty_id  bigint not null,
  commodity        text not null collate "C",
  held             bigint not null constraint agency_recipient_floor check (held >= 0),
  primary key (book_id, counterparty_id, commodity)
);
insert into agency_position
  select p.book_id, coalesce(p.counterparty_id, 0), p.commodity, -sum(signed(p.side, p.units))
    from posting p join account a using (book_id, account_id)
   where a.role = 'agency' and a.class = 'liability' group by 1, 2, 3;
create trigger agency_position_follows before insert or update or delete or truncate on agency_position
  for each statement execute function balances_follow_postings();
grant select on agency_position to :"app";

-- Headers: numbers and positions without gap, time that never runs back, an open period that holds the day, real references.
-- Large tables are looked up by key, row for row (lateral ... offset 0): a plan made for a thousand rows must serve two as well.
create or replace function prove_headers() returns trigger language plpgsql as $$
declare bad record;
begin
  select x.rule, x.facts into bad from (
    select case when g.first < 1 or g.entries <> g.last - g.first + 1 or g.first > 1 and not exists
                  (select 1 from journal_entry j where (j.book_id, j.period, j.series, j.number) = (g.book_id, g.period, g.series, g.first - 1))
                then 'entry_number_gap' end as rule,
           jsonb_build_object('period', g.period, 'series', g.series, 'number', g.first) as facts
      from (select book_id, period, series, count(*) as entries, min(number) as first, max(number) as last
              from n where kind <> 'opening' group by book_id, period, series) g
    union all
    select case when g.first < 1 or g.entries <> g.last - g.first + 1 or g.first > 1 and before.posted_at is null then 'entry_position_gap'
                when before.posted_at > g.earliest then 'entry_time_backwards' end,
           jsonb_build_object('entry', g.first)
      from (select book_id, count(*) as entries, min(entry_no) as first, max(entry_no) as last, min(posted_at) as earliest
              from n group by book_id) g
      left join lateral (select j.posted_at from journal_entry j where j.book_id = g.book_id and j.entry_no = g.first - 1 offset 0) before on true
    union all
    select 'entry_time_backwards', '{}' from (select posted_at, lag(posted_at) over (partition by book_id order by entry_no) as before from n) t
     where t.before > t.posted_at
    union all
    select 'entry_corrects', jsonb_build_object('entry', n.corrects_entry_no) from n
     where n.corrects_entry_no is not null
       and (n.corrects_entry_no >= n.entry_no or not exists (select 1 from journal_entry j where j.book_id = n.book_id and j.entry_no = n.corrects_entry_no))) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;

  -- The period row is locked so that closing waits for entries under way.
  perform 1 from period p where (p.book_id, p.period) in (select book_id, period from n) for share;
  select n.occurred_on, n.period, p.closed_at into bad
    from n left join period p on p.book_id = n.book_id and p.period = n.period
   where p.period is null or p.closed_at is not null or n.occurred_on not between p.starts and p.ends limit 1;
  if found then
    perform refuse(case when bad.closed_at is null then 'entry_outside_period' else 'entry_period_closed' end,
                   jsonb_build_object('day', bad.occurred_on, 'period', bad.period));
  end if;
  return null;
end $$;

-- Lines: each entry whole, balanced per fund and commodity, carrying what its accounts ask for; then balances follow.
create or replace function prove_postings() returns trigger language plpgsql as $$
declare bad record; kinds record; v_falling integer[];
begin
  select e.rule, e.facts into bad from (
    select case when bool_or(g.difference <> 0) then 'entry_unbalanced'
                when min(j.line_count) is null or sum(g.lines) <> min(j.line_count) or min(g.first) <> 1 or max(g.last) <> min(j.line_count)
                  or sum(g.total) <> min(j.total) or min(g.from_period) <> min(j.period) or max(g.to_period) <> min(j.period)
                then 'entry_incomplete' end as rule,
           jsonb_build_object('entry', g.entry_no, 'fund', min(g.fund_id) filter (where g.difference <> 0),
                              'difference', max(g.difference) filter (where g.difference <> 0)) as facts
      from (select book_id, entry_no, fund_id, commodity, sum(signed(side, units)) as difference, count(*) as lines,
                   min(line_no) as first, max(line_no) as last, coalesce(sum(units) filter (where side = 'D'), 0) as total,
                   min(period) as from_period, max(period) as to_period
              from n group by book_id, entry_no, fund_id, commodity) g
      left join lateral (select j.line_count, j.total, j.period from journal_entry j
                          where j.book_id = g.book_id and j.entry_no = g.entry_no offset 0) j on true
     group by g.book_id, g.entry_no) e
   where e.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;

  with header as materialized (
    select e.book_id, e.entry_no, j.series, j.kind, j.occurred_on
      from (select distinct book_id, entry_no from n) e
      cross join lateral (select j.series, j.kind, j.occurred_on from journal_entry j
                           where j.book_id = e.book_id and j.entry_no = e.entry_no offset 0) j),
  in_force as materialized (
    select d.book_id, d.occurred_on, standard_on(d.book_id, d.occurred_on) as standard
      from (select distinct book_id, occurred_on from header) d)
  select min(coalesce(e.rule, case when e.series = '记' and not e.cash then 'line_series' end)) as rule,
         min(e.entry_no) filter (where e.rule is not null or e.series = '记' and not e.cash) as entry_no, bool_or(e.sums) as sums,
         bool_or(e.agency) as agency, bool_or(e.restricted) as restricted into kinds
    from (select n.entry_no, min(j.series) as series, bool_or(a.role in ('own-cash', 'agency-cash')) as cash,
                 bool_or(n.cash_flow = 'internal' or n.movement = 'transfer' or f.kind = 'agency') as sums,
                 bool_or(f.kind = 'agency') as agency, bool_or(n.restriction = 'R') as restricted,
                 min(case when a.account_id is null or an.account_id is null then 'line_unknown_account'
                          when f.fund_id is null then 'line_unknown_fund'
                          when a.commodity <> n.commodity then 'line_commodity'
                          when an.needs_restriction and n.restriction = '' then 'line_restriction_missing'
                          when a.key = 'net-assets-unrestricted' and n.restriction <> 'U' then 'line_restriction_missing'
                          when a.key = 'net-assets-restricted' and n.restriction <> 'R' then 'line_restriction_missing'
                          when (a.role = 'own-cash') <> (n.cash_flow <> '') then 'line_cash_flow'
                          when a.class = 'net-assets' and n.movement = 'ordinary' then 'line_movement_missing'
                          when n.movement in ('close', 'opening') and n.movement <> j.kind then 'line_movement_misplaced'
                          when n.movement not in ('ordinary', 'close') and a.class not in ('net-assets', 'income') then 'line_movement_misplaced'
                          when (f.kind = 'agency') <> (a.role in ('agency', 'agency-cash')) and a.class <> 'memorandum' then 'line_agency_fund'
                          when (a.class = 'memorandum') <> (j.series in ('备', '时', '分')) then 'line_series'
                          when a.role in ('own-cash', 'agency-cash') and j.series <> '记' and j.kind <> 'opening' then 'line_series'
                          when divided.parent_id is not null then 'line_has_sub_accounts' end) as rule
            from n
            join header j using (book_id, entry_no)
            join in_force using (book_id, occurred_on)
            left join account a on a.book_id = n.book_id and a.account_id = n.account_id
            left join account_name an on an.book_id = n.book_id and an.account_id = n.account_id and an.standard = in_force.standard
            left join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id
            left join (select distinct book_id, parent_id from account where added) divided
              on divided.book_id = n.book_id and divided.parent_id = n.account_id
           group by n.book_id, n.entry_no) e;
  if kinds.rule is not null then
    perform refuse(kinds.rule, jsonb_build_object('entry', kinds.entry_no));
  end if;

  -- Some lines add up to nothing among themselves: cash between funds; what one fund hands on as restricted or unrestricted
  -- net assets (rulings 13); and money held for others, recipient by recipient (rulings 14).
  if kinds.sums then
    select x.rule, x.entry_no, x.difference into bad from (
      select 'internal_not_zero' as rule, entry_no, sum(signed(side, units)) as difference from n
       where cash_flow = 'internal' group by book_id, entry_no having sum(signed(side, units)) <> 0
      union all
      select 'transfer_not_zero', entry_no, sum(signed(side, units)) from n
       where movement = 'transfer' group by book_id, entry_no, account_id having sum(signed(side, units)) <> 0
      union all
      select 'agency_recipient_unbalanced', entry_no, sum(signed(side, units)) from n join fund f using (book_id, fund_id)
       where f.kind = 'agency' group by book_id, entry_no, counterparty_id having sum(signed(side, units)) <> 0) x limit 1;
    if found then
      perform refuse(bad.rule, jsonb_build_object('entry', bad.entry_no, 'difference', bad.difference));
    end if;
  end if;

  insert into balance as b (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement, debit, credit)
    select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
           coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
      from n group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 2, 3, 4, 5, 6, 7, 8, 9
    on conflict (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement)
    do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
  insert into fund_position as p (book_id, fund_id, account_id, commodity, net)
    select book_id, fund_id, account_id, commodity, sum(signed(side, units))
      from n group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (book_id, fund_id, account_id, commodity) do update set net = p.net + excluded.net;
  if kinds.agency then
    insert into agency_position as p (book_id, counterparty_id, commodity, held)
      select n.book_id, coalesce(n.counterparty_id, 0), n.commodity, -sum(signed(n.side, n.units))
        from n join account a using (book_id, account_id)
       where a.role = 'agency' and a.class = 'liability' group by 1, 2, 3 order by 1, 2, 3
      on conflict (book_id, counterparty_id, commodity) do update set held = p.held + excluded.held;
  end if;
  select array_agg(distinct n.fund_id) into v_falling from n join account a using (book_id, account_id)
   where case a.role when 'own-cash' then signed(n.side, n.units) < 0 when 'claim' then signed(n.side, n.units) < 0
                     when 'investment' then signed(n.side, n.units) < 0 when 'commitment' then signed(n.side, n.units) > 0 end;
  if v_falling is not null then
    perform prove_funds(v_falling, array_agg(g.book_id), array_agg(g.fund_id), array_agg(g.account_id), array_agg(g.change), array_agg(g.first), array_agg(g.last))
       from (select book_id, fund_id, account_id, min(entry_no) as first, max(entry_no) as last,
                    coalesce(sum(signed(side, units)) filter (where period % 100 <> 0), 0)::bigint as change
               from n where commodity = 'CNY' and fund_id = any (v_falling) group by 1, 2, 3) g;
  end if;
  if kinds.restricted then
    insert into gift_lot (book_id, fund_id, received_on, units, clause, counterparty_id, entry_no, line_no)
      select n.book_id, n.fund_id, j.occurred_on, n.units, coalesce(nullif(l.clause, ''), f.clause), n.counterparty_id, n.entry_no, n.line_no
        from n
        join account a using (book_id, account_id)
        join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id
        cross join lateral (select j.occurred_on, j.voucher_id from journal_entry j
                             where j.book_id = n.book_id and j.entry_no = n.entry_no offset 0) j
        left join lateral (select l.clause from voucher_line l
                            where l.book_id = n.book_id and l.voucher_id = j.voucher_id and l.line_no = n.line_no offset 0) l on true
       where n.restriction = 'R' and n.commodity = 'CNY' and is_restricted_inflow(a.class, n.side, n.units, n.movement)
       order by n.entry_no, n.line_no;
  end if;
  return null;
end $$;

-- What no posting may do to a fund: leave own cash below its floor, or lower its available money below nothing. Only the
-- host's general fund goes below, by what the bank has paid out for the entries looked at. Opening balances are what is
-- there, not a fall; p_changes are without them.
create function prove_funds(p_falling integer[], p_books integer[], p_funds integer[], p_accounts integer[], p_changes bigint[],
                            p_first bigint[], p_last bigint[]) returns void language plpgsql as $$
declare x record; f record; v_paid bigint;
begin
  for x in
    select c.book_id, c.fund_id, min(c.first) as first, max(c.last) as last, bool_or(a.role = 'own-cash') as moves_cash,
           coalesce(sum(case a.role when 'own-cash' then -c.change
                                    when 'claim' then least(0, p.net - c.change) - least(0, p.net)
                                    when 'commitment' then c.change end), 0) as fell,
           coalesce(sum(c.change) filter (where a.role = 'investment'), 0) as invested
      from unnest(p_books, p_funds, p_accounts, p_changes, p_first, p_last) c(book_id, fund_id, account_id, change, first, last)
      join account a on a.book_id = c.book_id and a.account_id = c.account_id
      join fund_position p on p.book_id = c.book_id and p.fund_id = c.fund_id and p.account_id = c.account_id and p.commodity = 'CNY'
     where c.fund_id = any (p_falling) and a.role in ('own-cash', 'claim', 'commitment', 'investment')
     group by c.book_id, c.fund_id loop
    select g.name, g.kind, g.principal_minimum, own_cash(g.book_id, g.fund_id) as cash, fund_available(g.book_id, g.fund_id) as available,
           case when g.principal_minimum = 0 then 0 else fund_floor(g.book_id, g.fund_id) end as floor into f
      from fund g where g.book_id = x.book_id and g.fund_id = x.fund_id;
    if x.moves_cash and f.kind <> 'general' and f.cash < f.floor then
      perform refuse('own_cash_floor', jsonb_build_object('fund', f.name, 'cash', f.cash, 'floor', f.floor));
    end if;
    if f.principal_minimum > 0 then
      x.fell := x.fell + f.floor - greatest(0, f.principal_minimum - (
        select coalesce(sum(q.net), 0) from fund_position q join account i using (book_id, account_id)
         where q.book_id = x.book_id and q.fund_id = x.fund_id and i.role = 'investment') + x.invested);
    end if;
    if x.fell > 0 and f.available < 0 then
      v_paid := case when f.kind <> 'general' then 0 else (
        select coalesce(sum(bank_paid(x.book_id, b.bundle)), 0)
          from (select distinct coalesce(v.bundle_id, v.voucher_id) as bundle
                  from (select distinct p.entry_no from posting p where p.book_id = x.book_id and p.fund_id = x.fund_id
                                                                    and p.entry_no between x.first and x.last) u
                  join journal_entry j on j.book_id = x.book_id and j.entry_no = u.entry_no
                  join voucher v on v.book_id = x.book_id and v.voucher_id = j.voucher_id) b) end;
      if x.fell > v_paid then
        perform refuse('hold_above_available', jsonb_build_object('fund', f.name, 'asked', x.fell, 'available', f.available + x.fell));
      end if;
    end if;
  end loop;
end $$;

-- A hold never speaks for more than the fund has; only the host's general fund may, and only for as much as the bank has
-- already paid out.
create or replace function prove_holds() returns trigger language plpgsql as $$
declare bad record;
begin
  perform 1 from fund f where (f.book_id, f.fund_id) in (select book_id, fund_id from n) order by f.code for no key update;
  select f.name, g.units, g.available into bad
    from (select n.book_id, n.fund_id, sum(n.units)::bigint as units, fund_available(n.book_id, n.fund_id) as available
            from n group by n.book_id, n.fund_id) g
    join fund f using (book_id, fund_id)
   where g.available < 0
     and not (f.kind = 'general'
              and not exists (select 1 from n where n.book_id = f.book_id and n.fund_id = f.fund_id
                                                and n.units > coalesce(bank_paid(n.book_id, n.voucher_id), 0))) limit 1;
  if found then
    perform refuse('hold_above_available', jsonb_build_object('fund', bad.name, 'asked', bad.units, 'available', bad.available + bad.units));
  end if;
  return null;
end $$;
