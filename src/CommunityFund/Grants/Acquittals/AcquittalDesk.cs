using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What waits at the desk or at the accountant's.</summary>
public enum AcquittalStep
{
    /// <summary>待审核.</summary>
    ToReview,

    /// <summary>待入账.</summary>
    ToBook,

    /// <summary>凭证待复核.</summary>
    VoucherWaits,

    /// <summary>使用报告待审.</summary>
    ReportWaits,
}

/// <summary>An acquittal or a report that waits.</summary>
/// <param name="Open">Lines that nobody decided.</param>
public sealed record AcquittalWaiting(
    AcquittalStep Step, long Tranche, short No, long Grant, string Number, string Title, Instant SubmittedAt, LocalDate? DueOn, int Lines, int Open,
    Amount Claimed, Amount Accepted, long? Voucher);

/// <summary>核销: what the desk has to review and the accountant has to book, the oldest first.</summary>
/// <param name="Step">Only these; null for all.</param>
public sealed record AcquittalDesk(AcquittalStep? Step = null) : Query<IReadOnlyList<AcquittalWaiting>>
{
    private const int Most = 200;

    internal override Need Needs => Need.Any(GrantRoles.Office);

    internal override async Task<IReadOnlyList<AcquittalWaiting>> Answer(Work work, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select * from (
              select case when a.state = 'booked' then 2 when l.open > 0 then 0 else 1 end as "Step", t.tranche_id as "Tranche", t.no as "No",
                     c.grant_id as "Grant", c.number as "Number", c.title as "Title", a.submitted_at as "At", t.due_on as "DueOn",
                     l.lines::int as "Lines", l.open::int as "Open", l.claimed as "Claimed", l.accepted as "Accepted", a.voucher_id as "Voucher"
                from grant_acquittal a
                join tranche t using (book_id, tranche_id)
                join grant_case c using (book_id, grant_id)
               cross join lateral (
                 select count(*) as lines, count(*) filter (where x.accepted is null) as open, sum(x.units)::bigint as claimed,
                        coalesce(sum(x.units) filter (where x.accepted), 0)::bigint as accepted
                   from grant_acquittal_line x where x.book_id = a.book_id and x.tranche_id = a.tranche_id and x.version = a.version) l
               where a.book_id = {work.Book} and a.state in ('submitted', 'booked')
              union all
              select 3, t.tranche_id, t.no, c.grant_id, c.number, c.title, r.submitted_at, t.due_on, 0, 0, r.spent, 0::bigint, null
                from tranche_report r join tranche t using (book_id, tranche_id) join grant_case c using (book_id, grant_id)
               where r.book_id = {work.Book} and r.accepted is null) x
             order by "At", "Tranche" limit {Most}
            """).ToListAsync(ct);
        return [.. rows.Where(row => Step is null || (AcquittalStep)row.Step == Step).Select(row => new AcquittalWaiting((AcquittalStep)row.Step,
            row.Tranche, row.No, row.Grant, row.Number, row.Title, Instant.FromDateTimeUtc(row.At),
            row.DueOn is { } due ? LocalDate.FromDateOnly(due) : null, row.Lines, row.Open, Amount.Fen(row.Claimed), Amount.Fen(row.Accepted),
            row.Voucher))];
    }

    private sealed record Row(int Step, long Tranche, short No, long Grant, string Number, string Title, DateTime At, DateOnly? DueOn, int Lines,
        int Open, long Claimed, long Accepted, long? Voucher);
}
