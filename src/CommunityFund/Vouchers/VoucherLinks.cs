using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>A voucher that another one speaks of; series and number once it is posted.</summary>
public sealed record VoucherLink(
    long VoucherId, VoucherKind Kind, VoucherState State, LocalDate OccurredOn, int Period, string? Series, int? Number);

/// <summary>What a voucher puts right, what puts it right, and what is decided together with it.</summary>
/// <param name="Corrects">What this one reverses or corrects.</param>
/// <param name="CorrectedBy">Reversals and corrections of this one that wait or are posted, in the order they were
/// written.</param>
/// <param name="Together">The vouchers of its bundle, itself among them; itself alone if it has none.</param>
public sealed record VoucherLinks(
    VoucherLink Self, VoucherLink? Corrects, IReadOnlyList<VoucherLink> CorrectedBy, IReadOnlyList<VoucherLink> Together)
{
    /// <summary>The posted reversal of this one.</summary>
    public VoucherLink? ReversedBy => CorrectedBy.FirstOrDefault(
        link => link is { Kind: VoucherKind.Reversal, State: VoucherState.Posted });

    public IReadOnlyList<VoucherLink> Waiting => [.. CorrectedBy.Where(link => link.State == VoucherState.Prepared)];

    internal static async Task<VoucherLinks> Of(Work work, Voucher voucher, CancellationToken ct) =>
        (await Of(work, [voucher], ct))[voucher.VoucherId];

    /// <summary>The links of several vouchers at once.</summary>
    internal static async Task<IReadOnlyDictionary<long, VoucherLinks>> Of(
        Work work, IReadOnlyList<Voucher> vouchers, CancellationToken ct)
    {
        long[] ids = [.. vouchers.Select(voucher => voucher.VoucherId)],
            entries = [.. vouchers.Select(voucher => voucher.EntryNo).OfType<long>()],
            corrected = [.. vouchers.Select(voucher => voucher.CorrectsEntryNo).OfType<long>()],
            bundles = [.. vouchers.Select(voucher => voucher.BundleId ?? voucher.VoucherId)];

        // Each part by an index of its own; an OR over all of them would read every voucher there is.
        List<long> near = await work.Db.Entries.Where(entry => entry.BookId == work.Book && corrected.Contains(entry.EntryNo))
            .Select(entry => entry.VoucherId)
            .Union(work.Db.Vouchers.Where(row => row.BookId == work.Book && row.CorrectsEntryNo != null
                && entries.Contains(row.CorrectsEntryNo.Value)).Select(row => row.VoucherId))
            .Union(work.Db.Vouchers.Where(row => row.BookId == work.Book && row.BundleId != null
                && bundles.Contains(row.BundleId.Value)).Select(row => row.VoucherId)).ToListAsync(ct);
        long[] all = [.. near.Union(ids).Union(bundles)];
        var rows = await (
            from voucher in work.Db.Vouchers.AsNoTracking()
            where voucher.BookId == work.Book && all.Contains(voucher.VoucherId)
            join entry in work.Db.Entries on new { voucher.BookId, Entry = voucher.EntryNo }
                equals new { entry.BookId, Entry = (long?)entry.EntryNo } into posted
            from entry in posted.DefaultIfEmpty()
            orderby voucher.VoucherId
            select new
            {
                voucher.EntryNo,
                voucher.CorrectsEntryNo,
                Bundle = voucher.BundleId ?? voucher.VoucherId,
                Link = new VoucherLink(voucher.VoucherId, voucher.Kind, voucher.State, voucher.OccurredOn, voucher.Period,
                    entry == null ? null : entry.Series, entry == null ? null : (int?)entry.Number),
            }).ToListAsync(ct);
        return vouchers.ToDictionary(voucher => voucher.VoucherId, voucher => new VoucherLinks(
            rows.Single(row => row.Link.VoucherId == voucher.VoucherId).Link,
            rows.FirstOrDefault(row => row.EntryNo is { } entry && entry == voucher.CorrectsEntryNo)?.Link,
            [.. rows.Where(row => voucher.EntryNo is { } entry && row.CorrectsEntryNo == entry
                && row.Link.State is VoucherState.Prepared or VoucherState.Posted).Select(row => row.Link)],
            [.. rows.Where(row => row.Bundle == (voucher.BundleId ?? voucher.VoucherId)).Select(row => row.Link)]));
    }
}
