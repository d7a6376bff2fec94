using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>A voucher with those that are decided together with it, in the order they were written.</summary>
public sealed record VoucherBundle(long Voucher) : Query<IReadOnlyList<VoucherView>>
{
    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<IReadOnlyList<VoucherView>> Answer(Work work, CancellationToken ct)
    {
        VoucherView asked = await new VoucherPage(Voucher).Answer(work, ct);
        long[] together = [.. asked.Links.Together.Select(link => link.VoucherId)];
        List<long> visible = await VoucherList.Visible(work, VoucherPage.Readers)
            .Where(voucher => together.Contains(voucher.VoucherId)).Select(voucher => voucher.VoucherId).ToListAsync(ct);
        List<VoucherView> views = [];
        foreach (long id in together.Where(visible.Contains))
        {
            views.Add(id == Voucher ? asked : await new VoucherPage(id).Answer(work, ct));
        }

        return views;
    }
}
