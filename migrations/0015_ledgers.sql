-- Ledgers read the book as it was: a business day says how far, a position in the log what was known. Balances that are kept
-- answer at once; only entries after the position, and the days of a month that is cut, are looked up among the lines.

-- Claims and debts are read by who owes, expenses by project; lines that name nobody do not stand here and cost nothing.
create index posting_of_counterparty on posting (book_id, account_id, counterparty_id, period, entry_no)
  where counterparty_id is not null;
create index posting_of_project on posting (book_id, account_id, project_id, period, entry_no) where project_id is not null;

-- Turnover of money by account, fund and month up to a day, as known at a position. in_range tells what belongs to the days
-- asked for from what came before. From and to are a period with a day in it, because period 13 shares its day with December;
-- p_starts and p_ends are the first period's first and the last period's last day.
create function turnover(p_book integer, p_accounts integer[], p_funds integer[], p_from integer, p_from_day date, p_starts date,
                         p_to integer, p_to_day date, p_ends date, p_known bigint)
  returns table (account_id integer, fund_id integer, period integer, in_range boolean, debit bigint, credit bigint)
  language sql stable as $$
  select b.account_id, b.fund_id, b.period, b.period >= p_from, b.debit, b.credit
    from balance b
   where b.book_id = p_book and b.period <= p_to and b.commodity = 'CNY'
     and b.account_id = any (p_accounts) and b.fund_id = any (p_funds)
  union all
  select p.account_id, p.fund_id, p.period, p.period >= p_from,
         case p.side when 'D' then -p.units else 0 end, case p.side when 'C' then -p.units else 0 end
    from posting p
   where p.book_id = p_book and p.entry_no > p_known and p.period <= p_to and p.commodity = 'CNY'
     and p.account_id = any (p_accounts) and p.fund_id = any (p_funds)
  union all
  select p.account_id, p.fund_id, p.period, p.period >= p_from,
         case p.side when 'D' then -p.units else 0 end, case p.side when 'C' then -p.units else 0 end
    from journal_entry j join posting p on p.book_id = j.book_id and p.entry_no = j.entry_no
   where j.book_id = p_book and j.occurred_on > p_to_day and j.occurred_on <= p_ends and j.period = p_to and j.entry_no <= p_known
     and p.commodity = 'CNY' and p.account_id = any (p_accounts) and p.fund_id = any (p_funds)
  union all
  select p.account_id, p.fund_id, p.period, moved.in_range,
         case p.side when 'D' then moved.sign * p.units else 0 end, case p.side when 'C' then moved.sign * p.units else 0 end
    from journal_entry j join posting p on p.book_id = j.book_id and p.entry_no = j.entry_no
   cross join (values (true, -1), (false, 1)) moved (in_range, sign)
   where j.book_id = p_book and j.occurred_on >= p_starts and j.occurred_on < p_from_day and j.period = p_from
     and j.entry_no <= p_known and p.commodity = 'CNY' and p.account_id = any (p_accounts) and p.fund_id = any (p_funds)
$$;

grant execute on function turnover to :"app";
