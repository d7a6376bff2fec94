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
    public static IQueryable<Voucher> Bundle(Work work, long voucher) =>
        from asked in work.Db.Vouchers
        join other in work.Db.Vouchers
            on new { asked.BookId, First = asked.BundleId ?? asked.VoucherId }
            equals new { other.BookId, First = other.BundleId ?? other.VoucherId }
        where asked.BookId == work.Book && asked.VoucherId == voucher
        orderby other.VoucherId
        select other;

    /// <summary>A reviewer whose role reaches every fund of the bundle.</summary>
    public static async ValueTask<Need> ReviewNeed(Work work, long voucher, CancellationToken ct) =>
        Need.Any(Role.VoucherReviewer).For(await (
            from row in Bundle(work, voucher)
            join line in work.Db.VoucherLines on new { row.BookId, row.VoucherId } equals new { line.BookId, line.VoucherId }
            select line.FundId).Distinct().ToListAsync(ct));

    /// <summary>Locks the voucher's bundle and its funds; all of it waits, or somebody has decided.</summary>
    public static async Task<IReadOnlyList<Voucher>> Lock(Work work, long voucher, CancellationToken ct)
    {
        await new PostingDoor(work.Db).Lock(work.Book, voucher, ct);
        List<Voucher> bundle = await Bundle(work, voucher).AsNoTracking().ToListAsync(ct);
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
