-- Walls around what stands beside the journal: vouchers and their lines, holds, the chart, the funds, the books themselves, the
-- evidence and the logs. To the tables' owner they are as high as to the app; whoever takes one down is named by the check.

create function only_these_change() returns trigger language plpgsql as $$
begin
  -- Columns that may change are the trigger's arguments.
  if tg_op = 'DELETE' or (to_jsonb(new) - tg_argv) is distinct from (to_jsonb(old) - tg_argv) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;

-- A voucher is written once. The door proves it, decides it once, and notes its reversal; a blue voucher may take over a bank line.
create function this_does_not_change() returns trigger language plpgsql as $$
begin
  perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  return null;
end $$;
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
   where y.rule is not null limit 1;
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
  v.form_before := leaf_field(to_char(v.occurred_on, 'YYYY-MM-DD')) || leaf_field(v.kind)
    || leaf_field((select encode(t.digest, 'hex') from narrative t where t.book_id = v.book_id and t.narrative_id = v.narrative_id))
    || leaf_field(v.maker_id::text);
  v.form_after := leaf_field(v.corrects_entry_no::text)
    || leaf_field((select string_agg(encode(h.hash, 'hex'), ',' order by h.o) from unnest(v.document_hashes) with ordinality h(hash, o)))
    || leaf_field(v.line_count::text) || leaf_field(v.total::text) || voucher_lines_form(v.book_id, v.voucher_id);
  return v;
end $$;

create function vouchers_are_proved_whole() returns trigger language plpgsql as $$
begin
  return proved_voucher(new);
end $$;
create trigger voucher_proved_whole before update on voucher for each row when (new.proved and not old.proved)
  execute function vouchers_are_proved_whole();

-- Those that wait are proved anew; one that no longer can be is only good for being withdrawn or rejected.
do $$
declare v record;
begin
  for v in select book_id, voucher_id from voucher where state = 'prepared' and proved loop
    update voucher set proved = false where book_id = v.book_id and voucher_id = v.voucher_id;
    begin
      update voucher set proved = true where book_id = v.book_id and voucher_id = v.voucher_id;
    exception when check_violation then
      raise notice 'voucher % of book % cannot be posted any more', v.voucher_id, v.book_id;
    end;
  end loop;
end $$;

-- Here rather than in check constraints, which every statement would read anew (see 0009).
alter table voucher
  drop constraint voucher_kind, drop constraint voucher_line_count, drop constraint voucher_bundle_first, drop constraint voucher_corrects,
  drop constraint voucher_state, drop constraint voucher_posted, drop constraint voucher_reason, drop constraint voucher_own_review,
  drop constraint voucher_own_withdrawal, drop constraint voucher_decided, drop constraint voucher_reversed;
create function vouchers_are_decided_once() returns trigger language plpgsql as $$
declare v_rule text;
begin
  if (new.book_id, new.voucher_id, new.kind, new.occurred_on, new.period, new.narrative_id, new.line_count, new.total, new.document_hashes,
      new.corrects_entry_no, new.bundle_id, new.maker_id, new.prepared_at, new.then_move, new.otherwise_move, new.undo_move)
     is distinct from
     (old.book_id, old.voucher_id, old.kind, old.occurred_on, old.period, old.narrative_id, old.line_count, old.total, old.document_hashes,
      old.corrects_entry_no, old.bundle_id, old.maker_id, old.prepared_at, old.then_move, old.otherwise_move, old.undo_move)
     or old.proved and ((new.proved, new.series, new.may_fall, new.moves_restricted, new.moves_agency)
                        is distinct from (old.proved, old.series, old.may_fall, old.moves_restricted, old.moves_agency)
                        or (new.form_before, new.form_after) is distinct from (old.form_before, old.form_after)
                           and num_nonnulls(new.form_before, new.form_after) > 0)
     or old.state <> 'prepared' and (new.state, new.decided_by, new.decided_at, new.reason, new.entry_no)
                                    is distinct from (old.state, old.decided_by, old.decided_at, old.reason, old.entry_no)
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
  return new;
end $$;
create trigger voucher_decided_once before update on voucher for each row execute function vouchers_are_decided_once();
create trigger voucher_kept before delete on voucher for each row execute function this_does_not_change();
create trigger voucher_truncate before truncate on voucher for each statement execute function books_are_append_only();

-- Every voucher is written waiting and unproved: what it becomes, it becomes by the door.
create function vouchers_begin_waiting() returns trigger language plpgsql as $$
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
create trigger voucher_begins_waiting before insert on voucher for each row execute function vouchers_begin_waiting();

create trigger voucher_line_append_only before update or delete or truncate on voucher_line
  for each statement execute function books_are_append_only();

-- A hold is placed and released once, and at the end of a transaction it is open exactly as long as its voucher waits.
create trigger hold_released_once before update or delete on hold for each row execute function only_these_change('released_at');
create trigger hold_truncate before truncate on hold for each statement execute function books_are_append_only();
create function holds_follow_vouchers() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.released_at is not null and new.released_at is distinct from old.released_at
     or exists (select 1 from hold h join voucher v using (book_id, voucher_id)
                 where h.book_id = new.book_id and h.hold_id = new.hold_id and (h.released_at is null) <> (v.state = 'prepared')) then
    perform refuse('hold_follows_voucher', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger hold_follows_voucher after insert or update on hold deferrable initially deferred
  for each row execute function holds_follow_vouchers();

-- The chart and the standards in force: added to, never changed.
create trigger account_append_only before update or delete or truncate on account
  for each statement execute function books_are_append_only();
create trigger account_name_append_only before update or delete or truncate on account_name
  for each statement execute function books_are_append_only();
create trigger book_standard_append_only before update or delete or truncate on book_standard
  for each statement execute function books_are_append_only();
create trigger book_lasting before update or delete on book for each row execute function only_these_change('name');
create trigger book_truncate before truncate on book for each statement execute function books_are_append_only();

-- A fund keeps its code, kind and restriction; its principal may rise only as far as its money reaches.
create trigger fund_lasting before update or delete on fund
  for each row execute function only_these_change('name', 'parent_id', 'clause', 'state', 'principal_minimum');
create trigger fund_truncate before truncate on fund for each statement execute function books_are_append_only();
create function funds_keep_their_floor() returns trigger language plpgsql as $$
begin
  if new.principal_minimum > old.principal_minimum and own_cash(new.book_id, new.fund_id) < fund_floor(new.book_id, new.fund_id) then
    perform refuse('own_cash_floor', jsonb_build_object('fund', new.name, 'cash', own_cash(new.book_id, new.fund_id),
                                                        'floor', fund_floor(new.book_id, new.fund_id)));
  end if;
  return null;
end $$;
create trigger fund_keeps_floor after update of principal_minimum on fund for each row execute function funds_keep_their_floor();

-- Evidence: what the bank said stays as it was read; only what people decided about a line changes.
create trigger bank_file_append_only before update or delete or truncate on bank_file
  for each statement execute function books_are_append_only();
create trigger bank_line_evidence before update on bank_line
  for each row execute function only_these_change('state', 'reason', 'decided_by', 'decided_at');

-- Logs: a command's answer is written once, a grant only ends.
create function command_answered_once() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.answer is not null
     or (new.key, new.book_id, new.actor_id, new.name, new.input, new.digest, new.done_at)
        is distinct from (old.key, old.book_id, old.actor_id, old.name, old.input, old.digest, old.done_at) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger command_log_answered_once before update or delete on command_log for each row execute function command_answered_once();
create trigger command_log_truncate before truncate on command_log for each statement execute function books_are_append_only();
create trigger sign_in_log_append_only before update or delete or truncate on sign_in_log
  for each statement execute function books_are_append_only();
create trigger role_grant_ends before update or delete on role_grant for each row execute function only_these_change('valid_until');
create trigger role_grant_truncate before truncate on role_grant for each statement execute function books_are_append_only();
