-- Headers of one month, every second one touching cash; the lines follow in the same transaction.
-- $1 book, $2 how many entries, $3 month, $4 moment, $5 maker, $6 reviewer, $7 narrative
insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                           document_hashes, voucher_id, maker_id, reviewer_id, posted_at, leaf)
select $1, last.entry_no + g, 202600 + $3, s.series, s.last + (g + 1) / 2, make_date(2026, $3, 1 + g % 28), 'ordinary', $7, 2,
       case s.series when '记' then 1000000 else 100 end + g % 900, '{}', -last.entry_no - g, $5, $6, $4,
       sha256(convert_to(g::text, 'UTF8'))
  from generate_series(1, $2) g
 cross join (select coalesce(max(entry_no), 0) as entry_no from journal_entry where book_id = $1) last
  join (select series, odd, (select coalesce(max(number), 0) from journal_entry j
                              where j.book_id = $1 and j.period = 202600 + $3 and j.series = v.series) as last
          from (values ('记', 1), ('转', 0)) v (series, odd)) s on s.odd = g % 2
 order by g
