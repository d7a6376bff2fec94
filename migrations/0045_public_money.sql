-- Government money and money held for others: the answers that decide what money is are given by one and agreed by another before any of it
-- is booked, and PostgreSQL refuses what the answers say it is not (income from a purchase of services is no subsidy).

create table public_contract (
  book_id             integer not null references book,
  public_contract_id  bigint generated always as identity,
  payer_id            bigint not null references person,
  number              text not null constraint public_contract_number check (char_length(number) between 1 and 60),
  title               text not null constraint public_contract_title check (char_length(title) between 1 and 100),
  signed_on           date not null,
  units               bigint not null constraint public_contract_units check (units > 0),
  fund_id             integer not null,
  restriction         text not null constraint public_contract_restriction check (restriction in ('U', 'R')),
  clause              text not null constraint public_contract_clause check (char_length(clause) <= 500 and (restriction = 'R') = (clause <> '')),
  filed_document_id   bigint not null,
  receiver            text not null constraint public_contract_receiver check (receiver in ('residents', 'payer', 'named')),
  in_exchange         boolean not null,
  may_choose          boolean not null,
  may_change          boolean not null,
  return_duty         boolean not null,
  nature              text not null,
  state               text not null constraint public_contract_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by         bigint not null references person,
  proposed_at         timestamptz not null,
  decided_by          bigint references person,
  decided_at          timestamptz,
  primary key (book_id, public_contract_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint public_contract_nature check (nature = case when receiver = 'named' and not may_choose and not may_change then 'agency'
                                                         when in_exchange or receiver = 'payer' then 'services' else 'subsidy' end),
  constraint public_contract_services_free check (nature = 'subsidy' or restriction = 'U'),
  constraint public_contract_decided check ((state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create trigger public_contract_by_two before insert or update on public_contract for each row execute function decided_by_another();
create trigger public_contract_lasting before update or delete on public_contract
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger public_contract_truncate before truncate on public_contract for each statement execute function books_are_append_only();

create table public_condition (
  book_id              integer not null,
  public_condition_id  bigint generated always as identity,
  public_contract_id   bigint not null,
  what                 text not null constraint public_condition_what check (char_length(what) between 1 and 200),
  until_day            date not null,
  state                text not null constraint public_condition_state check (state in ('open', 'met', 'broken')),
  note                 text not null default '' constraint public_condition_note check (char_length(note) <= 200),
  decided_by           bigint references person,
  decided_at           timestamptz,
  primary key (book_id, public_condition_id),
  foreign key (book_id, public_contract_id) references public_contract,
  constraint public_condition_decided check ((state = 'open') = (decided_by is null) and (decided_by is null) = (decided_at is null) and (state = 'open' or note <> ''))
);
create trigger public_condition_lasting before update or delete on public_condition
  for each row execute function only_these_change('state', 'note', 'decided_by', 'decided_at');
create trigger public_condition_truncate before truncate on public_condition for each statement execute function books_are_append_only();

create table public_instalment (
  book_id             integer not null,
  public_contract_id  bigint not null,
  no                  smallint not null constraint public_instalment_no check (no between 1 and 60),
  units               bigint not null constraint public_instalment_units check (units > 0),
  due_on              date not null,
  expectation_id      bigint,
  primary key (book_id, public_contract_id, no),
  foreign key (book_id, public_contract_id) references public_contract,
  foreign key (book_id, expectation_id) references expectation
);
create trigger public_instalment_lasting before update or delete on public_instalment for each row execute function only_these_change('expectation_id');
create trigger public_instalment_truncate before truncate on public_instalment for each statement execute function books_are_append_only();

-- The vouchers of a contract: what came in, what was accepted as done, what must go back.
create table public_voucher (
  book_id             integer not null,
  voucher_id          bigint not null,
  public_contract_id  bigint not null,
  role                text not null constraint public_voucher_role check (role in ('receipt', 'acceptance', 'refund')),
  no                  smallint not null,                       -- of the instalment that came in; 0 for the others
  units               bigint not null constraint public_voucher_units check (units > 0),
  primary key (book_id, voucher_id, public_contract_id, no),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, public_contract_id) references public_contract
);
create index public_voucher_of on public_voucher (book_id, public_contract_id);
create trigger public_voucher_append_only before update or delete or truncate on public_voucher
  for each statement execute function books_are_append_only();

create table public_refund (
  book_id             integer not null,
  public_refund_id    bigint generated always as identity,
  public_contract_id  bigint not null,
  units               bigint not null constraint public_refund_units check (units > 0),
  cause               text not null constraint public_refund_cause check (cause in ('outside', 'own')),
  reason              text not null constraint public_refund_reason check (char_length(reason) between 1 and 150),
  pay_by              date not null,
  voucher_id          bigint,
  expectation_id      bigint,
  made_by             bigint not null references person,
  made_at             timestamptz not null,
  primary key (book_id, public_refund_id),
  foreign key (book_id, public_contract_id) references public_contract,
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, expectation_id) references expectation
);
create trigger public_refund_lasting before update or delete on public_refund for each row execute function only_these_change('voucher_id', 'expectation_id');
create trigger public_refund_truncate before truncate on public_refund for each statement execute function books_are_append_only();

-- NGO20 §7: a purchase of services is an exchange. Whatever voucher or expectation names the contract books on the accounts its answers allow.
create function refuse_other_nature(p_contract public_contract, p_account text) returns void language plpgsql as $$
begin
  if p_contract.state <> 'agreed' then
    perform refuse('public_money_not_agreed', jsonb_build_object('number', p_contract.number));
  end if;
  if split_part(p_account, '.', 1) = 'government-grant-income' and p_contract.nature = 'services' then
    perform refuse('public_money_is_services', jsonb_build_object('number', p_contract.number));
  end if;
  if split_part(p_account, '.', 1) in ('service-income', 'advances-received') and p_contract.nature = 'subsidy' or p_contract.nature = 'agency' then
    perform refuse('public_money_other_nature', jsonb_build_object('number', p_contract.number));
  end if;
end $$;
create function public_vouchers_keep_nature() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_contract public_contract; v_done bigint; v_in bigint; v_back bigint;
begin
  select * into v_contract from public_contract c where c.book_id = new.book_id and c.public_contract_id = new.public_contract_id for no key update;
  perform refuse_other_nature(v_contract, a.key) from voucher_line l join account a using (book_id, account_id)
    where l.book_id = new.book_id and l.voucher_id = new.voucher_id;
  select coalesce(sum(p.units) filter (where p.role = 'acceptance'), 0), coalesce(sum(p.units) filter (where p.role = 'receipt'), 0),
         coalesce(sum(p.units) filter (where p.role = 'refund'), 0) into v_done, v_in, v_back
    from public_voucher p join voucher v using (book_id, voucher_id)
   where p.book_id = new.book_id and p.public_contract_id = new.public_contract_id and v.state in ('prepared', 'posted') and v.reversed_by is null;
  if v_done + v_back > v_contract.units and v_contract.nature = 'services' or v_in > v_contract.units or v_back > v_in then
    perform refuse('public_money_above', jsonb_build_object('number', v_contract.number, 'asked', new.units, 'available', case new.role
      when 'acceptance' then v_contract.units - v_done - v_back when 'refund' then v_in - v_back else v_contract.units - v_in end + new.units));
  end if;
  return null;
end $$;
create trigger public_voucher_nature after insert on public_voucher for each row execute function public_vouchers_keep_nature();
create function public_instalments_keep_nature() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refuse_other_nature(c, a.key) from public_contract c, expectation_line l join account a using (book_id, account_id)
    where c.book_id = new.book_id and c.public_contract_id = new.public_contract_id and l.book_id = new.book_id and l.expectation_id = new.expectation_id;
  return null;
end $$;
create trigger public_instalment_nature after insert or update on public_instalment for each row when (new.expectation_id is not null)
  execute function public_instalments_keep_nature();

-- Money held for others (NGO20 §3): a transfer agreement, or all three tests; asked before the first of it comes.
create table agency_matter (
  book_id            integer not null references book,
  agency_matter_id   bigint generated always as identity,
  principal_id       bigint not null references person,
  title              text not null constraint agency_matter_title check (char_length(title) between 1 and 100),
  by_agreement       boolean not null,
  duty_on_receipt    boolean not null,
  only_between       boolean not null,
  principal_named    boolean not null,
  grounds            text not null constraint agency_matter_grounds check (char_length(grounds) between 1 and 200),
  filed_document_id  bigint not null,
  state              text not null constraint agency_matter_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by        bigint not null references person,
  proposed_at        timestamptz not null,
  decided_by         bigint references person,
  decided_at         timestamptz,
  primary key (book_id, agency_matter_id),
  foreign key (book_id, filed_document_id) references filed_document,
  constraint agency_matter_tests check (by_agreement or duty_on_receipt and only_between and principal_named),
  constraint agency_matter_decided check ((state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create trigger agency_matter_by_two before insert or update on agency_matter for each row execute function decided_by_another();
create trigger agency_matter_lasting before update or delete on agency_matter
  for each row execute function only_these_change('state', 'decided_by', 'decided_at');
create trigger agency_matter_truncate before truncate on agency_matter for each statement execute function books_are_append_only();

create table agency_recipient (
  book_id           integer not null,
  agency_matter_id  bigint not null,
  person_id         bigint not null references person,
  meant_units       bigint constraint agency_recipient_meant check (meant_units > 0),
  added_by          bigint not null references person,
  added_at          timestamptz not null,
  primary key (book_id, agency_matter_id, person_id),
  foreign key (book_id, agency_matter_id) references agency_matter
);
create trigger agency_recipient_append_only before update or delete or truncate on agency_recipient
  for each statement execute function books_are_append_only();

create table agency_move (
  book_id           integer not null,
  voucher_id        bigint not null,
  agency_matter_id  bigint not null,
  person_id         bigint not null,
  units             bigint not null constraint agency_move_units check (units <> 0),    -- positive came in, negative was passed on
  in_goods          boolean not null,
  primary key (book_id, voucher_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, agency_matter_id, person_id) references agency_recipient
);
create index agency_move_of on agency_move (book_id, agency_matter_id, person_id);
create trigger agency_move_append_only before update or delete or truncate on agency_move
  for each statement execute function books_are_append_only();

-- Never more passed on than came in, per matter, recipient, and apart for money and goods: what waits to go out counts, what waits to
-- come in does not. A move is what its voucher books.
create function agency_moves_keep_floor() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_matter agency_matter; v_left bigint; v_booked bigint;
begin
  select * into v_matter from agency_matter m where m.book_id = new.book_id and m.agency_matter_id = new.agency_matter_id for no key update;
  if v_matter.state <> 'agreed' then
    perform refuse('agency_matter_not_agreed', jsonb_build_object('other', v_matter.title));
  end if;
  select coalesce(sum(m.units), 0) into v_left from agency_move m join voucher v using (book_id, voucher_id)
   where m.book_id = new.book_id and m.agency_matter_id = new.agency_matter_id and m.person_id = new.person_id and m.in_goods = new.in_goods
     and (v.state = 'posted' or v.state = 'prepared' and m.units < 0) and v.reversed_by is null;
  if new.units < 0 and v_left < 0 then
    perform refuse('agency_matter_floor', jsonb_build_object('other', v_matter.title, 'asked', -new.units, 'available', v_left - new.units));
  end if;
  select -coalesce(sum(signed(l.side, l.units)), 0) into v_booked from voucher_line l join account a using (book_id, account_id)
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id = new.person_id and a.role = 'agency' and a.class = 'liability';
  if v_booked <> new.units then
    perform refuse('agency_move_unlike_voucher', jsonb_build_object('asked', new.units, 'booked', v_booked));
  end if;
  return null;
end $$;
create trigger agency_move_floor after insert on agency_move for each row execute function agency_moves_keep_floor();

grant select, insert on public_contract, public_condition, public_instalment, public_voucher, public_refund, agency_matter, agency_recipient, agency_move
  to :"app";
grant update (state, decided_by, decided_at) on public_contract, agency_matter to :"app";
grant update (state, note, decided_by, decided_at) on public_condition to :"app";
grant update (expectation_id) on public_instalment to :"app";
grant update (voucher_id, expectation_id) on public_refund to :"app";
