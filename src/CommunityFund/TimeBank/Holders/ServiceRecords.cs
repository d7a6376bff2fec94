using CommunityFund.Books;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.TimeBank.Holders;

/// <summary>
/// What one person served: records that were confirmed and stand in the books, each as it was last corrected, and help among neighbours.
/// </summary>
internal static class ServiceRecords
{
    // The certificate is a record, kept in the language of the books.
    private const string Neighbours = "邻里互助";

    public static async Task<CertifiedHours> Of(Work work, long person, LocalDate from, LocalDate until, CancellationToken ct)
    {
        Row[] rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select x.what as "What", x.role as "Role", x.grade as "Grade", count(*)::integer as "Times", sum(x.minutes)::bigint as "Minutes"
              from (select coalesce(a.title, p.name, '') as what, r.role, r.grade, r.day, coalesce(c.minutes, r.credited_minutes) as minutes
                      from service_record r
                      left join activity a on a.book_id = r.book_id and a.activity_id = r.activity_id
                      left join project p on p.book_id = r.book_id and p.project_id = r.project_id
                      left join lateral (select c.minutes from record_correction c
                                          where c.book_id = r.book_id and c.service_record_id = r.service_record_id and c.state = 'agreed'
                                          order by c.record_correction_id desc limit 1) c on true
                     where r.book_id = {work.Book} and r.person_id = {person} and r.state = 'posted'
                    union all
                    select coalesce(p.name, {Neighbours}), s.role, 'two-party', s.served_on, s.served_minutes
                      from service_request s left join project p on p.book_id = s.book_id and p.project_id = s.project_id
                     where s.book_id = {work.Book} and s.provider_id = {person} and s.state = 'confirmed') x
             where x.day between {from.ToDateOnly()} and {until.ToDateOnly()} and x.minutes > 0
             group by 1, 2, 3 order by min(x.day), 1, 2, 3
            """).ToArrayAsync(ct);
        return new CertifiedHours(LocalDatePattern.Iso.Format(from), LocalDatePattern.Iso.Format(until),
            [.. rows.Select(row => new CertifiedWork(row.What, row.Role, Codes.Parse<EvidenceGrade>(row.Grade), row.Times, row.Minutes))]);
    }

    private sealed record Row(string What, string Role, string Grade, int Times, long Minutes);
}
