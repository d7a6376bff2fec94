-- The journal and what is kept beside it. Nothing here is ever changed or deleted; the triggers say so to the tables'
-- owner too, and prove every statement as a whole: balance, completeness, period, series, what each account asks for.

create table journal_entry (
  book_id            integer not null references book,
  entry_no           bigint not null,
  period             integer not null,
  series             text not null constraint entry_series check (series in ('记', '转', '备', '时', '分')),
  number             integer not null constraint entry_number check (number >= 0),
  occurred_on        date not null,
  kind               text not null,
  narrative_id       bigint not null,
  line_count         smallint not null,
  total              bigint not null,
  document_hashes    bytea[] not null,
  corrects_entry_no  bigint,
  voucher_id         bigint not null,
  maker_id           bigint not null,
  reviewer_id        bigint,
  review_rule        text,
  posted_at          timestamptz not null,
  leaf               bytea not null check (length(leaf) = 32),
  primary key (book_id, entry_no),
  constraint entry_number_once unique (book_id, period, series, number),
  constraint entry_voucher_once unique (book_id, voucher_id),
  constraint entry_own_review check (reviewer_id is distinct from maker_id),
  constraint entry_reviewed check ((reviewer_id is null) <> (review_rule is null)),
  -- Opening balances are number 0 of 转 in period 00, and nothing else is.
  constraint entry_opening check ((kind = 'opening') = (number = 0) and (kind = 'opening') = (period % 100 = 0)
                                  and (kind <> 'opening' or series = '转')),
  constraint entry_instant check (isfinite(posted_at)),
  constraint entry_corrects foreign key (book_id, corrects_entry_no) references journal_entry
);
create index on journal_entry (book_id, occurred_on);

create table posting (
  book_id          integer not null,
  entry_no         bigint not null,
  line_no          smallint not null,
  period           integer not null,
  account_id       integer not null,
  fund_id          integer not null,
  commodity        text not null collate "C",
  side             text not null constraint posting_side check (side in ('D', 'C')),
  units            bigint not null constraint posting_units check (units <> 0),
  restriction      text not null,
  cash_flow        text not null,
  movement         text not null,
  project_class    text not null,
  project_id       bigint,
  counterparty_id  bigint,
  enterprise_id    bigint,
  document_id      bigint,
  narrative_id     bigint not null,
  primary key (book_id, entry_no, line_no)
);
create index on posting (book_id, account_id, period, entry_no);

-- Kept in the transaction that posts, so no statement has to scan the journal.
create table balance (
  book_id        integer not null,
  period         integer not null,
  account_id     integer not null,
  fund_id        integer not null,
  commodity      text not null collate "C",
  restriction    text not null,
  cash_flow      text not null,
  project_class  text not null,
  movement       text not null,
  debit          bigint not null,
  credit         bigint not null,
  primary key (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement),
  foreign key (book_id, account_id) references account,
  foreign key (book_id, fund_id) references fund
) with (fillfactor = 70);

-- Debits minus credits of one account in one fund over all periods: what own cash and available money are made of.
create table fund_position (
  book_id     integer not null,
  fund_id     integer not null,
  account_id  integer not null,
  commodity   text not null collate "C",
  net         bigint not null,
  primary key (book_id, fund_id, account_id, commodity)
) with (fillfactor = 70);

create function refuse(p_constraint text, p_facts jsonb) returns void language plpgsql as $$
begin
  raise exception 'refused: % %', p_constraint, p_facts
    using errcode = 'check_violation', constraint = p_constraint;
end $$;

create function books_are_append_only() returns trigger language plpgsql as $$
begin
  perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  return null;
end $$;

-- Balances follow the journal: only the posting trigger, one level further in, may write them.
create function balances_follow_postings() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') or pg_trigger_depth() < 2 then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return null;
end $$;

create trigger journal_entry_append_only before update or delete or truncate on journal_entry
  for each statement execute function books_are_append_only();
create trigger posting_append_only before update or delete or truncate on posting
  for each statement execute function books_are_append_only();
create trigger balance_follows before insert or update or delete or truncate on balance
  for each statement execute function balances_follow_postings();
create trigger fund_position_follows before insert or update or delete or truncate on fund_position
  for each statement execute function balances_follow_postings();

-- A narrative is born with its text and may lose it, for erasure by the owner; nothing else about it changes.
create function narrative_may_only_be_blanked() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.text is null then
      perform refuse('narrative_text', '{}');
    end if;
    return new;
  end if;
  if tg_op <> 'UPDATE' or new.text is not null
     or (new.book_id, new.narrative_id, new.salt, new.digest) is distinct from (old.book_id, old.narrative_id, old.salt, old.digest) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger narrative_blank before insert or update or delete on narrative
  for each row execute function narrative_may_only_be_blanked();
create trigger narrative_truncate before truncate on narrative
  for each statement execute function books_are_append_only();

-- A line belongs to its voucher before the voucher is proved: what was held and looked at is all there is.
create function lines_before_proof() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from voucher v where (v.book_id, v.voucher_id) in (select book_id, voucher_id from n)
    order by v.voucher_id for no key update;
  perform 1 from voucher v where (v.book_id, v.voucher_id) in (select book_id, voucher_id from n) and v.proved limit 1;
  if found then
    perform refuse('voucher_already_proved', '{}');
  end if;
  return null;
end $$;
create trigger voucher_line_before_proof after insert on voucher_line referencing new table as n
  for each statement execute function lines_before_proof();

-- A sub-account is of one kind with its parent.
create function sub_account_like_parent() returns trigger language plpgsql as $$
begin
  if new.added and not exists (select 1 from account p where p.book_id = new.book_id and p.account_id = new.parent_id
       and (p.class, p.role, p.commodity) = (new.class, new.role, new.commodity)) then
    perform refuse('account_unlike_parent', jsonb_build_object('account', new.key));
  end if;
  return new;
end $$;
create trigger account_like_parent before insert on account for each row execute function sub_account_like_parent();

create function standard_on(p_book integer, p_day date) returns text language sql stable as $$
  select standard from book_standard where book_id = p_book and valid_from <= p_day order by valid_from desc limit 1
$$;

create function own_cash(p_book integer, p_fund integer) returns bigint language sql stable as $$
  select coalesce(sum(net), 0)::bigint
    from fund_position join account using (book_id, account_id)
   where book_id = p_book and fund_id = p_fund and role = 'own-cash'
$$;

-- Own cash less debts, open commitments, open holds and the principal that must stay (rulings 9).
create function fund_available(p_book integer, p_fund integer) returns bigint language sql stable as $$
  select (coalesce((select sum(case role when 'own-cash' then net
                                         when 'claim' then least(0, net)
                                         when 'commitment' then -net
                                         else 0 end)
                      from fund_position join account using (book_id, account_id)
                     where book_id = p_book and fund_id = p_fund), 0)
          - coalesce((select sum(units) from hold where book_id = p_book and fund_id = p_fund and released_at is null), 0)
          - (select principal_minimum from fund where book_id = p_book and fund_id = p_fund))::bigint
$$;

-- Headers: numbers and positions without gap, time that never runs back, an open period that holds the day.
create function prove_headers() returns trigger language plpgsql as $$
declare bad record;
begin
  select book_id, period, series, min(number) as first into bad
    from n where kind <> 'opening' group by book_id, period, series
  having count(*) <> max(number) - min(number) + 1
      or min(number) < 1
      or (min(number) > 1 and not exists (select 1 from journal_entry j where (j.book_id, j.period, j.series, j.number)
                                            = (n.book_id, n.period, n.series, min(n.number) - 1)))
   limit 1;
  if found then
    perform refuse('entry_number_gap', jsonb_build_object('period', bad.period, 'series', bad.series, 'number', bad.first));
  end if;

  select book_id, min(entry_no) as first into bad
    from n group by book_id
  having count(*) <> max(entry_no) - min(entry_no) + 1
      or min(entry_no) < 1
      or (min(entry_no) > 1 and not exists (select 1 from journal_entry j
                                             where j.book_id = n.book_id and j.entry_no = min(n.entry_no) - 1))
   limit 1;
  if found then
    perform refuse('entry_position_gap', jsonb_build_object('entry', bad.first));
  end if;

  perform 1 from n join journal_entry j on j.book_id = n.book_id and j.entry_no = n.entry_no - 1
    where j.posted_at > n.posted_at limit 1;
  if found then
    perform refuse('entry_time_backwards', '{}');
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
create trigger journal_entry_proved after insert on journal_entry referencing new table as n
  for each statement execute function prove_headers();

create function prove_header_has_lines() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from posting where book_id = new.book_id and entry_no = new.entry_no) then
    perform refuse('entry_without_lines', jsonb_build_object('entry', new.entry_no));
  end if;
  return null;
end $$;
create constraint trigger journal_entry_has_lines after insert on journal_entry deferrable initially deferred
  for each row execute function prove_header_has_lines();

-- Lines: each entry whole, balanced per fund and commodity, carrying what its accounts ask for; then balances follow.
create function prove_postings() returns trigger language plpgsql as $$
declare bad record;
begin
  select g.entry_no, g.fund_id, g.difference into bad
    from (select book_id, entry_no, fund_id, commodity, sum(case side when 'D' then units else -units end) as difference
            from n group by book_id, entry_no, fund_id, commodity) g
   where g.difference <> 0 limit 1;
  if found then
    perform refuse('entry_unbalanced', jsonb_build_object('entry', bad.entry_no, 'fund', bad.fund_id, 'difference', bad.difference));
  end if;

  select g.entry_no into bad
    from (select book_id, entry_no, count(*) as lines, min(line_no) as first, max(line_no) as last,
                 coalesce(sum(units) filter (where side = 'D'), 0) as total, min(period) as p1, max(period) as p2
            from n group by book_id, entry_no) g
    left join journal_entry j using (book_id, entry_no)
   where j.entry_no is null or g.lines <> j.line_count or g.first <> 1 or g.last <> j.line_count or g.total <> j.total
      or g.p1 <> j.period or g.p2 <> j.period limit 1;
  if found then
    perform refuse('entry_incomplete', jsonb_build_object('entry', bad.entry_no));
  end if;

  select x.entry_no, x.rule into bad from (
    select n.entry_no,
           case when a.account_id is null or an.account_id is null then 'line_unknown_account'
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
                when exists (select 1 from account c where c.book_id = n.book_id and c.parent_id = n.account_id and c.added)
                  then 'line_has_sub_accounts'
           end as rule
      from n
      join journal_entry j using (book_id, entry_no)
      left join account a on a.book_id = n.book_id and a.account_id = n.account_id
      left join account_name an on an.book_id = n.book_id and an.account_id = n.account_id
                               and an.standard = standard_on(n.book_id, j.occurred_on)
      left join fund f on f.book_id = n.book_id and f.fund_id = n.fund_id) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, jsonb_build_object('entry', bad.entry_no));
  end if;

  select j.entry_no into bad from journal_entry j
    join (select book_id, entry_no, bool_or(a.role in ('own-cash', 'agency-cash')) as cash
            from n join account a using (book_id, account_id) group by book_id, entry_no) g using (book_id, entry_no)
   where j.series = '记' and not g.cash limit 1;
  if found then
    perform refuse('line_series', jsonb_build_object('entry', bad.entry_no));
  end if;

  select entry_no into bad from n where cash_flow = 'internal'
   group by book_id, entry_no having sum(case side when 'D' then units else -units end) <> 0 limit 1;
  if found then
    perform refuse('internal_not_zero', jsonb_build_object('entry', bad.entry_no));
  end if;

  insert into balance as b (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement, debit, credit)
    select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
           coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
      from n group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 2, 3, 4, 5, 6, 7, 8, 9
    on conflict (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement)
    do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
  insert into fund_position as p (book_id, fund_id, account_id, commodity, net)
    select book_id, fund_id, account_id, commodity, sum(case side when 'D' then units else -units end)
      from n group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (book_id, fund_id, account_id, commodity) do update set net = p.net + excluded.net;

  select f.code, f.name, own_cash(f.book_id, f.fund_id) as cash, f.principal_minimum as floor into bad
    from fund f
   where (f.book_id, f.fund_id) in (select n.book_id, n.fund_id from n join account a using (book_id, account_id)
                                     where a.role = 'own-cash')
     and f.kind <> 'general' and own_cash(f.book_id, f.fund_id) < f.principal_minimum limit 1;
  if found then
    perform refuse('own_cash_floor', jsonb_build_object('fund', bad.name, 'cash', bad.cash, 'floor', bad.floor));
  end if;
  return null;
end $$;
create trigger posting_proved after insert on posting referencing new table as n
  for each statement execute function prove_postings();

-- A hold never speaks for more than the fund has; only the host's general fund may, and only for as much as the bank has
-- already paid out.
create function prove_holds() returns trigger language plpgsql as $$
declare bad record;
begin
  perform 1 from fund f where (f.book_id, f.fund_id) in (select book_id, fund_id from n) order by f.code for no key update;
  select f.name, n.units, fund_available(f.book_id, f.fund_id) as available into bad
    from n join fund f using (book_id, fund_id)
    left join voucher v on v.book_id = n.book_id and v.voucher_id = n.voucher_id
    left join bank_line b on b.book_id = v.book_id and b.bank_line_id = v.bank_line_id
   where fund_available(f.book_id, f.fund_id) < 0 and not (f.kind = 'general' and coalesce(n.units <= -b.units, false)) limit 1;
  if found then
    perform refuse('hold_above_available', jsonb_build_object('fund', bad.name, 'asked', bad.units, 'available', bad.available + bad.units));
  end if;
  return null;
end $$;
create trigger hold_proved after insert on hold referencing new table as n
  for each statement execute function prove_holds();

grant select on journal_entry, posting, balance, fund_position to :"app";
