using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>A voucher that still waits, locked for the one decision about it.</summary>
internal static class WaitingVoucher
{
    /// <summary>Who wrote a voucher does not review it.</summary>
    public const string OwnVoucher = "voucher.own-voucher";

    /// <summary>Somebody has decided about the voucher already.</summary>
    public const string AlreadyDecided = "voucher.already-decided";

    /// <summary>There is no such voucher in this book.</summary>
    public const string Unknown = "voucher.unknown";

    /// <summary>The voucher and those that are decided with it, in the order they were written; empty if there is none.</summary>
    public static async Task<IReadOnlyList<Voucher>> Bundle(Work work, long voucher, CancellationToken ct)
    {
        IQueryable<long> first = work.Db.Vouchers.Where(row => row.BookId == work.Book && row.VoucherId == voucher)
            .Select(row => row.BundleId ?? row.VoucherId);
        return await work.Db.Vouchers.AsNoTracking()
            .Where(row => row.BookId == work.Book && (row.VoucherId == first.Single() || row.BundleId == first.Single()))
            .OrderBy(row => row.VoucherId).ToListAsync(ct);
    }

    /// <summary>A reviewer whose role reaches every fund of the bundle.</summary>
    public static async ValueTask<Need> ReviewNeed(Work work, long voucher, CancellationToken ct)
    {
        long[] bundle = [.. (await Bundle(work, voucher, ct)).Select(row => row.VoucherId)];
        return Need.Any(Role.VoucherReviewer).For(await work.Db.VoucherLines
            .Where(line => line.BookId == work.Book && bundle.Contains(line.VoucherId)).Select(line => line.FundId).Distinct()
            .ToListAsync(ct));
    }

    /// <summary>Locks the voucher's bundle and its funds; all of it waits, or somebody has decided.</summary>
    public static async Task<IReadOnlyList<Voucher>> Lock(Work work, long voucher, CancellationToken ct)
    {
        await new PostingDoor(work.Db).Lock(work.Book, voucher, ct);
        IReadOnlyList<Voucher> bundle = await Bundle(work, voucher, ct);
        return bundle switch
        {
            [] => throw new RefusedException(Unknown, ("voucher", voucher)),
            [{ State: VoucherState.Prepared }, ..] => bundle,
            [var first, ..] => throw new RefusedException(AlreadyDecided, ("state", Term.Of(first.State)), ("at", first.DecidedAt)),
        };
    }

    public static async Task Drop(Work work, IReadOnlyList<Voucher> bundle, VoucherState state, string reason,
        CancellationToken ct)
    {
        foreach (Voucher voucher in bundle)
        {
            if (Consequence.Read(voucher.OtherwiseMove) is { } otherwise)
            {
                await otherwise.HappenFor(work, voucher.MakerId, ct);
            }
        }

        await work.Db.SaveChangesAsync(ct);
        await new PostingDoor(work.Db).Drop(work.Book, bundle[0].VoucherId, state, work.ActorId, work.Now, reason, ct);
    }
}
