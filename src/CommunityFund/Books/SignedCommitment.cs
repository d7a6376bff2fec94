using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>
/// The one place where a voucher is posted without a review of its own: what two persons signed, one after the other, promises money or
/// gives a promise up (series 备, rulings 2). The first is its maker, the second its reviewer, and the database proves that they are two.
/// </summary>
internal static class SignedCommitment
{
    /// <summary>Writes and posts it.</summary>
    /// <param name="before">What the feature writes once the funds are locked and the money is held; its argument is the voucher.</param>
    /// <returns>The voucher.</returns>
    /// <exception cref="RefusedException">A fund has less available.</exception>
    public static async Task<long> Post(Work work, JournalEntry entry, long first, long second, Func<long, Task> before, CancellationToken ct)
    {
        if (entry.Series != Series.Commitments)
        {
            throw new ArgumentException("Only commitments are posted by their signatures.", nameof(entry));
        }

        long voucher = (await new VoucherWriter(work, first).Write([new Draft(entry)], ct))[0];
        await before(voucher);
        await work.Db.SaveChangesAsync(ct);
        await new PostingDoor(work.Db).Post(work.Book, [voucher], second, work.Now, ct);
        return voucher;
    }
}
