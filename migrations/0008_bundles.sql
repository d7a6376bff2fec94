-- One business may need several vouchers (会计基础工作规范 第五十一条): a red one and a blue one, a payment and the relief of
-- its commitment. They form a bundle: proved, reviewed, rejected and posted together, so that what one gives back the other
-- may take. What a reversal undoes learns who reversed it.

alter table voucher
  add column bundle_id bigint,            -- the first voucher of the bundle; null on that one and on single vouchers
  add column undo_move jsonb,             -- what happens to the feature's rows if the posted voucher is reversed
  add column reversed_by bigint,          -- entry of the reversal, once it is posted
  add constraint voucher_bundle foreign key (book_id, bundle_id) references voucher (book_id, voucher_id),
  add constraint voucher_bundle_first check (bundle_id < voucher_id),
  add constraint voucher_reversed check (reversed_by is null or state = 'posted'),
  add constraint voucher_corrects check ((kind in ('reversal', 'correction')) = (corrects_entry_no is not null)),
  add constraint voucher_corrected_entry foreign key (book_id, corrects_entry_no) references journal_entry (book_id, entry_no);
create index voucher_of_bundle on voucher (book_id, bundle_id) where bundle_id is not null;
create index voucher_corrects_entry on voucher (book_id, corrects_entry_no) where corrects_entry_no is not null;

-- An entry is reversed once; and what a reversed voucher rested on is free for another.
create unique index voucher_one_reversal on voucher (book_id, corrects_entry_no)
  where kind = 'reversal' and state in ('prepared', 'posted');
drop index voucher_one_per_bank_line;
create unique index voucher_one_per_bank_line on voucher (book_id, bank_line_id)
  where bank_line_id is not null and state in ('prepared', 'posted') and reversed_by is null;
drop index voucher_one_opening;
create unique index voucher_one_opening on voucher (book_id)
  where kind = 'opening' and state in ('prepared', 'posted') and reversed_by is null;

grant insert (bundle_id, undo_move) on voucher to :"app";

-- A gift whose voucher was reversed stays in the register, marked.
alter table donation drop constraint donation_state;
alter table donation add constraint donation_state check (state in ('waiting', 'accepted', 'dropped', 'reversed'));
