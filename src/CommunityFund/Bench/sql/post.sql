-- What the door sends.
select voucher_id, entry_no, series, number from post_vouchers($1, $2, $3, null, $4)
