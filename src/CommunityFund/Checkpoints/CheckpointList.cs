using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Checkpoints;

/// <summary>How a seal's signature stands.</summary>
public enum SealState
{
    /// <summary>It holds under the installation's key.</summary>
    Holds,

    /// <summary>It holds under a key that the installation had before.</summary>
    HoldsByEarlierKey,

    /// <summary>It holds under no key that is known: size, root, time or signature were changed afterwards.</summary>
    Broken,
}

/// <summary>A seal as it is listed.</summary>
/// <param name="Closed">Months that were closed with it; none for one that was made for a package or by hand.</param>
public sealed record SealLine(SignedCheckpoint Checkpoint, IReadOnlyList<PeriodNumber> Closed, SealState State);

/// <summary>Seals of a book's log, the newest first.</summary>
/// <param name="Entries">How many entries the log has now.</param>
/// <param name="Key">The key that the next seal is signed with.</param>
/// <param name="Before">The size to go on from; null if there are no older ones.</param>
public sealed record SealsView(
    string Body, string Book, long Entries, LogPublicKey Key, IReadOnlyList<SealLine> Lines, long? Before, Instant AsOf)
{
    /// <summary>Whether the newest seal has every entry in it; on a page of older ones nobody asks.</summary>
    public bool IsCurrent => Lines.Count > 0 && Lines[0].Checkpoint.Says.Size == Entries;
}

/// <summary>日志封签: every seal of the book's log with the state of its signature.</summary>
/// <param name="Before">Only seals of fewer entries; null for the newest.</param>
public sealed record CheckpointList(long? Before = null) : Query<SealsView>
{
    /// <summary>How many come at once; four years of closes.</summary>
    public const int PageSize = 50;

    /// <summary>Roles that may look at seals and make one: those that may take a package of the books away.</summary>
    public static IReadOnlyList<Role> Readers { get; } = [Role.Accountant, Role.Panel, Role.FinanceOffice];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<SealsView> Answer(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(row => row.BookId == work.Book, ct);
        long entries = await work.Db.Entries.Where(row => row.BookId == work.Book).MaxAsync(row => (long?)row.EntryNo, ct) ?? 0;
        List<Checkpoint> made = await work.Db.Set<Checkpoint>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (Before == null || row.Size < Before))
            .OrderByDescending(row => row.Size).Take(PageSize + 1).ToListAsync(ct);
        long[] sizes = [.. made.Select(row => row.Size)];
        ILookup<long, int> closed = (await work.Db.Set<ClosingCheckpoint>().AsNoTracking()
            .Where(row => row.BookId == work.Book && sizes.Contains(row.Size)).ToListAsync(ct)).ToLookup(row => row.Size, row => row.Period);
        using CheckpointSigner signer = CheckpointSigner.Of(work.Foundation);
        List<LogPublicKey> keys = [signer.Key, .. (await work.Db.Set<CheckpointKey>().AsNoTracking().ToListAsync(ct))
            .Select(row => LogPublicKey.Read(row.PublicKey)).OfType<LogPublicKey>()];
        SealLine[] lines =
        [
            .. made.Take(PageSize).Select(row => row.Signed(book.Code)).Select(signed => new SealLine(
                signed, [.. closed[signed.Says.Size].Order().Select(period => new PeriodNumber(period))], StateOf(signed, keys))),
        ];
        long? before = made.Count > PageSize ? lines[^1].Checkpoint.Says.Size : null;
        return new SealsView(book.Name, book.Code, entries, signer.Key, lines, before, work.Now);
    }

    // The installation's own key comes first.
    private static SealState StateOf(SignedCheckpoint signed, List<LogPublicKey> keys) =>
        keys[0].Signed(signed) ? SealState.Holds : keys.Exists(key => key.Signed(signed)) ? SealState.HoldsByEarlierKey : SealState.Broken;
}
