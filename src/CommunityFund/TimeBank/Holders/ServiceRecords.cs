using CommunityFund.Books;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.TimeBank.Holders;

/// <summary>What one person served: records that were confirmed and stand in the books, each as it was last corrected.</summary>
internal static class ServiceRecords
{
    public static async Task<CertifiedHours> Of(Work work, long person, LocalDate from, LocalDate until, CancellationToken ct)
    {
        Row[] rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select coalesce(a.title, p.name, '') as "What", r.role as "Role", r.grade as "Grade", count(*)::integer as "Times",
                   sum(coalesce(c.minutes, r.credited_minutes))::bigint as "Minutes"
              from service_record r
              left join activity a on a.book_id = r.book_id and a.activity_id = r.activity_id
              left join project p on p.book_id = r.book_id and p.project_id = r.project_id
              left join lateral (select c.minutes from record_correction c where c.book_id = r.book_id and c.service_record_id = r.service_record_id
                                    and c.state = 'agreed' order by c.record_correction_id desc limit 1) c on true
             where r.book_id = {work.Book} and r.person_id = {person} and r.state = 'posted'
               and r.day between {from.ToDateOnly()} and {until.ToDateOnly()} and coalesce(c.minutes, r.credited_minutes) > 0
             group by 1, 2, 3 order by min(r.day), 1, 2, 3
            """).ToArrayAsync(ct);
        return new CertifiedHours(LocalDatePattern.Iso.Format(from), LocalDatePattern.Iso.Format(until),
            [.. rows.Select(row => new CertifiedWork(row.What, row.Role, Codes.Parse<EvidenceGrade>(row.Grade), row.Times, row.Minutes))]);
    }

    private sealed record Row(string What, string Role, string Grade, int Times, long Minutes);
}
