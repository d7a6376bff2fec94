namespace CommunityFund.Checks;

/// <summary>Awards not yet paid stand against their contra, fund by fund, never below zero, and apart from the statutory
/// series.</summary>
internal sealed class CommitmentsAreCovered : BookCheck
{
    public override string Key => "commitments";

    protected override FormattableString Examined(int book) => $"""
        select count(*) as "Value" from posting p join account a using (book_id, account_id)
         where p.book_id = {book} and a.class = 'memorandum'
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [Funds(book), Series(book)];

    private static FormattableString Funds(int book) => $"""
        select case when awarded < 0 then 'commitment.negative' else 'commitment.uncovered' end as "Code",
               null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'is', awarded, 'should', -contra)::text as "Facts"
          from (select p.fund_id,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                filter (where a.role = 'commitment'), 0) as awarded,
                       coalesce(sum(case p.side when 'D' then p.units else -p.units end)
                                filter (where a.key = 'commitments-contra'), 0) as contra
                  from posting p join account a using (book_id, account_id)
                 where p.book_id = {book} and a.class = 'memorandum' group by p.fund_id) x
         where awarded < 0 or awarded <> -contra
        """;

    private static FormattableString Series(int book) => $"""
        select 'commitment.series' as "Code", j.entry_no as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('account', p.account_id, 'line', p.line_no, 'series', j.series)::text as "Facts"
          from posting p join account a using (book_id, account_id)
          join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
         where p.book_id = {book}
           and case when a.class <> 'memorandum' then j.series in ('备', '时', '分')
                    else j.series <> case p.commodity when 'HOUR' then '时' when 'POINT' then '分' else '备' end end
        """;
}
