using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Checkpoints;

/// <summary>A key that signed before the present one.</summary>
public sealed record EarlierKey(LogPublicKey Key, Instant FirstUsed);

/// <summary>The newest seal of a body's books.</summary>
public sealed record PublishedSeal(string Body, SignedCheckpoint Checkpoint);

/// <summary>What everybody may know of the logs that stand here.</summary>
public sealed record PublishedView(LogPublicKey Key, IReadOnlyList<EarlierKey> Earlier, IReadOnlyList<PublishedSeal> Seals);

/// <summary>The public key and the newest seal of each book, for anybody: a seal that only its maker can compare proves nothing. Roots give
/// away nothing of the entries.</summary>
public sealed record PublishedLog : Query<PublishedView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<PublishedView> Answer(Work work, CancellationToken ct)
    {
        using CheckpointSigner signer = CheckpointSigner.Of(work.Foundation);
        List<CheckpointKey> keys = await work.Db.Set<CheckpointKey>().AsNoTracking().OrderByDescending(row => row.FirstUsed).ToListAsync(ct);
        var newest = await (from made in work.Db.Set<Checkpoint>().AsNoTracking()
                            join book in work.Db.Books on made.BookId equals book.BookId
                            where !work.Db.Set<Checkpoint>().Any(later => later.BookId == made.BookId && later.Size > made.Size)
                            orderby book.Code
                            select new { Made = made, book.Code, book.Name }).ToListAsync(ct);
        return new PublishedView(
            signer.Key,
            [.. from row in keys
                let key = LogPublicKey.Read(row.PublicKey)
                where key is not null && !key.Fingerprint.AsSpan().SequenceEqual(signer.Key.Fingerprint)
                select new EarlierKey(key, row.FirstUsed)],
            [.. newest.Select(row => new PublishedSeal(row.Name, row.Made.Signed(row.Code)))]);
    }
}
