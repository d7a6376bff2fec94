using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>审核: another person has looked and agrees; the voucher gets its number and stands in the books from now on.</summary>
public sealed record ReviewVoucher(Guid Key, long Voucher) : Command<PostedNumber>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => WaitingVoucher.ReviewNeed(work, Voucher, ct);

    internal override async Task<PostedNumber> Apply(Work work, CancellationToken ct)
    {
        Voucher voucher = await WaitingVoucher.Lock(work, Voucher, ct);
        if (voucher.MakerId == work.ActorId)
        {
            throw new RefusedException(WaitingVoucher.OwnVoucher);
        }

        if (Consequence.Read(voucher.ThenMove) is { } then)
        {
            await then.HappenFor(work, voucher.MakerId, ct);
        }

        await work.Db.SaveChangesAsync(ct);
        return (await new PostingDoor(work.Db).Post(work.Book, [Voucher], work.ActorId, work.Now, ct)).Single();
    }
}
