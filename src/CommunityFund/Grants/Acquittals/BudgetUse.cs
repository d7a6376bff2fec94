using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A line of the budget with what was used of it, in fen.</summary>
/// <param name="Budget">What the grant gives to it.</param>
/// <param name="Accepted">What is booked.</param>
/// <param name="Pending">What is handed in and not booked.</param>
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
        if (award is null || await GrantAgreement.Newest(work, award, ct) is not { } paper)
        {
            throw new RefusedException(NoAgreement, ("grant", grant));
        }

        List<BudgetLineUse> lines = await work.Db.Database.SqlQuery<BudgetLineUse>(
            $"""
            select b.no as "No", b.what as "What", b.units as "Budget", coalesce(u.accepted, 0)::bigint as "Accepted",
                   coalesce(u.pending, 0)::bigint as "Pending", coalesce(r.ready, 0)::bigint as "Ready"
              from grant_agreed_line b
              left join (
                select r.line_no, sum(l.units) filter (where a.state = 'posted' and l.accepted) as accepted,
                       sum(l.units) filter (where a.state in ('submitted', 'booked') and l.accepted is distinct from false) as pending
                  from grant_receipt r join grant_acquittal_line l on l.book_id = r.book_id and l.grant_receipt_id = r.grant_receipt_id
                  join grant_acquittal a on a.book_id = l.book_id and a.tranche_id = l.tranche_id and a.version = l.version
                 where r.book_id = {work.Book} and r.grant_id = {grant} group by r.line_no) u on u.line_no = b.no
              left join (select line_no, sum(units) as ready from grant_receipt
                          where book_id = {work.Book} and grant_id = {grant} and state = 'ready' group by line_no) r on r.line_no = b.no
             where b.book_id = {work.Book} and b.grant_id = {grant} and b.award_no = {award.AwardNo} and b.version = {paper.Version}
             order by b.no
            """).ToListAsync(ct);
        return new BudgetUse(paper.StartsOn, paper.EndsOn, paper.Forbidden, award.ProjectId, lines);
    }
}
