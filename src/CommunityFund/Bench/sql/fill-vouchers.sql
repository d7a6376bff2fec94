-- The vouchers of what was filled in, and the reviews by which they were posted, so that the books are as whole as any: written past
-- the triggers, which would prove each of them again.
-- $1 book
with entry as (
  update journal_entry set voucher_id = entry_no where book_id = $1 and voucher_id < 0 returning *),
vouchers as (
  insert into voucher (book_id, voucher_id, kind, occurred_on, period, series, narrative_id, line_count, total, document_hashes, maker_id,
                       prepared_at, proved, state, decided_by, decided_at, entry_no)
  overriding system value
  select book_id, voucher_id, kind, occurred_on, period, series, narrative_id, line_count, total, document_hashes, maker_id,
         posted_at, true, 'posted', reviewer_id, posted_at, entry_no from entry),
lines as (
  insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                            project_class, narrative_id)
  select p.book_id, e.voucher_id, p.line_no, p.account_id, p.fund_id, p.commodity, p.side, p.units, p.restriction, p.cash_flow, p.movement,
         p.project_class, p.narrative_id
    from entry e join posting p on p.book_id = e.book_id and p.entry_no = e.entry_no)
insert into command_log (key, book_id, actor_id, name, input, digest, done_at, answer)
select gen_random_uuid(), book_id, reviewer_id, 'ReviewVoucher', jsonb_build_object('Voucher', voucher_id), sha256(''), posted_at,
       jsonb_build_object('VoucherId', voucher_id, 'EntryNo', entry_no, 'Series', series, 'Number', number)
  from entry
