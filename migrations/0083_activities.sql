-- Hours and points are issued for something that was served and confirmed: the ground, person by person, stands in the books before the entry, and the
-- entry says the same. Each ground is used once for hours and once for points.
create table earned_ground (
  book_id     integer not null,
  voucher_id  bigint not null,
  person_id   bigint not null references person,
  commodity   text not null constraint earned_ground_commodity check (commodity in ('HOUR', 'POINT')),
  source      text not null constraint earned_ground_source check (source in ('record', 'correction', 'service')),
  source_id   bigint not null,
  units       bigint not null constraint earned_ground_units check (units >= 0),              -- what the person gets: minutes or points
  to_pool     bigint not null default 0 constraint earned_ground_to_pool check (to_pool >= 0), -- minutes beyond what may be stored
  primary key (book_id, voucher_id, person_id),
  foreign key (book_id, voucher_id) references voucher,
  constraint earned_ground_something check (units + to_pool > 0 and (commodity = 'HOUR' or to_pool = 0)),
  constraint earned_ground_once unique (book_id, source, source_id, commodity)
);
create index earned_ground_of_person on earned_ground (book_id, person_id, voucher_id);
create trigger earned_ground_lasting before update or delete or truncate on earned_ground
  for each statement execute function books_are_append_only();
create function grounds_come_first() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare bad bigint;
begin
  select n.voucher_id into bad from (select distinct book_id, voucher_id from n) n
    left join voucher v on v.book_id = n.book_id and v.voucher_id = n.voucher_id and v.state = 'prepared' where v.voucher_id is null limit 1;
  if found then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return null;
end $$;
create trigger earned_ground_first after insert on earned_ground referencing new table as n for each statement execute function grounds_come_first();

create function earned_entries_have_ground() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p unit_paper; v_earned boolean; v_is_unlike boolean;
begin
  select * into p from unit_paper x where x.book_id = new.book_id and x.voucher_id = new.voucher_id;
  v_earned := p.kind in ('hours-earned', 'points-earned') and not p.is_red;
  select exists (
    select from (select l.counterparty_id as person_id, sum(l.units) as units from voucher_line l
                  where v_earned and l.book_id = new.book_id and l.voucher_id = new.voucher_id and l.counterparty_id is not null group by 1) l
      full join (select g.person_id, g.units from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id
                    and (g.units > 0 or not v_earned)) g using (person_id)
     where l.units is distinct from g.units) into v_is_unlike;
  if v_is_unlike or v_earned and (
       exists (select from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id
                  and (g.commodity = 'HOUR') <> (p.kind = 'hours-earned'))
       or (select coalesce(sum(g.to_pool), 0) from earned_ground g where g.book_id = new.book_id and g.voucher_id = new.voucher_id)
          <> (select coalesce(sum(l.units), 0) from voucher_line l join account a using (book_id, account_id)
               where l.book_id = new.book_id and l.voucher_id = new.voucher_id and a.key = 'hours-pool')) then
    perform refuse('earned_without_ground', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger journal_entry_units_grounded after insert on journal_entry for each row when (new.series in ('时', '分'))
  execute function earned_entries_have_ground();
grant select, insert on earned_ground to :"app";
