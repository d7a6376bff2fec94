-- The leaves of entries that stand in the books, computed once more.
-- $1 book, $2 entries
with e as (select array_agg(voucher_id order by entry_no) as vouchers, array_agg(entry_no order by entry_no) as entries,
                  array_agg(period order by entry_no) as periods, array_agg(series order by entry_no) as series,
                  array_agg(number order by entry_no) as numbers, min(posted_at) as at, min(reviewer_id) as reviewer
             from journal_entry where book_id = $1 and entry_no = any ($2))
select count(l.leaf) from e, entry_leaves($1, e.vouchers, e.entries, e.periods, e.series, e.numbers, e.at, e.reviewer, null) l
