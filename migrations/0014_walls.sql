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
create function vouchers_are_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
     or (new.book_id, new.voucher_id, new.kind, new.occurred_on, new.period, new.narrative_id, new.line_count, new.total, new.document_hashes,
         new.corrects_entry_no, new.bundle_id, new.maker_id, new.prepared_at, new.then_move, new.otherwise_move, new.undo_move)
        is distinct from
        (old.book_id, old.voucher_id, old.kind, old.occurred_on, old.period, old.narrative_id, old.line_count, old.total, old.document_hashes,
         old.corrects_entry_no, old.bundle_id, old.maker_id, old.prepared_at, old.then_move, old.otherwise_move, old.undo_move)
     or old.proved and (not new.proved or new.series is distinct from old.series
                        or new.lines_form is distinct from old.lines_form and new.lines_form is not null)
     or old.state <> 'prepared' and (new.state, new.decided_by, new.decided_at, new.reason, new.entry_no)
                                    is distinct from (old.state, old.decided_by, old.decided_at, old.reason, old.entry_no)
     or new.state = 'posted' and not new.proved
     or old.reversed_by is not null and new.reversed_by is distinct from old.reversed_by
     or new.bank_line_id is distinct from old.bank_line_id and not (old.bank_line_id is null and new.kind = 'correction' and new.state = 'posted') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger voucher_decided_once before update or delete on voucher for each row execute function vouchers_are_decided_once();
create trigger voucher_truncate before truncate on voucher for each statement execute function books_are_append_only();

-- Every voucher is written waiting and unproved: what it becomes, it becomes by the door.
create function vouchers_begin_waiting() returns trigger language plpgsql as $$
begin
  if new.state <> 'prepared' or new.proved or new.entry_no is not null or new.decided_by is not null or new.reversed_by is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
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
