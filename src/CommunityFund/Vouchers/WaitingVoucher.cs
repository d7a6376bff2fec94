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

    /// <summary>A reviewer whose role reaches every fund of the voucher.</summary>
    public static async ValueTask<Need> ReviewNeed(Work work, long voucher, CancellationToken ct) =>
        Need.Any(Role.VoucherReviewer).For(await work.Db.VoucherLines
            .Where(line => line.BookId == work.Book && line.VoucherId == voucher).Select(line => line.FundId).Distinct()
            .ToListAsync(ct));

    public static async Task<Voucher> Lock(Work work, long voucher, CancellationToken ct)
    {
        await new PostingDoor(work.Db).Lock(work.Book, voucher, ct);
        Voucher found = await work.Db.Vouchers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.VoucherId == voucher, ct)
            ?? throw new RefusedException(Unknown, ("voucher", voucher));
        return found.State == VoucherState.Prepared
            ? found
            : throw new RefusedException(AlreadyDecided, ("state", Term.Of(found.State)), ("at", found.DecidedAt));
    }

    public static async Task Drop(Work work, Voucher voucher, VoucherState state, string reason, CancellationToken ct)
    {
        if (Consequence.Read(voucher.OtherwiseMove) is { } otherwise)
        {
            await otherwise.HappenFor(work, voucher.MakerId, ct);
        }

        await work.Db.SaveChangesAsync(ct);
        await new PostingDoor(work.Db).Drop(work.Book, voucher.VoucherId, state, work.ActorId, work.Now, reason, ct);
    }
}
