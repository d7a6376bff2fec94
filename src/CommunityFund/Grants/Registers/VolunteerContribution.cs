using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Registers;

/// <summary>Confirmed hours of one grade of evidence.</summary>
public sealed record VolunteerGradeRow(Term Grade, int People, Amount Hours);

/// <summary>
/// What volunteers gave to a grant's project: hours by grade of evidence, what corrections took back or added, and the sum as the books of hours have
/// it. They are never income: 民间非营利组织会计制度 recognises no services of volunteers; what counts as a gift of services from 2026 on needs an
/// invoice at fair value and is recorded as a gift in kind.
/// </summary>
/// <param name="CostPerHour">Cost of the project in the ledger for one confirmed hour; null without hours.</param>
public sealed record VolunteerContributionView(
    IReadOnlyList<VolunteerGradeRow> Grades, Amount Corrected, Amount Total, Amount Cost, Amount? CostPerHour);

/// <summary>Hours that volunteers gave to the projects of a grant, for everybody who reads it.</summary>
/// <param name="Grant">The case.</param>
public sealed record VolunteerContribution(long Grant) : Query<VolunteerContributionView?>
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["verified"] = "Verified",
        ["two-party"] = "TwoParty",
        ["back-entered"] = "BackEntered",
        ["legacy"] = "Legacy",
    };

    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<VolunteerContributionView?> Answer(Work work, CancellationToken ct)
    {
        await ReadableCase.Of(work, Grant, ct);
        long[] projects = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .Select(row => row.ProjectId).Distinct().ToArrayAsync(ct);
        Books books = await work.Db.Database.SqlQuery<Books>(
            $"""
            select coalesce(sum(signed(p.side, p.units)) filter (where a.key in ('hours-held', 'hours-pool') and u.kind = 'hours-earned'), 0)::bigint
                     as "Minutes",
                   coalesce(sum(signed(p.side, p.units)) filter (where a.class = 'expense' and a.commodity = 'CNY'), 0)::bigint as "Cost"
              from account a
              join posting p on p.book_id = a.book_id and p.account_id = a.account_id and p.project_id = any ({projects})
              join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no and j.kind <> 'close'
              left join unit_paper u on u.book_id = j.book_id and u.voucher_id = j.voucher_id
             where a.book_id = {work.Book} and (a.key in ('hours-held', 'hours-pool') or a.class = 'expense')
            """).SingleAsync(ct);
        List<Grade> grades = await work.Db.Database.SqlQuery<Grade>(
            $"""
            select x.grade as "Name", count(distinct x.person_id)::integer as "People", sum(x.minutes)::bigint as "Minutes"
              from (select r.grade, r.person_id, r.credited_minutes as minutes
                      from service_record r where r.book_id = {work.Book} and r.project_id = any ({projects}) and r.state = 'posted'
                    union all
                    select 'two-party', s.provider_id, s.served_minutes
                      from service_request s
                     where s.book_id = {work.Book} and s.project_id = any ({projects}) and s.earned_entry_no is not null) x
             group by x.grade
            """).ToListAsync(ct);
        if (books.Minutes == 0 && grades.Count == 0)
        {
            return null;
        }

        long recorded = grades.Sum(grade => grade.Minutes);
        return new VolunteerContributionView(
            [
                .. Names.Keys.Select(name => grades.Find(grade => grade.Name == name)).OfType<Grade>()
                    .Select(grade => new VolunteerGradeRow(new Term($"term.EvidenceGrade.{Names[grade.Name]}"), grade.People, Hours(grade.Minutes))),
            ],
            Hours(books.Minutes - recorded), Hours(books.Minutes), Amount.Fen(books.Cost),
            books.Minutes > 0 ? Amount.Fen(checked(books.Cost * 60) / books.Minutes) : null);
    }

    private static Amount Hours(long minutes) => Amount.OfUnits(minutes, Commodity.Hour);

    private sealed record Books(long Minutes, long Cost);

    private sealed record Grade(string Name, int People, long Minutes);
}
