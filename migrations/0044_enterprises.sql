-- Social enterprises: what each agreed to share, in versions that two people agreed; what it declares for a period with its accounts; what is
-- due by the rule and comes in, or is waived by a resolution; its start-up money and whether that may be invested at all.

-- A paper that proves a register's row and no voucher yet: agreements, declared accounts, lists of recipients.
create table filed_document (
  book_id            integer not null references book,
  filed_document_id  bigint generated always as identity,
  sha256             bytea not null,
  format             text not null,
  name               text not null,
  sheets             smallint not null,
  invoice_number     text,
  content            bytea not null,
  kept_by            bigint not null references person,
  kept_at            timestamptz not null,
  primary key (book_id, filed_document_id),
  constraint filed_document_content check (length(content) between 1 and 10485760 and sha256 = sha256(content))
);
alter table filed_document alter column content set storage external;
create trigger filed_document_append_only before update or delete or truncate on filed_document
  for each statement execute function books_are_append_only();

-- What an expectation books may come from an enterprise, so that its lot knows it.
alter table expectation_line add column enterprise_id bigint;

create table enterprise (
  book_id        integer not null references book,
  enterprise_id  bigint generated always as identity,
  person_id      bigint not null references person,
  recorded_by    bigint not null references person,
  recorded_at    timestamptz not null,
  primary key (book_id, enterprise_id),
  constraint enterprise_once unique (book_id, person_id)
);
create trigger enterprise_append_only before update or delete or truncate on enterprise for each statement execute function books_are_append_only();
alter table expectation_line add foreign key (book_id, enterprise_id) references enterprise;

-- What was agreed with it, in versions; the version in force on a period's last day is the period's.
create table enterprise_term (
  book_id             integer not null,
  enterprise_term_id  bigint generated always as identity,
  enterprise_id       bigint not null,
  in_force_from       date not null,
  community           text not null constraint enterprise_term_community check (char_length(community) between 1 and 60),
  stake_ppm           integer not null constraint enterprise_term_stake check (stake_ppm between 0 and 1000000),
  influence           text not null constraint enterprise_term_influence check (influence in ('control', 'joint', 'significant', 'none')),
  is_related          boolean not null,
  related_how         text not null default '' constraint enterprise_term_related check (char_length(related_how) <= 200 and is_related = (related_how <> '')),
  share               text not null constraint enterprise_term_share check (share in ('none', 'profit', 'turnover', 'fixed')),
  rate_ppm            integer not null constraint enterprise_term_rate check (rate_ppm between 0 and 1000000),
  fixed_units         bigint not null constraint enterprise_term_fixed check (fixed_units >= 0),
  floor_units         bigint not null constraint enterprise_term_floor check (floor_units >= 0),
  cap_units           bigint constraint enterprise_term_cap check (cap_units >= floor_units),
  decimals            smallint not null constraint enterprise_term_decimals check (decimals between 0 and 2),
  days_to_pay         smallint not null constraint enterprise_term_days check (days_to_pay between 0 and 366),
  fund_id             integer not null,
  restriction         text not null constraint enterprise_term_restriction check (restriction in ('U', 'R')),
  clause              text not null constraint enterprise_term_clause check (char_length(clause) <= 500 and (restriction = 'R') = (clause <> '')),
  agreement           text not null constraint enterprise_term_agreement check (char_length(agreement) between 1 and 100),
  filed_document_id   bigint not null,
  state               text not null constraint enterprise_term_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by         bigint not null references person,
  proposed_at         timestamptz not null,
  decided_by          bigint references person,
  decided_at          timestamptz,
  primary key (book_id, enterprise_term_id),
  foreign key (book_id, enterprise_id) references enterprise,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint enterprise_term_decided check ((state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint enterprise_term_shares check (case share when 'none' then rate_ppm = 0 and fixed_units = 0 when 'fixed' then fixed_units > 0 and rate_ppm = 0
                                             else rate_ppm > 0 and fixed_units = 0 end)
);
create unique index enterprise_term_waits on enterprise_term (book_id, enterprise_id) where state = 'waiting';
create index enterprise_term_of on enterprise_term (book_id, enterprise_id, in_force_from);

-- Whatever two people decide about: proposed waiting, decided once, by another person.
create function decided_by_another() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'waiting' or tg_op = 'UPDATE' and old.state <> 'waiting' and new.state is distinct from old.state then
    perform refuse('register_out_of_turn', jsonb_build_object('table', tg_table_name, 'state', coalesce(new.state, '')));
  end if;
  if new.state = 'agreed' and new.decided_by = new.proposed_by then
    perform refuse('register_same_person', jsonb_build_object('table', tg_table_name));
  end if;
  return new;
end $$;
create trigger enterprise_term_by_two before insert or update on enterprise_term for each row execute function decided_by_another();
create trigger enterprise_term_lasting before update or delete on enterprise_term
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger enterprise_term_truncate before truncate on enterprise_term for each statement execute function books_are_append_only();

-- What a period owes by the rule: a share of profit or turnover, rounded half up to the agreed place, between floor and cap.
create function share_due(p_share text, p_rate integer, p_fixed bigint, p_floor bigint, p_cap bigint, p_decimals smallint, p_turnover bigint, p_profit bigint)
returns bigint language sql immutable as $$
  select case p_share when 'none' then 0 else least(coalesce(p_cap, 9223372036854775807), greatest(p_floor, case p_share
    when 'fixed' then p_fixed
    else (round(greatest(0, case p_share when 'profit' then p_profit else p_turnover end)::numeric * p_rate / 1000000 / 10::numeric ^ (2 - p_decimals))
          * 10::numeric ^ (2 - p_decimals))::bigint end)) end
$$;

-- Start-up money: given for good, or invested with a plan by which it comes back.
create table enterprise_funding (
  book_id                integer not null,
  enterprise_funding_id  bigint generated always as identity,
  enterprise_id          bigint not null,
  kind                   text not null constraint enterprise_funding_kind check (kind in ('grant', 'investment')),
  units                  bigint not null constraint enterprise_funding_units check (units > 0),
  fund_id                integer not null,
  given_on               date not null,
  grounds                text not null constraint enterprise_funding_grounds check (char_length(grounds) between 1 and 200),
  voucher_id             bigint,
  made_by                bigint not null references person,
  made_at                timestamptz not null,
  primary key (book_id, enterprise_funding_id),
  foreign key (book_id, enterprise_id) references enterprise,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher
);
create trigger enterprise_funding_lasting before update or delete on enterprise_funding for each row execute function only_these_change('voucher_id');
create trigger enterprise_funding_truncate before truncate on enterprise_funding for each statement execute function books_are_append_only();
create table enterprise_recovery (
  book_id                integer not null,
  enterprise_funding_id  bigint not null,
  no                     smallint not null constraint enterprise_recovery_no check (no between 1 and 60),
  units                  bigint not null constraint enterprise_recovery_units check (units > 0),
  due_on                 date not null,
  expectation_id         bigint,
  primary key (book_id, enterprise_funding_id, no),
  foreign key (book_id, enterprise_funding_id) references enterprise_funding,
  foreign key (book_id, expectation_id) references expectation
);
create trigger enterprise_recovery_lasting before update or delete on enterprise_recovery for each row execute function only_these_change('expectation_id');
create trigger enterprise_recovery_truncate before truncate on enterprise_recovery for each statement execute function books_are_append_only();

-- 慈善法 55: what a fund may invest is bound by nobody and came from no government.
create function investable(p_book integer, p_fund integer) returns bigint language sql stable security definer set search_path = public, pg_temp as $$
  select unrestricted_free(p_book, p_fund) - coalesce((
    select sum(g.units - g.used - g.reserved) from gift_lot g
      join posting p on p.book_id = g.book_id and p.entry_no = g.entry_no and p.line_no = g.line_no
      join account a on a.book_id = p.book_id and a.account_id = p.account_id
     where g.book_id = p_book and g.fund_id = p_fund and p.restriction = 'U' and split_part(a.key, '.', 1) = 'government-grant-income'), 0)
$$;
create function investments_are_free() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_free bigint;
begin
  if new.kind = 'investment' then
    perform 1 from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
    v_free := investable(new.book_id, new.fund_id);
    if new.units > v_free then
      perform refuse('investment_not_free', jsonb_build_object('asked', new.units, 'available', v_free,
        'fund', (select name from fund where book_id = new.book_id and fund_id = new.fund_id)));
    end if;
  end if;
  return new;
end $$;
create trigger enterprise_funding_free before insert on enterprise_funding for each row execute function investments_are_free();

create table enterprise_declaration (
  book_id                    integer not null,
  enterprise_declaration_id  bigint generated always as identity,
  enterprise_id              bigint not null,
  enterprise_term_id         bigint not null,
  span                       text not null constraint declaration_span check (span in ('month', 'quarter', 'half', 'year')),
  from_day                   date not null,
  until_day                  date not null,
  turnover                   bigint not null constraint declaration_turnover check (turnover >= 0),
  profit                     bigint not null,
  filed_document_id          bigint not null,
  given_for                  text not null constraint declaration_given_for check (given_for in ('nothing', 'goods', 'services', 'publicity')),
  by_stake                   boolean not null,
  nature                     text not null constraint declaration_nature check (nature = case given_for when 'goods' then 'sales' when 'services' then 'services'
                               when 'publicity' then 'sponsorship' else case when by_stake then 'dividend' else 'gift' end end),
  due_units                  bigint not null constraint declaration_due check (due_units >= 0),
  due_on                     date not null,
  state                      text not null constraint declaration_state
                               check (state in ('declared', 'returned', 'nothing-due', 'verified', 'prepared', 'due', 'received', 'waiving', 'waived')),
  declared_by                bigint not null references person,
  declared_at                timestamptz not null,
  verified_by                bigint references person,
  verified_at                timestamptz,
  reply                      text not null default '' constraint declaration_reply check (char_length(reply) <= 200),
  voucher_id                 bigint,
  expectation_id             bigint,
  waiver_number              text not null default '',
  waiver_day                 date,
  waiver_reason              text not null default '' constraint declaration_waiver_reason check (char_length(waiver_reason) <= 200),
  waiver_by                  bigint references person,
  waived_by                  bigint references person,
  waived_at                  timestamptz,
  primary key (book_id, enterprise_declaration_id),
  foreign key (book_id, enterprise_id) references enterprise,
  foreign key (book_id, enterprise_term_id) references enterprise_term,
  foreign key (book_id, filed_document_id) references filed_document,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, expectation_id) references expectation,
  constraint declaration_period check (extract(day from from_day) = 1
    and (extract(month from from_day)::integer - 1) % case span when 'month' then 1 when 'quarter' then 3 when 'half' then 6 else 12 end = 0
    and until_day = (from_day + case span when 'month' then interval '1 month' when 'quarter' then interval '3 months' when 'half' then interval '6 months'
                                else interval '1 year' end - interval '1 day')::date),
  constraint declaration_waiver check ((state in ('waiving', 'waived')) = (waiver_by is not null)
    and (waiver_by is null or waiver_number <> '' and waiver_reason <> '' and waiver_day is not null) and (state = 'waived') = (waived_by is not null)),
  constraint declaration_stands check ((state in ('declared', 'returned')) = (verified_by is null)
    and (state in ('due', 'received', 'waiving', 'waived')) = (expectation_id is not null)
    and (due_units = 0 or state <> 'nothing-due') and (due_units > 0 or state in ('declared', 'returned', 'nothing-due')))
);
create index declaration_of on enterprise_declaration (book_id, enterprise_id, from_day);

create function declarations_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end; v_due bigint;
begin
  if v_step not in ('>declared', 'declared>returned', 'declared>verified', 'declared>nothing-due', 'declared>due', 'verified>prepared', 'prepared>verified', 'prepared>due',
                    'due>verified', 'due>received', 'received>due', 'due>waiving', 'waiving>due', 'waiving>waived')
     and (tg_op = 'INSERT' or old.state <> new.state) then
    perform refuse('declaration_out_of_turn', jsonb_build_object('step', v_step));
  end if;
  if new.verified_by = new.declared_by or new.waived_by = new.waiver_by then
    perform refuse('declaration_same_person', '{}');
  end if;
  if tg_op = 'INSERT' then
    perform pg_advisory_xact_lock(new.book_id, new.enterprise_id::integer);
    if exists (select 1 from enterprise_declaration d where d.book_id = new.book_id and d.enterprise_id = new.enterprise_id and d.nature = new.nature
                  and d.state <> 'returned' and d.from_day <= new.until_day and d.until_day >= new.from_day) then
      perform refuse('declaration_twice', '{}');
    end if;
    -- A gift is what the rule says, if one was agreed; a dividend, a sale or a service is what its resolution or invoice says.
    select case t.share when 'none' then new.due_units
             else share_due(t.share, t.rate_ppm, t.fixed_units, t.floor_units, t.cap_units, t.decimals, new.turnover, new.profit) end into v_due
      from enterprise_term t where t.book_id = new.book_id and t.enterprise_term_id = new.enterprise_term_id and t.enterprise_id = new.enterprise_id
       and t.state = 'agreed' and t.in_force_from <= new.until_day;
    if v_due is null or new.nature = 'gift' and v_due <> new.due_units then
      perform refuse('declaration_not_by_rule', jsonb_build_object('asked', new.due_units, 'available', v_due));
    end if;
  end if;
  return new;
end $$;
create trigger declaration_step before insert or update on enterprise_declaration for each row execute function declarations_go_step_by_step();
create trigger declaration_lasting before update or delete on enterprise_declaration for each row execute function only_these_change('state', 'verified_by',
  'verified_at', 'reply', 'voucher_id', 'expectation_id', 'waiver_number', 'waiver_day', 'waiver_reason', 'waiver_by', 'waived_by', 'waived_at');
create trigger declaration_truncate before truncate on enterprise_declaration for each statement execute function books_are_append_only();
create function declarations_follow_money() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from enterprise_declaration d left join expectation e using (book_id, expectation_id)
               left join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id
              where d.book_id = new.book_id and d.enterprise_declaration_id = new.enterprise_declaration_id
                and (d.state = 'received' and (v.state is distinct from 'posted' or v.reversed_by is not null)
                     or d.state = 'waived' and (e.closed_at is null or e.voucher_id is not null))) then
    perform refuse('declaration_follows_voucher', '{}');
  end if;
  return null;
end $$;
create constraint trigger declaration_follows after insert or update on enterprise_declaration deferrable initially deferred
  for each row execute function declarations_follow_money();

-- The share of a year's profit under the equity method, once a year.
create table equity_share (
  book_id            integer not null,
  enterprise_id      bigint not null,
  year               smallint not null,
  profit             bigint not null,
  stake_ppm          integer not null,
  units              bigint not null constraint equity_share_units check (units <> 0 and units = round(profit::numeric * stake_ppm / 1000000)),
  voucher_id         bigint not null,
  made_by            bigint not null references person,
  primary key (book_id, voucher_id),
  foreign key (book_id, enterprise_id) references enterprise,
  foreign key (book_id, voucher_id) references voucher
);
create trigger equity_share_append_only before update or delete or truncate on equity_share for each statement execute function books_are_append_only();
create function equity_shares_once_a_year() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(new.book_id, new.enterprise_id::integer);
  if exists (select 1 from equity_share s join voucher v using (book_id, voucher_id) where s.book_id = new.book_id and s.enterprise_id = new.enterprise_id
                and s.year = new.year and v.state in ('prepared', 'posted') and v.reversed_by is null) then
    perform refuse('equity_share_twice', jsonb_build_object('year', new.year));
  end if;
  return new;
end $$;
create trigger equity_share_once before insert on equity_share for each row execute function equity_shares_once_a_year();

-- 慈善法 37: sales that promise a part to charity have their agreement before they begin, and are published after they end.
create table sales_pledge (
  book_id            integer not null,
  sales_pledge_id    bigint generated always as identity,
  enterprise_id      bigint not null,
  title              text not null constraint sales_pledge_title check (char_length(title) between 1 and 100),
  per_item           text not null constraint sales_pledge_per_item check (char_length(per_item) between 1 and 100),
  fund_id            integer not null,
  agreement          text not null constraint sales_pledge_agreement check (char_length(agreement) between 1 and 100),
  agreed_on          date not null,
  filed_document_id  bigint not null,
  starts_on          date not null,
  ends_on            date not null,
  disclose_by        date not null,
  opened_by          bigint not null references person,
  opened_on          date not null,
  disclosed_on       date,
  disclosed_where    text not null default '' constraint sales_pledge_where check (char_length(disclosed_where) <= 200),
  disclosed_by       bigint references person,
  primary key (book_id, sales_pledge_id),
  foreign key (book_id, enterprise_id) references enterprise,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint pledge_agreed_first check (agreed_on <= starts_on and opened_on <= starts_on and starts_on <= ends_on and disclose_by > ends_on),
  constraint pledge_disclosed_after check ((disclosed_on is null) = (disclosed_by is null) and (disclosed_on is null) = (disclosed_where = '')
    and disclosed_on > ends_on)
);
create trigger sales_pledge_lasting before update or delete on sales_pledge
  for each row execute function only_these_change('disclosed_on', 'disclosed_where', 'disclosed_by');
create trigger sales_pledge_truncate before truncate on sales_pledge for each statement execute function books_are_append_only();

grant select, insert on filed_document, enterprise, enterprise_term, enterprise_funding, enterprise_recovery, enterprise_declaration, equity_share, sales_pledge
  to :"app";
grant update (state, decided_by, decided_at) on enterprise_term to :"app";
grant update (voucher_id) on enterprise_funding to :"app";
grant update (expectation_id) on enterprise_recovery to :"app";
grant update (state, verified_by, verified_at, reply, voucher_id, expectation_id, waiver_number, waiver_day, waiver_reason, waiver_by, waived_by, waived_at)
  on enterprise_declaration to :"app";
grant update (disclosed_on, disclosed_where, disclosed_by) on sales_pledge to :"app";
grant execute on function share_due, investable to :"app";
