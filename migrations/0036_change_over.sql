-- A book goes over from one accounting standard to the next on the first day of a year, proposed by one person and confirmed by another
-- (会计信息化工作规范: changes of method are recorded and signed). What the new chart splits, and what was never recorded, is put in place
-- by vouchers of a kind of their own in period 00: the new year's opening contains them, and the old year's closing does not.

create table change_over (
  book_id         integer not null references book,
  change_over_id  bigint generated always as identity,
  valid_from      date not null constraint change_over_new_year check (extract(month from valid_from) = 1 and extract(day from valid_from) = 1),
  from_standard   text not null,
  to_standard     text not null constraint change_over_two check (to_standard <> from_standard),
  mapping_sha256  bytea not null constraint change_over_mapping check (length(mapping_sha256) = 32), -- of the table that both have read
  resolution      text not null constraint change_over_resolution check (char_length(resolution) between 1 and 200),
  state           text not null default 'proposed' constraint change_over_state check (state in ('proposed', 'confirmed', 'dropped')),
  proposed_by     bigint not null references person,
  proposed_at     timestamptz not null,
  decided_by      bigint references person,
  decided_at      timestamptz,
  reply           text not null default '' constraint change_over_reply check (char_length(reply) <= 200),
  primary key (book_id, change_over_id),
  constraint change_over_decided check ((decided_by is null) = (decided_at is null) and (state = 'proposed') = (decided_by is null))
);
create unique index change_over_once on change_over (book_id, valid_from) where state in ('proposed', 'confirmed');

create function change_over_by_two() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'proposed' or new.decided_by is not null or new.reply <> '' then
      perform refuse('change_over_by_two', '{}');
    end if;
    return new;
  end if;
  if old.state <> 'proposed' or new.state = 'proposed' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'confirmed' and new.decided_by = new.proposed_by then
    perform refuse('change_over_by_two', '{}');
  end if;
  return new;
end $$;
create trigger change_over_signed before insert or update on change_over for each row execute function change_over_by_two();
create trigger change_over_lasting before update or delete on change_over
  for each row execute function only_these_change('state', 'decided_by', 'decided_at', 'reply');
create trigger change_over_truncate before truncate on change_over for each statement execute function books_are_append_only();

-- The first standard comes with the book; every other one only as two have signed for it, when the year before is closed to its
-- December, and before anything stands in the new year that was written by the old chart. The periods of the new year are locked
-- against whoever writes a voucher in them, by its foreign key, so what is read here is true until the commit.
create function standard_changes_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_last date; v_old text; v_count bigint; v_account text; v_year integer := extract(year from new.valid_from);
begin
  select valid_from, standard into v_last, v_old from book_standard where book_id = new.book_id order by valid_from desc limit 1;
  if v_last is null then
    return new;
  end if;
  perform 1 from period where book_id = new.book_id and period >= v_year * 100 order by period for update;
  if new.valid_from <= v_last or not exists (select 1 from change_over c where c.book_id = new.book_id and c.valid_from = new.valid_from
      and c.from_standard = v_old and c.to_standard = new.standard and c.state = 'confirmed') then
    perform refuse('change_over_not_signed', jsonb_build_object('day', new.valid_from));
  end if;
  if exists (select 1 from book where book_id = new.book_id and opening_day < new.valid_from)
     and not exists (select 1 from period where book_id = new.book_id and period = (v_year - 1) * 100 + 12 and closed_at is not null) then
    perform refuse('change_over_december_open', jsonb_build_object('period', (v_year - 1) * 100 + 12));
  end if;
  -- What the old year's months left goes into its net assets by the old standard, for the new one asks of expenses what they do not say.
  if exists (select 1 from balances_to_close(new.book_id, (v_year - 1) * 100 + 12))
     and not exists (select 1 from period where book_id = new.book_id and period = (v_year - 1) * 100 + 13 and carried) then
    perform refuse('change_over_not_carried', jsonb_build_object('period', (v_year - 1) * 100 + 13));
  end if;
  select count(*) into v_count from voucher
   where book_id = new.book_id and occurred_on >= new.valid_from and state in ('prepared', 'posted');
  if v_count > 0 then
    perform refuse('change_over_old_vouchers', jsonb_build_object('day', new.valid_from, 'count', v_count));
  end if;
  select a.key into v_account from account a
   where a.book_id = new.book_id
     and exists (select 1 from balance b where b.book_id = a.book_id and b.account_id = a.account_id group by b.commodity having sum(b.debit) <> sum(b.credit))
     and not exists (select 1 from account_name n where n.book_id = a.book_id and n.account_id = a.account_id and n.standard = new.standard)
   order by a.key limit 1;
  if v_account is not null then
    perform refuse('change_over_account_unknown', jsonb_build_object('account', v_account));
  end if;
  return new;
end $$;
create trigger book_standard_signed before insert on book_standard for each row execute function standard_changes_by_two();

grant select, insert on change_over to :"app";
grant update (state, decided_by, decided_at, reply) on change_over to :"app";

alter table document_rule drop constraint document_rule_kind,
  add constraint document_rule_kind check (kind in ('ordinary', 'opening', 'close', 'reversal', 'correction', 'conversion'));

-- Who holds roles in several books goes from one to another; the log of sign-ins says so.
alter table sign_in_log drop constraint sign_in_outcome;
alter table sign_in_log add constraint sign_in_outcome
  check (outcome in ('signed-in', 'wrong-password', 'unknown-name', 'locked-out', 'no-role', 'signed-out', 'password-changed',
                     'password-reset', 'wrong-code', 'recovery-code', 'too-many', 'proved', 'totp-on', 'totp-off', 'totp-reset',
                     'sessions-ended', 'book-opened'));

-- A change-over moves what stands in the balance sheet to where the new chart has it, or puts it there for the first time. It takes and
-- gives no money and earns nothing, and what it adds to net assets says so.
create or replace function line_rule(p_class text, p_role text, p_key text, p_account_commodity text, p_needs_restriction boolean, p_divided boolean,
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
              when p_movement in ('close', 'opening', 'conversion') and p_movement <> p_kind then 'line_movement_misplaced'
              when p_kind = 'conversion' and p_class = 'net-assets' and p_movement <> 'conversion' then 'line_movement_misplaced'
              when p_movement not in ('ordinary', 'close') and p_class not in ('net-assets', 'income') then 'line_movement_misplaced'
              when p_kind = 'conversion' and (p_class not in ('asset', 'liability', 'net-assets') or p_role in ('own-cash', 'agency-cash'))
                then 'line_not_converted'
              when (p_fund_kind = 'agency') <> (p_role in ('agency', 'agency-cash')) and p_class <> 'memorandum' then 'line_agency_fund'
              when (p_class = 'memorandum') <> (p_series in ('备', '时', '分')) then 'line_series'
              when p_role in ('own-cash', 'agency-cash') and p_series <> '记' and p_kind <> 'opening' then 'line_series'
              when p_divided then 'line_has_sub_accounts' end
$$;

create or replace function vouchers_begin_waiting() returns trigger language plpgsql as $$
declare v_rule text;
begin
  if new.state <> 'prepared' or new.proved or new.entry_no is not null or new.decided_by is not null or new.reversed_by is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  v_rule := case when new.kind not in ('ordinary', 'opening', 'close', 'reversal', 'correction', 'conversion') then 'voucher_kind'
                 when new.line_count not between 2 and 500 then 'voucher_line_count'
                 when new.bundle_id >= new.voucher_id then 'voucher_bundle_first'
                 when (new.kind in ('reversal', 'correction')) <> (new.corrects_entry_no is not null) then 'voucher_corrects'
                 when new.kind = 'conversion' and (new.period <> extract(year from new.occurred_on) * 100 or not exists
                   (select 1 from book_standard s join book_standard b on b.book_id = s.book_id and b.valid_from < s.valid_from
                      where s.book_id = new.book_id and s.valid_from = new.occurred_on))
                   then 'voucher_conversion_day' end;
  if v_rule is not null then
    perform refuse(v_rule, jsonb_build_object('kind', new.kind, 'day', new.occurred_on));
  end if;
  return new;
end $$;

create or replace function prove_headers() returns trigger language plpgsql as $$
declare bad record;
begin
  select x.* into bad from (
    select n.entry_no, n.series, n.number, n.occurred_on as day, n.period,
           case when n.series <> all ('{记,转,备,时,分}') then 'entry_series'
                when n.number < 0 then 'entry_number'
                when n.reviewer_id is not distinct from n.maker_id then 'entry_own_review'
                when (n.reviewer_id is null) = (n.review_rule is null) then 'entry_reviewed'
                -- Opening balances are number 0 of 转 in period 00; beside them only a change-over stands there, from number 1 on.
                when (n.kind = 'opening') <> (n.number = 0) or (n.kind in ('opening', 'conversion')) <> (n.period % 100 = 0)
                  or n.kind in ('opening', 'conversion') and n.series <> '转' then 'entry_opening'
                when not isfinite(n.posted_at) then 'entry_instant'
                when length(n.leaf) <> 32 then 'entry_leaf'
                when n.number > 1 and (select true from journal_entry j where j.book_id = n.book_id and j.period = n.period
                                          and j.series = n.series and j.number = n.number - 1) is null then 'entry_number_gap'
                when n.entry_no < 1 or n.entry_no > 1 and before.posted_at is null then 'entry_position_gap'
                when before.posted_at > n.posted_at then 'entry_time_backwards'
                when n.corrects_entry_no is not null
                 and (n.corrects_entry_no >= n.entry_no
                      or (select true from journal_entry j where j.book_id = n.book_id and j.entry_no = n.corrects_entry_no) is null)
                  then 'entry_corrects'
                when p.closed_at is not null then 'entry_period_closed'
                when p.starts is null or n.occurred_on not between p.starts and p.ends then 'entry_outside_period' end as rule
      from n
      left join journal_entry before on before.book_id = n.book_id and before.entry_no = n.entry_no - 1
      -- The period row is locked so that closing waits for entries under way.
      left join lateral (select p.starts, p.ends, p.closed_at from period p
                          where p.book_id = n.book_id and p.period = n.period for share) p on true
    offset 0) x where x.rule is not null limit 1;
  if found then
    perform refuse(bad.rule, jsonb_build_object('entry', bad.entry_no, 'series', bad.series, 'number', bad.number, 'day', bad.day,
                                                'period', bad.period));
  end if;
  return null;
end $$;

-- Debts that the new standard knows first are there already, as opening balances are; they draw on nobody.
create or replace function prove_vouchers(p_book integer, p_vouchers bigint[], p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_bundles bigint[]; v_funds integer[]; v_draws bigint[]; v_bundle bigint;
begin
  perform 1 from voucher where book_id = p_book and voucher_id = any (p_vouchers) order by voucher_id for no key update;
  perform 1 from fund where book_id = p_book and fund_id in
    (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers)) order by code for no key update;
  perform prove_forms(p_book, p_vouchers);
  perform prove_corrections(p_book, p_vouchers);
  perform prove_bank_lines(p_book, p_vouchers);
  select array_agg(d.bundle), array_agg(d.fund_id), array_agg(d.draw) into v_bundles, v_funds, v_draws
    from bundle_draws(p_book, p_vouchers) d where d.draw > 0;
  select f.name, f.state into bad from fund f
   where f.book_id = p_book and f.state <> 'open'
     and f.fund_id in (select fund_id from voucher_line where book_id = p_book and voucher_id = any (p_vouchers))
     and (f.state = 'closed' or f.fund_id = any (v_funds)) limit 1;
  if found then
    perform refuse('fund_not_open', jsonb_build_object('fund', bad.name, 'state', bad.state));
  end if;
  update voucher v set proved = true where v.book_id = p_book and v.voucher_id = any (p_vouchers);
  insert into hold (book_id, fund_id, units, voucher_id, placed_at)
    select p_book, d.fund_id, d.draw, d.bundle, p_at from unnest(v_bundles, v_funds, v_draws) d(bundle, fund_id, draw)
      join voucher v on v.book_id = p_book and v.voucher_id = d.bundle
     where v.kind not in ('opening', 'conversion') -- what is there already is no draw
     order by d.bundle, d.fund_id;
  for v_bundle in
    select distinct coalesce(v.bundle_id, v.voucher_id) from unnest(p_vouchers) x(id)
      cross join lateral (select v.* from voucher v where v.book_id = p_book and v.voucher_id = x.id offset 0) v
     where v.kind in ('reversal', 'correction') or exists (select 1 from voucher_lot_needs(p_book, v.voucher_id)) order by 1 loop
    perform reserve_lots(p_book, v_bundle);
  end loop;
end $$;
