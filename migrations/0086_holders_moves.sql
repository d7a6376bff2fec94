-- What holders do with their hours, beside the entries: why hours were given and on which paper, start hours and hours out of the pool that two
-- people agree to, what is taken back, certificates of service, and the fund that stands behind points.

-- Hours that a holder gave to another or to the pool. Whoever has no phone signs a slip, which is kept.
create table hour_gift (
  book_id            integer not null,
  entry_no           bigint not null,
  fund_id            integer not null,
  from_id            bigint not null references person,
  to_id              bigint references person,          -- nobody: the pool
  minutes            bigint not null constraint hour_gift_minutes check (minutes > 0),
  reason             text not null constraint hour_gift_reason check (reason in ('help', 'family', 'thanks', 'shared')),
  filed_document_id  bigint,
  made_by            bigint not null references person,
  made_at            timestamptz not null,
  primary key (book_id, entry_no),
  foreign key (book_id, entry_no) references journal_entry,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint hour_gift_other check (to_id <> from_id),
  constraint hour_gift_slip check (made_by = from_id or filed_document_id is not null)
);
create trigger hour_gift_lasting before update or delete or truncate on hour_gift for each statement execute function books_are_append_only();

-- A row that waits for a second person begins as waiting and is decided once.
create function waiting_is_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'waiting' or tg_op = 'UPDATE' and old.state <> 'waiting' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;

-- 启动时间 and hours out of the pool, for elders: one coordinator proposes, another agrees.
create table hour_grant (
  book_id        integer not null,
  hour_grant_id  bigint generated always as identity,
  fund_id        integer not null,
  person_id      bigint not null references person,
  kind           text not null constraint hour_grant_kind check (kind in ('started', 'allotted')),
  minutes        bigint not null constraint hour_grant_minutes check (minutes > 0),
  reason         text not null constraint hour_grant_reason check (char_length(reason) between 1 and 100),
  state          text not null default 'waiting' constraint hour_grant_state check (state in ('waiting', 'posted', 'dropped')),
  proposed_by    bigint not null references person,
  proposed_at    timestamptz not null,
  decided_by     bigint references person,
  decided_at     timestamptz,
  entry_no       bigint,
  primary key (book_id, hour_grant_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, person_id) references member,
  foreign key (book_id, entry_no) references journal_entry,
  constraint hour_grant_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)
                                       and (state = 'posted') = (entry_no is not null)),
  constraint hour_grant_by_two check (state <> 'posted' or decided_by <> proposed_by)
);
create unique index hour_grant_one_waiting on hour_grant (book_id, person_id, kind) where state = 'waiting';
create index hour_grant_of_programme on hour_grant (book_id, fund_id, hour_grant_id);
create trigger hour_grant_once before insert or update on hour_grant for each row execute function waiting_is_decided_once();
create trigger hour_grant_lasting before update or delete on hour_grant for each row
  execute function only_these_change('state', 'decided_by', 'decided_at', 'entry_no');
create trigger hour_grant_truncate before truncate on hour_grant for each statement execute function books_are_append_only();

-- A gift, a donation, start hours or hours out of the pool that were a mistake: taken back in red by two.
create table unit_undo (
  book_id       integer not null,
  unit_undo_id  bigint generated always as identity,
  fund_id       integer not null,
  of_entry_no   bigint not null,
  reason        text not null constraint unit_undo_reason check (char_length(reason) between 1 and 100),
  state         text not null default 'waiting' constraint unit_undo_state check (state in ('waiting', 'posted', 'dropped')),
  proposed_by   bigint not null references person,
  proposed_at   timestamptz not null,
  decided_by    bigint references person,
  decided_at    timestamptz,
  entry_no      bigint,
  primary key (book_id, unit_undo_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, of_entry_no) references journal_entry,
  foreign key (book_id, entry_no) references journal_entry,
  constraint unit_undo_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)
                                      and (state = 'posted') = (entry_no is not null)),
  constraint unit_undo_by_two check (state <> 'posted' or decided_by <> proposed_by)
);
create unique index unit_undo_one_waiting on unit_undo (book_id, of_entry_no) where state = 'waiting';
create trigger unit_undo_once before insert or update on unit_undo for each row execute function waiting_is_decided_once();
create trigger unit_undo_lasting before update or delete on unit_undo for each row
  execute function only_these_change('state', 'decided_by', 'decided_at', 'entry_no');
create trigger unit_undo_truncate before truncate on unit_undo for each statement execute function books_are_append_only();

-- 志愿服务记录证明: what was certified, without the name, under a digest; number and code show it to whoever holds the paper.
create table service_certificate (
  book_id                 integer not null,
  service_certificate_id  bigint generated always as identity,
  fund_id                 integer not null,
  person_id               bigint not null references person,
  number                  text not null constraint service_certificate_number check (number ~ '^[0-9]{4}-[0-9]{8}$'),
  salt                    bytea not null constraint service_certificate_salt check (length(salt) = 16),
  from_day                date not null,
  until_day               date not null,
  content                 text not null,
  content_sha256          bytea not null,
  issued_by               bigint not null references person,
  issued_at               timestamptz not null,
  primary key (book_id, service_certificate_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, person_id) references member,
  constraint service_certificate_number_once unique (number),
  constraint service_certificate_days check (from_day <= until_day),
  constraint service_certificate_content check (content_sha256 = sha256(convert_to(content, 'UTF8')))
);
create index service_certificate_of on service_certificate (book_id, person_id, service_certificate_id);
create trigger service_certificate_lasting before update or delete or truncate on service_certificate
  for each statement execute function books_are_append_only();

-- 兑换准备: what a point costs to replace, and the fund that stands behind those that are out. Decided by two, version by version.
create table point_reserve (
  book_id           integer not null,
  point_reserve_id  bigint generated always as identity,
  fund_id           integer not null,
  reserve_fund_id   integer not null,
  fen_per_point     integer not null constraint point_reserve_cost check (fen_per_point between 1 and 100000),
  valid_from        date not null,
  reason            text not null constraint point_reserve_reason check (char_length(reason) between 1 and 100),
  state             text not null default 'waiting' constraint point_reserve_state check (state in ('waiting', 'approved', 'dropped')),
  proposed_by       bigint not null references person,
  proposed_at       timestamptz not null,
  decided_by        bigint references person,
  decided_at        timestamptz,
  primary key (book_id, point_reserve_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, reserve_fund_id) references fund,
  constraint point_reserve_decided check ((state = 'waiting') = (decided_at is null) and (decided_by is null) = (decided_at is null)),
  constraint point_reserve_by_two check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index point_reserve_one_waiting on point_reserve (book_id, fund_id) where state = 'waiting';
create trigger point_reserve_once before insert or update on point_reserve for each row execute function waiting_is_decided_once();
create trigger point_reserve_lasting before update or delete on point_reserve for each row
  execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger point_reserve_truncate before truncate on point_reserve for each statement execute function books_are_append_only();

-- Start hours net of what was taken back, which counts for the year in which they were given.
create index unit_paper_started on unit_paper (book_id, fund_id, voucher_id) where kind = 'hours-started';
create function hours_started(p_book integer, p_fund integer, p_year integer, p_person bigint) returns bigint language sql stable as $$
  select coalesce(sum(l.units), 0)::bigint
    from unit_paper p
    join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
    left join journal_entry o on o.book_id = p.book_id and o.entry_no = p.of_entry_no
    join posting l on l.book_id = j.book_id and l.entry_no = j.entry_no and l.side = 'D' and (p_person is null or l.counterparty_id = p_person)
   where p.book_id = p_book and p.fund_id = p_fund and p.kind = 'hours-started'
     and (p_year is null or extract(year from coalesce(o.occurred_on, j.occurred_on)) = p_year)
$$;

-- The pool never holds less than nothing, whatever is taken back; start hours stay within what the rules allow one elder and one year.
create function units_stay_within() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad record; v_rule programme_rule; v_sum bigint;
begin
  if not exists (select 1 from n where commodity = 'HOUR') then
    return null;
  end if;
  select f.net into bad from fund_position f
   where f.net < 0 and (f.book_id, f.fund_id, f.account_id) in (
     select n.book_id, n.fund_id, n.account_id from n join account a using (book_id, account_id) where a.key = 'hours-pool') limit 1;
  if found then
    perform refuse('hours_pool_not_enough', jsonb_build_object('short', -bad.net));
  end if;
  for bad in
    select distinct n.book_id, n.fund_id, n.counterparty_id as person_id, j.occurred_on
      from n join journal_entry j using (book_id, entry_no) join unit_paper p using (book_id, voucher_id)
     where p.kind = 'hours-started' and not p.is_red and n.counterparty_id is not null
  loop
    v_rule := programme_rule_on(bad.book_id, bad.fund_id, bad.occurred_on);
    v_sum := hours_started(bad.book_id, bad.fund_id, extract(year from bad.occurred_on)::integer, null);
    if v_sum > coalesce(v_rule.start_year_cap, 0) then
      perform refuse('start_hours_year_cap', jsonb_build_object('year', extract(year from bad.occurred_on), 'cap', coalesce(v_rule.start_year_cap, 0),
        'over', v_sum - coalesce(v_rule.start_year_cap, 0)));
    end if;
    v_sum := hours_started(bad.book_id, bad.fund_id, null, bad.person_id);
    if v_sum > coalesce(v_rule.start_minutes, 0) then
      perform refuse('start_hours_elder_cap', jsonb_build_object('cap', coalesce(v_rule.start_minutes, 0),
        'over', v_sum - coalesce(v_rule.start_minutes, 0)));
    end if;
  end loop;
  return null;
end $$;
create trigger posting_units_within after insert on posting referencing new table as n for each statement execute function units_stay_within();

grant select, insert on hour_gift, hour_grant, unit_undo, service_certificate, point_reserve to :"app";
grant update (state, decided_by, decided_at, entry_no) on hour_grant, unit_undo to :"app";
grant update (state, decided_by, decided_at) on point_reserve to :"app";
grant execute on function hours_started(integer, integer, integer, bigint) to :"app";

-- Points of a time bank that were out on a day, as known at a position of the journal: for the notes of the statements.
create function points_out(p_book integer, p_fund integer, p_to integer, p_to_day date, p_known bigint) returns bigint language sql stable as $$
  with a as (select account_id from account where book_id = p_book and key in ('points-held', 'points-in-redemption'))
  select (coalesce((select sum(b.debit - b.credit) from balance b
                     where b.book_id = p_book and b.account_id in (select account_id from a) and b.fund_id = p_fund and b.commodity = 'POINT'
                       and b.period <= p_to), 0)
        - coalesce((select sum(signed(p.side, p.units)) from posting p
                     where p.book_id = p_book and p.entry_no > p_known and p.period <= p_to and p.account_id in (select account_id from a)
                       and p.fund_id = p_fund), 0)
        - coalesce((select sum(signed(p.side, p.units)) from posting p
                     where p.book_id = p_book and p.account_id in (select account_id from a) and p.period = p_to and p.occurred_on > p_to_day
                       and p.entry_no <= p_known and p.fund_id = p_fund), 0))::bigint
$$;
grant execute on function points_out(integer, integer, integer, date, bigint) to :"app";
