namespace CommunityFund.Checks;

/// <summary>No fund but the host's general one pays out more than it has, and what is held for others is all there.</summary>
internal sealed class FloorsHold : BookCheck
{
    public override string Key => "floors";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from fund where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [OwnCash(book), Agency(book), Recipients(book)];

    private static FormattableString OwnCash(int book) => $"""
        select 'floor.own-cash' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', cash, 'should', floor)::text as "Facts"
          from (select f.fund_id, c.cash,
                       case when f.principal_minimum = 0 then 0 else greatest(0, f.principal_minimum - c.invested) end as floor
                  from fund f
                  join (select p.fund_id,
                               coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                        filter (where a.role = 'own-cash'), 0) as cash,
                               coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                        filter (where a.role = 'investment'), 0) as invested
                          from posting p join account a using (book_id, account_id)
                         where p.book_id = {book} group by p.fund_id) c on c.fund_id = f.fund_id
                 where f.book_id = {book} and f.kind <> 'general') x
         where cash < floor
        """;

    private static FormattableString Agency(int book) => $"""
        select 'floor.agency' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', assets, 'should', -liabilities)::text as "Facts"
          from (select f.fund_id,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                filter (where a.class = 'asset'), 0) as assets,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                filter (where a.class = 'liability'), 0) as liabilities
                  from fund f join posting p using (book_id, fund_id) join account a using (book_id, account_id)
                 where f.book_id = {book} and f.kind = 'agency' group by f.fund_id) x
         where assets <> -liabilities
        """;

    private static FormattableString Recipients(int book) => $"""
        select 'floor.recipient' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('recipient', coalesce(p.counterparty_id, 0), 'commodity', p.commodity,
                                  'is', -sum(case p.side when 'D' then p.units else -p.units end))::text as "Facts"
          from posting p join account a using (book_id, account_id)
         where p.book_id = {book} and a.role = 'agency' and a.class = 'liability' group by p.counterparty_id, p.commodity
        having sum(case p.side when 'D' then p.units else -p.units end) > 0
        """;
}
