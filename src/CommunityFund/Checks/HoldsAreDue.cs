namespace CommunityFund.Checks;

/// <summary>
/// What waiting vouchers hold is what they will take: exactly, where they touch only cash and commitments; within bounds,
/// where they touch debts or what is invested of a principal, for how much of these counts depends on the moment. A bundle
/// counts as one.
/// </summary>
internal sealed class HoldsAreDue : BookCheck
{
    public override string Key => "holds";

    protected override FormattableString Examined(int book) => $"""
        select (select count(*) from hold where book_id = {book} and released_at is null)
             + (select count(*) from voucher where book_id = {book} and state = 'prepared') as "Value"
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [Strays(book), Unproved(book), Amounts(book)];

    private static FormattableString Strays(int book) => $"""
        select 'hold.stray' as "Code", null::bigint as "EntryNo", h.voucher_id as "VoucherId",
               jsonb_build_object('fund', h.fund_id, 'is', h.units, 'hold', h.hold_id)::text as "Facts"
          from hold h left join voucher v on v.book_id = h.book_id and v.voucher_id = h.voucher_id
         where h.book_id = {book} and h.released_at is null and (v.voucher_id is null or v.state <> 'prepared' or not v.proved)
        """;

    private static FormattableString Unproved(int book) => $"""
        select 'hold.unproved' as "Code", null::bigint as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object()::text as "Facts"
          from voucher where book_id = {book} and state = 'prepared' and not proved
        """;

    private static FormattableString Amounts(int book) => $"""
        with waiting as (
          select voucher_id, coalesce(bundle_id, voucher_id) as bundle, kind from voucher
           where book_id = {book} and state = 'prepared' and proved),
        moved as (
          select w.bundle, l.fund_id, a.role, l.account_id, sum(case l.side when 'D' then l.units else -l.units end) as delta
            from waiting w join voucher_line l on l.book_id = {book} and l.voucher_id = w.voucher_id
            join account a on a.book_id = l.book_id and a.account_id = l.account_id
            join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
           where w.kind <> 'opening'
             and (a.role in ('own-cash', 'claim', 'commitment') or a.role = 'investment' and f.principal_minimum > 0)
           group by 1, 2, 3, 4),
        asked as (
          select bundle, fund_id,
                 greatest(0, sum(case role when 'own-cash' then -delta when 'commitment' then delta
                                           else -greatest(delta, 0) end)) as low,
                 greatest(0, sum(case role when 'own-cash' then -delta when 'commitment' then delta
                                           else -least(delta, 0) end)) as high
            from moved group by 1, 2),
        held as (
          select w.bundle, h.fund_id, sum(h.units) as units
            from waiting w join hold h on h.book_id = {book} and h.voucher_id = w.voucher_id and h.released_at is null
           group by 1, 2)
        select case when coalesce(low, 0) = coalesce(high, 0) then 'hold.differs' else 'hold.outside' end as "Code",
               null::bigint as "EntryNo", bundle as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', coalesce(held.units, 0), 'low', coalesce(low, 0),
                                  'high', coalesce(high, 0))::text as "Facts"
          from asked full join held using (bundle, fund_id)
         where coalesce(held.units, 0) not between coalesce(low, 0) and coalesce(high, 0)
        """;
}
