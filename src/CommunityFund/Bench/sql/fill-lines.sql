-- Lines of the headers that were just written: accounts and funds take turns, so that every combination of them comes up in
-- every month.
-- $1 book, $2 how many entries, $3 bank account, $4 accounts, $5 which of them ask for a restriction, $6 funds
insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                     movement, project_class, narrative_id, occurred_on)
select j.book_id, j.entry_no, l.line_no, j.period, l.account_id, $6[1 + j.number % cardinality($6)], 'CNY', l.side, j.total,
       l.restriction, l.cash_flow, 'ordinary', '', j.narrative_id, j.occurred_on
  from journal_entry j
 cross join lateral (select j.number / cardinality($6) % cardinality($4) + 1 as one,
                            (j.number / cardinality($6) + cardinality($4) / 2) % cardinality($4) + 1 as other) turn
 cross join lateral (values (1, case j.series when '记' then $3 else $4[turn.other] end, 'D',
                             case when j.series <> '记' and $5[turn.other] then 'U' else '' end,
                             case j.series when '记' then 'donations-received' else '' end),
                            (2, $4[turn.one], 'C', case when $5[turn.one] then 'U' else '' end, ''))
                    l (line_no, account_id, side, restriction, cash_flow)
 where j.book_id = $1 and j.entry_no > (select max(entry_no) - $2 from journal_entry where book_id = $1)
 order by j.entry_no, l.line_no
