-- The walls of an award: decisions come before moves and say the same, sums are whole, restricted gifts are reserved for what they may serve,
-- the books promise exactly what was awarded, and only whole papers are signed.

-- Whether a gift may pay for a project of that class in that community; what has no project yet is asked for by its words.
create function grant_lot_bar(p_book integer, p_lot bigint, p_day date, p_class text, p_community text) returns fund_clause language sql stable as $$
  select c.* from lot_clauses(p_book, p_lot) c
   where c.kind = 'period' and (p_day < c.from_day or p_day > c.until_day)
      or c.classes <> '{}' and not p_class = any (c.classes)
      or c.communities <> '{}' and not p_community = any (c.communities)
   order by c.kind = 'period' desc, c.fund_clause_id limit 1
$$;

-- What of a fund's restricted gifts is free for it.
create function grant_serving(p_book integer, p_fund integer, p_day date, p_class text, p_community text) returns bigint language sql stable as $$
  select coalesce(sum(g.units - g.used - g.reserved - lot_kept(p_book, g.lot_id)), 0)::bigint from gift_lot g
   where g.book_id = p_book and g.fund_id = p_fund and g.restriction = 'R' and g.used < g.units and not g.in_goods
     and (grant_lot_bar(p_book, g.lot_id, p_day, p_class, p_community)).fund_clause_id is null
$$;

-- What a fund can promise it: those gifts and what is bound by nobody, and never more than is available.
create function grant_payable(p_book integer, p_fund integer, p_day date, p_class text, p_community text) returns bigint language sql stable as $$
  select greatest(0, least(fund_available(p_book, p_fund),
    grant_serving(p_book, p_fund, p_day, p_class, p_community) + greatest(0, unrestricted_free(p_book, p_fund))))
$$;

-- The newest word about a case.
create view grant_decided as
  select d.* from grant_decision d
   where d.version = (select max(n.version) from grant_decision n where n.book_id = d.book_id and n.grant_id = d.grant_id);

create function grant_decisions_are_for_now() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case;
begin
  select * into c from grant_case where book_id = new.book_id and grant_id = new.grant_id for no key update;
  if c.state <> 'ranked' or c.state_version <> new.state_version
     or new.version <> 1 + coalesce((select max(d.version) from grant_decision d where d.book_id = new.book_id and d.grant_id = new.grant_id), 0) then
    perform refuse('grant_decision_out_of_turn', jsonb_build_object('state', c.state));
  end if;
  if new.units > c.requested then
    perform refuse('grant_decision_above_asked', jsonb_build_object('asked', new.units, 'available', c.requested));
  end if;
  return new;
end $$;
create trigger grant_decision_for_now before insert on grant_decision for each row execute function grant_decisions_are_for_now();

create function grant_decisions_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_sum bigint;
begin
  select coalesce(sum(f.units), 0) into v_sum from grant_decision_fund f
   where f.book_id = new.book_id and f.grant_id = new.grant_id and f.version = new.version;
  if v_sum <> new.units then
    perform refuse('grant_decision_sums', jsonb_build_object('asked', new.units, 'taken', v_sum));
  end if;
  return null;
end $$;
create constraint trigger grant_decision_whole after insert on grant_decision deferrable initially deferred for each row
  execute function grant_decisions_are_whole();

create function grant_decision_funds_are_of_the_pool() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_case c join grant_round_pool p using (book_id, grant_round_id)
                  where c.book_id = new.book_id and c.grant_id = new.grant_id and p.fund_id = new.fund_id) then
    perform refuse('grant_decision_pool', jsonb_build_object('fund', (select f.name from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id)));
  end if;
  return new;
end $$;
create trigger grant_decision_fund_of_pool before insert on grant_decision_fund for each row execute function grant_decision_funds_are_of_the_pool();

-- A move that tells what was decided follows such a decision; what is awarded or activated has its rows.
create function grant_moves_follow_papers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_kind text;
begin
  if new.from_state = 'ranked' and new.move in ('recommend', 'put-on-waitlist', 'not-select') then
    select d.kind into v_kind from grant_decision d
     where d.book_id = new.book_id and d.grant_id = new.grant_id and d.state_version = new.state_version - 1;
    if v_kind is distinct from (case new.move when 'recommend' then 'recommend' when 'put-on-waitlist' then 'waitlist' else 'refuse' end) then
      perform refuse('grant_move_undecided', jsonb_build_object('move', new.move));
    end if;
  elsif new.move = 'publish-notice' and not exists (select 1 from grant_notice_case n join grant_notice w using (book_id, grant_notice_id)
          where n.book_id = new.book_id and n.grant_id = new.grant_id and w.state = 'published' and n.ends_on is not null) then
    perform refuse('grant_move_untold', jsonb_build_object('move', new.move));
  elsif new.move = 'award' and (not exists (select 1 from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.ended_at is null
                                              and a.voucher_id = any (new.vouchers))
          or exists (select 1 from grant_objection o where o.book_id = new.book_id and o.grant_id = new.grant_id and o.state in ('queued', 'registered'))
          or (new.at at time zone 'Asia/Shanghai')::date <= (select max(n.ends_on) from grant_notice_case n join grant_notice w using (book_id, grant_notice_id)
                where n.book_id = new.book_id and n.grant_id = new.grant_id and w.state = 'published')) then
    perform refuse('grant_move_untold', jsonb_build_object('move', new.move));
  elsif new.from_state = 'awarded' and new.to_state <> 'active'
        and exists (select 1 from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.ended_at is null) then
    perform refuse('grant_move_unposted', jsonb_build_object('state', new.from_state, 'move', new.move));
  end if;
  return new;
end $$;
create trigger grant_log_papers before insert on grant_log for each row execute function grant_moves_follow_papers();

-- Restricted gifts first, oldest first, of those that may pay for it; the rest must be bound by nobody.
create function awards_reserve_gifts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_award; c grant_case; d grant_decision; lot record; v_left bigint := new.units; v_part bigint; v_name text; v_free bigint;
begin
  select x.* into a from grant_award x where x.book_id = new.book_id and x.grant_id = new.grant_id and x.award_no = new.award_no;
  select x.* into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id;
  select x.* into d from grant_decision x where x.book_id = new.book_id and x.grant_id = new.grant_id and x.version = a.decision_version;
  select f.name into v_name from fund f where f.book_id = new.book_id and f.fund_id = new.fund_id for no key update;
  for lot in
    select g.lot_id, g.units - g.used - g.reserved - lot_kept(new.book_id, g.lot_id) as free from gift_lot g
     where g.book_id = new.book_id and g.fund_id = new.fund_id and g.restriction = 'R' and g.used + g.reserved < g.units and not g.in_goods
       and (grant_lot_bar(new.book_id, g.lot_id, a.awarded_on, d.project_class, c.community)).fund_clause_id is null
     order by g.received_on, g.lot_id loop
    v_part := least(v_left, lot.free);
    continue when v_part <= 0;
    insert into grant_lot values (new.book_id, new.grant_id, new.award_no, lot.lot_id, v_part);
    update gift_lot g set reserved = g.reserved + v_part where g.book_id = new.book_id and g.lot_id = lot.lot_id;
    v_left := v_left - v_part;
    exit when v_left = 0;
  end loop;
  -- The voucher holds the whole already: nothing of what others bound may be in it.
  v_free := unrestricted_free(new.book_id, new.fund_id);
  if v_left > 0 and v_free < 0 then
    perform refuse('grant_award_restricted', jsonb_build_object('fund', v_name, 'asked', new.units, 'missing', least(v_left, -v_free)));
  end if;
  return null;
end $$;
create trigger grant_award_fund_reserves after insert on grant_award_fund for each row execute function awards_reserve_gifts();

-- What is given up or taken back frees them again.
create function awards_end_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare lot record;
begin
  if old.ended_at is not null and (new.ended_as, new.ended_at, new.ended_voucher_id) is distinct from (old.ended_as, old.ended_at, old.ended_voucher_id) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if old.ended_at is null and new.ended_at is not null then
    for lot in select l.lot_id, l.units from grant_lot l
                where l.book_id = new.book_id and l.grant_id = new.grant_id and l.award_no = new.award_no and l.units > 0 order by l.lot_id loop
      update grant_lot l set units = 0 where l.book_id = new.book_id and l.grant_id = new.grant_id and l.award_no = new.award_no and l.lot_id = lot.lot_id;
      update gift_lot g set reserved = g.reserved - lot.units where g.book_id = new.book_id and g.lot_id = lot.lot_id;
    end loop;
  end if;
  return new;
end $$;
create trigger grant_award_ends before update on grant_award for each row execute function awards_end_once();

-- The voucher says what the award says, fund by fund, and carries its two signers; what ends it is the same the other way round.
create function grant_voucher_says(a grant_award, p_voucher bigint, p_sign integer) returns boolean language sql stable as $$
  select exists (select 1 from journal_entry j where j.book_id = a.book_id and j.voucher_id = p_voucher and j.series = '备'
                    and j.maker_id = a.signed_by and j.reviewer_id = a.confirmed_by)
     and not exists (
       select 1 from (select f.fund_id, f.units * p_sign as units from grant_award_fund f
                       where f.book_id = a.book_id and f.grant_id = a.grant_id and f.award_no = a.award_no) w
         full join (select l.fund_id, sum(signed(l.side, l.units)) filter (where x.key = 'commitments') as up,
                           sum(signed(l.side, l.units)) filter (where x.key = 'commitments-contra') as down
                      from voucher_line l join account x using (book_id, account_id)
                     where l.book_id = a.book_id and l.voucher_id = p_voucher and l.project_id = a.project_id group by l.fund_id) b using (fund_id)
        where w.units is distinct from b.up or -w.units is distinct from b.down)
     and (select count(*) from voucher_line l where l.book_id = a.book_id and l.voucher_id = p_voucher)
         = 2 * (select count(*) from grant_award_fund f where f.book_id = a.book_id and f.grant_id = a.grant_id and f.award_no = a.award_no)
$$;
create function awards_are_booked() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare a grant_award; v_sum bigint;
begin
  select x.* into a from grant_award x where x.book_id = new.book_id and x.grant_id = new.grant_id and x.award_no = new.award_no;
  select coalesce(sum(f.units), 0) into v_sum from grant_award_fund f where f.book_id = a.book_id and f.grant_id = a.grant_id and f.award_no = a.award_no;
  if v_sum <> a.units or not grant_voucher_says(a, a.voucher_id, 1)
     or a.ended_voucher_id is not null and not grant_voucher_says(a, a.ended_voucher_id, -1)
     or exists (select 1 from grant_decision_fund d full join (select * from grant_award_fund f where f.book_id = a.book_id and f.grant_id = a.grant_id
                                                                  and f.award_no = a.award_no) f
                  on f.book_id = d.book_id and f.grant_id = d.grant_id and f.fund_id = d.fund_id
                 where coalesce(d.book_id, f.book_id) = a.book_id and coalesce(d.grant_id, f.grant_id) = a.grant_id
                   and coalesce(d.version, a.decision_version) = a.decision_version and d.units is distinct from f.units) then
    perform refuse('grant_award_unlike_voucher', jsonb_build_object('voucher', coalesce(a.ended_voucher_id, a.voucher_id)));
  end if;
  return null;
end $$;
create constraint trigger grant_award_booked after insert or update on grant_award deferrable initially deferred for each row
  execute function awards_are_booked();
create constraint trigger grant_award_fund_booked after insert on grant_award_fund deferrable initially deferred for each row
  execute function awards_are_booked();

-- Only the newest version of an open award's papers is signed, and only while the award waits for them.
create function grant_papers_are_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c grant_case; v jsonb := to_jsonb(new);
begin
  select * into c from grant_case where book_id = new.book_id and grant_id = new.grant_id for no key update;
  if c.state <> 'awarded'
     or not exists (select 1 from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.award_no = (v->>'award_no')::smallint
                       and a.ended_at is null)
     or (v->>'version')::smallint <> coalesce((select max(g.version) from grant_agreement g where g.book_id = new.book_id and g.grant_id = new.grant_id
                                                  and g.award_no = (v->>'award_no')::smallint), 0) + (tg_table_name = 'grant_agreement')::integer
     or tg_table_name <> 'grant_signing' and exists (select 1 from grant_signing s where s.book_id = new.book_id and s.grant_id = new.grant_id
                                                       and s.award_no = (v->>'award_no')::smallint and s.version = (v->>'version')::smallint) then
    perform refuse('grant_paper_out_of_turn', jsonb_build_object('state', c.state));
  end if;
  if tg_table_name = 'grant_signing' and (v->>'side' = 'lead' and (v->>'person_id')::bigint <> c.lead_id
       or v->>'side' = 'fin-lead' and (v->>'person_id')::bigint is distinct from c.fin_lead_id) then
    perform refuse('grant_signing_person', '{}');
  end if;
  return new;
end $$;
create trigger grant_agreement_open before insert on grant_agreement for each row execute function grant_papers_are_open();
create trigger grant_tranche_open before insert on grant_tranche for each row execute function grant_papers_are_open();
create trigger grant_agreed_line_open before insert on grant_agreed_line for each row execute function grant_papers_are_open();
create trigger grant_baseline_open before insert on grant_baseline for each row execute function grant_papers_are_open();
create trigger grant_signing_open before insert on grant_signing for each row execute function grant_papers_are_open();

create function grant_agreements_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_tranches bigint; v_lines bigint; v_award bigint;
begin
  select a.units into v_award from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.award_no = new.award_no;
  select coalesce(sum(t.units), 0) into v_tranches from grant_tranche t
   where t.book_id = new.book_id and t.grant_id = new.grant_id and t.award_no = new.award_no and t.version = new.version;
  select coalesce(sum(l.units), 0) into v_lines from grant_agreed_line l
   where l.book_id = new.book_id and l.grant_id = new.grant_id and l.award_no = new.award_no and l.version = new.version;
  if v_tranches <> v_award or v_lines <> v_award then
    perform refuse('grant_tranche_sums', jsonb_build_object('asked', v_award, 'taken', v_tranches, 'booked', v_lines));
  end if;
  return null;
end $$;
create constraint trigger grant_agreement_whole after insert on grant_agreement deferrable initially deferred for each row
  execute function grant_agreements_are_whole();

-- Money goes to organisations only.
create function grant_payees_are_organisations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from payee_account p join person o on o.person_id = p.payee_id join person h on h.person_id = p.holder_id
                  where p.book_id = new.book_id and p.payee_account_id = new.payee_account_id and p.ended_at is null
                    and o.kind = 'organisation' and h.kind = 'organisation') then
    perform refuse('grant_payee_person', '{}');
  end if;
  return new;
end $$;
create trigger grant_payee_organisation before insert on grant_payee for each row execute function grant_payees_are_organisations();

grant execute on function grant_lot_bar, grant_serving, grant_payable to :"app";
grant select on grant_decided, grant_lot to :"app";
grant select, insert on grant_opinion, grant_decision, grant_decision_fund, grant_notice, grant_notice_case, grant_objection, grant_award,
  grant_award_fund, grant_agreement, grant_tranche, grant_agreed_line, grant_baseline, grant_signing, grant_payee to :"app";
grant update (state, published_by, published_at, starts_on, correction, ended_by, ended_at) on grant_notice to :"app";
grant update (ends_on) on grant_notice_case to :"app";
grant update (state, registered_by, registered_at, due_on, answer, answered_by, answered_at) on grant_objection to :"app";
grant update (ended_as, ended_at, ended_voucher_id) on grant_award to :"app";
