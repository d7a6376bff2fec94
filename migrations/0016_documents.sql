-- 原始凭证: documents stand in the database, beside the vouchers they prove. So a voucher, its files and its review are one transaction:
-- when the disk is full or the program dies there are all of them or none, a backup holds every file, and any number of web
-- processes see the same. The bytes lie out of line and uncompressed (pictures and PDF do not shrink), so that reading about
-- documents never reads them.

create table document (
  book_id     integer not null references book,
  sha256      bytea not null constraint document_sha256 check (length(sha256) = 32),
  format      text not null constraint document_format check (format in ('pdf', 'jpeg', 'png', 'heic', 'ofd', 'xml', 'xlsx', 'docx', 'paper')),
  size_bytes  integer not null constraint document_size check (size_bytes between 1 and 10485760),
  content     bytea not null,
  added_by    bigint not null references person,
  added_at    timestamptz not null,
  primary key (book_id, sha256),
  constraint document_content check (size_bytes = length(content) and sha256 = sha256(content))
);
alter table document alter column content set storage external;

-- Which vouchers a document proves. Its name is what somebody called it and nothing else: never a path.
create table voucher_document (
  book_id         integer not null,
  voucher_id      bigint not null,
  ordinal         smallint not null constraint voucher_document_ordinal check (ordinal between 1 and 50),
  sha256          bytea not null,
  name            text not null constraint voucher_document_name check (char_length(name) between 1 and 120),
  sheets          smallint not null constraint voucher_document_sheets check (sheets between 1 and 999),
  invoice_number  text constraint voucher_document_invoice check (invoice_number ~ '^[0-9]{8,32}$'),
  shared_with     bigint, -- the voucher that had it first, where one document proves several (第五十一条第四款)
  added_by        bigint not null references person,
  added_at        timestamptz not null,
  primary key (book_id, voucher_id, ordinal),
  constraint voucher_document_once unique (book_id, voucher_id, sha256),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, sha256) references document,
  foreign key (book_id, shared_with) references voucher,
  constraint voucher_document_not_itself check (shared_with <> voucher_id)
);
create index on voucher_document (book_id, sha256);
create index on voucher_document (book_id, invoice_number) where invoice_number is not null;

-- A file between its upload and its voucher, bound to who uploaded it; gone with the voucher, or after a day.
create table document_upload (
  book_id         integer not null references book,
  uploaded_by     bigint not null references person,
  sha256          bytea not null,
  format          text not null,
  name            text not null,
  sheets          smallint not null,
  invoice_number  text,
  content         bytea not null,
  uploaded_at     timestamptz not null,
  expires_at      timestamptz not null,
  primary key (book_id, uploaded_by, sha256),
  constraint document_upload_content check (length(content) between 1 and 10485760 and sha256 = sha256(content))
);
alter table document_upload alter column content set storage external;
create index on document_upload (book_id, expires_at);

-- Which vouchers need a document, and what counts as one. No row: an ordinary voucher needs a file or a registered paper original,
-- for money that came in the bank's own line is enough; opening, closing and correcting vouchers need none (第五十一条第四款).
create table document_rule (
  book_id     integer not null references book,
  kind        text not null constraint document_rule_kind check (kind in ('ordinary', 'opening', 'close', 'reversal', 'correction')),
  valid_from  date not null,
  evidence    text not null constraint document_rule_evidence check (evidence in ('none', 'bank-line', 'bank-line-in', 'document')),
  set_by      bigint not null references person,
  set_at      timestamptz not null,
  primary key (book_id, kind, valid_from, set_at)
);

-- Books that were kept before this day have vouchers without documents; theirs are asked for from this day on.
insert into document_rule (book_id, kind, valid_from, evidence, set_by, set_at)
  select b.book_id, 'ordinary', d.valid_from, d.evidence, a.person_id, now()
    from book b
    cross join lateral (select min(g.person_id) as person_id from role_grant g where g.book_id = b.book_id and g.role = 'admin') a
    cross join (values (date '1900-01-01', 'none'), (current_date, 'bank-line-in')) d (valid_from, evidence)
   where a.person_id is not null;

create function evidence_needed(p_book integer, p_kind text, p_day date) returns text language plpgsql stable as $$
begin
  return coalesce((select r.evidence from document_rule r where r.book_id = p_book and r.kind = p_kind and r.valid_from <= p_day
                    order by r.valid_from desc, r.set_at desc limit 1),
                  case p_kind when 'ordinary' then 'bank-line-in' else 'none' end);
end $$;

-- Whether a voucher without any document may stand: by the rule, by its bank line, or because it is a memorandum only.
create function needs_no_document(v voucher) returns boolean language plpgsql stable as $$
declare v_rule text;
begin
  if v.series in ('备', '时', '分') then
    return true;
  end if;
  -- A blue voucher alone (第五十一条, errors of earlier years) that moves cash is a payment like any other; none stands beside it in red.
  v_rule := evidence_needed(v.book_id, case when v.kind = 'correction' and v.bundle_id is null and v.series = '记' then 'ordinary' else v.kind end,
                            v.occurred_on);
  return v_rule = 'none' or v_rule = 'bank-line' and v.bank_line_id is not null
         or v_rule = 'bank-line-in' and exists (select 1 from bank_line b where b.book_id = v.book_id and b.bank_line_id = v.bank_line_id
                                                                          and b.units > 0);
end $$;

-- What a person reads of a voucher elsewhere: 2026-03 记-5 once it is posted, its day before.
create function voucher_called(p_book integer, p_voucher bigint) returns text language sql stable as $$
  select coalesce(to_char(make_date(j.period / 100, greatest(1, least(12, j.period % 100)), 1), 'YYYY-MM') || ' ' || j.series || '-' || j.number,
                  to_char(v.occurred_on, 'YYYY-MM-DD'))
    from voucher v left join journal_entry j on j.book_id = v.book_id and j.voucher_id = v.voucher_id
   where v.book_id = p_book and v.voucher_id = p_voucher
$$;

-- Another living voucher that a document or an e-invoice already proves; null if there is none. What was rejected, withdrawn or
-- reversed gives its documents back.
create function document_used_by(p_book integer, p_sha256 bytea, p_invoice text, p_except bigint) returns bigint language sql stable as $$
  select min(o.voucher_id)
    from (select d.voucher_id from voucher_document d where d.book_id = p_book and d.sha256 = p_sha256
          union select d.voucher_id from voucher_document d where d.book_id = p_book and d.invoice_number = p_invoice) d
    join voucher o on o.book_id = p_book and o.voucher_id = d.voucher_id
   where o.voucher_id is distinct from p_except and o.state in ('prepared', 'posted') and o.reversed_by is null
$$;

-- 会计软件基本功能和服务规范 第十七至十九条: the same e-voucher is not entered twice. One document that really proves several
-- vouchers says on the later ones which was first. The lock makes of two at once the second see the first.
create function documents_serve_once() returns trigger language plpgsql as $$
declare v_used bigint; v_voucher record;
begin
  perform 1 from document d where d.book_id = new.book_id and d.sha256 = new.sha256 for no key update;
  if new.invoice_number is not null then
    perform pg_advisory_xact_lock(new.book_id, hashtext(new.invoice_number));
  end if;
  select v.state, v.maker_id, v.document_hashes into v_voucher from voucher v
   where v.book_id = new.book_id and v.voucher_id = new.voucher_id for no key update;
  if v_voucher.state is distinct from 'prepared' then
    perform refuse('document_too_late', jsonb_build_object('file', new.name));
  end if;
  v_used := document_used_by(new.book_id, new.sha256, new.invoice_number, new.voucher_id);
  if v_used is not null and new.shared_with is null then
    perform refuse('document_used_already', jsonb_build_object('file', new.name, 'other', voucher_called(new.book_id, v_used)));
  end if;
  if new.shared_with is not null and not exists (
      select 1 from voucher_document d where d.book_id = new.book_id and d.voucher_id = new.shared_with
         and (d.sha256 = new.sha256 or d.invoice_number = new.invoice_number)) then
    perform refuse('document_not_shared', jsonb_build_object('file', new.name));
  end if;
  return new;
end $$;
create trigger voucher_document_serves_once before insert on voucher_document for each row execute function documents_serve_once();

-- At the end of every transaction a document has a voucher, and a voucher's fingerprints are those of its documents in their order.
create function documents_are_bound() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'document' then
    if not exists (select 1 from voucher_document d where d.book_id = new.book_id and d.sha256 = new.sha256) then
      perform refuse('document_orphan', '{}');
    end if;
  elsif (select v.document_hashes from voucher v where v.book_id = new.book_id and v.voucher_id = new.voucher_id)
        is distinct from (select coalesce(array_agg(d.sha256 order by d.ordinal), '{}') from voucher_document d
                           where d.book_id = new.book_id and d.voucher_id = new.voucher_id) then
    perform refuse('document_unbound', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create constraint trigger document_bound after insert on document deferrable initially deferred
  for each row execute function documents_are_bound();
create constraint trigger voucher_document_bound after insert on voucher_document deferrable initially deferred
  for each row execute function documents_are_bound();
create constraint trigger voucher_documents_bound after insert or update of document_hashes on voucher deferrable initially deferred
  for each row when (new.document_hashes <> '{}') execute function documents_are_bound();

create trigger document_append_only before update or delete or truncate on document
  for each statement execute function books_are_append_only();
create trigger voucher_document_append_only before update or delete or truncate on voucher_document
  for each statement execute function books_are_append_only();
create trigger document_rule_append_only before update or delete or truncate on document_rule
  for each statement execute function books_are_append_only();

-- The app's only way to give a waiting voucher documents: out of its maker's uploads, from a voucher of the same maker that was
-- dropped, or from the one that this voucher corrects.
create function enclose_documents(p_book integer, p_voucher bigint, p_by bigint, p_hashes bytea[], p_shared boolean[], p_at timestamptz)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_state text; v_maker bigint; v_corrects bigint; v_has integer; v_size bigint; v_o integer; v_used bigint; s record;
begin
  select v.state, v.maker_id, v.corrects_entry_no, cardinality(v.document_hashes) into v_state, v_maker, v_corrects, v_has
    from voucher v where v.book_id = p_book and v.voucher_id = p_voucher for no key update;
  if v_state is distinct from 'prepared' then
    perform refuse('document_too_late', jsonb_build_object('file', ''));
  end if;
  if v_maker <> p_by then
    perform refuse('document_by_maker', '{}');
  end if;
  for v_o in 1 .. cardinality(p_hashes) loop
    select u.sha256, u.name, u.sheets, u.invoice_number, true as uploaded into s
      from document_upload u where u.book_id = p_book and u.uploaded_by = p_by and u.sha256 = p_hashes[v_o];
    if not found then
      select d.sha256, d.name, d.sheets, d.invoice_number, false as uploaded into s
        from voucher_document d join voucher o on o.book_id = d.book_id and o.voucher_id = d.voucher_id
       where d.book_id = p_book and d.sha256 = p_hashes[v_o]
         and (o.maker_id = p_by and o.state in ('rejected', 'withdrawn') or o.entry_no = v_corrects)
       order by d.voucher_id desc limit 1;
      if not found then
        v_used := document_used_by(p_book, p_hashes[v_o], null, p_voucher);
        perform refuse(case when v_used is null then 'document_upload_gone' else 'document_used_already' end,
                       jsonb_build_object('file', encode(p_hashes[v_o], 'hex'), 'other', voucher_called(p_book, v_used)));
      end if;
    end if;
    if s.uploaded then
      insert into document (book_id, sha256, format, size_bytes, content, added_by, added_at)
        select p_book, u.sha256, u.format, length(u.content), u.content, p_by, p_at
          from document_upload u where u.book_id = p_book and u.uploaded_by = p_by and u.sha256 = s.sha256
        on conflict do nothing;
    end if;
    perform 1 from document d where d.book_id = p_book and d.sha256 = s.sha256 for no key update;
    insert into voucher_document (book_id, voucher_id, ordinal, sha256, name, sheets, invoice_number, shared_with, added_by, added_at)
      values (p_book, p_voucher, v_has + v_o, s.sha256, s.name, s.sheets, s.invoice_number,
              case when p_shared[v_o] then document_used_by(p_book, s.sha256, s.invoice_number, p_voucher) end, p_by, p_at);
    delete from document_upload u where u.book_id = p_book and u.uploaded_by = p_by and u.sha256 = s.sha256;
  end loop;
  select sum(d.size_bytes) into v_size from voucher_document x join document d using (book_id, sha256)
   where x.book_id = p_book and x.voucher_id = p_voucher;
  if v_has + cardinality(p_hashes) > 20 or v_size > 52428800 then
    perform refuse('document_too_many', jsonb_build_object('count', v_has + cardinality(p_hashes)));
  end if;
  update voucher v set document_hashes = v.document_hashes || p_hashes where v.book_id = p_book and v.voucher_id = p_voucher;
end $$;

revoke insert (document_hashes) on voucher from :"app";
grant select on document, voucher_document, document_upload, document_rule to :"app";
grant insert, delete on document_upload to :"app";
grant insert on document_rule to :"app";
grant execute on function enclose_documents, evidence_needed, needs_no_document, document_used_by, voucher_called to :"app";
