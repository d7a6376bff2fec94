namespace CommunityFund.Checks;

/// <summary>Reversals and what they undo point at each other; a reversal is the red copy of its entry, line by line.</summary>
internal sealed class CorrectionsAreLinked : BookCheck
{
    public override string Key => "corrections";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from journal_entry where book_id = {book} and kind in ('reversal', 'correction')""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Links(book), Reversed(book), Copies(book)];

    private static FormattableString Links(int book) => $"""
        select code as "Code", entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('other', other)::text as "Facts"
          from (select j.entry_no, j.voucher_id, j.corrects_entry_no as other,
                       case when (j.kind in ('reversal', 'correction')) <> (j.corrects_entry_no is not null)
                              or j.corrects_entry_no >= j.entry_no then 'correction.link'
                            when j.kind = 'reversal' and v.reversed_by is distinct from j.entry_no
                              then 'correction.one-sided' end as code
                  from journal_entry j
                  left join voucher v on v.book_id = j.book_id and v.entry_no = j.corrects_entry_no
                 where j.book_id = {book}) x
         where code is not null
        """;

    private static FormattableString Reversed(int book) => $"""
        select 'correction.not-reversed' as "Code", v.entry_no as "EntryNo", v.voucher_id as "VoucherId",
               jsonb_build_object('other', v.reversed_by)::text as "Facts"
          from voucher v
          left join journal_entry r on r.book_id = v.book_id and r.entry_no = v.reversed_by
         where v.book_id = {book} and v.reversed_by is not null
           and (r.entry_no is null or r.kind <> 'reversal' or r.corrects_entry_no is distinct from v.entry_no)
        """;

    private static FormattableString Copies(int book) => $"""
        with red as (
          select r.entry_no as reversal, r.voucher_id, l.*
            from journal_entry r join posting l on l.book_id = r.book_id and l.entry_no = r.entry_no
           where r.book_id = {book} and r.kind = 'reversal'),
        black as (
          select r.entry_no as reversal, l.*
            from journal_entry r join posting l on l.book_id = r.book_id and l.entry_no = r.corrects_entry_no
           where r.book_id = {book} and r.kind = 'reversal')
        select distinct on (reversal) 'correction.not-a-copy' as "Code", reversal as "EntryNo", red.voucher_id as "VoucherId",
               jsonb_build_object('line', line_no, 'account', coalesce(black.account_id, red.account_id),
                                  'fund', coalesce(black.fund_id, red.fund_id),
                                  'commodity', coalesce(black.commodity, red.commodity),
                                  'is', red.units, 'should', -black.units)::text as "Facts"
          from red full join black using (reversal, line_no)
         where (red.account_id, red.fund_id, red.commodity, red.side, red.units, red.restriction, red.cash_flow, red.movement,
                red.project_class, red.project_id, red.counterparty_id, red.enterprise_id, red.document_id)
               is distinct from (black.account_id, black.fund_id, black.commodity, black.side, -black.units, black.restriction,
                black.cash_flow, black.movement, black.project_class, black.project_id, black.counterparty_id,
                black.enterprise_id, black.document_id)
         order by reversal, line_no
        """;
}
