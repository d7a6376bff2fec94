using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>审核: another person has looked and agrees; the voucher gets its number and stands in the books from now on.</summary>
public sealed record ReviewVoucher(Guid Key, long Voucher) : Command<PostedNumber>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await WaitingVoucher.ReviewNeed(work, Voucher, ct)).Proved();

    internal override async Task<PostedNumber> Apply(Work work, CancellationToken ct)
    {
        IReadOnlyList<Voucher> bundle = await WaitingVoucher.Lock(work, Voucher, ct);
        if (bundle.Any(voucher => voucher.MakerId == work.ActorId))
        {
            throw new RefusedException(WaitingVoucher.OwnVoucher);
        }

        foreach (Voucher voucher in bundle)
        {
            if (Consequence.Read(await Undone(work, voucher, ct)) is { } undone)
            {
                await undone.HappenFor(work, voucher.MakerId, ct);
            }

            if (Consequence.Read(voucher.ThenMove) is { } then)
            {
                await then.HappenFor(work, voucher.MakerId, ct);
            }
        }

        await work.Db.SaveChangesAsync(ct);
        IReadOnlyList<PostedNumber> posted = await new PostingDoor(work.Db).Post(
            work.Book, [.. bundle.Select(voucher => voucher.VoucherId)], work.ActorId, work.Now, ct);
        return posted.Single(number => number.VoucherId == Voucher);
    }

    /// <summary>What a reversal undoes beside the entry itself.</summary>
    private static async Task<string?> Undone(Work work, Voucher voucher, CancellationToken ct) =>
        voucher.Kind != VoucherKind.Reversal ? null
            : await work.Db.Vouchers.Where(row => row.BookId == work.Book && row.EntryNo == voucher.CorrectsEntryNo)
                .Select(row => row.UndoMove).SingleAsync(ct);
}
