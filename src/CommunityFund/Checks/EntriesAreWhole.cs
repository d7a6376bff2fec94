namespace CommunityFund.Checks;

/// <summary>Every entry has the lines its header speaks of, balances by itself, and each line carries what its account asks
/// for.</summary>
internal sealed class EntriesAreWhole : BookCheck
{
    public override string Key => "entries";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from journal_entry where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) =>
        [Headers(book), Balance(book), Internal(book), Transfers(book), Recipients(book), Lines(book)];

    private static FormattableString Headers(int book) => $"""
        select case when j.entry_no is null then 'entry.without-header'
                    when s.entry_no is null then 'entry.without-lines'
                    when s.lines <> j.line_count or s.first <> 1 or s.last <> j.line_count then 'entry.line-count'
                    when s.total <> j.total then 'entry.total'
                    when s.period <> j.period or s.other <> j.period then 'entry.line-period'
                    else 'entry.line-day' end as "Code",
               coalesce(j.entry_no, s.entry_no) as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('lines', coalesce(s.lines, 0), 'header', coalesce(j.line_count, 0),
                                  'is', coalesce(s.total, 0), 'should', coalesce(j.total, 0), 'period', s.other,
                                  'day', to_char(s.to_day, 'YYYY-MM-DD'))::text as "Facts"
          from (select entry_no, voucher_id, period, occurred_on, line_count, total from journal_entry where book_id = {book}) j
          full join (select entry_no, count(*) as lines, min(line_no) as first, max(line_no) as last,
                            coalesce(sum(units) filter (where side = 'D'), 0) as total,
                            min(period) as period, max(period) as other, min(occurred_on) as from_day, max(occurred_on) as to_day
                       from posting where book_id = {book} group by entry_no) s on s.entry_no = j.entry_no
         where j.entry_no is null or s.entry_no is null or s.lines <> j.line_count or s.first <> 1 or s.last <> j.line_count
            or s.total <> j.total or s.period <> j.period or s.other <> j.period
            or s.from_day <> j.occurred_on or s.to_day <> j.occurred_on
        """;

    private static FormattableString Balance(int book) => $"""
        select 'entry.unbalanced' as "Code", entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', fund_id, 'commodity', commodity,
                                  'difference', sum(case side when 'D' then units else -units end))::text as "Facts"
          from posting where book_id = {book}
         group by entry_no, fund_id, commodity having sum(case side when 'D' then units else -units end) <> 0
        """;

    private static FormattableString Internal(int book) => $"""
        select 'entry.internal' as "Code", entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('difference', sum(case side when 'D' then units else -units end))::text as "Facts"
          from posting where book_id = {book} and cash_flow = 'internal'
         group by entry_no having sum(case side when 'D' then units else -units end) <> 0
        """;

    private static FormattableString Transfers(int book) => $"""
        select 'entry.transfer' as "Code", entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('account', account_id,
                                  'difference', sum(case side when 'D' then units else -units end))::text as "Facts"
          from posting where book_id = {book} and movement = 'transfer'
         group by entry_no, account_id having sum(case side when 'D' then units else -units end) <> 0
        """;

    private static FormattableString Recipients(int book) => $"""
        select 'entry.recipient' as "Code", p.entry_no as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('recipient', coalesce(p.counterparty_id, 0),
                                  'difference', sum(case p.side when 'D' then p.units else -p.units end))::text as "Facts"
          from posting p join fund f using (book_id, fund_id) where p.book_id = {book} and f.kind = 'agency'
         group by p.entry_no, p.counterparty_id having sum(case p.side when 'D' then p.units else -p.units end) <> 0
        """;

    private static FormattableString Lines(int book) => $"""
        with standard as (
          select standard, valid_from, coalesce(lead(valid_from) over (order by valid_from), 'infinity') as until
            from book_standard where book_id = {book}),
        cash as (
          select distinct p.entry_no from posting p join account a on a.book_id = p.book_id and a.account_id = p.account_id
           where p.book_id = {book} and a.role in ('own-cash', 'agency-cash')),
        lines as (
          select p.entry_no, p.line_no, p.account_id, p.fund_id, j.voucher_id,
                 case when a.account_id is null or f.fund_id is null then 'line.unknown'
                      when a.commodity <> p.commodity then 'line.commodity'
                      when an.needs_restriction and p.restriction = '' or a.key = 'net-assets-restricted' and p.restriction <> 'R'
                        or a.key = 'net-assets-unrestricted' and p.restriction <> 'U' then 'line.restriction'
                      when (a.role = 'own-cash') <> (p.cash_flow <> '') then 'line.cash-flow'
                      when a.class = 'net-assets' and p.movement = 'ordinary' then 'line.movement'
                      when (f.kind = 'agency') <> (a.role in ('agency', 'agency-cash')) and a.class <> 'memorandum'
                        then 'line.agency'
                      when a.role in ('own-cash', 'agency-cash') and j.series <> '记' and j.kind <> 'opening' then 'line.series'
                      when j.series = '记' and c.entry_no is null then 'line.series' end as code
            from posting p
            join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
            left join cash c on c.entry_no = p.entry_no
            left join account a on a.book_id = p.book_id and a.account_id = p.account_id
            left join standard s on j.occurred_on >= s.valid_from and j.occurred_on < s.until
            left join account_name an on an.book_id = p.book_id and an.account_id = p.account_id and an.standard = s.standard
            left join fund f on f.book_id = p.book_id and f.fund_id = p.fund_id
           where p.book_id = {book})
        select code as "Code", entry_no as "EntryNo", voucher_id as "VoucherId",
               jsonb_build_object('line', line_no, 'account', account_id, 'fund', fund_id)::text as "Facts"
          from lines where code is not null
        """;
}
