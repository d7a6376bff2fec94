namespace CommunityFund.Checks;

/// <summary>A closed period has nothing left to carry into net assets, and a year begins with what the one before ended with: the lines by
/// their day beside the balances by their period.</summary>
internal sealed class YearsCarryOver : BookCheck
{
    public override string Key => "years";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from period where book_id = {book} and carried""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Left(book), Years(book)];

    private static FormattableString Left(int book) => $"""
        select 'year.not-carried' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('period', q.period, 'account', c.account_id, 'fund', c.fund_id, 'is', c.net)::text as "Facts"
          from period q cross join lateral balances_to_close(q.book_id, q.period) c
         where q.book_id = {book} and q.carried and q.period % 100 <> 0
        """;

    private static FormattableString Years(int book) => $"""
        with lines as (
          select p.account_id, p.fund_id, p.commodity, extract(year from p.occurred_on)::integer as year, sum(signed(p.side, p.units)) as units
            from posting p where p.book_id = {book} group by 1, 2, 3, 4),
        kept as (
          select b.account_id, b.fund_id, b.commodity, b.period / 100 as year, sum(b.debit - b.credit) as units
            from balance b where b.book_id = {book} group by 1, 2, 3, 4)
        select 'year.differs' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('year', year, 'account', account_id, 'fund', fund_id, 'commodity', commodity,
                                  'is', coalesce(k.units, 0), 'should', coalesce(l.units, 0))::text as "Facts"
          from lines l full join kept k using (account_id, fund_id, commodity, year)
         where coalesce(l.units, 0) <> coalesce(k.units, 0)
        """;
}
