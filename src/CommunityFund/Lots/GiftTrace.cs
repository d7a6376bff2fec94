using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What a gift paid for, for those who keep the books.</summary>
public sealed record GiftTrace(long Donation, LocalDate? Day = null, long? KnownAt = null) : Query<TracedLot>
{
    internal override Need Needs => Need.Any(Tracing.Readers);

    internal override async Task<TracedLot> Answer(Work work, CancellationToken ct)
    {
        List<long> lots = await work.Db.Database.SqlQuery<long>(
            $"""
            select g.lot_id as "Value" from donation d
              join voucher v on v.book_id = d.book_id and v.voucher_id = d.voucher_id
              join gift_lot g on g.book_id = d.book_id and g.entry_no = v.entry_no and g.line_no = d.line_no
             where d.book_id = {work.Book} and d.donation_id = {Donation}
            """).ToListAsync(ct);
        return lots.Count == 1 ? await new LotTrace(lots[0], Day, KnownAt).Answer(work, ct)
            : throw new RefusedException(LotTrace.Unknown, ("typed", Donation));
    }
}
