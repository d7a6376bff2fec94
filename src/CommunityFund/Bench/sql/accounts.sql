-- Accounts that any line may name: in force, with nothing below them that the foundation added, neither cash nor net assets.
-- $1 book
select a.account_id, n.needs_restriction
  from account a
  join account_name n on n.book_id = a.book_id and n.account_id = a.account_id and n.standard = standard_on($1, date '2026-12-31')
 where a.book_id = $1 and a.commodity = 'CNY' and a.role in ('none', 'claim') and a.class in ('asset', 'liability', 'income', 'expense')
   and not exists (select 1 from account below where below.book_id = a.book_id and below.parent_id = a.account_id and below.added)
 order by n.code
 limit 59
