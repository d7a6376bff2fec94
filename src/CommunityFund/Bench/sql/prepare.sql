-- Two-line vouchers of a book as the app's login may write them: money into the bank account, income of a fund. Funds and
-- income accounts take turns, so that every combination comes up. Proving them is left to the door.
-- $1 book, $2 how many, $3 day, $4 moment, $5 maker, $6 bank account, $7 income accounts, $8 funds, $9 restriction of the income
with words as (
  insert into narrative (book_id, salt, text, digest)
  select $1, salt, '捐赠', sha256(salt || convert_to('捐赠', 'UTF8'))
    from (select uuid_send(gen_random_uuid()) as salt from generate_series(1, $2)) s
  returning narrative_id),
numbered as (
  select narrative_id, (row_number() over (order by narrative_id))::integer as n from words),
headers as (
  insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
  select $1, 'ordinary', $3, (extract(year from $3) * 100 + extract(month from $3))::integer, narrative_id, 2, 10000 + n, $5, $4
    from numbered order by n
  returning voucher_id, narrative_id, total),
lines as (
  insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                            movement, project_class, narrative_id)
  select $1, h.voucher_id, l.line_no, l.account_id, $8[1 + n.n % cardinality($8)], 'CNY', l.side, h.total, l.restriction, l.cash_flow,
         'ordinary', '', h.narrative_id
    from headers h
    join numbered n using (narrative_id)
   cross join lateral (values (1, $6, 'D', '', 'donations-received'),
                              (2, $7[1 + n.n / cardinality($8) % cardinality($7)], 'C', $9, ''))
                      l (line_no, account_id, side, restriction, cash_flow))
select voucher_id from headers order by voucher_id
