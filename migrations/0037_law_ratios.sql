-- The law's ratios need what the books cannot know: what kind of body this is, from which day, and the income and net assets of years
-- before the books began. Both are only ever added to; a figure of an earlier year counts once a second person has confirmed it.

create table body_profile (
  book_id          integer not null references book,
  body_profile_id  bigint generated always as identity,
  kind             text not null constraint body_profile_kind check (kind in ('foundation', 'social-group', 'service-body')),
  raises_publicly  boolean not null, -- 公开募捐资格
  is_charity       boolean not null, -- 慈善组织
  since            date not null,
  source           text not null constraint body_profile_source check (char_length(source) between 1 and 200),
  set_by           bigint not null references person,
  set_at           timestamptz not null,
  primary key (book_id, body_profile_id)
);
create trigger body_profile_append_only before update or delete or truncate on body_profile
  for each statement execute function books_are_append_only();

create table law_base (
  book_id       integer not null references book,
  law_base_id   bigint generated always as identity,
  year          integer not null constraint law_base_year check (year between 1990 and 2200),
  income        bigint not null,
  barred        bigint not null constraint law_base_barred check (barred >= 0), -- restricted income not to be used in that year
  freed         bigint not null constraint law_base_freed check (freed >= 0),   -- net assets freed of a time limit in that year
  net_assets    bigint not null,                                                -- at the end of that year
  source        text not null constraint law_base_source check (char_length(source) between 1 and 200),
  entered_by    bigint not null references person,
  entered_at    timestamptz not null,
  confirmed_by  bigint references person,
  confirmed_at  timestamptz,
  primary key (book_id, law_base_id),
  constraint law_base_confirmed check ((confirmed_by is null) = (confirmed_at is null))
);
create index on law_base (book_id, year);

-- Who entered a figure does not confirm it; a confirmed one is corrected by a new one, and only what was entered last is confirmed.
create function law_bases_take_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.confirmed_by is not null then
      perform refuse('law_base_same_person', jsonb_build_object('year', new.year));
    end if;
    if exists (select 1 from book b where b.book_id = new.book_id
                 and new.year >= extract(year from b.opening_day) + case when extract(doy from b.opening_day) > 1 then 1 else 0 end) then
      perform refuse('law_base_in_books', jsonb_build_object('year', new.year));
    end if;
    return new;
  end if;
  if old.confirmed_by is not null or exists (select 1 from law_base l where l.book_id = old.book_id and l.year = old.year
                                                and l.law_base_id > old.law_base_id) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.confirmed_by = new.entered_by then
    perform refuse('law_base_same_person', jsonb_build_object('year', new.year));
  end if;
  return new;
end $$;
create trigger law_base_by_two before insert or update on law_base for each row execute function law_bases_take_two();
create trigger law_base_once before update or delete on law_base
  for each row execute function only_these_change('confirmed_by', 'confirmed_at');
create trigger law_base_truncate before truncate on law_base for each statement execute function books_are_append_only();

grant select, insert on body_profile, law_base to :"app";
grant update (confirmed_by, confirmed_at) on law_base to :"app";
