namespace CommunityFund.Checks;

/// <summary>What was reviewed is what stands in the journal: every posted voucher has its entry with the same header and
/// lines, and every entry its voucher.</summary>
internal sealed class VouchersAgree : BookCheck
{
    public override string Key => "vouchers";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from voucher where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Headers(book), Lines(book)];

    private static FormattableString Headers(int book) => $"""
        select code as "Code", entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('state', state, 'is', is_total, 'should', should_total)::text as "Facts"
          from (select coalesce(j.entry_no, v.entry_no) as entry_no, coalesce(v.voucher_id, j.voucher_id) as voucher_id, v.state,
                       j.total as is_total, v.total as should_total,
                       case when v.voucher_id is null then 'voucher.missing'
                            when j.entry_no is null and v.state = 'posted' then 'voucher.without-entry'
                            when j.entry_no is null then null
                            when v.state <> 'posted' then 'voucher.not-posted'
                            when (v.entry_no, v.kind, v.occurred_on, v.period, v.narrative_id, v.line_count, v.total, v.maker_id,
                                  v.corrects_entry_no, v.document_hashes, coalesce(v.series, j.series))
                                 is distinct from (j.entry_no, j.kind, j.occurred_on, j.period, j.narrative_id, j.line_count,
                                                   j.total, j.maker_id, j.corrects_entry_no, j.document_hashes, j.series)
                              then 'voucher.header'
                            when v.decided_by is distinct from j.reviewer_id or v.decided_at is distinct from j.posted_at
                              then 'voucher.decider' end as code
                  from (select * from voucher where book_id = {book}) v
                  full join (select * from journal_entry where book_id = {book}) j on j.voucher_id = v.voucher_id) x
         where code is not null
        """;

    private static FormattableString Lines(int book) => $"""
        with written as (
          select e.entry_no, e.voucher_id, l.line_no, l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction,
                 l.cash_flow, l.movement, l.project_class, l.project_id, l.counterparty_id, l.enterprise_id, l.document_id,
                 l.narrative_id
            from journal_entry e join voucher_line l on l.book_id = e.book_id and l.voucher_id = e.voucher_id
           where e.book_id = {book}),
        posted as (select * from posting where book_id = {book})
        select distinct on (entry_no) 'voucher.lines' as "Code", entry_no as "EntryNo", w.voucher_id as "VoucherId",
               jsonb_build_object('line', line_no, 'account', coalesce(p.account_id, w.account_id),
                                  'fund', coalesce(p.fund_id, w.fund_id), 'commodity', coalesce(p.commodity, w.commodity),
                                  'is', p.units, 'should', w.units)::text as "Facts"
          from written w full join posted p using (entry_no, line_no)
         where (w.account_id, w.fund_id, w.commodity, w.side, w.units, w.restriction, w.cash_flow, w.movement, w.project_class,
                w.project_id, w.counterparty_id, w.enterprise_id, w.document_id, w.narrative_id)
               is distinct from (p.account_id, p.fund_id, p.commodity, p.side, p.units, p.restriction, p.cash_flow, p.movement,
                p.project_class, p.project_id, p.counterparty_id, p.enterprise_id, p.document_id, p.narrative_id)
         order by entry_no, line_no
        """;
}
