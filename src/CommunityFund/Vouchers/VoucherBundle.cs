using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>A voucher with those that are decided together with it, in the order they were written.</summary>
public sealed record VoucherBundle(long Voucher) : Query<IReadOnlyList<VoucherView>>
{
    /// <summary>A bundle of more is a list, such as one of gifts: it is looked through voucher by voucher.</summary>
    public const int MostTogether = 6;

    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<IReadOnlyList<VoucherView>> Answer(Work work, CancellationToken ct)
    {
        VoucherView asked = await new VoucherPage(Voucher).Answer(work, ct);
        long[] together = [.. asked.Links.Together.Select(link => link.VoucherId)];
        if (together.Length > MostTogether)
        {
            return [asked];
        }

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
