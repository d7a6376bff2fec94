using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>A gift in the books that has no valid receipt.</summary>
/// <param name="Wanted">The donor asked for one.</param>
public sealed record WaitingGift(
    long Donation, long? Voucher, string Donor, string Fund, Amount Amount, LocalDate ReceivedOn, bool Wanted);

/// <summary>Gifts without receipt, those whose donors asked for one first, then the oldest; and how many there are.</summary>
public sealed record WaitingGifts(IReadOnlyList<WaitingGift> Items, int Total, Amount Sum, bool MayKeep);

/// <summary>Gifts whose donors are due a receipt: those in the books without a valid one that nobody gave up.</summary>
/// <param name="Anonymous">Gifts without a donor's name too.</param>
public sealed record GiftsWithoutReceipt(bool Anonymous, int Page, int PageSize = 50) : Query<WaitingGifts>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<WaitingGifts> Answer(Work work, CancellationToken ct)
    {
        GivenBack back = await GivenBack.Of(work, ct);
        IQueryable<Donation> all = (await Waiting(work, ct)).Where(row => Anonymous || row.DonorId != null);
        int total = await all.CountAsync(ct);
        return new WaitingGifts(
            await Of(work, all, PageSize, ct, (Math.Max(1, Page) - 1) * PageSize), total,
            Amount.Fen(await all.SumAsync(row => row.Units, ct) - (await back.Among(all, ct)).Sum(gift => gift.Units - back.CertainOf(gift))),
            work.Rights.ReachesAll(ReceiptKeeping.Keeping));
    }

    internal static async Task<IQueryable<Donation>> Waiting(Work work, CancellationToken ct)
    {
        long[] gone = await (await GivenBack.Of(work, ct)).Whole(work, ct);
        return work.Db.Set<Donation>().AsNoTracking().Where(row => row.BookId == work.Book && row.State == DonationState.Accepted
            && !gone.Contains(row.DonationId)
            && !work.Db.Set<OfficialReceipt>().Any(receipt => receipt.BookId == row.BookId && receipt.DonationId == row.DonationId
                && receipt.State == ReceiptState.Registered)
            && !work.Db.Set<ReceiptWaiver>().Any(waiver => waiver.BookId == row.BookId && waiver.DonationId == row.DonationId));
    }

    internal static async Task<IReadOnlyList<WaitingGift>> Of(Work work, IQueryable<Donation> gifts, int most, CancellationToken ct, int skip = 0)
    {
        List<Donation> rows = await gifts.OrderByDescending(row => row.WantsReceipt).ThenBy(row => row.ReceivedOn)
            .ThenBy(row => row.DonationId).Skip(skip).Take(most).ToListAsync(ct);
        GivenBack back = await GivenBack.Of(work, ct);
        var names = await PersonName.Of(work, rows.Select(row => row.DonorId), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        return [.. rows.Select(row => new WaitingGift(row.DonationId, row.VoucherId, row.DonorId is { } donor ? names[donor] : "", funds[row.FundId],
            Amount.Fen(back.CertainOf(row)), row.ReceivedOn, row.WantsReceipt))];
    }
}

/// <summary>The gift that a receipt is to be registered for.</summary>
public sealed record GiftOfReceipt(long Donation) : Query<WaitingGift>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<WaitingGift> Answer(Work work, CancellationToken ct) =>
        (await GiftsWithoutReceipt.Of(work, work.Db.Set<Donation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.DonationId == Donation && row.State == DonationState.Accepted), 1, ct)) is [var gift]
            ? gift : throw new RefusedException(RegisterReceipt.NoGift);
}
