namespace CommunityFund.Checks;

/// <summary>Balances, positions of funds and what is held for others, kept while posting, are what the lines add up to; in
/// both directions.</summary>
internal sealed class BalancesAgree : BookCheck
{
    public override string Key => "balances";

    protected override FormattableString Examined(int book) => $"""
        select (select count(*) from balance where book_id = {book})
             + (select count(*) from fund_position where book_id = {book})
             + (select count(*) from agency_position where book_id = {book}) as "Value"
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [Balances(book), Positions(book), Agency(book)];

    private static FormattableString Balances(int book) => $"""
        select 'balance.differs' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('period', period, 'account', account_id, 'fund', fund_id, 'commodity', commodity,
                                  'debit', coalesce(b.debit, 0), 'credit', coalesce(b.credit, 0),
                                  'should-debit', coalesce(s.debit, 0), 'should-credit', coalesce(s.credit, 0))::text as "Facts"
          from (select * from balance where book_id = {book}) b
          full join (select period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
                            coalesce(sum(units) filter (where side = 'D'), 0) as debit,
                            coalesce(sum(units) filter (where side = 'C'), 0) as credit
                       from posting where book_id = {book} group by 1, 2, 3, 4, 5, 6, 7, 8) s
               using (period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement)
         where (coalesce(b.debit, 0), coalesce(b.credit, 0)) <> (coalesce(s.debit, 0), coalesce(s.credit, 0))
        """;

    private static FormattableString Positions(int book) => $"""
        select 'balance.position' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('account', account_id, 'fund', fund_id, 'commodity', commodity,
                                  'is', coalesce(p.net, 0), 'should', coalesce(s.net, 0))::text as "Facts"
          from (select * from fund_position where book_id = {book}) p
          full join (select fund_id, account_id, commodity, sum(case side when 'D' then units else -units end) as net
                       from posting where book_id = {book} group by 1, 2, 3) s using (fund_id, account_id, commodity)
         where coalesce(p.net, 0) <> coalesce(s.net, 0)
        """;

    private static FormattableString Agency(int book) => $"""
        select 'balance.agency' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('recipient', counterparty_id, 'commodity', commodity,
                                  'is', coalesce(p.held, 0), 'should', coalesce(s.held, 0))::text as "Facts"
          from (select * from agency_position where book_id = {book}) p
          full join (select coalesce(l.counterparty_id, 0) as counterparty_id, l.commodity,
                            -sum(case l.side when 'D' then l.units else -l.units end) as held
                       from posting l join account a using (book_id, account_id)
                      where l.book_id = {book} and a.role = 'agency' and a.class = 'liability' group by 1, 2) s
               using (counterparty_id, commodity)
         where coalesce(p.held, 0) <> coalesce(s.held, 0)
        """;
}
