using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What a social enterprise handed to the funds and what it paid for there: profit, fund, projects.</summary>
public sealed record EnterpriseTrace(long Enterprise, LocalDate? Day = null, long? KnownAt = null) : Query<TraceView>
{
    internal override Need Needs => Need.Any(Tracing.Readers).ForWholeBook();

    internal override async Task<TraceView> Answer(Work work, CancellationToken ct)
    {
        List<long> lots = await (from lot in work.Db.Set<GiftLot>()
                                 join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo }
                                     equals new { line.BookId, line.EntryNo, line.LineNo }
                                 where lot.BookId == work.Book && line.EnterpriseId == Enterprise
                                 orderby lot.LotId
                                 select lot.LotId).ToListAsync(ct);
        return await TraceReader.Read(work, work.Book, lots, Day, KnownAt, ct);
    }
}
