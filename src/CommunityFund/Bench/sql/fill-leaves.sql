-- The leaves of what was filled in.
-- $1 book, $2 positions, $3 leaves
update journal_entry j set leaf = x.leaf
  from unnest($2, $3) x (entry_no, leaf) where j.book_id = $1 and j.entry_no = x.entry_no
