using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A line of the budget with what was used of it, in fen.</summary>
/// <param name="Budget">What the grant gives to it.</param>
/// <param name="Accepted">What is booked, with what the foundation paid to suppliers itself.</param>
/// <param name="Pending">What is handed in and not booked, or asked for to be paid to suppliers.</param>
/// <param name="Ready">What waits in the folder.</param>
public sealed record BudgetLineUse(short No, string What, long Budget, long Accepted, long Pending, long Ready)
{
    /// <summary>What may be used of it: a tenth more than planned.</summary>
    public long Limit => Budget + (Budget / BudgetUse.TenthOver);

    public long Left => Budget - Accepted - Pending;
}

/// <summary>The budget of a grant as agreed, and how far it is used.</summary>
/// <param name="Forbidden">What the agreement forbids.</param>
public sealed record BudgetUse(LocalDate StartsOn, LocalDate EndsOn, string Forbidden, long ProjectId, IReadOnlyList<BudgetLineUse> Lines)
{
    /// <summary>A line may be overspent by one in so many parts, if the whole is not.</summary>
    internal const int TenthOver = 10;

    /// <summary>The grant has no agreement, so there is nothing to account for.</summary>
    public const string NoAgreement = "grant-receipt.no-agreement";

    public long Budget => Lines.Sum(line => line.Budget);

    public long Used => Lines.Sum(line => line.Accepted + line.Pending);

    internal BudgetLineUse? Find(short no) => Lines.FirstOrDefault(line => line.No == no);

    internal static async Task<BudgetUse> Of(Work work, long grant, CancellationToken ct)
    {
        GrantAward? award = await work.Db.Set<GrantAward>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant && row.EndedAt == null, ct);
        if (award is null || await GrantAgreement.Newest(work, award, ct) is not { } paper || await AgreedTerm.Now(work, grant, ct) is not { } term)
        {
            throw new RefusedException(NoAgreement, ("grant", grant));
        }

        Dictionary<short, LineSum> used = (await work.Db.Database.SqlQuery<LineSum>(
            $"""
            select r.line_no as "Line", coalesce(sum(l.units) filter (where a.state = 'posted' and l.accepted), 0)::bigint as "Accepted",
                   coalesce(sum(l.units) filter (where a.state in ('submitted', 'booked') and l.accepted is distinct from false), 0)::bigint
                     as "Pending", 0::bigint as "Ready"
              from grant_receipt r join grant_acquittal_line l on l.book_id = r.book_id and l.grant_receipt_id = r.grant_receipt_id
              join grant_acquittal a on a.book_id = l.book_id and a.tranche_id = l.tranche_id and a.version = l.version
             where r.book_id = {work.Book} and r.grant_id = {grant} group by r.line_no
            union all
            select line_no, 0, 0, sum(units)::bigint from grant_receipt
             where book_id = {work.Book} and grant_id = {grant} and state = 'ready' group by line_no
            union all
            select l.line_no, coalesce(sum(l.units) filter (where t.paid_on is not null), 0)::bigint,
                   coalesce(sum(l.units) filter (where t.paid_on is null), 0)::bigint, 0
              from tranche t
              join tranche_request q on q.book_id = t.book_id and q.tranche_id = t.tranche_id and q.request_no = t.request_no and q.is_purchase
              join tranche_request_line l on l.book_id = q.book_id and l.tranche_id = q.tranche_id and l.request_no = q.request_no
             where t.book_id = {work.Book} and t.grant_id = {grant}
               and t.state not in ('planned', 'eligible', 'held', 'declined', 'cancelled', 'expired')
             group by l.line_no
            """).ToListAsync(ct)).GroupBy(row => row.Line).ToDictionary(of => of.Key, of => new LineSum(of.Key, of.Sum(row => row.Accepted),
                of.Sum(row => row.Pending), of.Sum(row => row.Ready)));

        // What was amended counts from the day on which the amendment is in force, the last day too.
        return new BudgetUse(term.StartsOn, term.EndsOn, paper.Forbidden, award.ProjectId,
        [
            .. (await AgreedBudget.Now(work, grant, ct)).Select(line => used.GetValueOrDefault(line.No) is { } sum
                ? new BudgetLineUse(line.No, line.What, line.Amount.Units, sum.Accepted, sum.Pending, sum.Ready)
                : new BudgetLineUse(line.No, line.What, line.Amount.Units, 0, 0, 0)),
        ]);
    }

    private sealed record LineSum(short Line, long Accepted, long Pending, long Ready);
}
