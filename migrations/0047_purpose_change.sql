-- Three things that change what gifts are for or where they lie, each by two persons and none without its ground: the management fee that an
-- agreement allows, the lawful home of what a closing fund leaves (慈善法第五十八条), and a change of purpose with the consent of those who
-- gave (第五十六条).

-- 管理费: percent of gifts received, agreed with the donors. It stays money of the body, so it is a transfer and no cost (ruling 13).
create table fee_rule (
  book_id      integer not null references book,
  fee_rule_id  bigint generated always as identity,
  fund_id      integer not null,
  agreement    text not null default '' constraint fee_rule_agreement check (char_length(agreement) <= 60), -- empty: the fund's own agreement
  basis        smallint not null constraint fee_rule_cap check (basis between 0 and 1000), -- hundredths of a percent; 0 ends a fee
  from_day     date not null,
  source       text not null constraint fee_rule_source check (char_length(source) between 1 and 200),
  state        text not null constraint fee_rule_state check (state in ('proposed', 'confirmed', 'dropped')),
  proposed_by  bigint not null references person,
  proposed_at  timestamptz not null,
  decided_by   bigint references person,
  decided_at   timestamptz,
  primary key (book_id, fee_rule_id),
  foreign key (book_id, fund_id) references fund,
  constraint fee_rule_decided check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create unique index fee_rule_once on fee_rule (book_id, fund_id, agreement, from_day) where state <> 'dropped';

create function fee_rules_take_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare f fund;
begin
  select * into f from fund where book_id = new.book_id and fund_id = new.fund_id;
  if tg_op = 'INSERT' and new.state <> 'proposed' or tg_op = 'UPDATE' and (old.state <> 'proposed' or new.state = 'proposed') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'confirmed' and new.decided_by = new.proposed_by then
    perform refuse('fee_same_person', '{}');
  end if;
  if new.state <> 'dropped' and (f.state = 'closed' or f.kind in ('general', 'agency', 'programme')) then
    perform refuse('fee_of_own_funds', jsonb_build_object('fund', f.name));
  end if;
  return new;
end $$;
create trigger fee_rule_by_two before insert or update on fee_rule for each row execute function fee_rules_take_two();
create trigger fee_rule_lasting before update or delete on fee_rule for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger fee_rule_truncate before truncate on fee_rule for each statement execute function books_are_append_only();

create table fee_charge (
  book_id        integer not null,
  fee_charge_id  bigint generated always as identity,
  fund_id        integer not null,
  restriction    text not null constraint fee_charge_restriction check (restriction in ('U', 'R')),
  units          bigint not null constraint fee_charge_units check (units > 0),
  state          text not null constraint fee_charge_state check (state in ('prepared', 'posted', 'dropped', 'reversed')),
  made_by        bigint not null references person,
  made_at        timestamptz not null,
  voucher_id     bigint,
  primary key (book_id, fee_charge_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher
);
create index on fee_charge (book_id, fund_id);
create unique index fee_charge_voucher on fee_charge (book_id, voucher_id);
create table fee_charge_gift (
  book_id        integer not null,
  fee_charge_id  bigint not null,
  lot_id         bigint not null,
  basis          smallint not null,
  units          bigint not null constraint fee_charge_gift_units check (units > 0),
  agreement      text not null,
  stands         boolean not null default true,
  primary key (book_id, fee_charge_id, lot_id),
  foreign key (book_id, fee_charge_id) references fee_charge,
  foreign key (book_id, lot_id) references gift_lot
);
create unique index fee_once on fee_charge_gift (book_id, lot_id) where stands;

create function is_gift_line(p_key text, p_movement text) returns boolean language sql immutable as $$
  select p_movement = 'ordinary' and (p_key = 'donation-income' or p_key like 'donation-income.%')
$$;

-- What a gift bears: its own agreement says so where it has one, else the rule of that agreement's number, else the fund's. Nothing where
-- nobody agreed. A lot that is no gift (a transfer, an opening balance, what a release freed) bears none.
create function fee_of_lot(p_book integer, p_lot bigint, out basis smallint, out agreement text, out units bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare g gift_lot;
begin
  select x.* into g from gift_lot x
    join posting p on p.book_id = x.book_id and p.entry_no = x.entry_no and p.line_no = x.line_no
    join account a on a.book_id = p.book_id and a.account_id = p.account_id
    join voucher v on v.book_id = x.book_id and v.entry_no = x.entry_no
   where x.book_id = p_book and x.lot_id = p_lot and is_gift_line(a.key, p.movement) and v.reversed_by is null
     and not exists (select 1 from posting r where r.book_id = p.book_id and r.entry_no = p.entry_no and r.account_id = p.account_id
                        and r.fund_id = p.fund_id and r.restriction = 'R' and r.side = 'D' and r.units > 0);
  if not found then
    return;
  end if;
  if to_regclass('public.gift_agreement') is not null then
    execute 'select a.number, a.fee_basis from journal_entry j join donation d on d.book_id = j.book_id and d.voucher_id = j.voucher_id and d.line_no = $3
               join gift_agreement a on a.book_id = d.book_id and a.gift_agreement_id = d.gift_agreement_id and a.state = ''confirmed''
              where j.book_id = $1 and j.entry_no = $2' into agreement, basis using p_book, g.entry_no, g.line_no;
  end if;
  if agreement is null then
    select r.basis, r.agreement into basis, agreement from fee_rule r
     where r.book_id = p_book and r.fund_id = g.fund_id and r.state = 'confirmed' and r.from_day <= g.received_on
       and (r.agreement = '' or exists (select 1 from lot_clauses(p_book, p_lot) c where c.source = r.agreement))
     order by r.agreement <> '' desc, r.from_day desc limit 1;
  end if;
  units := case when basis <= 1000 then (g.units * basis + 5000) / 10000 end;
end $$;

create function fees_are_agreed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare g gift_lot; f record; c fee_charge;
begin
  select * into c from fee_charge where book_id = new.book_id and fee_charge_id = new.fee_charge_id;
  select * into g from gift_lot where book_id = new.book_id and lot_id = new.lot_id for no key update;
  select * into f from fee_of_lot(new.book_id, new.lot_id);
  if coalesce(f.units, 0) = 0 then
    perform refuse('fee_not_agreed', jsonb_build_object('fund', (select name from fund x where x.book_id = g.book_id and x.fund_id = g.fund_id),
      'day', g.received_on, 'taken', g.units));
  end if;
  if (g.fund_id, g.restriction, f.units, f.basis, f.agreement, true) is distinct from (c.fund_id, c.restriction, new.units, new.basis, new.agreement, new.stands)
     or c.voucher_id is not null then
    perform refuse('fee_unlike_rule', jsonb_build_object('asked', new.units, 'taken', f.units));
  end if;
  -- A gift that was booked anew was charged under its old entry.
  if exists (with recursive before as (
               select v.corrects_entry_no as entry_no from voucher v where v.book_id = new.book_id and v.entry_no = g.entry_no
               union
               select v.corrects_entry_no from before b join voucher v on v.book_id = new.book_id and v.entry_no = b.entry_no)
             select 1 from before b join gift_lot o on o.book_id = new.book_id and o.entry_no = b.entry_no and o.fund_id = g.fund_id
               join fee_charge_gift x on x.book_id = o.book_id and x.lot_id = o.lot_id and x.stands) then
    perform refuse('fee_once', '{}');
  end if;
  return new;
end $$;
create trigger fee_charge_gift_agreed before insert on fee_charge_gift for each row execute function fees_are_agreed();

-- A charge is where its voucher is; one that was dropped or reversed leaves its gifts free to be charged again.
create function fees_follow_vouchers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare c fee_charge; v voucher;
begin
  select * into c from fee_charge where book_id = new.book_id and fee_charge_id = new.fee_charge_id;
  select * into v from voucher where book_id = c.book_id and voucher_id = c.voucher_id;
  if c.state is distinct from (case when v.reversed_by is not null then 'reversed' when v.state in ('rejected', 'withdrawn') then 'dropped' else v.state end) then
    perform refuse('transfer_follows_voucher', jsonb_build_object('voucher', c.voucher_id));
  end if;
  if c.state in ('prepared', 'posted') then
    perform prove_fee_voucher(v, c); -- whichever came first, the voucher or the charge that names it
  end if;
  return null;
end $$;
create constraint trigger fee_charge_follows after insert or update on fee_charge deferrable initially deferred
  for each row execute function fees_follow_vouchers();
create function fees_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' and (new.state <> 'prepared' or new.voucher_id is not null)
     or tg_op = 'UPDATE' and (old.voucher_id is not null and old.voucher_id is distinct from new.voucher_id
       or old.state || '>' || new.state not in ('prepared>prepared', 'prepared>posted', 'prepared>dropped', 'posted>reversed')) then
    perform refuse('transfer_out_of_turn', jsonb_build_object('step', new.state));
  end if;
  if tg_op = 'UPDATE' and new.state in ('dropped', 'reversed') then
    update fee_charge_gift set stands = false where book_id = new.book_id and fee_charge_id = new.fee_charge_id;
  end if;
  return new;
end $$;
create trigger fee_charge_step before insert or update on fee_charge for each row execute function fees_go_step_by_step();
create trigger fee_charge_lasting before update or delete on fee_charge for each row execute function only_these_change('state', 'voucher_id');
create trigger fee_charge_truncate before truncate on fee_charge for each statement execute function books_are_append_only();
create trigger fee_charge_gift_lasting before update or delete on fee_charge_gift for each row execute function only_these_change('stands');
create trigger fee_charge_gift_truncate before truncate on fee_charge_gift for each statement execute function books_are_append_only();

-- The voucher of a fee frees as much of restricted gifts as is charged, hands it to the general fund, and does nothing else.
create function prove_fee_voucher(v voucher, c fee_charge) returns void language plpgsql as $$
declare x record; v_general integer := (select fund_id from fund where book_id = v.book_id and kind = 'general');
begin
  select count(*) filter (where l.kind is null) as odd, coalesce(sum(l.n) filter (where l.kind = 'bound'), 0) as bound,
         -coalesce(sum(l.n) filter (where l.kind = 'freed'), 0) as freed, sum(l.n) filter (where l.kind = 'leaves') as leaves,
         -sum(l.n) filter (where l.kind = 'comes') as comes, -sum(l.n) filter (where l.kind = 'paid') as paid,
         sum(l.n) filter (where l.kind = 'got') as got into x
    from (select signed(l.side, l.units) as n,
                 case when l.commodity <> 'CNY' or l.units <= 0 then null
                      when l.fund_id = c.fund_id and (is_gift_line(a.key, l.movement) or l.movement = 'release' and a.class = 'net-assets')
                        then case l.restriction when 'R' then 'bound' when 'U' then 'freed' end
                      when a.key = 'net-assets-unrestricted' and l.movement = 'transfer'
                        then case l.fund_id when c.fund_id then 'leaves' when v_general then 'comes' end
                      when a.role = 'own-cash' and l.cash_flow = 'internal'
                        then case l.fund_id when c.fund_id then 'paid' when v_general then 'got' end end as kind
            from voucher_line l join account a using (book_id, account_id)
           where l.book_id = v.book_id and l.voucher_id = v.voucher_id) l;
  if x.odd > 0 or (x.bound, x.freed) is distinct from (case c.restriction when 'R' then c.units else 0 end, case c.restriction when 'R' then c.units else 0 end)
     or (x.leaves, x.comes, x.paid, x.got) is distinct from (c.units, c.units, c.units, c.units)
     or c.units is distinct from (select sum(g.units) from fee_charge_gift g where g.book_id = c.book_id and g.fee_charge_id = c.fee_charge_id)
     or exists (select 1 from (select g.lot_id, g.units from fee_charge_gift g where g.book_id = c.book_id and g.fee_charge_id = c.fee_charge_id) g
                 full join (select d.lot_id, d.units from voucher_lot d where d.book_id = v.book_id and d.voucher_id = v.voucher_id and not d.spends) d
                   on d.lot_id = g.lot_id and d.units = g.units
                where g.lot_id is null or d.lot_id is null) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', v.voucher_id));
  end if;
end $$;

create or replace function internal_cash_is_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v voucher; c fee_charge;
begin
  select * into v from voucher where book_id = new.book_id and voucher_id = new.voucher_id;
  select * into c from fee_charge where book_id = v.book_id and voucher_id = v.voucher_id;
  if v.kind = 'reversal' or v.state in ('rejected', 'withdrawn') then
    return null;
  elsif c.fee_charge_id is not null then
    perform prove_fee_voucher(v, c);
  elsif exists (select 1 from voucher_line l join account a using (book_id, account_id)
                 where l.book_id = v.book_id and l.voucher_id = v.voucher_id
                   and (a.class = 'net-assets' and l.movement <> 'transfer' or a.class = 'income')) then
    perform refuse('transfer_not_signed', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;

-- 变更捐赠用途: a case with its lots, its new words and what each donor said.
create table purpose_change (
  book_id            integer not null,
  purpose_change_id  bigint generated always as identity,
  fund_id            integer not null,
  reason             text not null constraint purpose_change_reason check (char_length(reason) between 1 and 300),
  basis              text not null constraint purpose_change_basis check (basis in ('consent', 'refiling')),
  filing_number      text not null default '' constraint purpose_change_filing check (char_length(filing_number) <= 60),
  filed_on           date,
  state              text not null constraint purpose_change_state
                       check (state in ('open', 'agreed', 'prepared', 'posted', 'reversed', 'refused', 'withdrawn')),
  opened_by          bigint not null references person,
  opened_at          timestamptz not null,
  agreed_by          bigint references person,
  agreed_at          timestamptz,
  ended_by           bigint references person,
  ended_at           timestamptz,
  reply              text not null default '' constraint purpose_change_reply check (char_length(reply) <= 200),
  voucher_id         bigint,
  primary key (book_id, purpose_change_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher,
  constraint purpose_change_refiled check ((basis = 'refiling') = (filing_number <> '') and (basis = 'refiling') = (filed_on is not null)),
  constraint purpose_change_signed check ((agreed_by is null) = (agreed_at is null) and (ended_by is null) = (ended_at is null)
    and (state in ('prepared', 'posted', 'reversed')) = (voucher_id is not null) and (state in ('refused', 'withdrawn')) = (ended_by is not null)
    and (state <> 'refused' or reply <> '') and (state not in ('agreed', 'prepared', 'posted', 'reversed') or agreed_by is not null))
);
create index on purpose_change (book_id, fund_id);
create unique index purpose_change_voucher on purpose_change (book_id, voucher_id) where voucher_id is not null;
create table purpose_change_lot (
  book_id            integer not null,
  purpose_change_id  bigint not null,
  lot_id             bigint not null,
  primary key (book_id, purpose_change_id, lot_id),
  foreign key (book_id, purpose_change_id) references purpose_change,
  foreign key (book_id, lot_id) references gift_lot
);
create index on purpose_change_lot (book_id, lot_id);
create table purpose_change_clause (
  book_id            integer not null,
  purpose_change_id  bigint not null,
  kind               text not null constraint purpose_change_clause_kind check (kind in ('purpose', 'period', 'area')),
  words              text not null constraint purpose_change_clause_words check (char_length(words) between 1 and 500),
  from_day           date,
  until_day          date,
  classes            text[] not null default '{}' constraint purpose_change_clause_classes check (kind = 'purpose' or classes = '{}'),
  communities        text[] not null default '{}' constraint purpose_change_clause_communities check (kind = 'area' or communities = '{}'),
  fund_clause_id     bigint,
  primary key (book_id, purpose_change_id, kind),
  foreign key (book_id, purpose_change_id) references purpose_change,
  foreign key (book_id, fund_clause_id) references fund_clause,
  constraint purpose_change_clause_days check ((kind = 'period') = (from_day is not null or until_day is not null) and from_day <= until_day is not false)
);
create table purpose_consent (
  book_id             integer not null,
  purpose_consent_id  bigint generated always as identity,
  purpose_change_id   bigint not null,
  lot_id              bigint not null,
  answer              text not null constraint purpose_consent_answer check (answer in ('yes', 'part', 'no')),
  units               bigint constraint purpose_consent_units check (units > 0),
  said_on             date not null,
  way                 text not null constraint purpose_consent_way check (way in ('agreement', 'letter', 'message', 'meeting', 'other')),
  document            text not null constraint purpose_consent_document check (char_length(document) between 1 and 200),
  noted_by            bigint not null references person,
  noted_at            timestamptz not null,
  primary key (book_id, purpose_consent_id),
  foreign key (book_id, purpose_change_id, lot_id) references purpose_change_lot,
  constraint purpose_consent_part check ((answer = 'part') = (units is not null))
);
create index on purpose_consent (book_id, purpose_change_id, lot_id);
