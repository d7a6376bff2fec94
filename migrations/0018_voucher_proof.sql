-- A voucher's lines are proved once, when it becomes proved, whoever makes it so, and nothing of it changes after that: posting, which
-- holds the book, has only to see that the entry is its voucher's. What used to be check constraints of vouchers, headers and lines
-- is said by their triggers under the same names: PostgreSQL reads a check constraint anew in every statement, a tenth of posting.

alter table voucher
  drop constraint voucher_kind, drop constraint voucher_line_count, drop constraint voucher_bundle_first, drop constraint voucher_corrects,
  drop constraint voucher_state, drop constraint voucher_posted, drop constraint voucher_reason, drop constraint voucher_own_review,
  drop constraint voucher_own_withdrawal, drop constraint voucher_decided, drop constraint voucher_reversed, drop constraint voucher_series,
  drop column lines_form,
  add column form_before text,                                 -- canonical form before the signatures, until the leaf is made of it
  add column form_after text,                                  -- and after them
  add column may_fall boolean not null default false,          -- its lines may take something from a fund
  add column moves_restricted boolean not null default false,
  add column moves_agency boolean not null default false,
  add column needs_document boolean not null default false;    -- by the rule in force for its day
drop trigger voucher_decided_once on voucher;
drop function voucher_lines_form(integer, bigint);
drop function voucher_series(integer, bigint, text);

-- What a line lacks that its account asks for; null if nothing. A voucher's lines are asked when it is proved, lines of the
-- journal that are not a proved voucher's when they come.
create function line_rule(p_class text, p_role text, p_key text, p_account_commodity text, p_needs_restriction boolean, p_divided boolean,
                          p_fund_kind text, p_commodity text, p_restriction text, p_cash_flow text, p_movement text,
                          p_kind text, p_series text) returns text language sql immutable as $$
  select case when p_class is null or p_needs_restriction is null then 'line_unknown_account'
              when p_fund_kind is null then 'line_unknown_fund'
              when p_account_commodity <> p_commodity then 'line_commodity'
              when p_needs_restriction and p_restriction = '' then 'line_restriction_missing'
              when p_key = 'net-assets-unrestricted' and p_restriction <> 'U' then 'line_restriction_missing'
              when p_key = 'net-assets-restricted' and p_restriction <> 'R' then 'line_restriction_missing'
              when (p_role = 'own-cash') <> (p_cash_flow <> '') then 'line_cash_flow'
              when p_class = 'net-assets' and p_movement = 'ordinary' then 'line_movement_missing'
              when p_movement in ('close', 'opening') and p_movement <> p_kind then 'line_movement_misplaced'
              when p_movement not in ('ordinary', 'close') and p_class not in ('net-assets', 'income') then 'line_movement_misplaced'
              when (p_fund_kind = 'agency') <> (p_role in ('agency', 'agency-cash')) and p_class <> 'memorandum' then 'line_agency_fund'
              when (p_class = 'memorandum') <> (p_series in ('备', '时', '分')) then 'line_series'
              when p_role in ('own-cash', 'agency-cash') and p_series <> '记' and p_kind <> 'opening' then 'line_series'
              when p_divided then 'line_has_sub_accounts' end
$$;

-- Whether a line may take something from a fund: own cash, what is invested, or room for commitments or debts.
create function line_takes(p_role text, p_side text, p_units bigint) returns boolean language sql immutable as $$
  select p_role in ('own-cash', 'claim', 'investment') and signed(p_side, p_units) < 0 or p_role = 'commitment' and signed(p_side, p_units) > 0
$$;

create function voucher_lines_form(p_book integer, p_voucher bigint) returns text language plpgsql stable as $$
begin
  return (
    select string_agg(leaf_field(l.line_no::text) || leaf_field(l.side) || leaf_field(a.key) || leaf_field(f.code)
           || leaf_field(l.commodity) || leaf_field(l.units::text) || leaf_field(l.restriction)
           || leaf_field(l.cash_flow) || leaf_field(l.movement) || leaf_field(l.project_class)
           || leaf_field(l.project_id::text) || leaf_field(l.counterparty_id::text)
           || leaf_field(l.enterprise_id::text) || leaf_field(l.document_id::text)
           || leaf_field(encode(t.digest, 'hex')), '' order by l.line_no)
      from voucher_line l
      join account a on a.book_id = l.book_id and a.account_id = l.account_id
      join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
      join narrative t on t.book_id = l.book_id and t.narrative_id = l.narrative_id
     where l.book_id = p_book and l.voucher_id = p_voucher);
end $$;

-- The series a voucher is numbered in, by what its lines are (rulings 3).
create function series_of(p_hours boolean, p_points boolean, p_memorandum boolean, p_cash boolean, p_kind text) returns text
language sql immutable as $$
  select case when p_hours then '时' when p_points then '分' when p_memorandum then '备' when p_cash and p_kind <> 'opening' then '记' else '转' end
$$;

-- Everything about a voucher that its own lines decide: whether they are the ones its header speaks of, balanced per fund and
-- commodity, with what their accounts ask for; and what follows from them. It runs when a voucher becomes proved, whoever makes
-- it so, and nothing of a proved voucher changes, so posting need not ask again.
create function proved_voucher(v voucher) returns voucher language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare told record; bad record; v_standard text := standard_on(v.book_id, v.occurred_on);
begin
  select x.*, series_of(x.hours, x.points, x.memorandum, x.cash, v.kind) as series into told from (
    select count(*) as lines, min(l.line_no) as first, max(l.line_no) as last, coalesce(sum(l.units) filter (where l.side = 'D'), 0) as total,
           bool_or(l.commodity = 'HOUR') as hours, bool_or(l.commodity = 'POINT') as points, bool_or(a.class = 'memorandum') as memorandum,
           bool_or(a.role in ('own-cash', 'agency-cash')) as cash, bool_or(f.kind = 'agency') as agency, bool_or(l.restriction = 'R') as restricted,
           bool_or(line_takes(a.role, l.side, l.units)) as falls,
           bool_or(l.cash_flow = 'internal' or l.movement = 'transfer' or f.kind = 'agency') as sums
      from voucher_line l
      left join account a on a.book_id = l.book_id and a.account_id = l.account_id
      left join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
     where l.book_id = v.book_id and l.voucher_id = v.voucher_id) x;
  if (told.lines, told.first, told.last, told.total) is distinct from (v.line_count::bigint, 1::smallint, v.line_count, v.total::numeric) then
    perform refuse('entry_incomplete', jsonb_build_object('voucher', v.voucher_id));
  end if;
  select y.rule, y.facts into bad from (
    select 'entry_unbalanced' as rule, jsonb_build_object('voucher', v.voucher_id, 'fund', l.fund_id, 'difference', sum(signed(l.side, l.units))) as facts
      from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id
     group by l.fund_id, l.commodity having sum(signed(l.side, l.units)) <> 0
    union all
    select line_rule(a.class, a.role, a.key, a.commodity, an.needs_restriction, divided.yes is not null, f.kind,
                     l.commodity, l.restriction, l.cash_flow, l.movement, v.kind, told.series), jsonb_build_object('voucher', v.voucher_id, 'line', l.line_no)
      from voucher_line l
      left join account a on a.book_id = l.book_id and a.account_id = l.account_id
      left join account_name an on an.book_id = l.book_id and an.account_id = l.account_id and an.standard = v_standard
      left join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
      left join lateral (select true as yes from account c
                          where c.book_id = l.book_id and c.parent_id = l.account_id and c.added limit 1) divided on true
     where l.book_id = v.book_id and l.voucher_id = v.voucher_id) y
   where y.rule is not null order by (y.facts ->> 'line')::integer nulls first limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;

  -- Some lines add up to nothing among themselves: cash between funds; what one fund hands on as restricted or unrestricted
  -- net assets (rulings 13); and money held for others, recipient by recipient (rulings 14).
  if told.sums then
    select y.rule, y.difference into bad from (
      select 'internal_not_zero' as rule, sum(signed(l.side, l.units)) as difference from voucher_line l
       where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.cash_flow = 'internal' having sum(signed(l.side, l.units)) <> 0
      union all
      select 'transfer_not_zero', sum(signed(l.side, l.units)) from voucher_line l
       where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.movement = 'transfer' group by l.account_id having sum(signed(l.side, l.units)) <> 0
      union all
      select 'agency_recipient_unbalanced', sum(signed(l.side, l.units)) from voucher_line l join fund f using (book_id, fund_id)
       where l.book_id = v.book_id and l.voucher_id = v.voucher_id and f.kind = 'agency'
       group by l.counterparty_id having sum(signed(l.side, l.units)) <> 0) y limit 1;
    if found then
      perform refuse(bad.rule, jsonb_build_object('voucher', v.voucher_id, 'difference', bad.difference));
    end if;
  end if;

  v.series := told.series;
  v.may_fall := told.falls;
  v.moves_restricted := told.restricted;
  v.moves_agency := told.agency;
  v.needs_document := not needs_no_document(v);
  v.form_before := leaf_field(to_char(v.occurred_on, 'YYYY-MM-DD')) || leaf_field(v.kind)
    || leaf_field((select encode(t.digest, 'hex') from narrative t where t.book_id = v.book_id and t.narrative_id = v.narrative_id))
    || leaf_field(v.maker_id::text);
  v.form_after := leaf_field(v.corrects_entry_no::text)
    || leaf_field((select string_agg(encode(h.hash, 'hex'), ',' order by h.o) from unnest(v.document_hashes) with ordinality h(hash, o)))
    || leaf_field(v.line_count::text) || leaf_field(v.total::text) || voucher_lines_form(v.book_id, v.voucher_id);
  return v;
end $$;

-- Those that wait are proved anew; one that no longer can be is only good for being withdrawn or rejected.
do $$
declare v voucher;
begin
  for v in select * from voucher where state = 'prepared' and proved loop
    begin
      v := proved_voucher(v);
      update voucher set series = v.series, may_fall = v.may_fall, moves_restricted = v.moves_restricted, moves_agency = v.moves_agency,
             needs_document = v.needs_document, form_before = v.form_before, form_after = v.form_after
       where book_id = v.book_id and voucher_id = v.voucher_id;
    exception when check_violation then
      update voucher set proved = false where book_id = v.book_id and voucher_id = v.voucher_id;
      raise notice 'voucher % of book % cannot be posted any more', v.voucher_id, v.book_id;
    end;
  end loop;
end $$;

-- A voucher is written once. The door proves it, decides it once, and notes its reversal; a blue voucher may take over a bank line,
-- and a waiting one may gain documents; what it has stays, and in its order.
create function this_does_not_change() returns trigger language plpgsql as $$
begin
  perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  return null;
end $$;

create or replace function vouchers_are_decided_once() returns trigger language plpgsql as $$
declare v_rule text;
begin
  if (new.book_id, new.voucher_id, new.kind, new.occurred_on, new.period, new.narrative_id, new.line_count, new.total,
      new.corrects_entry_no, new.bundle_id, new.maker_id, new.prepared_at, new.then_move, new.otherwise_move, new.undo_move)
     is distinct from
     (old.book_id, old.voucher_id, old.kind, old.occurred_on, old.period, old.narrative_id, old.line_count, old.total,
      old.corrects_entry_no, old.bundle_id, old.maker_id, old.prepared_at, old.then_move, old.otherwise_move, old.undo_move)
     or new.document_hashes <> old.document_hashes
        and not (old.state = 'prepared' and new.state = 'prepared'
                 and new.document_hashes[:cardinality(old.document_hashes)] = old.document_hashes)
     or old.proved and ((new.proved, new.series, new.may_fall, new.moves_restricted, new.moves_agency)
                        is distinct from (old.proved, old.series, old.may_fall, old.moves_restricted, old.moves_agency)
                        or (new.form_before, new.form_after) is distinct from (old.form_before, old.form_after)
                           and num_nonnulls(new.form_before, new.form_after) > 0)
     or old.state <> 'prepared' and (new.state, new.decided_by, new.decided_at, new.reason, new.entry_no, new.needs_document)
                                    is distinct from (old.state, old.decided_by, old.decided_at, old.reason, old.entry_no, old.needs_document)
     or new.state = 'posted' and not new.proved
     or old.reversed_by is not null and new.reversed_by is distinct from old.reversed_by
     or new.bank_line_id is distinct from old.bank_line_id and not (old.bank_line_id is null and new.kind = 'correction' and new.state = 'posted') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  v_rule := case when new.state not in ('prepared', 'posted', 'rejected', 'withdrawn') then 'voucher_state'
                 when (new.state = 'posted') <> (new.entry_no is not null) then 'voucher_posted'
                 when new.state = 'rejected' and new.reason = '' then 'voucher_reason'
                 when new.state in ('posted', 'rejected') and new.decided_by is not distinct from new.maker_id then 'voucher_own_review'
                 when new.state = 'withdrawn' and new.decided_by is distinct from new.maker_id then 'voucher_own_withdrawal'
                 when new.state in ('rejected', 'withdrawn') and (new.decided_by is null or new.decided_at is null) then 'voucher_decided'
                 when new.reversed_by is not null and new.state <> 'posted' then 'voucher_reversed' end;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('voucher', new.voucher_id));
  end if;
  if new.proved and (not old.proved or new.document_hashes <> old.document_hashes or new.needs_document <> old.needs_document) then
    new := proved_voucher(new); -- its form names its documents, and whether it needs one is the rule's answer, whoever asks
  end if;
  if new.needs_document and new.state = 'posted' and old.state <> 'posted' and new.document_hashes = '{}' then
    perform refuse('voucher_needs_document', jsonb_build_object('day', new.occurred_on, 'voucher', new.voucher_id));
  end if;
  return new;
end $$;

-- A new rule is asked of what waits, too. The lock waits for those who are writing a voucher, and lets them come after.
create function waiting_vouchers_are_asked_again() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from book b where b.book_id = new.book_id for update;
  update voucher v set needs_document = not v.needs_document
   where v.book_id = new.book_id and v.occurred_on >= new.valid_from and v.state = 'prepared' and v.proved and v.needs_document = needs_no_document(v);
  return null;
end $$;
create trigger document_rule_set after insert on document_rule for each row execute function waiting_vouchers_are_asked_again();

create trigger voucher_decided_once before update on voucher for each row execute function vouchers_are_decided_once();
create trigger voucher_kept before delete on voucher for each row execute function this_does_not_change();

-- Every voucher is written waiting and unproved: what it becomes, it becomes by the door.
create or replace function vouchers_begin_waiting() returns trigger language plpgsql as $$
declare v_rule text;
begin
  if new.state <> 'prepared' or new.proved or new.entry_no is not null or new.decided_by is not null or new.reversed_by is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  v_rule := case when new.kind not in ('ordinary', 'opening', 'close', 'reversal', 'correction') then 'voucher_kind'
                 when new.line_count not between 2 and 500 then 'voucher_line_count'
                 when new.bundle_id >= new.voucher_id then 'voucher_bundle_first'
                 when (new.kind in ('reversal', 'correction')) <> (new.corrects_entry_no is not null) then 'voucher_corrects' end;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('kind', new.kind));
  end if;
  return new;
end $$;

alter table journal_entry
  drop constraint entry_series, drop constraint entry_number, drop constraint entry_own_review, drop constraint entry_reviewed,
  drop constraint entry_opening, drop constraint entry_instant, drop constraint journal_entry_leaf_check;

-- Headers: numbers and positions without gap, time that never runs back, an open period that holds the day, real references.
-- Each has the one before it, in the table or among those just written. Large tables are looked up by key, row for row
-- (lateral ... offset 0): a plan made for a thousand rows must serve two as well.
create or replace function prove_headers() returns trigger language plpgsql as $$
declare bad record;
begin
  -- The period row is locked so that closing waits for entries under way.
  with locked as materialized (
    select p.book_id, p.period, p.starts, p.ends, p.closed_at from period p
     where (p.book_id, p.period) in (select book_id, period from n) for share)
  select x.rule, x.facts into bad from (
    select case when n.series not in ('记', '转', '备', '时', '分') then 'entry_series'
                when n.number < 0 then 'entry_number'
                when n.reviewer_id is not distinct from n.maker_id then 'entry_own_review'
                when (n.reviewer_id is null) = (n.review_rule is null) then 'entry_reviewed'
                -- Opening balances are number 0 of 转 in period 00, and nothing else is.
                when (n.kind = 'opening') <> (n.number = 0) or (n.kind = 'opening') <> (n.period % 100 = 0)
                  or n.kind = 'opening' and n.series <> '转' then 'entry_opening'
                when not isfinite(n.posted_at) then 'entry_instant'
                when length(n.leaf) <> 32 then 'entry_leaf'
                when n.number > 1 and numbered.yes is null then 'entry_number_gap'
                when n.entry_no < 1 or n.entry_no > 1 and before.posted_at is null then 'entry_position_gap'
                when before.posted_at > n.posted_at then 'entry_time_backwards'
                when n.corrects_entry_no is not null and corrected.yes is null then 'entry_corrects'
                when p.closed_at is not null then 'entry_period_closed'
                when p.period is null or n.occurred_on not between p.starts and p.ends then 'entry_outside_period' end as rule,
           jsonb_build_object('entry', n.entry_no, 'series', n.series, 'number', n.number, 'day', n.occurred_on, 'period', n.period) as facts
      from n
      left join locked p on p.book_id = n.book_id and p.period = n.period
      left join lateral (select true as yes from journal_entry j
                          where j.book_id = n.book_id and j.period = n.period and j.series = n.series and j.number = n.number - 1 offset 0) numbered on true
      left join lateral (select j.posted_at from journal_entry j where j.book_id = n.book_id and j.entry_no = n.entry_no - 1 offset 0) before on true
      left join lateral (select true as yes from journal_entry j
                          where j.book_id = n.book_id and j.entry_no = n.corrects_entry_no and j.entry_no < n.entry_no offset 0) corrected on true) x
   where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, bad.facts);
  end if;
  return null;
end $$;
