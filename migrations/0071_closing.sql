-- How a grant is closed: 执行报告表 with what goes with it, findings and assessment of the panel, and a certificate that says what was found.

create table grant_report (
  book_id       integer not null,
  grant_id      bigint not null,
  report_no     smallint not null constraint grant_report_no check (report_no >= 1),
  version       integer not null constraint grant_report_version check (version >= 1),
  state         text not null constraint grant_report_state check (state in ('draft', 'handed-in', 'returned', 'accepted')),
  content       jsonb not null,
  remarks       jsonb not null default '[]',
  saved_by      bigint not null references person,
  saved_at      timestamptz not null,
  handed_in_by  bigint references person,
  handed_in_at  timestamptz,
  decided_by    bigint references person,
  decided_at    timestamptz,
  primary key (book_id, grant_id, report_no),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_report_stands check ((state = 'draft') = (handed_in_by is null) and (handed_in_by is null) = (handed_in_at is null)
    and (state in ('returned', 'accepted')) = (decided_by is not null) and (decided_by is null) = (decided_at is null)
    and (state = 'returned') = (remarks <> '[]')),
  constraint grant_report_two check (decided_by <> handed_in_by)
);
create unique index grant_report_one_open on grant_report (book_id, grant_id) where state in ('draft', 'handed-in');
create function grant_reports_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>draft', 'draft>draft', 'draft>handed-in', 'handed-in>returned', 'handed-in>accepted')
     or v_step in ('handed-in>returned', 'handed-in>accepted') and (new.content, new.version, new.handed_in_by, new.handed_in_at)
          is distinct from (old.content, old.version, old.handed_in_by, old.handed_in_at)
     or v_step = 'draft>draft' and new.version <> old.version + 1
     or not exists (select 1 from grant_case c where c.book_id = new.book_id and c.grant_id = new.grant_id
                       and c.state in ('active', 'suspended', 'closing')) then
    perform refuse('grant_report_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_report_step before insert or update on grant_report for each row execute function grant_reports_go_step_by_step();
create trigger grant_report_lasting before update or delete on grant_report for each row execute function only_these_change(
  'version', 'state', 'content', 'remarks', 'saved_by', 'saved_at', 'handed_in_by', 'handed_in_at', 'decided_by', 'decided_at');
create trigger grant_report_truncate before truncate on grant_report for each statement execute function books_are_append_only();

-- A photo is kept only with the consent of those whom it shows.
create table grant_closing_paper (
  book_id            integer not null,
  closing_paper_id   bigint generated always as identity,
  grant_id           bigint not null,
  kind               text not null constraint grant_closing_paper_kind check (kind in ('photo', 'survey', 'goods', 'other')),
  filed_document_id  bigint not null,
  consent            boolean not null,
  added_by           bigint not null references person,
  added_at           timestamptz not null,
  removed_by         bigint references person,
  removed_at         timestamptz,
  primary key (book_id, closing_paper_id),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, filed_document_id) references filed_document,
  constraint grant_closing_paper_consent check (consent or kind <> 'photo'),
  constraint grant_closing_paper_removed check ((removed_by is null) = (removed_at is null))
);
create index on grant_closing_paper (book_id, grant_id);
create trigger grant_closing_paper_lasting before update or delete on grant_closing_paper for each row
  execute function only_these_change('removed_by', 'removed_at');
create trigger grant_closing_paper_truncate before truncate on grant_closing_paper for each statement execute function books_are_append_only();

-- 评估: what the panel says of it; the newest counts.
create table grant_assessment (
  book_id        integer not null,
  grant_id       bigint not null,
  assessment_no  smallint not null constraint grant_assessment_no check (assessment_no >= 1),
  report_no      smallint not null,
  grade          text not null constraint grant_assessment_grade check (grade in ('good', 'fair', 'poor')),
  words          text not null constraint grant_assessment_words check (char_length(words) between 1 and 1000),
  assessed_by    bigint not null references person,
  assessed_at    timestamptz not null,
  primary key (book_id, grant_id, assessment_no),
  foreign key (book_id, grant_id, report_no) references grant_report
);
create trigger grant_assessment_lasting before update or delete or truncate on grant_assessment
  for each statement execute function books_are_append_only();

create table grant_finding (
  book_id           integer not null,
  grant_finding_id  bigint generated always as identity,
  grant_id          bigint not null,
  words             text not null constraint grant_finding_words check (char_length(words) between 1 and 1000),
  blocks            boolean not null,
  state             text not null constraint grant_finding_state check (state in ('open', 'answered', 'closed')),
  raised_by         bigint not null references person,
  raised_at         timestamptz not null,
  answer            text not null default '' constraint grant_finding_answer check (char_length(answer) <= 1000),
  answered_by       bigint references person,
  answered_at       timestamptz,
  ending            text not null default '' constraint grant_finding_ending check (char_length(ending) <= 500),
  closed_by         bigint references person,
  closed_at         timestamptz,
  primary key (book_id, grant_finding_id),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_finding_stands check ((answered_by is null) = (answered_at is null) and (answered_by is null) = (answer = '')
    and (state <> 'answered' or answered_by is not null) and (state = 'closed') = (closed_by is not null)
    and (closed_by is null) = (closed_at is null) and (closed_by is null) = (ending = '')),
  constraint grant_finding_two check (answered_by <> raised_by)
);
create index on grant_finding (book_id, grant_id);
create index grant_finding_open on grant_finding (book_id, state) where state <> 'closed';
create function grant_findings_go_step_by_step() returns trigger language plpgsql as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  if v_step not in ('>open', 'open>answered', 'answered>answered', 'answered>open', 'open>closed', 'answered>closed') then
    perform refuse('grant_finding_out_of_turn', jsonb_build_object('state', new.state));
  end if;
  return new;
end $$;
create trigger grant_finding_step before insert or update on grant_finding for each row execute function grant_findings_go_step_by_step();
create trigger grant_finding_lasting before update or delete on grant_finding for each row execute function only_these_change(
  'state', 'answer', 'answered_by', 'answered_at', 'ending', 'closed_by', 'closed_at');
create trigger grant_finding_truncate before truncate on grant_finding for each statement execute function books_are_append_only();

-- Work goes on once more, for at most sixty days, without new money.
create table grant_reopening (
  book_id      integer not null,
  grant_id     bigint not null,
  reopened_on  date not null,
  until        date not null,
  reopened_by  bigint not null references person,
  reopened_at  timestamptz not null,
  primary key (book_id, grant_id),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_reopening_span check (until between reopened_on and reopened_on + 60)
);
create trigger grant_reopening_lasting before update or delete or truncate on grant_reopening
  for each statement execute function books_are_append_only();

-- 结项证书: what was found, as a text with its hash; ended where a closed grant is opened again.
create table grant_certificate (
  book_id         integer not null,
  grant_id        bigint not null,
  certificate_no  smallint not null constraint grant_certificate_no check (certificate_no >= 1),
  number          text not null constraint grant_certificate_number check (char_length(number) between 1 and 60),
  content         text not null constraint grant_certificate_content check (char_length(content) between 2 and 20000),
  sha256          bytea not null,
  issued_on       date not null,
  issued_at       timestamptz not null,
  first_by        bigint not null references person,
  second_by       bigint not null references person,
  ended_at        timestamptz,
  primary key (book_id, grant_id, certificate_no),
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_certificate_once unique (book_id, number),
  constraint grant_certificate_two check (first_by <> second_by),
  constraint grant_certificate_hash check (sha256 = sha256(convert_to(content, 'UTF8')))
);
create unique index grant_certificate_one on grant_certificate (book_id, grant_id) where ended_at is null;
create trigger grant_certificate_lasting before update or delete on grant_certificate for each row execute function only_these_change('ended_at');
create trigger grant_certificate_truncate before truncate on grant_certificate for each statement execute function books_are_append_only();

-- Whatever the program thinks: nothing is closed without its report, its certificate and an end of every finding that stands in the way, and
-- work is reopened once.
create function grant_closings_are_ready() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.move = 'close' and (
       not exists (select 1 from grant_report r where r.book_id = new.book_id and r.grant_id = new.grant_id and r.state = 'accepted')
       or not exists (select 1 from grant_assessment a where a.book_id = new.book_id and a.grant_id = new.grant_id)
       or not exists (select 1 from grant_certificate c where c.book_id = new.book_id and c.grant_id = new.grant_id and c.ended_at is null)
       or exists (select 1 from grant_finding f where f.book_id = new.book_id and f.grant_id = new.grant_id and f.blocks and f.state <> 'closed')
       or exists (select 1 from grant_amendment a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.state = 'requested'))
     or new.move = 'reopen-work' and not exists (select 1 from grant_reopening r where r.book_id = new.book_id and r.grant_id = new.grant_id
                                                    and r.reopened_at = new.at)
     or new.move = 'reopen-closed' and exists (select 1 from grant_certificate c where c.book_id = new.book_id and c.grant_id = new.grant_id
                                                  and c.ended_at is null) then
    perform refuse('grant_closing_unready', jsonb_build_object('move', new.move));
  end if;
  return new;
end $$;
create trigger grant_log_closing before insert on grant_log for each row execute function grant_closings_are_ready();

grant select, insert on grant_report, grant_closing_paper, grant_assessment, grant_finding, grant_reopening, grant_certificate to :"app";
grant update (version, state, content, remarks, saved_by, saved_at, handed_in_by, handed_in_at, decided_by, decided_at) on grant_report to :"app";
grant update (removed_by, removed_at) on grant_closing_paper to :"app";
grant update (state, answer, answered_by, answered_at, ending, closed_by, closed_at) on grant_finding to :"app";
grant update (ended_at) on grant_certificate to :"app";
