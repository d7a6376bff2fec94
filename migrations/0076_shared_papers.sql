-- Vouchers of one business are written together, and often the same papers prove them all: a paper that went to the first of a bundle is there for
-- the others too, which say so.

-- As in 0016; the last line of the search is new.
create or replace function enclose_documents(p_book integer, p_voucher bigint, p_by bigint, p_hashes bytea[], p_shared boolean[], p_at timestamptz)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_state text; v_maker bigint; v_corrects bigint; v_has integer; v_size bigint; v_o integer; v_used bigint; v_bundle bigint; s record;
begin
  select v.state, v.maker_id, v.corrects_entry_no, cardinality(v.document_hashes), v.bundle_id into v_state, v_maker, v_corrects, v_has, v_bundle
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
         and (o.maker_id = p_by and o.state in ('rejected', 'withdrawn') or o.entry_no = v_corrects
              or p_shared[v_o] and o.maker_id = p_by and o.state = 'prepared' and v_bundle in (o.voucher_id, o.bundle_id))
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
