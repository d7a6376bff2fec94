-- What changes in a running grant: an amendment is a whole new version of lines and tranches, in force once those who decide have signed.

create table grant_amendment (
  book_id       integer not null,
  grant_id      bigint not null,
  amendment_no  smallint not null constraint grant_amendment_no check (amendment_no >= 1),
  award_no      smallint not null,
  based_on      smallint not null constraint grant_amendment_based_on check (based_on >= 0 and based_on < amendment_no), -- zero is the agreement
  kind          text not null constraint grant_amendment_kind check (kind in ('shift', 'extend', 'team', 'amount-up', 'amount-down')),
  state         text not null constraint grant_amendment_state check (state in ('requested', 'in-force', 'rejected', 'withdrawn')),
  reason        text not null constraint grant_amendment_reason check (char_length(reason) between 1 and 500),
  share         integer not null constraint grant_amendment_share check (share >= 0), -- most that a line changes, in hundredths of a percent
  by_self       boolean not null,
  ends_on       date not null,
  lead_id       bigint not null references person,
  fin_lead_id   bigint not null references person,
  lead_before   bigint not null references person,
  fin_before    bigint not null references person,
  units         bigint not null,
  shares        jsonb not null default '[]', -- what funds shall give, from the first signature on
  resolution    text not null default '' constraint grant_amendment_resolution check (char_length(resolution) <= 100),
  notice        text not null default '' constraint grant_amendment_notice check (char_length(notice) <= 500),
  reply         text not null default '' constraint grant_amendment_reply check (char_length(reply) <= 500),
  asked_by      bigint not null references person,
  asked_at      timestamptz not null,
  due_on        date not null,
  decided_by    bigint references person,
  decided_at    timestamptz,
  voucher_id    bigint,
  primary key (book_id, grant_id, amendment_no),
  foreign key (book_id, grant_id, award_no) references grant_award,
  foreign key (book_id, voucher_id) references voucher,
  constraint grant_amendment_two_leads check (lead_id <> fin_lead_id),
  constraint grant_amendment_stands check ((state = 'requested') = (decided_at is null) and (decided_by is null) = (decided_at is null)
    and sign(units) = case kind when 'amount-up' then 1 when 'amount-down' then -1 else 0 end
    and (voucher_id is not null) = (state = 'in-force' and units <> 0) and (state <> 'rejected' or reply <> '')
    and (state <> 'in-force' or kind <> 'amount-up' or resolution <> '' and notice <> '')),
  constraint grant_amendment_by_self check (not by_self or kind = 'shift' and share <= 1000)
);
create unique index grant_amendment_one_open on grant_amendment (book_id, grant_id) where state = 'requested';
create index grant_amendment_waiting on grant_amendment (book_id, due_on) where state = 'requested';

create table grant_amended_line (
  book_id       integer not null,
  grant_id      bigint not null,
  amendment_no  smallint not null,
  no            smallint not null constraint grant_amended_line_no check (no between 1 and 100),
  what          text not null constraint grant_amended_line_what check (char_length(what) between 1 and 100),
  units         bigint not null constraint grant_amended_line_units check (units >= 0),
  own_units     bigint not null constraint grant_amended_line_own check (own_units >= 0),
  primary key (book_id, grant_id, amendment_no, no),
  foreign key (book_id, grant_id, amendment_no) references grant_amendment
);
create table grant_amended_tranche (
  book_id        integer not null,
  grant_id       bigint not null,
  amendment_no   smallint not null,
  no             smallint not null constraint grant_amended_tranche_no check (no between 1 and 40),
  units          bigint not null constraint grant_amended_tranche_units check (units >= 0),
  units_before   bigint not null,
  earliest_on    date not null,
  condition      text not null constraint grant_amended_tranche_condition check (char_length(condition) between 1 and 200),
  report_due_on  date not null,
  primary key (book_id, grant_id, amendment_no, no),
  foreign key (book_id, grant_id, amendment_no) references grant_amendment,
  constraint grant_amended_tranche_days check (report_due_on >= earliest_on)
);
-- What each fund gives more, known when it is decided.
create table grant_amended_fund (
  book_id       integer not null,
  grant_id      bigint not null,
  amendment_no  smallint not null,
  fund_id       integer not null,
  units         bigint not null constraint grant_amended_fund_units check (units > 0),
  primary key (book_id, grant_id, amendment_no, fund_id),
  foreign key (book_id, grant_id, amendment_no) references grant_amendment,
  foreign key (book_id, fund_id) references fund
);
create table grant_amendment_signature (
  book_id       integer not null,
  grant_id      bigint not null,
  amendment_no  smallint not null,
  mover         text not null constraint grant_amendment_mover check (mover in ('desk', 'approver-l1', 'steer', 'approver-l2')),
  person_id     bigint not null references person,
  at            timestamptz not null,
  primary key (book_id, grant_id, amendment_no, mover),
  foreign key (book_id, grant_id, amendment_no) references grant_amendment,
  constraint grant_amendment_signed_once unique (book_id, grant_id, amendment_no, person_id)
);
create trigger grant_amended_line_lasting before update or delete or truncate on grant_amended_line
  for each statement execute function books_are_append_only();
create trigger grant_amended_tranche_lasting before update or delete or truncate on grant_amended_tranche
  for each statement execute function books_are_append_only();
create trigger grant_amended_fund_lasting before update or delete or truncate on grant_amended_fund
  for each statement execute function books_are_append_only();
create trigger grant_amendment_signature_lasting before update or delete or truncate on grant_amendment_signature
  for each statement execute function books_are_append_only();

create function grant_amendments_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case; v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end; v_needed text[];
begin
  select * into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id for no key update;
  if v_step not in ('>requested', 'requested>requested', 'requested>in-force', 'requested>rejected', 'requested>withdrawn')
     or new.state in ('requested', 'in-force') and c.state <> 'active'
     or tg_op = 'INSERT' and (new.amendment_no <> 1 + (select count(*) from grant_amendment a where a.book_id = new.book_id and a.grant_id = new.grant_id)
          or new.based_on <> coalesce((select max(a.amendment_no) from grant_amendment a where a.book_id = new.book_id and a.grant_id = new.grant_id
                                          and a.award_no = new.award_no and a.state = 'in-force'), 0)) then
    perform refuse('grant_amendment_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  if tg_op = 'UPDATE' and (old.shares <> '[]' or old.state <> 'requested')
     and (new.shares, new.resolution, new.notice) is distinct from (old.shares, old.resolution, old.notice) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  v_needed := case new.kind when 'amount-up' then '{steer,approver-l2}' else '{desk,approver-l1}' end::text[];
  if v_step = 'requested>in-force' and not new.by_self and exists (select 1 from unnest(v_needed) m where not exists (
       select 1 from grant_amendment_signature s where s.book_id = new.book_id and s.grant_id = new.grant_id and s.amendment_no = new.amendment_no
          and s.mover = m)) then
    perform refuse('grant_amendment_unsigned', jsonb_build_object('no', new.amendment_no));
  end if;
  return new;
end $$;
create trigger grant_amendment_step before insert or update on grant_amendment for each row execute function grant_amendments_go_step_by_step();
create trigger grant_amendment_lasting before update or delete on grant_amendment for each row execute function only_these_change(
  'state', 'shares', 'resolution', 'notice', 'reply', 'decided_by', 'decided_at', 'voucher_id');
create trigger grant_amendment_truncate before truncate on grant_amendment for each statement execute function books_are_append_only();

-- Budget and plan change by the same amount; what is promised more is what its funds give, in its voucher.
create function grant_amendments_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_amendment; v_lines bigint; v_before bigint; v_plan bigint; v_funds bigint; v_booked bigint;
begin
  select * into a from grant_amendment x where x.book_id = new.book_id and x.grant_id = new.grant_id and x.amendment_no = new.amendment_no;
  select coalesce(sum(l.units), 0) into v_lines from grant_amended_line l
   where l.book_id = a.book_id and l.grant_id = a.grant_id and l.amendment_no = a.amendment_no;
  select coalesce(sum(l.units), 0) into v_before from grant_amended_line l
   where a.based_on > 0 and l.book_id = a.book_id and l.grant_id = a.grant_id and l.amendment_no = a.based_on;
  if a.based_on = 0 then
    select coalesce(sum(l.units), 0) into v_before from grant_agreed_line l
     where l.book_id = a.book_id and l.grant_id = a.grant_id and l.award_no = a.award_no
       and l.version = (select max(version) from grant_agreement g where g.book_id = a.book_id and g.grant_id = a.grant_id and g.award_no = a.award_no);
  end if;
  select coalesce(sum(t.units - t.units_before), 0) into v_plan from grant_amended_tranche t
   where t.book_id = a.book_id and t.grant_id = a.grant_id and t.amendment_no = a.amendment_no;
  select coalesce(sum(f.units), 0) into v_funds from grant_amended_fund f
   where f.book_id = a.book_id and f.grant_id = a.grant_id and f.amendment_no = a.amendment_no;
  if a.voucher_id is not null then
    select coalesce(sum(case m.move when 'committed' then m.units else -m.units end), 0) into v_booked from grant_money m
     where m.book_id = a.book_id and m.grant_id = a.grant_id and m.voucher_id = a.voucher_id and m.move in ('committed', 'cancelled');
  end if;
  if v_lines <> v_before + a.units or v_plan <> a.units or v_funds <> (case when a.voucher_id is not null then greatest(a.units, 0) else 0 end)
     or a.voucher_id is not null and v_booked <> a.units then
    perform refuse('grant_amendment_sums', jsonb_build_object('asked', a.units, 'taken', v_lines - v_before, 'booked', v_plan));
  end if;
  return null;
end $$;
create constraint trigger grant_amendment_whole after insert or update on grant_amendment deferrable initially deferred for each row
  execute function grant_amendments_are_whole();

-- Children come with their amendment, shares of funds with its decision.
create function grant_amendment_is_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_amendment a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.amendment_no = new.amendment_no
                    and a.state = 'requested') then
    perform refuse('grant_amendment_out_of_turn', jsonb_build_object('state', ''));
  end if;
  return new;
end $$;
create trigger grant_amended_line_open before insert on grant_amended_line for each row execute function grant_amendment_is_open();
create trigger grant_amended_tranche_open before insert on grant_amended_tranche for each row execute function grant_amendment_is_open();
create trigger grant_amended_fund_open before insert on grant_amended_fund for each row execute function grant_amendment_is_open();
create trigger grant_amendment_signature_open before insert on grant_amendment_signature for each row execute function grant_amendment_is_open();

-- Gifts that will pay for what is promised more, as an award reserves them: restricted first, oldest first; the rest bound by nobody.
create function amendments_reserve_gifts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_amendment; c grant_case; v_class text; lot record; v_left bigint := new.units; v_part bigint; v_name text; v_free bigint;
begin
  select x.* into a from grant_amendment x where x.book_id = new.book_id and x.grant_id = new.grant_id and x.amendment_no = new.amendment_no;
  select x.* into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id;
  select d.project_class into v_class from grant_award w join grant_decision d on d.book_id = w.book_id and d.grant_id = w.grant_id
     and d.version = w.decision_version where w.book_id = a.book_id and w.grant_id = a.grant_id and w.award_no = a.award_no;
  select f.name into v_name from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id for no key update;
  for lot in
    select g.lot_id, g.units - g.used - g.reserved - lot_kept(new.book_id, g.lot_id) as free from gift_lot g
     where g.book_id = new.book_id and g.fund_id = new.fund_id and g.restriction = 'R' and g.used + g.reserved < g.units and not g.in_goods
       and (grant_lot_bar(new.book_id, g.lot_id, (now() at time zone 'Asia/Shanghai')::date, v_class, c.community)).fund_clause_id is null
     order by g.received_on, g.lot_id loop
    v_part := least(v_left, lot.free);
    continue when v_part <= 0;
    insert into grant_lot as l values (new.book_id, new.grant_id, a.award_no, lot.lot_id, v_part)
      on conflict (book_id, grant_id, award_no, lot_id) do update set units = l.units + excluded.units;
    update gift_lot g set reserved = g.reserved + v_part where g.book_id = new.book_id and g.lot_id = lot.lot_id;
    v_left := v_left - v_part;
    exit when v_left = 0;
  end loop;
  v_free := unrestricted_free(new.book_id, new.fund_id);
  if v_left > 0 and v_free < 0 then
    perform refuse('grant_award_restricted', jsonb_build_object('fund', v_name, 'asked', new.units, 'missing', least(v_left, -v_free)));
  end if;
  return null;
end $$;
create trigger grant_amended_fund_reserves after insert on grant_amended_fund for each row execute function amendments_reserve_gifts();

-- Beside plan_tranches: what an amendment adds is split over its funds, into tranches that nobody asked for yet or new ones, once.
create function amend_tranches(p_book integer, p_grant bigint, p_no integer, p_actor bigint, p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_amendment; t record; v_id bigint; v_planned bigint; v_promised bigint;
begin
  select x.* into a from grant_amendment x where x.book_id = p_book and x.grant_id = p_grant and x.amendment_no = p_no for no key update;
  select coalesce(sum(f.planned), 0) into v_planned from tranche_fund f join tranche x using (book_id, tranche_id)
   where x.book_id = p_book and x.grant_id = p_grant and x.award_no = a.award_no;
  select coalesce(sum(f.committed), 0) into v_promised from grant_fund f where f.book_id = p_book and f.grant_id = p_grant;
  v_promised := v_promised - coalesce((select sum(f.units) from grant_award_fund f where f.book_id = p_book and f.grant_id = p_grant
                                          and f.award_no <> a.award_no), 0);
  if a.kind is distinct from 'amount-up' or a.state <> 'in-force' or v_planned + a.units <> v_promised then
    perform refuse('tranche_plan_once', jsonb_build_object('grant', p_grant));
  end if;
  for t in
    select g.*, x.tranche_id, x.state, g.units - g.units_before as more,
           sum(g.units - g.units_before) over (order by g.no) - (g.units - g.units_before) as starts
      from grant_amended_tranche g
      left join tranche x on x.book_id = g.book_id and x.grant_id = g.grant_id and x.award_no = a.award_no and x.no = g.no
     where g.book_id = p_book and g.grant_id = p_grant and g.amendment_no = p_no and g.units > g.units_before order by g.no loop
    if t.tranche_id is null then
      insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version)
        values (p_book, p_grant, a.award_no, t.no, t.units, t.earliest_on, t.condition, t.report_due_on, 'planned', 1) returning tranche_id into v_id;
      insert into tranche_log values (p_book, v_id, 1, 'plan', null, 'planned', 'voucher', p_actor, p_at, '',
        jsonb_build_object('tranche', v_id, 'amendment', p_no), '{}');
    elsif t.state in ('planned', 'eligible', 'held') then
      v_id := t.tranche_id;
      update tranche x set units = x.units + t.more where x.book_id = p_book and x.tranche_id = v_id;
    else
      perform refuse('tranche_plan_differs', jsonb_build_object('no', t.no, 'asked', t.units, 'booked', t.units_before));
    end if;
    insert into tranche_fund as o (book_id, tranche_id, fund_id, place, planned)
      select p_book, v_id, s.fund_id, s.place + coalesce((select max(e.place) from tranche_fund e where e.book_id = p_book and e.tranche_id = v_id), 0),
             least(t.starts + t.more, s.starts + s.units) - greatest(t.starts, s.starts)
        from (select f.fund_id, f.units, (row_number() over o)::smallint as place, sum(f.units) over o - f.units as starts
                from grant_amended_fund f join fund u using (book_id, fund_id)
               where f.book_id = p_book and f.grant_id = p_grant and f.amendment_no = p_no
              window o as (order by exists (select 1 from grant_lot l join gift_lot g using (book_id, lot_id)
                              where l.book_id = p_book and l.grant_id = p_grant and g.fund_id = f.fund_id and l.units > 0) desc, u.code)) s
       where least(t.starts + t.more, s.starts + s.units) > greatest(t.starts, s.starts)
      on conflict (book_id, tranche_id, fund_id) do update set planned = o.planned + excluded.planned;
  end loop;
end $$;

-- Leads change only by an amendment of the team that is in force.
create or replace function grant_cases_say_what_is_written() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r grant_round; v_next text;
begin
  if (new.title, new.community, new.signer_id, new.requested, new.own_units)
     is distinct from (old.title, old.community, old.signer_id, old.requested, old.own_units)
     and not grant_is_written(new.book_id, new.grant_id, '')
     or (new.lead_id, new.fin_lead_id) is distinct from (old.lead_id, old.fin_lead_id)
     and not grant_is_written(new.book_id, new.grant_id, '')
     and not exists (select 1 from grant_amendment a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.kind = 'team'
                        and a.state = 'in-force' and (a.lead_id, a.fin_lead_id) = (new.lead_id, new.fin_lead_id)
                        and a.amendment_no = (select max(b.amendment_no) from grant_amendment b where b.book_id = a.book_id
                                                 and b.grant_id = a.grant_id and b.kind = 'team' and b.state = 'in-force')) then
    perform refuse('grant_text_closed', jsonb_build_object('section', ''));
  end if;
  if new.number is distinct from old.number then
    select * into r from grant_round x where x.book_id = new.book_id and x.grant_round_id = new.grant_round_id for no key update;
    select r.code || '-' || case when n.count < 999 then lpad((n.count + 1)::text, 3, '0') else (n.count + 1)::text end into v_next
      from (select count(*) from grant_case x where x.book_id = new.book_id and x.grant_round_id = new.grant_round_id and x.number <> '') n;
    if old.number <> '' or old.state <> 'awaiting-sign-off' or new.number <> v_next then
      perform refuse('grant_number_counts_up', jsonb_build_object('number', new.number, 'next', coalesce(v_next, '')));
    end if;
  end if;
  return new;
end $$;

grant execute on function amend_tranches to :"app";
grant select, insert on grant_amendment, grant_amended_line, grant_amended_tranche, grant_amended_fund, grant_amendment_signature to :"app";
grant update (state, shares, resolution, notice, reply, decided_by, decided_at, voucher_id) on grant_amendment to :"app";
