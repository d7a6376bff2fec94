using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Receipts;

/// <summary>The donor wants no receipt, and how that is known is noted (慈善法 38).</summary>
public sealed record WaiveReceipt(Guid Key, long Donation, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string reason = ReceiptKeeping.Reason(Reason);
        if (!await work.Db.Set<Donation>().AnyAsync(row => row.BookId == work.Book && row.DonationId == Donation
            && row.State == DonationState.Accepted, ct))
        {
            throw new RefusedException(RegisterReceipt.NoGift);
        }

        if (await work.Db.Set<OfficialReceipt>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.DonationId == Donation && row.State == ReceiptState.Registered, ct) is { } made)
        {
            throw new RefusedException(RegisterReceipt.GiftHasOne, ("code", made.Code), ("number", made.Number), ("day", made.IssuedOn));
        }

        work.Db.Add(new ReceiptWaiver { BookId = work.Book, DonationId = Donation, Reason = reason, NotedBy = work.ActorId, NotedAt = work.Now });
        return Done.It;
    }
}
