using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>Where the opening balances stand.</summary>
/// <param name="Voucher">The opening voucher that waits or is posted; null while there is none.</param>
/// <param name="Dropped">Otherwise the person's own last one that was sent back or withdrawn, to begin from.</param>
public sealed record Opening(LocalDate Day, VoucherItem? Voucher, long? Dropped);

/// <summary>Whether opening balances are still to be entered.</summary>
public sealed record OpeningState : Query<Opening>
{
    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<Opening> Answer(Work work, CancellationToken ct)
    {
        LocalDate day = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        IQueryable<Voucher> openings = work.Db.Vouchers.AsNoTracking()
            .Where(voucher => voucher.BookId == work.Book && voucher.Kind == VoucherKind.Opening);
        IReadOnlyList<VoucherItem> standing = await VoucherList.Items(
            work, openings.Where(voucher => voucher.State == VoucherState.Prepared || voucher.State == VoucherState.Posted), 1,
                1, ct);
        long? dropped = await openings.Where(voucher => voucher.MakerId == work.Actor)
            .OrderByDescending(voucher => voucher.VoucherId)
            .Select(voucher => (long?)voucher.VoucherId).FirstOrDefaultAsync(ct);
        return standing is [VoucherItem one] ? new Opening(day, one, null) : new Opening(day, null, dropped);
    }
}
