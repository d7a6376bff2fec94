using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Audits;

/// <summary>A voucher of which somebody asks, and what was said about it before.</summary>
public sealed record RemarkFormView(RemarkedVoucher Voucher, IReadOnlyList<RemarkRow> Before);

/// <summary>What the form for a question or finding begins with, for those whose role reaches the whole voucher.</summary>
public sealed record RemarkForm(long Voucher) : Query<RemarkFormView>
{
    internal override Need Needs => Need.Any(AuditRoles.Overseeing);

    internal override async Task<RemarkFormView> Answer(Work work, CancellationToken ct)
    {
        if (!await ReadableVouchers.Of(work, AuditRoles.Overseeing).AnyAsync(row => row.VoucherId == Voucher, ct))
        {
            throw new RefusedException(RaiseRemark.UnknownVoucher, ("voucher", Voucher));
        }

        return new RemarkFormView((await RemarkedVoucher.Of(work, [Voucher], ct))[Voucher],
            await RemarkRow.Of(work, RemarkList.Visible(work).Where(row => row.VoucherId == Voucher), ct));
    }
}
