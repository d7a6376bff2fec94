namespace CommunityFund.Checks;

/// <summary>
/// No bank line is booked for more than it says, no voucher found again for more than it booked, and what was expected is met by a
/// voucher that stands or waits.
/// </summary>
internal sealed class MatchesAgree : BookCheck
{
    public override string Key => "matches";

    protected override FormattableString Examined(int book) => $"""
        select (select count(*) from bank_match where book_id = {book}) + (select count(*) from expectation where book_id = {book}) as "Value"
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [Lines(book), Vouchers(book), Expectations(book)];

    private static FormattableString Lines(int book) => $"""
        select 'match.line' as "Code", null::bigint as "EntryNo", max(m.voucher_id) as "VoucherId",
               jsonb_build_object('is', sum(m.units)::bigint, 'should', b.units, 'file-line', b.line_no)::text as "Facts"
          from bank_match_open m join bank_line b on b.book_id = m.book_id and b.bank_line_id = m.bank_line_id
         where m.book_id = {book} group by b.bank_line_id, b.units, b.line_no
        having abs(sum(m.units)) > abs(b.units) or bool_or(sign(m.units) <> sign(b.units))
        """;

    private static FormattableString Vouchers(int book) => $"""
        select 'match.voucher' as "Code", null::bigint as "EntryNo", m.voucher_id as "VoucherId",
               jsonb_build_object('is', m.units, 'should', booked.units)::text as "Facts"
          from (select m.voucher_id, b.bank_account_id, sum(m.units)::bigint as units
                  from bank_match_open m join bank_line b on b.book_id = m.book_id and b.bank_line_id = m.bank_line_id
                 where m.book_id = {book} group by m.voucher_id, b.bank_account_id) m
          cross join lateral (select coalesce(sum(case l.side when 'D' then l.units else -l.units end), 0)::bigint as units
                                from bank_account a
                                join voucher_line l on l.book_id = a.book_id and l.account_id in (a.account_id, a.agency_account_id)
                               where a.book_id = {book} and a.bank_account_id = m.bank_account_id and l.voucher_id = m.voucher_id) booked
         where abs(m.units) > abs(booked.units) or sign(m.units) <> sign(booked.units)
        """;

    private static FormattableString Expectations(int book) => $"""
        select 'match.expectation' as "Code", null::bigint as "EntryNo", e.voucher_id as "VoucherId",
               jsonb_build_object('is', coalesce(l.units, 0), 'should', e.units, 'expectation', e.expectation_id)::text as "Facts"
          from expectation e
          left join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id
          left join lateral (select sum(case l.side when 'C' then l.units else -l.units end)::bigint as units from expectation_line l
                              where l.book_id = e.book_id and l.expectation_id = e.expectation_id) l on true
         where e.book_id = {book} and (coalesce(l.units, 0) <> e.units or v.state in ('rejected', 'withdrawn') or v.reversed_by is not null)
        """;
}
