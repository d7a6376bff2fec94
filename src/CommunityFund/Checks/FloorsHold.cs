namespace CommunityFund.Checks;

/// <summary>No fund but the host's general one pays out more than it has, and what is held for others is all there.</summary>
internal sealed class FloorsHold : BookCheck
{
    public override string Key => "floors";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from fund where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [OwnCash(book), Agency(book)];

    private static FormattableString OwnCash(int book) => $"""
        select 'floor.own-cash' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', f.fund_id, 'is', c.net, 'should', f.principal_minimum)::text as "Facts"
          from fund f
          join (select p.fund_id, sum(case p.side when 'D' then p.units else -p.units end) as net
                  from posting p join account a using (book_id, account_id)
                 where p.book_id = {book} and a.role = 'own-cash' group by p.fund_id) c on c.fund_id = f.fund_id
         where f.book_id = {book} and f.kind <> 'general' and c.net < f.principal_minimum
        """;

    private static FormattableString Agency(int book) => $"""
        select 'floor.agency' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', assets, 'should', -liabilities)::text as "Facts"
          from (select f.fund_id,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end) filter (where a.class = 'asset'), 0) as assets,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end) filter (where a.class = 'liability'), 0)
                         as liabilities
                  from fund f join posting p using (book_id, fund_id) join account a using (book_id, account_id)
                 where f.book_id = {book} and f.kind = 'agency' group by f.fund_id) x
         where assets <> -liabilities
        """;
}
