using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>The vouchers that wait for the person who asks: the one that has waited longest, and how many decisions there
/// are; a bundle is one.</summary>
public sealed record Waiting(long? First, int Count);

/// <summary>The reviewer's queue: not own vouchers, in funds that the role reaches. Nobody else has one.</summary>
public sealed record NextWaiting : Query<Waiting>
{
    internal override Need Needs => Need.Person;

    internal override async Task<Waiting> Answer(Work work, CancellationToken ct)
    {
        if (!work.Rights.Holds(Role.VoucherReviewer))
        {
            return new Waiting(null, 0);
        }

        IQueryable<Voucher> waiting = VoucherList.Visible(work, [Role.VoucherReviewer])
            .Where(voucher => voucher.State == VoucherState.Prepared && voucher.MakerId != work.Actor
                && voucher.BundleId == null);
        long? first = await waiting.OrderBy(voucher => voucher.PreparedAt).ThenBy(voucher => voucher.VoucherId)
            .Select(voucher => (long?)voucher.VoucherId).FirstOrDefaultAsync(ct);
        return new Waiting(first, await waiting.CountAsync(ct));
    }
}
