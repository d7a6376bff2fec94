-- The leaves that the door would have written, for a workbook whose log proves itself.
-- $1 book
update journal_entry j
   set leaf = sha256('\x00'::bytea || convert_to(
         leaf_field('cf1') || leaf_field(b.code) || leaf_field(j.entry_no::text) || leaf_field(j.period::text) || leaf_field(j.series)
         || leaf_field(j.number::text) || leaf_field(to_char(j.occurred_on, 'YYYY-MM-DD')) || leaf_field(j.kind)
         || leaf_field(encode(n.digest, 'hex')) || leaf_field(j.maker_id::text) || leaf_field(j.reviewer_id::text) || leaf_field(j.review_rule)
         || leaf_field(to_char(j.posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) || leaf_field(j.corrects_entry_no::text)
         || leaf_field((select string_agg(encode(hash, 'hex'), ',' order by o) from unnest(j.document_hashes) with ordinality x(hash, o)))
         || leaf_field(j.line_count::text) || leaf_field(j.total::text) || lines.text, 'UTF8'))
  from book b, narrative n,
       (select p.entry_no, string_agg(leaf_field(p.line_no::text) || leaf_field(p.side) || leaf_field(a.key) || leaf_field(f.code)
                 || leaf_field(p.commodity) || leaf_field(p.units::text) || leaf_field(p.restriction) || leaf_field(p.cash_flow)
                 || leaf_field(p.movement) || leaf_field(p.project_class) || leaf_field(p.project_id::text) || leaf_field(p.counterparty_id::text)
                 || leaf_field(p.enterprise_id::text) || leaf_field(p.document_id::text) || leaf_field(encode(t.digest, 'hex')), ''
                 order by p.line_no) as text
          from posting p
          join account a using (book_id, account_id)
          join fund f using (book_id, fund_id)
          join narrative t using (book_id, narrative_id)
         where p.book_id = $1
         group by p.entry_no) lines
 where j.book_id = $1 and b.book_id = $1 and n.book_id = $1 and n.narrative_id = j.narrative_id and lines.entry_no = j.entry_no
