using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>An enterprise and where its money went.</summary>
public sealed record TracedEnterprise(string Name, TraceView Trace);

/// <summary>What a social enterprise handed to the funds and what it paid for there: profit, fund, projects.</summary>
public sealed record EnterpriseTrace(long Enterprise, LocalDate? Day = null, long? KnownAt = null) : Query<TracedEnterprise>
{
    internal override Need Needs => Need.Any(Tracing.Readers).ForWholeBook();

    internal override async Task<TracedEnterprise> Answer(Work work, CancellationToken ct)
    {
        List<long> lots = await (from lot in work.Db.Set<GiftLot>()
                                 join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo }
                                     equals new { line.BookId, line.EntryNo, line.LineNo }
                                 where lot.BookId == work.Book && line.EnterpriseId == Enterprise
                                 orderby lot.LotId
                                 select lot.LotId).ToListAsync(ct);
        List<long> person = await work.Db.Database.SqlQuery<long>(
            $"select person_id as \"Value\" from enterprise where book_id = {work.Book} and enterprise_id = {Enterprise}").ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, person.Select(id => (long?)id), ct);
        return new TracedEnterprise(names.Values.FirstOrDefault() ?? "", await TraceReader.Read(work, work.Book, lots, Day, KnownAt, ct));
    }
}
