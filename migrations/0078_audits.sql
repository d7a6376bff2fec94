-- 抽样与意见: whoever oversees the books draws a money-unit sample that anybody can draw again, asks about vouchers and finds faults with them.
-- Nothing of it touches the books, and nothing of it is changed afterwards.
create table audit_sample (
  book_id           integer not null references book,
  audit_sample_id   bigint generated always as identity,
  class             text not null,
  from_day          date not null,
  to_day            date not null,
  size              smallint not null constraint audit_sample_size check (size between 1 and 500),
  seed              text not null constraint audit_sample_seed check (char_length(seed) between 1 and 60),
  reason            text not null constraint audit_sample_reason check (char_length(reason) between 1 and 200),
  funds             integer[] not null, -- vouchers wholly of these; empty is the whole book
  up_to_entry       bigint not null,
  population_lines  integer not null constraint audit_sample_lines check (population_lines > 0),
  total_units       bigint not null constraint audit_sample_total check (total_units > 0),
  interval_units    bigint not null,
  start_units       bigint not null,
  items             smallint not null,
  drawn_by          bigint not null references person,
  drawn_at          timestamptz not null,
  primary key (book_id, audit_sample_id),
  constraint audit_sample_class check (class in ('cash-out', 'cash-in', 'expenses', 'donations', 'project-advances', 'all')),
  constraint audit_sample_days check (from_day <= to_day),
  constraint audit_sample_interval check (interval_units = (total_units - 1) / size + 1 and start_units between 1 and interval_units)
);
create trigger audit_sample_lasting before update or delete or truncate on audit_sample for each statement execute function books_are_append_only();

create table audit_sample_item (
  book_id          integer not null,
  audit_sample_id  bigint not null,
  item_no          smallint not null constraint audit_sample_item_no check (item_no between 1 and 500),
  entry_no         bigint not null,
  line_no          smallint not null,
  units            bigint not null constraint audit_sample_item_units check (units > 0),
  through_units    bigint not null, -- the running sum with this line
  hits             smallint not null constraint audit_sample_item_hits check (hits > 0),
  primary key (book_id, audit_sample_id, item_no),
  foreign key (book_id, audit_sample_id) references audit_sample,
  foreign key (book_id, entry_no) references journal_entry,
  constraint audit_sample_item_once unique (book_id, audit_sample_id, entry_no, line_no)
);
create trigger audit_sample_item_lasting before update or delete or truncate on audit_sample_item
  for each statement execute function books_are_append_only();

-- A sample comes whole with its lines, in one transaction, each as it stands in the journal, and nothing is added to it later. The journal is
-- looked at once, for the sample; a line that comes by itself later is one too many.
create function audit_samples_are_whole() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare s audit_sample;
begin
  select * into s from audit_sample x where x.book_id = new.book_id and x.audit_sample_id = new.audit_sample_id;
  if s.items <> (select count(*) from audit_sample_item i where i.book_id = s.book_id and i.audit_sample_id = s.audit_sample_id)
     or (s.total_units - s.start_units) / s.interval_units + (s.total_units >= s.start_units)::integer
        <> (select coalesce(sum(i.hits), 0) from audit_sample_item i where i.book_id = s.book_id and i.audit_sample_id = s.audit_sample_id)
     or tg_table_name = 'audit_sample' and exists (select 1 from audit_sample_item i
                 where i.book_id = s.book_id and i.audit_sample_id = s.audit_sample_id and not exists
                   (select 1 from posting p where p.book_id = i.book_id and p.entry_no = i.entry_no and p.line_no = i.line_no
                                              and abs(p.units) = i.units and p.entry_no <= s.up_to_entry)) then
    perform refuse('audit_sample_whole', jsonb_build_object('sample', new.audit_sample_id));
  end if;
  return null;
end $$;
create constraint trigger audit_sample_is_whole after insert on audit_sample deferrable initially deferred
  for each row execute function audit_samples_are_whole();
create constraint trigger audit_sample_item_whole after insert on audit_sample_item deferrable initially deferred
  for each row execute function audit_samples_are_whole();

-- 询问与整改意见 on a voucher; what becomes of it stands in its steps.
create table audit_remark (
  book_id          integer not null,
  audit_remark_id  bigint generated always as identity,
  voucher_id       bigint not null,
  audit_sample_id  bigint, -- in whose course it was raised
  kind             text not null constraint audit_remark_kind check (kind in ('question', 'finding')),
  severity         text constraint audit_remark_severity check (severity in ('slight', 'ordinary', 'serious')),
  raised_by        bigint not null references person,
  raised_at        timestamptz not null,
  primary key (book_id, audit_remark_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, audit_sample_id) references audit_sample,
  constraint audit_remark_severe check ((kind = 'finding') = (severity is not null))
);
create index on audit_remark (book_id, voucher_id);
create trigger audit_remark_lasting before update or delete or truncate on audit_remark for each statement execute function books_are_append_only();

create table audit_remark_step (
  book_id          integer not null,
  audit_remark_id  bigint not null,
  step_no          smallint not null constraint audit_remark_step_no check (step_no >= 1),
  move             text not null constraint audit_remark_move check (move in ('raised', 'answered', 'sent-back', 'closed')),
  words            text not null constraint audit_remark_words check (char_length(words) between 1 and 1000),
  due_on           date, -- when an answer is due; stays what it was unless somebody waits for a new one
  done_by          bigint not null references person,
  done_at          timestamptz not null,
  primary key (book_id, audit_remark_id, step_no),
  foreign key (book_id, audit_remark_id) references audit_remark
);
create trigger audit_remark_step_lasting before update or delete or truncate on audit_remark_step
  for each statement execute function books_are_append_only();

create table audit_remark_paper (
  book_id            integer not null,
  audit_remark_id    bigint not null,
  step_no            smallint not null,
  filed_document_id  bigint not null,
  primary key (book_id, audit_remark_id, step_no, filed_document_id),
  foreign key (book_id, audit_remark_id, step_no) references audit_remark_step,
  foreign key (book_id, filed_document_id) references filed_document
);
create trigger audit_remark_paper_lasting before update or delete or truncate on audit_remark_paper
  for each statement execute function books_are_append_only();

-- Raised once, answered, sent back or closed, one step after the other; closed is the end. Nobody answers what they asked, nor closes what they answered.
create function audit_remarks_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare r audit_remark; last audit_remark_step;
begin
  select * into r from audit_remark x where x.book_id = new.book_id and x.audit_remark_id = new.audit_remark_id for no key update;
  select * into last from audit_remark_step x where x.book_id = new.book_id and x.audit_remark_id = new.audit_remark_id order by x.step_no desc limit 1;
  if new.step_no <> coalesce(last.step_no, 0) + 1
     or coalesce(last.move, '') || '>' || new.move not in ('>raised', 'raised>answered', 'sent-back>answered', 'answered>sent-back', 'answered>closed',
                                                          'raised>closed', 'sent-back>closed')
     or new.move = 'raised' and new.done_by <> r.raised_by
     or new.due_on is null and (r.kind = 'finding' or last.due_on is not null)
     or new.move in ('answered', 'closed') and new.due_on is distinct from last.due_on then
    perform refuse('audit_remark_out_of_turn', jsonb_build_object('number', new.audit_remark_id));
  end if;
  if new.move = 'answered' and exists (select 1 from audit_remark_step x where x.book_id = new.book_id and x.audit_remark_id = new.audit_remark_id
                                          and x.move <> 'answered' and x.done_by = new.done_by)
     or new.move in ('sent-back', 'closed') and exists (select 1 from audit_remark_step x where x.book_id = new.book_id
                                                           and x.audit_remark_id = new.audit_remark_id and x.move = 'answered' and x.done_by = new.done_by) then
    perform refuse('audit_remark_other_person', jsonb_build_object('number', new.audit_remark_id));
  end if;
  return new;
end $$;
create trigger audit_remark_step_follows before insert on audit_remark_step for each row execute function audit_remarks_go_step_by_step();

-- A remark says something from its first moment.
create function audit_remarks_are_raised() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from audit_remark_step x where x.book_id = new.book_id and x.audit_remark_id = new.audit_remark_id and x.step_no = 1) then
    perform refuse('audit_remark_out_of_turn', jsonb_build_object('number', new.audit_remark_id));
  end if;
  return null;
end $$;
create constraint trigger audit_remark_is_raised after insert on audit_remark deferrable initially deferred
  for each row execute function audit_remarks_are_raised();

-- Papers come with the answer they belong to: while it is the last step, and by who wrote it.
create function audit_papers_come_with_answers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from audit_remark_step x join filed_document f on f.book_id = x.book_id and f.filed_document_id = new.filed_document_id
                  where x.book_id = new.book_id and x.audit_remark_id = new.audit_remark_id and x.step_no = new.step_no and x.move = 'answered'
                    and x.done_by = f.kept_by and x.done_at = f.kept_at) then
    perform refuse('audit_remark_out_of_turn', jsonb_build_object('number', new.audit_remark_id));
  end if;
  return new;
end $$;
create trigger audit_remark_paper_with_answer before insert on audit_remark_paper for each row execute function audit_papers_come_with_answers();

grant select, insert on audit_sample, audit_sample_item, audit_remark, audit_remark_step, audit_remark_paper to :"app";
