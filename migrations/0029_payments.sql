-- Money out on purpose: what others are owed (expense claims, suppliers' bills), the accounts it is paid to, what is moved between own
-- accounts, and the batches that go to the bank. Nothing here is booked as paid: that the bank's own line alone may say.

-- Where somebody is paid. One account of a payee counts at a time; another person has looked at it before money goes there.
create table payee_account (
  book_id           integer not null references book,
  payee_account_id  bigint generated always as identity,
  payee_id          bigint not null references person,
  holder_id         bigint not null references person,      -- the name on the account, which may be unlike the payee's
  number            text not null constraint payee_account_number check (number ~ '^[0-9A-Za-z@._-]{4,40}$'),
  bank_name         text not null constraint payee_account_bank check (char_length(bank_name) between 1 and 60),
  added_by          bigint not null references person,
  added_at          timestamptz not null,
  checked_by        bigint references person,
  checked_at        timestamptz,
  ended_by          bigint references person,
  ended_at          timestamptz,
  primary key (book_id, payee_account_id),
  constraint payee_account_checked check ((checked_by is null) = (checked_at is null)),
  constraint payee_account_ended check ((ended_by is null) = (ended_at is null))
);
create unique index payee_account_current on payee_account (book_id, payee_id) where ended_at is null;
create index payee_account_of_payee on payee_account (book_id, payee_id);

create function payee_accounts_are_checked() returns trigger language plpgsql as $$
begin
  if new.checked_by in (new.added_by, new.payee_id) or tg_op = 'UPDATE' and old.checked_by is not null and new.checked_by is distinct from old.checked_by then
    perform refuse('payee_same_person', '{}');
  end if;
  return new;
end $$;
create trigger payee_account_by_two before insert or update on payee_account for each row execute function payee_accounts_are_checked();
create trigger payee_account_lasting before update or delete on payee_account for each row
  execute function only_these_change('checked_by', 'checked_at', 'ended_by', 'ended_at');
create trigger payee_account_truncate before truncate on payee_account for each statement execute function books_are_append_only();

-- What is owed. It is a debt of the books from the day its voucher is posted, because what was bought was bought then (accrual); until
-- then it is somebody's wish.
create table debt (
  book_id          integer not null references book,
  debt_id          bigint generated always as identity,
  kind             text not null constraint debt_kind check (kind in ('claim', 'bill')),
  creditor_id      bigint not null references person,
  title            text not null constraint debt_title check (char_length(title) between 1 and 100),
  due_on           date not null,
  version          smallint not null default 1 constraint debt_version check (version between 1 and 99),
  state            text not null constraint debt_state
                     check (state in ('submitted', 'returned', 'approved', 'prepared', 'owed', 'paid', 'withdrawn')),
  submitted_by     bigint not null references person,
  submitted_at     timestamptz not null,
  approved_by      bigint references person,
  approved_at      timestamptz,
  reply            text not null default '' constraint debt_reply check (char_length(reply) <= 200),
  replied_by       bigint references person,
  replied_at       timestamptz,
  voucher_id       bigint,
  blue_voucher_id  bigint,
  expectation_id   bigint,
  primary key (book_id, debt_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, blue_voucher_id) references voucher,
  foreign key (book_id, expectation_id) references expectation,
  constraint debt_stands check ((approved_by is null) = (approved_at is null) and (replied_by is null) = (replied_at is null)
    and (state in ('prepared', 'owed', 'paid')) = (voucher_id is not null) and (state in ('owed', 'paid')) = (expectation_id is not null)
    and (state not in ('approved', 'prepared', 'owed', 'paid') or approved_by is not null)
    and (state <> 'returned' or reply <> ''))
);
create index debt_by_state on debt (book_id, state, due_on);
create index debt_of_creditor on debt (book_id, creditor_id);
create unique index debt_voucher on debt (book_id, voucher_id) where voucher_id is not null;

-- A version of it is written once; who puts right what was returned writes the next.
create table debt_line (
  book_id         integer not null,
  debt_id         bigint not null,
  version         smallint not null,
  line_no         smallint not null constraint debt_line_no check (line_no between 1 and 100),
  occurred_on     date not null,
  what            text not null constraint debt_line_what check (char_length(what) between 1 and 100),
  units           bigint not null constraint debt_line_units check (units > 0),
  fund_id         integer not null,
  account_id      integer not null,
  restriction     text not null constraint debt_line_restriction check (restriction in ('U', 'R')),
  project_id      bigint,
  invoice_number  text constraint debt_line_invoice check (invoice_number ~ '^[0-9]{8,20}$'),
  primary key (book_id, debt_id, version, line_no),
  foreign key (book_id, debt_id) references debt,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, account_id) references account
);
create index debt_line_by_invoice on debt_line (book_id, invoice_number) where invoice_number is not null;

-- Its papers, kept until a voucher encloses them: what a claimant sends does not wait for its voucher a day only.
create table debt_document (
  book_id         integer not null,
  debt_id         bigint not null,
  version         smallint not null,
  ordinal         smallint not null constraint debt_document_ordinal check (ordinal between 1 and 20),
  sha256          bytea not null,
  format          text not null,
  name            text not null,
  sheets          smallint not null,
  invoice_number  text,
  content         bytea not null,
  primary key (book_id, debt_id, version, ordinal),
  constraint debt_document_once unique (book_id, debt_id, version, sha256),
  foreign key (book_id, debt_id) references debt,
  constraint debt_document_content check (length(content) between 1 and 10485760 and sha256 = sha256(content))
);
alter table debt_document alter column content set storage external;
create index debt_document_by_invoice on debt_document (book_id, invoice_number) where invoice_number is not null;

create function debts_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>submitted', 'submitted>returned', 'submitted>approved', 'submitted>withdrawn', 'returned>submitted', 'returned>withdrawn',
                    'approved>returned', 'approved>prepared', 'prepared>approved', 'prepared>owed', 'owed>approved', 'owed>paid', 'paid>owed',
                    'prepared>prepared', 'owed>owed', 'paid>paid')
     or v_step = '>submitted' and num_nonnulls(new.approved_by, new.replied_by, new.voucher_id, new.blue_voucher_id, new.expectation_id) > 0
     or tg_op = 'UPDATE' and ((new.approved_by, new.approved_at) is distinct from (old.approved_by, old.approved_at)
                                and v_step not in ('submitted>approved', 'approved>returned')
                              or new.version <> old.version + (v_step = 'returned>submitted')::integer) then
    perform refuse('debt_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if new.approved_by in (new.submitted_by, new.creditor_id) then
    perform refuse('debt_same_person', '{}');
  end if;
  return new;
end $$;
create trigger debt_step before insert or update on debt for each row execute function debts_go_step_by_step();
create trigger debt_lasting before update or delete on debt for each row execute function only_these_change(
  'title', 'due_on', 'version', 'state', 'submitted_at', 'approved_by', 'approved_at', 'reply', 'replied_by', 'replied_at', 'voucher_id', 'blue_voucher_id',
  'expectation_id');
create trigger debt_truncate before truncate on debt for each statement execute function books_are_append_only();

-- One invoice is claimed once, whoever claims it, and not when a voucher has been written on it; the same lock as its voucher's.
create function invoices_are_claimed_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_other bigint; v_voucher bigint;
begin
  perform pg_advisory_xact_lock(new.book_id, hashtext(new.invoice_number));
  select min(d.debt_id) into v_other from debt d
   where d.book_id = new.book_id and d.debt_id <> new.debt_id and d.state not in ('returned', 'withdrawn')
     and (exists (select 1 from debt_line l where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version
                     and l.invoice_number = new.invoice_number)
          or exists (select 1 from debt_document p where p.book_id = d.book_id and p.debt_id = d.debt_id and p.version = d.version
                        and p.invoice_number = new.invoice_number));
  v_voucher := document_used_by(new.book_id, null, new.invoice_number, null);
  if v_other is not null or v_voucher is not null then
    perform refuse('debt_invoice_twice', jsonb_build_object('number', new.invoice_number, 'other',
      coalesce('#' || v_other, voucher_called(new.book_id, v_voucher))));
  end if;
  return new;
end $$;
create trigger debt_line_invoice_once before insert on debt_line for each row when (new.invoice_number is not null)
  execute function invoices_are_claimed_once();
create trigger debt_document_invoice_once before insert on debt_document for each row when (new.invoice_number is not null)
  execute function invoices_are_claimed_once();

-- Lines and papers come with their version, while it is only submitted.
create function debt_versions_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from debt d where d.book_id = new.book_id and d.debt_id = new.debt_id and d.version = new.version and d.state = 'submitted') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return null;
end $$;
create constraint trigger debt_line_whole after insert on debt_line deferrable initially deferred for each row execute function debt_versions_are_whole();
create constraint trigger debt_document_whole after insert on debt_document deferrable initially deferred for each row execute function debt_versions_are_whole();
create trigger debt_line_append_only before update or delete or truncate on debt_line for each statement execute function books_are_append_only();
create trigger debt_document_append_only before update or delete or truncate on debt_document for each statement execute function books_are_append_only();

-- A debt is where its voucher is, and paid only by a voucher in the books that met what was expected of the bank.
create function debts_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from debt d join voucher v using (book_id, voucher_id)
              where d.book_id = new.book_id and d.debt_id = new.debt_id
                and (v.reversed_by is not null or v.state <> case d.state when 'prepared' then 'prepared' else 'posted' end
                     or d.state = 'paid' and not exists
                        (select 1 from expectation e join voucher p on p.book_id = e.book_id and p.voucher_id = e.voucher_id
                          where e.book_id = d.book_id and e.expectation_id = d.expectation_id and p.state = 'posted' and p.reversed_by is null))) then
    perform refuse('debt_follows_voucher', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger debt_follows after insert or update on debt deferrable initially deferred for each row execute function debts_follow_vouchers();

-- Money that is to go from one own account to another. Each side is expected on its own, because either bank may tell first; the
-- voucher that books one side books both.
create table own_transfer (
  book_id          integer not null references book,
  own_transfer_id  bigint generated always as identity,
  from_account     integer not null,
  to_account       integer not null,
  units            bigint not null constraint own_transfer_units check (units > 0),
  move_on          date not null,
  reason           text not null constraint own_transfer_reason check (char_length(reason) between 1 and 100),
  state            text not null constraint own_transfer_state check (state in ('planned', 'moved', 'dropped')),
  planned_by       bigint not null references person,
  planned_at       timestamptz not null,
  ended_by         bigint references person,
  ended_at         timestamptz,
  out_expectation  bigint,
  in_expectation   bigint,
  primary key (book_id, own_transfer_id),
  foreign key (book_id, from_account) references bank_account,
  foreign key (book_id, to_account) references bank_account,
  foreign key (book_id, out_expectation) references expectation,
  foreign key (book_id, in_expectation) references expectation,
  constraint own_transfer_two check (from_account <> to_account),
  constraint own_transfer_ended check ((ended_by is null) = (ended_at is null) and (state = 'dropped') = (ended_by is not null))
);
create trigger own_transfer_lasting before update or delete on own_transfer for each row
  execute function only_these_change('state', 'ended_by', 'ended_at', 'out_expectation', 'in_expectation');
create trigger own_transfer_truncate before truncate on own_transfer for each statement execute function books_are_append_only();

-- What goes to the bank in one file, with the count and the total that its maker added up by hand.
create table payment_batch (
  book_id           integer not null references book,
  payment_batch_id  bigint generated always as identity,
  bank_account_id   integer not null,
  pay_on            date not null,
  row_count         smallint not null constraint payment_batch_count check (row_count between 1 and 500),
  total             bigint not null constraint payment_batch_total check (total > 0),
  state             text not null constraint payment_batch_state check (state in ('made', 'released', 'withdrawn')),
  made_by           bigint not null references person,
  made_at           timestamptz not null,
  released_by       bigint references person,
  released_at       timestamptz,
  ended_by          bigint references person,
  ended_at          timestamptz,
  primary key (book_id, payment_batch_id),
  foreign key (book_id, bank_account_id) references bank_account,
  constraint payment_batch_signed check ((released_by is null) = (released_at is null) and (ended_by is null) = (ended_at is null)
    and (state = 'released') = (released_by is not null) and (state = 'withdrawn') = (ended_by is not null))
);

-- A result file of the bank, by its hash: the same one again is no news.
create table payment_result (
  book_id            integer not null,
  payment_result_id  bigint generated always as identity,
  payment_batch_id   bigint not null,
  sha256             bytea not null constraint payment_result_sha256 check (length(sha256) = 32),
  file_name          text not null constraint payment_result_name check (char_length(file_name) between 1 and 120),
  row_count          smallint not null,
  succeeded          smallint not null,
  failed             smallint not null,
  left_open          smallint not null,   -- rows that fit none, or say otherwise than before: somebody has to look
  read_by            bigint not null references person,
  read_at            timestamptz not null,
  primary key (book_id, payment_result_id),
  constraint payment_result_once unique (book_id, payment_batch_id, sha256),
  foreign key (book_id, payment_batch_id) references payment_batch
);
create trigger payment_result_append_only before update or delete or truncate on payment_result
  for each statement execute function books_are_append_only();

create table payment_row (
  book_id            integer not null,
  payment_batch_id   bigint not null,
  row_no             smallint not null constraint payment_row_no check (row_no between 1 and 500),
  debt_id            bigint,
  own_transfer_id    bigint,
  payee_account_id   bigint,
  units              bigint not null constraint payment_row_units check (units > 0),
  state              text not null constraint payment_row_state check (state in ('waiting', 'succeeded', 'failed', 'dropped', 'paid')),
  bank_says          text not null default '' constraint payment_row_says check (char_length(bank_says) <= 200),
  payment_result_id  bigint,
  told_at            timestamptz,
  primary key (book_id, payment_batch_id, row_no),
  foreign key (book_id, payment_batch_id) references payment_batch,
  foreign key (book_id, debt_id) references debt,
  foreign key (book_id, own_transfer_id) references own_transfer,
  foreign key (book_id, payee_account_id) references payee_account,
  foreign key (book_id, payment_result_id) references payment_result,
  constraint payment_row_one check (num_nonnulls(debt_id, own_transfer_id) = 1 and (debt_id is null) = (payee_account_id is null))
);
create unique index payment_row_debt_once on payment_row (book_id, debt_id) where debt_id is not null and state in ('waiting', 'succeeded', 'paid');
create unique index payment_row_transfer_once on payment_row (book_id, own_transfer_id)
  where own_transfer_id is not null and state in ('waiting', 'succeeded', 'paid');

-- Rows come with their batch, of what is owed and for just that much; a batch is what its count and total say.
create function payments_are_controlled() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_count bigint; v_total bigint;
begin
  select count(*), sum(r.units) into v_count, v_total from payment_row r
   where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id;
  if not exists (select 1 from payment_batch b where b.book_id = new.book_id and b.payment_batch_id = new.payment_batch_id
                    and b.row_count = v_count and b.total = v_total) then
    perform refuse('payment_control', jsonb_build_object('count', v_count, 'asked', v_total));
  end if;
  return null;
end $$;
create constraint trigger payment_batch_controlled after insert on payment_batch deferrable initially deferred
  for each row execute function payments_are_controlled();
create constraint trigger payment_row_controlled after insert on payment_row deferrable initially deferred
  for each row execute function payments_are_controlled();

create function payment_rows_are_owed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>waiting', 'waiting>succeeded', 'waiting>failed', 'waiting>dropped', 'waiting>paid', 'succeeded>paid', 'paid>succeeded', 'succeeded>failed')
     or v_step in ('waiting>succeeded', 'waiting>failed') and not exists
        (select 1 from payment_batch b where b.book_id = new.book_id and b.payment_batch_id = new.payment_batch_id and b.state = 'released') then
    perform refuse('payment_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if tg_op = 'INSERT' and not exists
       (select 1 from debt d join payee_account a using (book_id)
         where d.book_id = new.book_id and d.debt_id = new.debt_id and d.state = 'owed' and a.payee_account_id = new.payee_account_id
           and a.payee_id = d.creditor_id and a.ended_at is null
           and new.units = (select sum(l.units) from debt_line l where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version)
        union all
        select 1 from own_transfer t where t.book_id = new.book_id and t.own_transfer_id = new.own_transfer_id and t.state = 'planned' and t.units = new.units) then
    perform refuse('payment_not_owed', jsonb_build_object('number', new.row_no));
  end if;
  return new;
end $$;
create trigger payment_row_owed before insert or update on payment_row for each row execute function payment_rows_are_owed();
create trigger payment_row_lasting before update or delete on payment_row for each row
  execute function only_these_change('state', 'bank_says', 'payment_result_id', 'told_at');
create trigger payment_row_truncate before truncate on payment_row for each statement execute function books_are_append_only();

-- An account that came in place of another is left alone for a day: whoever was tricked into changing it has time to hear of it.
create function payee_account_cools(p_book integer, p_account bigint, p_at timestamptz) returns boolean language sql stable as $$
  select exists (select 1 from payee_account a join payee_account o on o.book_id = a.book_id and o.payee_id = a.payee_id
                    and o.payee_account_id < a.payee_account_id and o.number <> a.number
                  where a.book_id = p_book and a.payee_account_id = p_account and a.added_at > p_at - interval '24 hours')
$$;

-- Money leaves by two persons, the second of whom it does not go to, and only to accounts that were looked at and have cooled.
create function payments_are_released_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>made', 'made>released', 'made>withdrawn', 'released>withdrawn')
     or v_step = 'released>withdrawn' and exists (select 1 from payment_row r where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id
                                                     and r.state not in ('waiting', 'dropped')) then
    perform refuse('payment_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if v_step = 'made>released' then
    if new.released_by = new.made_by then
      perform refuse('payment_same_person', '{}');
    end if;
    select case when d.creditor_id = new.released_by then 'payment_same_person'
                when a.ended_at is not null or a.checked_at is null then 'payment_account_unchecked'
                else 'payment_account_cools' end as rule, a.number into bad
      from payment_row r join debt d using (book_id, debt_id) join payee_account a using (book_id, payee_account_id)
     where r.book_id = new.book_id and r.payment_batch_id = new.payment_batch_id
       and (d.creditor_id = new.released_by or a.ended_at is not null or a.checked_at is null
            or payee_account_cools(r.book_id, r.payee_account_id, new.released_at)) limit 1;
    if found then
      perform refuse(bad.rule, jsonb_build_object('number', bad.number));
    end if;
  end if;
  return new;
end $$;
create trigger payment_batch_by_two before insert or update on payment_batch for each row execute function payments_are_released_by_two();
create trigger payment_batch_lasting before update or delete on payment_batch for each row
  execute function only_these_change('state', 'released_by', 'released_at', 'ended_by', 'ended_at');
create trigger payment_batch_truncate before truncate on payment_batch for each statement execute function books_are_append_only();

-- Every file that was taken for the bank, as it was taken.
create table payment_file (
  book_id           integer not null,
  payment_file_id   bigint generated always as identity,
  payment_batch_id  bigint not null,
  layout            text not null constraint payment_file_layout check (layout ~ '^[a-z0-9-]{1,40}$'),
  format            text not null constraint payment_file_format check (format in ('csv', 'xlsx')),
  sha256            bytea not null,
  content           bytea not null,
  taken_by          bigint not null references person,
  taken_at          timestamptz not null,
  primary key (book_id, payment_file_id),
  foreign key (book_id, payment_batch_id) references payment_batch,
  constraint payment_file_content check (sha256 = sha256(content))
);
create function payment_files_are_of_released() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from payment_batch b where b.book_id = new.book_id and b.payment_batch_id = new.payment_batch_id and b.state = 'released') then
    perform refuse('payment_not_released', jsonb_build_object('batch', new.payment_batch_id));
  end if;
  return new;
end $$;
create trigger payment_file_released before insert on payment_file for each row execute function payment_files_are_of_released();
create trigger payment_file_append_only before update or delete or truncate on payment_file
  for each statement execute function books_are_append_only();

grant select, insert on payee_account, debt, debt_line, debt_document, own_transfer, payment_batch, payment_row, payment_result, payment_file to :"app";
grant update (checked_by, checked_at, ended_by, ended_at) on payee_account to :"app";
grant update (title, due_on, version, state, submitted_at, approved_by, approved_at, reply, replied_by, replied_at, voucher_id, blue_voucher_id,
  expectation_id) on debt to :"app";
grant update (state, ended_by, ended_at, out_expectation, in_expectation) on own_transfer to :"app";
grant update (state, released_by, released_at, ended_by, ended_at) on payment_batch to :"app";
grant update (state, bank_says, payment_result_id, told_at) on payment_row to :"app";
grant execute on function payee_account_cools to :"app";
