using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Receipts;

/// <summary>The gift was booked anew, such as for another fund: its receipt, which is right as it is, belongs to the new one.</summary>
public sealed record MoveReceipt(Guid Key, long Receipt, long Donation) : Command<Done>(Key)
{
    /// <summary>The gift that the receipt is for stands in the books.</summary>
    public const string GiftStands = "receipt.gift-stands";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        OfficialReceipt receipt = await OfficialReceipt.Lock(work, Receipt, ct);
        Donation was = await work.Db.Set<Donation>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.DonationId == receipt.DonationId, ct);
        if (was.State != DonationState.Reversed)
        {
            throw new RefusedException(GiftStands, ("number", receipt.Number));
        }

        Donation now = await work.Db.Set<Donation>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.DonationId == Donation && row.State == DonationState.Accepted, ct) ?? throw new RefusedException(RegisterReceipt.NoGift);
        if (now.DonorId != was.DonorId)
        {
            var names = await PersonName.Of(work, [now.DonorId, was.DonorId], ct);
            throw new RefusedException(RegisterReceipt.OtherPayer, ("payer", Named(was.DonorId)), ("donor", Named(now.DonorId)));

            string Named(long? id) => id is { } known ? names[known] : "";
        }

        receipt.DonationId = Donation;
        return Done.It;
    }
}
