-- A month closes its income and expense into net assets (rulings 16). A rule that two people approved reviews those vouchers in a person's
-- place, and PostgreSQL itself proves that they say what the balances say, that they come with the close, and that nothing is left over.

-- What may review by itself: each row is one decision of two, that a rule begins or that it ends. The first is the operator's, with the book.
create table review_rule (
  book_id         integer not null references book,
  review_rule_id  bigint generated always as identity,
  key             text not null constraint review_rule_key check (key = 'month-close'),
  begins          boolean not null,
  valid_from      date not null,
  reason          text not null default '' constraint review_rule_reason check (char_length(reason) <= 200),
  proposed_by     bigint references person,
  proposed_at     timestamptz not null,
  state           text not null default 'waiting' constraint review_rule_state check (state in ('waiting', 'approved', 'dropped')),
  decided_by      bigint references person,
  decided_at      timestamptz,
  primary key (book_id, review_rule_id),
  constraint review_rule_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null or decided_at is not null))
);
create unique index review_rule_one_waiting on review_rule (book_id, key) where state = 'waiting';

-- Books that are there already begin as new ones do.
insert into review_rule (book_id, key, begins, valid_from, proposed_at, state, decided_at)
  select book_id, 'month-close', true, opening_day, created_at, 'approved', created_at from book;

create function rules_are_decided_by_two() returns trigger language plpgsql as $$
declare v_last date;
begin
  -- What was reviewed by a rule stays reviewed by it: a decision is about months that are still to be closed.
  select max(q.ends) into v_last from period q where q.book_id = new.book_id and q.period % 100 between 1 and 12 and q.closed_at is not null;
  if pg_trigger_depth() < 2 and new.state <> 'dropped' and new.valid_from <= v_last then
    perform refuse('review_rule_looks_back', jsonb_build_object('rule', new.key, 'day', new.valid_from, 'closed', v_last));
  end if;
  if tg_op = 'INSERT' then
    -- Only the book's own beginning, one trigger further out, is approved by nobody in it.
    if pg_trigger_depth() < 2 and (new.state <> 'waiting' or new.proposed_by is null or new.decided_by is not null or new.reason = '') then
      perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
    end if;
    return new;
  end if;
  if old.state <> 'waiting' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'waiting' or new.decided_by is null or new.state = 'approved' and new.decided_by = new.proposed_by then
    perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
  end if;
  return new;
end $$;
create trigger review_rule_by_two before insert or update on review_rule for each row execute function rules_are_decided_by_two();
create trigger review_rule_lasting before update or delete on review_rule for each row
  execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger review_rule_truncate before truncate on review_rule for each statement execute function books_are_append_only();

create function books_begin_with_their_rules() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into review_rule (book_id, key, begins, valid_from, proposed_at, state, decided_at)
    values (new.book_id, 'month-close', true, new.opening_day, new.created_at, 'approved', new.created_at);
  return null;
end $$;
create trigger book_begins_with_rules after insert on book for each row execute function books_begin_with_their_rules();

create function rule_in_force(p_book integer, p_key text, p_day date) returns boolean language sql stable as $$
  select coalesce((select r.begins from review_rule r
                    where r.book_id = p_book and r.key = p_key and r.state = 'approved' and r.valid_from <= p_day
                    order by r.valid_from desc, r.decided_at desc, r.review_rule_id desc limit 1), false)
$$;

-- Closing vouchers are made of the books alone (第五十一条第四款 asks no attachment of them), whatever rule was set for their kind.
create or replace function needs_no_document(v voucher) returns boolean language plpgsql stable as $$
declare v_rule text;
begin
  if v.series in ('备', '时', '分') or v.kind = 'close' then
    return true;
  end if;
  -- A blue voucher alone (第五十一条, errors of earlier years) that moves cash is a payment like any other; none stands beside it in red.
  v_rule := evidence_needed(v.book_id, case when v.kind = 'correction' and v.bundle_id is null and v.series = '记' then 'ordinary' else v.kind end,
                            v.occurred_on);
  return v_rule = 'none'
         or v_rule in ('bank-line', 'bank-line-in') and exists
           (select 1 from bank_match m where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.undone_at is null
               and (v_rule = 'bank-line' or m.units > 0 or not exists
                    (select 1 from voucher_line l join account a using (book_id, account_id)
                      where l.book_id = v.book_id and l.voucher_id = v.voucher_id and a.role not in ('own-cash', 'agency-cash'))))
         or exists (select 1 from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.movement = 'transfer');
end $$;

-- What whoever closes says to what stays open, and the words by which the annual report was approved.
create table closing_reason (
  book_id   integer not null,
  period    integer not null,
  key       text not null constraint closing_reason_key check (key in ('held-lines', 'suspense', 'annual-report')),
  words     text not null constraint closing_reason_words check (char_length(words) between 2 and 200),
  given_by  bigint not null references person,
  given_at  timestamptz not null,
  primary key (book_id, period, key),
  foreign key (book_id, period) references period
);
create trigger closing_reason_append_only before update or delete or truncate on closing_reason
  for each statement execute function books_are_append_only();
create function reasons_come_before_the_close() returns trigger language plpgsql as $$
begin
  if exists (select 1 from period q where q.book_id = new.book_id and q.period = new.period and q.closed_at is not null) then
    perform refuse('period_already_closed', jsonb_build_object('period', new.period));
  end if;
  return new;
end $$;
create trigger closing_reason_before_close before insert on closing_reason for each row execute function reasons_come_before_the_close();

-- Months that were closed before there were closing vouchers are not carried; the first close after them takes what they left.
alter table period add column carried boolean not null default false;

-- What a period has to close: income, expense and prior-year adjustment per fund, account and restriction, to date. An adjusting
-- period closes what stands in it, and what its months left; until then no later month waits for it. They go into restricted net assets where the standard in force lets the account be restricted and it
-- is, else into unrestricted (2004: all expense; 2026: expense by its restriction).
create function balances_to_close(p_book integer, p_period integer)
  returns table (fund_id integer, account_id integer, restriction text, net bigint, target text) language sql stable as $$
  select b.fund_id, b.account_id, b.restriction, sum(b.debit - b.credit)::bigint,
         case when b.restriction = 'R' and coalesce(n.needs_restriction, true) then 'R' else 'U' end
    from account a
    join period c on c.book_id = a.book_id and c.period = p_period
    join period q on q.book_id = a.book_id and q.period <= p_period and (q.period % 100 <> 13 or q.period = p_period or q.carried)
    join balance b on b.book_id = a.book_id and b.period = q.period and b.account_id = a.account_id and b.commodity = 'CNY'
    left join account_name n on n.book_id = a.book_id and n.account_id = a.account_id and n.standard = standard_on(a.book_id, c.ends)
   where a.book_id = p_book and (a.class in ('income', 'expense') or split_part(a.key, '.', 1) = 'prior-year-adjustment')
   group by b.fund_id, b.account_id, b.restriction, n.needs_restriction having sum(b.debit - b.credit) <> 0
$$;

-- An entry that closes says exactly that of its funds and accounts and nothing else, whoever reviews it; a rule reviews no other. The
-- lines of the entry are those of its voucher, which are looked at before the balances learn of them.
create function close_entries_are_proved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rule text;
begin
  if new.review_rule is not null and new.kind <> 'close' then
    perform refuse('review_rule_beyond', jsonb_build_object('rule', new.review_rule));
  elsif new.review_rule is not null and not rule_in_force(new.book_id, new.review_rule, new.occurred_on) then
    perform refuse('review_rule_not_approved', jsonb_build_object('rule', new.review_rule, 'day', new.occurred_on));
  end if;
  with lines as (
    select l.fund_id, l.account_id, l.restriction, sum(signed(l.side, l.units)) as moved,
           bool_and(l.movement = 'close' and l.commodity = 'CNY') as closes,
           case when a.class in ('income', 'expense') or split_part(a.key, '.', 1) = 'prior-year-adjustment'
                then case when l.restriction = 'R' and coalesce(n.needs_restriction, true) then 'R' else 'U' end end as target,
           case split_part(a.key, '.', 1) when 'net-assets-unrestricted' then 'U' when 'net-assets-restricted' then 'R' end as into_which
      from voucher v
      join voucher_line l on l.book_id = v.book_id and l.voucher_id = v.voucher_id
      join account a on a.book_id = l.book_id and a.account_id = l.account_id
      left join account_name n on n.book_id = a.book_id and n.account_id = a.account_id and n.standard = standard_on(v.book_id, v.occurred_on)
     where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.proved
     group by l.fund_id, l.account_id, l.restriction, a.class, a.key, n.needs_restriction)
  select case when not exists (select 1 from lines) or exists (select 1 from lines where not closes or target is null and into_which is null)
                or new.occurred_on is distinct from (select q.ends from period q where q.book_id = new.book_id and q.period = new.period)
              then 'close_unlike_balances'
              when exists (select 1 from lines group by fund_id, coalesce(target, into_which) having sum(moved) <> 0) then 'close_unlike_balances'
              when exists (select 1 from lines c
                            where c.target is not null and c.moved <> -coalesce((
                              select sum(b.debit - b.credit) from period q
                                join balance b on b.book_id = q.book_id and b.period = q.period and b.account_id = c.account_id
                                 and b.fund_id = c.fund_id and b.commodity = 'CNY' and b.restriction = c.restriction
                               where q.book_id = new.book_id and q.period <= new.period
                                 and (q.period % 100 <> 13 or q.period = new.period or q.carried)), 0)) then 'close_unlike_balances' end into v_rule;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('period', new.period, 'voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger journal_entry_close_proved after insert on journal_entry for each row when (new.kind = 'close' or new.review_rule is not null)
  execute function close_entries_are_proved();

-- They come with the close itself: at the end of their transaction their period is closed, and what is closed has nothing left.
create function close_entries_come_with_the_close() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from period q where q.book_id = new.book_id and q.period = new.period and q.carried) then
    perform refuse('close_without_closing', jsonb_build_object('period', new.period));
  end if;
  return null;
end $$;
create constraint trigger journal_entry_with_close after insert on journal_entry deferrable initially deferred
  for each row when (new.kind = 'close') execute function close_entries_come_with_the_close();

-- The locks of a close in an order that meets nobody: reviewers lock funds, book, period; whoever prepares locks period, then funds. So
-- the book comes first and the period only if nobody writes in it just now; else the book is let go again and the period waited for.
create function lock_for_closing(p_book integer, p_period integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  loop
    begin
      perform 1 from book where book_id = p_book for no key update;
      perform 1 from period where book_id = p_book and period in (p_period, p_period / 100 * 100) order by period desc for update nowait;
      exit;
    exception when lock_not_available then
      null;
    end;
    begin
      perform 1 from period where book_id = p_book and period in (p_period, p_period / 100 * 100) order by period desc for update;
      raise exception using errcode = 'CF001';
    exception when sqlstate 'CF001' then
      null;
    end;
  end loop;
  if not exists (select 1 from period where book_id = p_book and period = p_period) then
    perform refuse('period_unknown', jsonb_build_object('period', p_period));
  end if;
end $$;

-- What a close needs beside all it needed: suspense that is older than the month has a reason, the annual report was approved before its
-- adjusting period closes, and income and expense have gone into net assets.
create function prove_carried(p period) returns void language plpgsql as $$
begin
  if p.period % 100 between 1 and 12
     and exists (select 1 from suspense s join suspense_left l on l.book_id = s.book_id and l.suspense_id = s.suspense_id
                  where s.book_id = p.book_id and s.received_on < p.starts and l.units > 0)
     and not exists (select 1 from closing_reason r where r.book_id = p.book_id and r.period = p.period and r.key = 'suspense') then
    perform refuse('period_suspense_old', jsonb_build_object('period', p.period));
  end if;
  if p.period % 100 = 13
     and not exists (select 1 from closing_reason r where r.book_id = p.book_id and r.period = p.period and r.key = 'annual-report') then
    perform refuse('period_not_approved', jsonb_build_object('period', p.period));
  end if;
  if p.period % 100 <> 0 and exists (select 1 from balances_to_close(p.book_id, p.period)) then
    perform refuse('period_not_carried', jsonb_build_object('period', p.period));
  end if;
end $$;

create or replace function prove_period() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.closed_at is not null or new.closed_by is not null or new.carried then
      perform refuse('period_born_open', jsonb_build_object('period', new.period));
    end if;
    return new;
  end if;
  if (new.book_id, new.period, new.starts, new.ends) is distinct from (old.book_id, old.period, old.starts, old.ends) then
    perform refuse('period_fixed', jsonb_build_object('period', old.period));
  end if;
  if old.closed_at is not null then
    perform refuse(case when new.closed_at is null then 'period_never_reopened' else 'period_already_closed' end,
                   jsonb_build_object('period', old.period));
  end if;
  if new.closed_at is not null then
    perform prove_closing(new);
    perform prove_carried(new);
  end if;
  new.carried := new.closed_at is not null;
  return new;
end $$;

-- Posted without a person is only what a rule has reviewed.
create function rule_reviews_are_in_the_journal() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from journal_entry j where j.book_id = new.book_id and j.entry_no = new.entry_no and j.review_rule is not null) then
    perform refuse('voucher_decided', jsonb_build_object('day', new.occurred_on, 'voucher', new.voucher_id));
  end if;
  return new;
end $$;
create trigger voucher_reviewed_by_rule before update of state on voucher for each row
  when (new.state = 'posted' and new.decided_by is null and old.state = 'prepared') execute function rule_reviews_are_in_the_journal();

-- Vouchers that close take nothing from a fund: no fund is locked for them, and a fund that is closed closes its month too.
create function prove_closing_vouchers(p_book integer, p_vouchers bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) and (v.kind <> 'close' or v.bundle_id is not null)) then
    perform refuse('voucher_kind', jsonb_build_object('kind', 'close'));
  end if;
  perform prove_forms(p_book, p_vouchers);
  update voucher v set proved = true where v.book_id = p_book and v.voucher_id = any (p_vouchers);
end $$;

create or replace function post_vouchers(p_book integer, p_vouchers bigint[], p_reviewer bigint, p_rule text, p_at timestamptz)
returns table (voucher_id bigint, entry_no bigint, series text, number integer)
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  bad record; all_of record; v_at timestamptz; v_head text; v_signed text; v_base bigint;
  v_ids bigint[]; v_periods integer[]; v_series text[]; v_numbers integer[];
begin
  -- By a person or by a rule; what a rule may review is proved of every entry as it comes.
  if (p_rule is null) = (p_reviewer is null) or p_at is null or not isfinite(p_at) then
    perform refuse('entry_reviewed', '{}');
  end if;
  select array_agg(l.voucher_id) as ids, array_agg(l.period) as periods, array_agg(l.series) as series,
         bool_or(l.corrects_entry_no is not null) as corrects, bool_or(l.may_fall) as may_fall, bool_or(l.moves_restricted) as moves_restricted,
         bool_and(l.kind = 'close') as closing,
         bool_or(l.bundle_id <> all (p_vouchers) or (select true from voucher w where w.book_id = p_book and w.bundle_id = l.voucher_id
                                                        and w.voucher_id <> all (p_vouchers) limit 1)) as torn into all_of
    from (select v.voucher_id, v.period, v.series, v.corrects_entry_no, v.may_fall, v.moves_restricted, v.bundle_id, v.state, v.proved, v.maker_id, v.kind
            from voucher v where v.book_id = p_book and v.voucher_id = any (p_vouchers) order by v.voucher_id for no key update) l
   where l.state = 'prepared' and l.proved and l.maker_id is distinct from p_reviewer;
  v_ids := all_of.ids;
  v_periods := all_of.periods;
  v_series := all_of.series;
  if cardinality(v_ids) is distinct from cardinality(p_vouchers) then
    select v.voucher_id, v.state, v.maker_id into bad from voucher v
     where v.book_id = p_book and v.voucher_id = any (p_vouchers) and (v.state <> 'prepared' or not v.proved or v.maker_id = p_reviewer) limit 1;
    perform refuse(case when bad.maker_id = p_reviewer then 'voucher_own_review' else 'voucher_already_decided' end,
                   jsonb_build_object('voucher', bad.voucher_id, 'state', bad.state));
  end if;
  if all_of.torn then
    perform refuse('voucher_bundle_whole', '{}');
  end if;
  -- What only closes locks no fund and asks for none that is open.
  if all_of.closing is not true then
    with locked as materialized (
      select f.fund_id, f.name, f.state
        from (select distinct l.fund_id from unnest(p_vouchers) x(id)
                cross join lateral (select l.fund_id from voucher_line l where l.book_id = p_book and l.voucher_id = x.id offset 0) l) d
        join fund f on f.book_id = p_book and f.fund_id = d.fund_id
       order by f.code for no key update of f)
    select f.name, f.state into bad from locked f
     where f.state = 'closed' or f.state = 'frozen' and exists (select 1 from hold h where h.book_id = p_book and h.fund_id = f.fund_id
                                                                   and h.voucher_id = any (p_vouchers) and h.released_at is null) limit 1;
    if found then
      perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
    end if;
  end if;
  select leaf_field('cf1') || leaf_field(code) into v_head from book where book_id = p_book for no key update;
  select coalesce(max(j.entry_no), 0), greatest(date_trunc('microseconds', p_at), max(j.posted_at)) into v_base, v_at
    from (select entry_no, posted_at from journal_entry where book_id = p_book order by entry_no desc limit 1) j;
  v_signed := leaf_field(p_reviewer::text) || leaf_field(p_rule)
              || leaf_field(to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
  -- Of what stands in period 00 only the opening balance is number 0.
  if cardinality(v_ids) = 1 then
    v_numbers := array[case when v_periods[1] % 100 = 0 and (select v.kind = 'opening' from voucher v where v.book_id = p_book and v.voucher_id = v_ids[1])
                            then 0 else 1 + coalesce((
      select max(j.number) from journal_entry j where j.book_id = p_book and j.period = v_periods[1] and j.series = v_series[1]), 0) end];
  else
    select array_agg(case when e.period % 100 = 0 and (select v.kind = 'opening' from voucher v where v.book_id = p_book and v.voucher_id = v_ids[e.o])
                          then 0 else e.place + last.number end order by e.o) into v_numbers
      from (select e.*, (row_number() over (partition by e.period, e.series order by e.o))::integer as place
              from unnest(v_periods, v_series) with ordinality e(period, series, o)) e
      join (select s.period, s.series, (select coalesce(max(j.number), 0) from journal_entry j
                                         where j.book_id = p_book and j.period = s.period and j.series = s.series) as number
              from (select distinct * from unnest(v_periods, v_series) s(period, series)) s offset 0) last
        on last.period = e.period and last.series = e.series;
  end if;

  -- Holds go before the lines come, so that what was held is what is paid.
  if all_of.may_fall then
    update hold set released_at = v_at where book_id = p_book and voucher_id = any (p_vouchers) and released_at is null;
  end if;
  if all_of.moves_restricted or all_of.corrects then
    update lot_move set state = 'used' where book_id = p_book and voucher_id = any (p_vouchers) and state = 'reserved';
  end if;
  insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                             document_hashes, corrects_entry_no, voucher_id, maker_id, reviewer_id, review_rule, posted_at, leaf)
    select p_book, v_base + d.o, v.period, v.series, d.number, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total,
           v.document_hashes, v.corrects_entry_no, v.voucher_id, v.maker_id, p_reviewer, p_rule, v_at,
           sha256('\x00'::bytea || convert_to(
             v_head || leaf_field((v_base + d.o)::text) || leaf_field(v.period::text) || leaf_field(v.series) || leaf_field(d.number::text)
             || v.form_before || v_signed || v.form_after, 'UTF8'))
      from unnest(v_ids, v_numbers) with ordinality d(voucher_id, number, o)
      join voucher v on v.book_id = p_book and v.voucher_id = d.voucher_id;
  insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                       movement, project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id, occurred_on)
    select p_book, j.entry_no, l.line_no, j.period, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
           l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id, l.narrative_id, j.occurred_on
      from journal_entry j
      join voucher_line l on l.book_id = p_book and l.voucher_id = j.voucher_id
     where j.book_id = p_book and j.entry_no > v_base;
  update voucher v set state = 'posted', entry_no = v_base + d.o, decided_by = p_reviewer, decided_at = v_at, form_before = null, form_after = null
    from unnest(v_ids) with ordinality d(voucher_id, o) where v.book_id = p_book and v.voucher_id = d.voucher_id;
  if all_of.corrects then
    -- What was reversed learns it, and its bank lines go to the blue voucher.
    update voucher o set reversed_by = r.entry_no
      from voucher r join journal_entry e on e.book_id = r.book_id and e.entry_no = r.corrects_entry_no
     where r.book_id = p_book and r.voucher_id = any (v_ids) and r.kind = 'reversal' and o.book_id = p_book and o.voucher_id = e.voucher_id;
    perform carry_bank_matches(p_book, v_ids, v_at);
    perform carry_spent_lots(p_book, v_ids);
  end if;
  for i in 1 .. cardinality(v_ids) loop
    voucher_id := v_ids[i];
    entry_no := v_base + i;
    series := v_series[i];
    number := v_numbers[i];
    return next;
  end loop;
end $$;

grant select, insert on review_rule, closing_reason to :"app";
grant update (state, decided_by, decided_at) on review_rule to :"app";
grant execute on function prove_closing_vouchers, lock_for_closing, balances_to_close, rule_in_force to :"app";
