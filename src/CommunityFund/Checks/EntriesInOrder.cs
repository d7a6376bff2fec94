namespace CommunityFund.Checks;

/// <summary>Positions and numbers without gap or repetition, time that never runs back, two people, days inside open
/// periods.</summary>
internal sealed class EntriesInOrder : BookCheck
{
    public override string Key => "order";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from journal_entry where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Positions(book), Numbers(book), Headers(book)];

    private static FormattableString Positions(int book) => $"""
        select case when entry_no <> before + 1 then 'order.position-gap' else 'order.time-backwards' end as "Code",
               entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('first', before + 1, 'last', entry_no - 1)::text as "Facts"
          from (select entry_no, voucher_id, posted_at, lag(entry_no, 1, 0::bigint) over w as before,
                       lag(posted_at) over w as earlier
                  from journal_entry where book_id = {book} window w as (order by entry_no)) j
         where entry_no <> before + 1 or posted_at < earlier
        """;

    private static FormattableString Numbers(int book) => $"""
        select case when number = before then 'order.number-twice' else 'order.number-gap' end as "Code",
               entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('period', period, 'series', series, 'first', before + 1, 'last', number - 1)::text as "Facts"
          from (select entry_no, voucher_id, period, series, number,
                       lag(number, 1, 0) over (partition by period, series order by number) as before
                  from journal_entry where book_id = {book} and kind <> 'opening') j
         where number <> before + 1
        """;

    private static FormattableString Headers(int book) => $"""
        select code as "Code", entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('day', to_char(occurred_on, 'YYYY-MM-DD'), 'period', period, 'closed',
                                  to_char(closed_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))::text as "Facts"
          from (select j.entry_no, j.voucher_id, j.occurred_on, j.period, p.closed_at,
                       case when j.maker_id = j.reviewer_id then 'order.own-review'
                            when (j.reviewer_id is null) = (j.review_rule is null) then 'order.not-reviewed'
                            when p.period is null or j.occurred_on not between p.starts and p.ends then 'order.outside-period'
                            when j.posted_at > p.closed_at then 'order.after-close'
                            when (j.kind = 'opening') <> (j.number = 0) or (j.kind in ('opening', 'conversion')) <> (j.period % 100 = 0)
                              or j.kind in ('opening', 'conversion') and j.series <> '转' then 'order.opening' end as code
                  from journal_entry j left join period p on p.book_id = j.book_id and p.period = j.period
                 where j.book_id = {book}) j
         where code is not null
        """;
}
