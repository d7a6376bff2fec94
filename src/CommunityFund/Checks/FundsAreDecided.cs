namespace CommunityFund.Checks;

/// <summary>
/// State and principal of every fund are what its decisions made them, and every transfer between funds stands where its voucher
/// stands.
/// </summary>
internal sealed class FundsAreDecided : BookCheck
{
    public override string Key => "funds";

    protected override FormattableString Examined(int book) => $"""
        select (select count(*) from fund where book_id = {book}) + (select count(*) from fund_transfer where book_id = {book}) as "Value"
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [States(book), Principals(book), Transfers(book)];

    private static FormattableString States(int book) => $"""
        select 'fund.state' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', f.fund_id)::text as "Facts"
          from fund f
          left join lateral (select case x.kind when 'freeze' then 'frozen' when 'thaw' then 'open' else 'closed' end as state
                               from fund_decision x
                              where x.book_id = f.book_id and x.fund_id = f.fund_id and x.state = 'done' and x.kind <> 'principal'
                              order by x.decided_at desc, x.fund_decision_id desc limit 1) d on true
         where f.book_id = {book} and f.state <> coalesce(d.state, 'open')
        """;

    private static FormattableString Principals(int book) => $"""
        select 'fund.principal' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', f.fund_id, 'is', f.principal_minimum, 'should', coalesce(d.principal, 0))::text as "Facts"
          from fund f
          left join lateral (select x.principal from fund_decision x
                              where x.book_id = f.book_id and x.fund_id = f.fund_id and x.state = 'done' and x.kind = 'principal'
                              order by x.decided_at desc, x.fund_decision_id desc limit 1) d on true
         where f.book_id = {book} and f.principal_minimum <> coalesce(d.principal, 0)
        """;

    private static FormattableString Transfers(int book) => $"""
        select 'fund.transfer' as "Code", v.entry_no as "EntryNo", t.voucher_id as "VoucherId",
               jsonb_build_object('fund', t.from_fund, 'is', t.units, 'transfer', t.fund_transfer_id)::text as "Facts"
          from fund_transfer t left join voucher v on v.book_id = t.book_id and v.voucher_id = t.voucher_id
         where t.book_id = {book}
           and case when t.voucher_id is null then t.state in ('prepared', 'posted', 'reversed')
                    else t.state is distinct from case when v.reversed_by is not null then 'reversed' else v.state end end
        """;
}
