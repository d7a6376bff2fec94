using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What the door answers: where an entry stands.</summary>
public sealed record PostedNumber(long VoucherId, long EntryNo, string Series, int Number);

/// <summary>
/// The one way into the books. It only calls the database's functions; the app's login has no other right to
/// vouchers' fate, holds, lots, journal or balances.
/// </summary>
internal sealed class PostingDoor(FundDb db)
{
    /// <summary>Holds money and reserves lots for vouchers that were just written, whole bundles.</summary>
    public Task Prove(int book, IReadOnlyList<long> vouchers, Instant at, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select prove_vouchers({book}, {vouchers.ToArray()}, {at.ToDateTimeUtc()})", ct);

    /// <summary>Locks a voucher, its bundle and their funds for the one decision about them.</summary>
    public Task Lock(int book, long voucher, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select lock_voucher({book}, {voucher})", ct);

    /// <summary>Rejects or withdraws a voucher with its bundle and gives back what they held.</summary>
    public Task Drop(int book, long voucher, VoucherState state, long by, Instant at, string reason, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"select drop_voucher({book}, {voucher}, {Codes.Kebab(state)}, {by}, {at.ToDateTimeUtc()}, {reason})", ct);

    /// <summary>Posts prepared vouchers, whole bundles, in the order given. Call it last: from here the book is locked until the
    /// commit.</summary>
    public async Task<IReadOnlyList<PostedNumber>> Post(int book, IReadOnlyList<long> vouchers, long reviewer, Instant at,
        CancellationToken ct) =>
        await db.Database.SqlQuery<PostedNumber>(
            $"""
            select voucher_id as "VoucherId", entry_no as "EntryNo", series as "Series", number as "Number"
              from post_vouchers({book}, {vouchers.ToArray()}, {reviewer}, null, {at.ToDateTimeUtc()})
            """).ToListAsync(ct);
}
