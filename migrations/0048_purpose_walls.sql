-- The walls of a change of purpose and of a closing fund's lawful home: who may, in what order, and that the voucher says exactly that.

-- How much of a gift may change: of the last word its donor said, what is heard counts and silence is not consent; a plan that was filed anew
-- binds every gift of it.
create function purpose_consented(p_book integer, p_change bigint, p_lot bigint) returns bigint language sql stable as $$
  select case when c.basis = 'refiling' then g.units
              else coalesce((select case s.answer when 'yes' then g.units when 'part' then s.units else 0 end from purpose_consent s
                              where s.book_id = p_book and s.purpose_change_id = p_change and s.lot_id = p_lot
                              order by s.purpose_consent_id desc limit 1), 0) end
    from purpose_change c join gift_lot g on g.book_id = c.book_id and g.lot_id = p_lot
   where c.book_id = p_book and c.purpose_change_id = p_change
$$;

-- The clauses a lot of the case keeps by name: those of its voucher that the new ones do not replace.
create function purpose_kept(p_book integer, p_change bigint) returns setof bigint language sql stable as $$
  select distinct c.fund_clause_id from purpose_change_lot l cross join lateral lot_clauses(p_book, l.lot_id) c
   where l.book_id = p_book and l.purpose_change_id = p_change and not c.for_all
     and not exists (select 1 from purpose_change_clause n where n.book_id = p_book and n.purpose_change_id = p_change and n.kind = c.kind)
$$;

-- Whether a gift came in by the appeal whose plan is filed under the number, or is what an earlier filing of that plan made of such a gift.
create function is_of_plan(g gift_lot, p_number text) returns boolean language sql stable as $$
  select exists (select 1 from journal_entry j join donation d on d.book_id = j.book_id and d.voucher_id = j.voucher_id and d.line_no = g.line_no
                   join campaign k on k.book_id = d.book_id and k.campaign_id = d.campaign_id and k.state = 'confirmed' and k.filing_number = p_number
                  where j.book_id = g.book_id and j.entry_no = g.entry_no)
      or exists (select 1 from journal_entry j join purpose_change o on o.book_id = j.book_id and o.voucher_id = j.voucher_id
                  where j.book_id = g.book_id and j.entry_no = g.entry_no and o.basis = 'refiling' and o.filing_number = p_number)
$$;

create function purpose_parts_come_first() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c purpose_change; g gift_lot; v jsonb := to_jsonb(new);
begin
  select * into c from purpose_change x where x.book_id = new.book_id and x.purpose_change_id = new.purpose_change_id for no key update;
  if c.state <> 'open' then
    perform refuse('purpose_out_of_turn', jsonb_build_object('state', c.state));
  end if;
  if tg_table_name = 'purpose_consent' and c.basis <> 'consent' then
    perform refuse('purpose_out_of_turn', jsonb_build_object('state', c.state));
  end if;
  if tg_table_name <> 'purpose_change_lot' then
    return new;
  end if;
  perform 1 from fund where book_id = c.book_id and fund_id = c.fund_id for no key update;
  select * into g from gift_lot x where x.book_id = new.book_id and x.lot_id = (v->>'lot_id')::bigint;
  if g.fund_id <> c.fund_id or g.restriction <> 'R' or g.used >= g.units then
    perform refuse('purpose_of_unspent', jsonb_build_object('fund', (select name from fund f where f.book_id = c.book_id and f.fund_id = c.fund_id)));
  end if;
  if exists (select 1 from purpose_change_lot l join purpose_change o using (book_id, purpose_change_id)
              where l.book_id = g.book_id and l.lot_id = g.lot_id and o.purpose_change_id <> c.purpose_change_id and o.state in ('open', 'agreed', 'prepared')) then
    perform refuse('purpose_lot_taken', jsonb_build_object('day', g.received_on));
  end if;
  if c.basis = 'refiling' and not is_of_plan(g, c.filing_number) then
    perform refuse('purpose_not_of_plan', jsonb_build_object('day', g.received_on, 'number', c.filing_number));
  end if;
  if exists (select 1 from purpose_change_lot l where l.book_id = g.book_id and l.purpose_change_id = c.purpose_change_id
                and (select array_agg(x.fund_clause_id order by x.fund_clause_id) from lot_clauses(g.book_id, l.lot_id) x)
                    is distinct from (select array_agg(x.fund_clause_id order by x.fund_clause_id) from lot_clauses(g.book_id, g.lot_id) x)) then
    perform refuse('purpose_mixed', jsonb_build_object('day', g.received_on));
  end if;
  return new;
end $$;
create trigger purpose_change_lot_first before insert on purpose_change_lot for each row execute function purpose_parts_come_first();
create trigger purpose_change_clause_first before insert on purpose_change_clause for each row execute function purpose_parts_come_first();
create trigger purpose_consent_first before insert on purpose_consent for each row execute function purpose_parts_come_first();
create trigger purpose_change_lot_append_only before update or delete or truncate on purpose_change_lot
  for each statement execute function books_are_append_only();
create trigger purpose_consent_append_only before update or delete or truncate on purpose_consent
  for each statement execute function books_are_append_only();
create trigger purpose_change_clause_lasting before update or delete on purpose_change_clause
  for each row execute function only_these_change('fund_clause_id');
create trigger purpose_change_clause_truncate before truncate on purpose_change_clause
  for each statement execute function books_are_append_only();

-- When another person agrees the new words become clauses of the fund, in the place of those of their kind, for the gifts that name them.
create function purposes_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end; n purpose_change_clause; v_clause bigint;
begin
  if v_step not in ('>open', 'open>agreed', 'open>refused', 'open>withdrawn', 'agreed>withdrawn', 'agreed>prepared', 'prepared>agreed',
                    'prepared>posted', 'posted>reversed')
     or tg_op = 'UPDATE' and ((new.agreed_by, new.agreed_at) is distinct from (old.agreed_by, old.agreed_at) and v_step <> 'open>agreed'
       or new.voucher_id is distinct from old.voucher_id and v_step not in ('agreed>prepared', 'prepared>agreed')
       or (new.ended_by, new.ended_at, new.reply) is distinct from (old.ended_by, old.ended_at, old.reply) and new.state not in ('refused', 'withdrawn'))
     or v_step = '>open' and num_nonnulls(new.agreed_by, new.ended_by, new.voucher_id) > 0 then
    perform refuse('purpose_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  if new.agreed_by = new.opened_by or new.state = 'refused' and new.ended_by = new.opened_by then
    perform refuse('purpose_same_person', '{}');
  end if;
  if v_step = 'open>agreed' then
    if not exists (select 1 from purpose_change_lot l where l.book_id = new.book_id and l.purpose_change_id = new.purpose_change_id
                      and purpose_consented(l.book_id, l.purpose_change_id, l.lot_id) > 0)
       or not exists (select 1 from purpose_change_clause x where x.book_id = new.book_id and x.purpose_change_id = new.purpose_change_id) then
      perform refuse('purpose_nobody_agreed', '{}');
    end if;
    perform 1 from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
    for n in select * from purpose_change_clause x where x.book_id = new.book_id and x.purpose_change_id = new.purpose_change_id order by x.kind loop
      -- What changes is received anew, on a day of now, and yet not bound by what has come into force since the gift.
      insert into fund_clause (book_id, fund_id, kind, words, source, from_day, until_day, classes, communities, replaces, for_all, added_by, added_at)
        values (new.book_id, new.fund_id, n.kind, n.words, coalesce(nullif(new.filing_number, ''), '变更捐赠用途 ' || new.purpose_change_id),
                n.from_day, n.until_day, n.classes, n.communities,
                (select coalesce(array_agg(distinct c.fund_clause_id), '{}') from purpose_change_lot l cross join lateral lot_clauses(l.book_id, l.lot_id) c
                  where l.book_id = new.book_id and l.purpose_change_id = new.purpose_change_id and c.kind = n.kind)
                || (select coalesce(array_agg(c.fund_clause_id order by c.fund_clause_id), '{}') from fund_clause c
                     where c.book_id = new.book_id and c.fund_id = new.fund_id and c.for_all and not exists
                       (select 1 from purpose_change_lot l cross join lateral lot_clauses(l.book_id, l.lot_id) o
                         where l.book_id = new.book_id and l.purpose_change_id = new.purpose_change_id and o.fund_clause_id = c.fund_clause_id)),
                false, new.agreed_by, new.agreed_at)
        returning fund_clause_id into v_clause;
      update purpose_change_clause set fund_clause_id = v_clause
       where book_id = n.book_id and purpose_change_id = n.purpose_change_id and kind = n.kind;
    end loop;
  end if;
  return new;
end $$;
create trigger purpose_change_step before insert or update on purpose_change for each row execute function purposes_go_step_by_step();
create trigger purpose_change_lasting before update or delete on purpose_change for each row
  execute function only_these_change('state', 'agreed_by', 'agreed_at', 'ended_by', 'ended_at', 'reply', 'voucher_id');
create trigger purpose_change_truncate before truncate on purpose_change for each statement execute function books_are_append_only();

-- A clause for all gifts waits until a case that was agreed is booked: it would bind what changes, and donors consented to nothing of the kind.
create function clauses_wait_for_purposes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund;
begin
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if exists (select 1 from purpose_change c where c.book_id = new.book_id and c.fund_id = new.fund_id and c.state in ('agreed', 'prepared')) then
    perform refuse('purpose_waits', jsonb_build_object('fund', f.name));
  end if;
  return new;
end $$;
create trigger fund_clause_waits before insert on fund_clause for each row when (new.for_all) execute function clauses_wait_for_purposes();

create function purposes_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_case purpose_change; v_voucher voucher;
begin
  if exists (select 1 from purpose_change c join voucher v using (book_id, voucher_id)
              where c.book_id = new.book_id and c.purpose_change_id = new.purpose_change_id
                and c.state <> case when v.reversed_by is not null then 'reversed' else v.state end)
     or tg_op = 'UPDATE' and old.voucher_id is distinct from new.voucher_id and exists
       (select 1 from voucher v where v.book_id = old.book_id and v.voucher_id = old.voucher_id and v.state in ('prepared', 'posted')) then
    perform refuse('transfer_follows_voucher', jsonb_build_object('voucher', coalesce(new.voucher_id, old.voucher_id)));
  end if;
  select * into v_case from purpose_change x where x.book_id = new.book_id and x.purpose_change_id = new.purpose_change_id and x.state in ('prepared', 'posted');
  if found then
    select * into v_voucher from voucher x where x.book_id = v_case.book_id and x.voucher_id = v_case.voucher_id;
    perform prove_purpose_voucher(v_voucher, v_case);
  end if;
  return null;
end $$;
create constraint trigger purpose_change_follows after insert or update on purpose_change deferrable initially deferred
  for each row execute function purposes_follow_vouchers();

-- The voucher of a case: inside the fund, from the very lots and no more of each than its donor agreed to, one new lot for each, under the new
-- words and whatever else still binds it.
create function prove_purpose_voucher(v voucher, c purpose_change) returns void language plpgsql as $$
declare v_words text; v_odd bigint; v_debit bigint; v_named bigint;
begin
  select string_agg(x.words, '；' order by x.kind desc) into v_words from purpose_change_clause x
   where x.book_id = c.book_id and x.purpose_change_id = c.purpose_change_id;
  select count(*) filter (where not (l.fund_id = c.fund_id and a.key = 'net-assets-restricted' and l.movement = 'transfer' and l.units > 0
                                     and (l.side = 'D' or l.clause = v_words))),
         coalesce(sum(l.units) filter (where l.side = 'D'), 0) into v_odd, v_debit
    from voucher_line l join account a using (book_id, account_id) where l.book_id = v.book_id and l.voucher_id = v.voucher_id;
  select coalesce(sum(d.units), 0) into v_named from voucher_lot d where d.book_id = v.book_id and d.voucher_id = v.voucher_id;
  if v_odd > 0 or v_debit <> v_named
     or exists (select 1 from (select coalesce(g.counterparty_id, 0) as party, d.units, count(*) as n from voucher_lot d join gift_lot g using (book_id, lot_id)
                                where d.book_id = v.book_id and d.voucher_id = v.voucher_id group by 1, 2) d
                 full join (select coalesce(l.counterparty_id, 0) as party, l.units, count(*) as n from voucher_line l
                             where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.side = 'C' group by 1, 2) l
                   on l.party = d.party and l.units = d.units and l.n = d.n
                where d.party is null or l.party is null)
     or exists (select 1 from voucher_lot d where d.book_id = v.book_id and d.voucher_id = v.voucher_id
                   and (d.spends or not exists (select 1 from purpose_change_lot l where l.book_id = d.book_id and l.lot_id = d.lot_id
                                                   and l.purpose_change_id = c.purpose_change_id)))
     or exists (select 1 from (select x.fund_clause_id from purpose_change_clause x where x.book_id = c.book_id and x.purpose_change_id = c.purpose_change_id
                               union select purpose_kept(c.book_id, c.purpose_change_id)) k
                 full join (select x.fund_clause_id from voucher_clause x where x.book_id = v.book_id and x.voucher_id = v.voucher_id) x
                   on x.fund_clause_id = k.fund_clause_id
                where k.fund_clause_id is null or x.fund_clause_id is null) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', v.voucher_id));
  end if;
  if exists (select 1 from voucher_lot d where d.book_id = v.book_id and d.voucher_id = v.voucher_id
                and d.units > purpose_consented(c.book_id, c.purpose_change_id, d.lot_id)) then
    perform refuse('purpose_beyond_consent', jsonb_build_object('fund', (select name from fund f where f.book_id = c.book_id and f.fund_id = c.fund_id)));
  end if;
end $$;

-- 剩余财产: where what is left of a closing fund goes, as plan or agreement says, else to a fund with the same or a similar aim.
create table fund_ending (
  book_id         integer not null,
  fund_ending_id  bigint generated always as identity,
  fund_id         integer not null,
  rule            text not null constraint fund_ending_rule check (rule in ('agreed', 'similar')),
  reason          text not null constraint fund_ending_reason check (char_length(reason) between 1 and 300),
  source          text not null constraint fund_ending_source check (char_length(source) between 1 and 200),
  is_major        boolean not null, -- by the charter's own thresholds, a major flow of funds
  state           text not null constraint fund_ending_state check (state in ('proposed', 'agreed', 'closed', 'dropped')),
  proposed_by     bigint not null references person,
  proposed_at     timestamptz not null,
  decided_by      bigint references person,
  decided_at      timestamptz,
  closed_on       date,
  primary key (book_id, fund_ending_id),
  foreign key (book_id, fund_id) references fund,
  constraint fund_ending_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)
    and (state = 'closed') = (closed_on is not null))
);
create unique index fund_ending_one on fund_ending (book_id, fund_id) where state <> 'dropped';
create table fund_ending_home (
  book_id         integer not null,
  fund_ending_id  bigint not null,
  home_no         smallint not null,
  restriction     text not null constraint fund_ending_home_restriction check (restriction in ('U', 'R')),
  to_fund         integer not null,
  lots            bigint[] not null constraint fund_ending_home_lots check ((restriction = 'R') = (lots <> '{}')),
  aim             text not null default '' constraint fund_ending_home_aim check (char_length(aim) <= 500 and (restriction = 'R' or aim = '')),
  fund_clause_id  bigint, -- what the aim became in the receiving fund
  kept_clauses    bigint[] not null default '{}', -- and there too what bound the gifts by class, community or day
  primary key (book_id, fund_ending_id, home_no),
  foreign key (book_id, fund_ending_id) references fund_ending,
  foreign key (book_id, to_fund) references fund,
  foreign key (book_id, fund_clause_id) references fund_clause
);
create table fund_disclosure (
  book_id             integer not null,
  fund_disclosure_id  bigint generated always as identity,
  fund_id             integer not null,
  fund_ending_id      bigint not null,
  kind                text not null constraint fund_disclosure_kind check (kind in ('leftover', 'flow')),
  due_on              date not null,
  published_at        text constraint fund_disclosure_published check (char_length(published_at) between 1 and 200),
  published_on        date,
  done_by             bigint references person,
  done_at             timestamptz,
  primary key (book_id, fund_disclosure_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, fund_ending_id) references fund_ending,
  constraint fund_disclosure_once unique (book_id, fund_ending_id, kind),
  constraint fund_disclosure_done check (num_nonnulls(published_at, published_on, done_by, done_at) in (0, 4))
);
create index on fund_disclosure (book_id, fund_id);
alter table fund_transfer add column fund_ending_id bigint, add column home_no smallint,
  add foreign key (book_id, fund_ending_id, home_no) references fund_ending_home;

create function endings_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund; h fund_ending_home; v_clause bigint; v_kept bigint[]; v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id for no key update;
  if v_step not in ('>proposed', 'proposed>agreed', 'proposed>dropped', 'agreed>dropped', 'agreed>closed')
     or v_step in ('agreed>dropped', 'agreed>closed') and (new.decided_by, new.decided_at) is distinct from (old.decided_by, old.decided_at)
     or v_step in ('>proposed', 'proposed>agreed') and (f.state <> 'open' or f.kind in ('general', 'agency', 'programme'))
     or v_step = 'agreed>closed' and f.state <> 'closed'
     or v_step = 'agreed>dropped' and exists (select 1 from fund_transfer t where t.book_id = new.book_id and t.fund_ending_id = new.fund_ending_id
                                                and t.state in ('agreed', 'prepared', 'posted')) then
    perform refuse('ending_out_of_turn', jsonb_build_object('fund', f.name, 'state', f.state));
  end if;
  if new.state = 'agreed' and new.decided_by = new.proposed_by then
    perform refuse('ending_same_person', '{}');
  end if;
  if v_step = 'proposed>agreed' then
    for h in select * from fund_ending_home x where x.book_id = new.book_id and x.fund_ending_id = new.fund_ending_id and x.aim <> '' order by x.home_no loop
      insert into fund_clause (book_id, fund_id, kind, words, source, for_all, added_by, added_at)
        values (new.book_id, h.to_fund, 'purpose', h.aim, new.source, false, new.decided_by, new.decided_at) returning fund_clause_id into v_clause;
      with kept as (
        insert into fund_clause (book_id, fund_id, kind, words, source, from_day, until_day, classes, communities, for_all, added_by, added_at)
          select new.book_id, h.to_fund, c.kind, c.words, new.source, c.from_day, c.until_day, c.classes, c.communities, false, new.decided_by, new.decided_at
            from lot_clauses(new.book_id, h.lots[1]) c where c.kind = 'period' or c.classes <> '{}' or c.communities <> '{}' order by c.fund_clause_id
          returning fund_clause_id)
      select coalesce(array_agg(k.fund_clause_id order by k.fund_clause_id), '{}') into v_kept from kept k;
      update fund_ending_home set fund_clause_id = v_clause, kept_clauses = v_kept
       where book_id = h.book_id and fund_ending_id = h.fund_ending_id and home_no = h.home_no;
    end loop;
  elsif v_step = 'agreed>closed' then
    -- 令第81号: leftover money within three months, a major flow of funds within thirty days.
    insert into fund_disclosure (book_id, fund_id, fund_ending_id, kind, due_on)
      select new.book_id, new.fund_id, new.fund_ending_id, k.kind, k.due_on
        from (values ('leftover', (new.closed_on + interval '3 months')::date), ('flow', new.closed_on + 30)) k (kind, due_on)
       where (k.kind = 'leftover' or new.is_major)
         and exists (select 1 from fund_transfer t where t.book_id = new.book_id and t.fund_ending_id = new.fund_ending_id and t.state = 'posted');
  end if;
  return new;
end $$;
create trigger fund_ending_step before insert or update on fund_ending for each row execute function endings_go_step_by_step();
create trigger fund_ending_lasting before update or delete on fund_ending for each row
  execute function only_these_change('state', 'decided_by', 'decided_at', 'closed_on');
create trigger fund_ending_truncate before truncate on fund_ending for each statement execute function books_are_append_only();

create function homes_are_proposed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare e fund_ending; g fund;
begin
  select * into e from fund_ending x where x.book_id = new.book_id and x.fund_ending_id = new.fund_ending_id for no key update;
  select * into g from fund x where x.book_id = new.book_id and x.fund_id = new.to_fund;
  if e.state <> 'proposed' or new.to_fund = e.fund_id or g.state = 'closed' or g.kind in ('agency', 'programme') or new.fund_clause_id is not null
     or new.kept_clauses <> '{}'
     or exists (select 1 from unnest(new.lots) x(lot_id) left join gift_lot l on l.book_id = new.book_id and l.lot_id = x.lot_id
                 where l.fund_id is distinct from e.fund_id or l.restriction <> 'R')
     -- One aim for gifts under the same clauses.
     or new.aim <> '' and (select count(distinct (select array_agg(c.fund_clause_id order by c.fund_clause_id) from lot_clauses(new.book_id, x.lot_id) c))
                                + max((not exists (select 1 from lot_clauses(new.book_id, x.lot_id)))::integer)
                             from unnest(new.lots) x(lot_id)) > 1 then
    perform refuse('ending_home', jsonb_build_object('fund', g.name));
  end if;
  return new;
end $$;
create trigger fund_ending_home_proposed before insert on fund_ending_home for each row execute function homes_are_proposed();
create trigger fund_ending_home_lasting before update or delete on fund_ending_home for each row execute function only_these_change('fund_clause_id', 'kept_clauses');
create trigger fund_ending_home_truncate before truncate on fund_ending_home for each statement execute function books_are_append_only();

create function disclosures_are_done_once() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and old.done_at is not null then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger fund_disclosure_once_done before update on fund_disclosure for each row execute function disclosures_are_done_once();
create trigger fund_disclosure_lasting before update or delete on fund_disclosure for each row
  execute function only_these_change('published_at', 'published_on', 'done_by', 'done_at');
create trigger fund_disclosure_truncate before truncate on fund_disclosure for each statement execute function books_are_append_only();
