using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// 封签: what the log of a book was at one moment, signed. It is kept for ever and given again whenever the log is asked for at that size,
/// so that the same books have the same signature and time (rulings 31).
/// </summary>
public sealed class Checkpoint
{
    /// <summary>The log has a hole, or is shorter than it was sealed before: entries are gone.</summary>
    public const string LogBroken = "checkpoint.log-broken";

    public required int BookId { get; init; }

    /// <summary>How many entries the log had.</summary>
    public required long Size { get; init; }

    /// <summary>The root over their leaves.</summary>
    public required byte[] Root { get; init; }

    /// <summary>The hashes from which the log is taken up again (<see cref="MerkleRoot.Peaks"/>).</summary>
    public required byte[][] Peaks { get; init; }

    public required Instant MadeAt { get; init; }

    public required byte[] Signature { get; init; }

    public required byte[] KeyFingerprint { get; init; }

    /// <summary>The same with the book's code, as it was signed.</summary>
    public SignedCheckpoint Signed(string book) => new(new LogCheckpoint(book, Size, Root, MadeAt), KeyFingerprint, Signature);

    /// <summary>
    /// The checkpoint of the log as it is now, made if there is none: only leaves after the last one are read. The book stays locked until the
    /// transaction ends, so the log is what the checkpoint says; a command that seals a package reads the books after this.
    /// </summary>
    /// <exception cref="RefusedException">The log has lost entries.</exception>
    public static async Task<Checkpoint> Seal(Work work, CancellationToken ct)
    {
        await work.Db.SaveChangesAsync(ct);
        Checkpoint? last = await work.Db.Set<Checkpoint>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.Size).FirstOrDefaultAsync(ct);
        MerkleRoot log = last is null ? new MerkleRoot() : MerkleRoot.From(last.Size, last.Peaks);

        // Most is read while others go on posting; under the lock only what came meanwhile.
        await Follow(work, log, ct);
        Head head = await work.Db.Database.SqlQuery<Head>(
            $"""select size as "Size", reached as "Reached" from lock_log({work.Book})""").SingleAsync(ct);
        if (await At(work, head.Size, ct) is { } before)
        {
            return before;
        }

        await Follow(work, log, ct);
        if (log.Size != head.Size)
        {
            throw new RefusedException(LogBroken, ("size", log.Size), ("entries", head.Size));
        }

        return await Keep(work, log, LogCheckpoint.ToMicrosecond(Instant.Max(work.Now, Instant.FromDateTimeUtc(head.Reached))), ct);
    }

    /// <summary>Seals the log with the close of a month that has just been made.</summary>
    public static async Task<Checkpoint> SealClose(Work work, int period, CancellationToken ct)
    {
        Checkpoint made = await Seal(work, ct);
        await work.Db.Database.ExecuteSqlAsync($"select seal_close({work.Book}, {period}, {made.Size})", ct);
        return made;
    }

    /// <summary>The checkpoint that the log had at a size; null if it was not sealed there.</summary>
    public static Task<Checkpoint?> At(Work work, long size, CancellationToken ct) => work.Db.Set<Checkpoint>().AsNoTracking()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Size == size, ct);

    /// <summary>The checkpoint that a month was closed with; null while it is open, and for months that were closed before there were any.</summary>
    public static Task<Checkpoint?> OfClose(Work work, int period, CancellationToken ct) =>
        (from close in work.Db.Set<ClosingCheckpoint>().AsNoTracking()
         join made in work.Db.Set<Checkpoint>().AsNoTracking() on new { close.BookId, close.Size } equals new { made.BookId, made.Size }
         where close.BookId == work.Book && close.Period == period
         select made).SingleOrDefaultAsync(ct);

    private static async Task Follow(Work work, MerkleRoot log, CancellationToken ct)
    {
        long from = log.Size;
        await foreach (byte[] leaf in work.Db.Database.SqlQuery<byte[]>(
            $"""select leaf as "Value" from journal_entry where book_id = {work.Book} and entry_no > {from} order by entry_no""")
            .AsAsyncEnumerable().WithCancellation(ct))
        {
            log.Add(leaf);
        }
    }

    private static async Task<Checkpoint> Keep(Work work, MerkleRoot log, Instant at, CancellationToken ct)
    {
        string book = await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Code).SingleAsync(ct);
        using CheckpointSigner signer = CheckpointSigner.Of(work.Foundation);
        Checkpoint made = new()
        {
            BookId = work.Book,
            Size = log.Size,
            Root = log.Root(),
            Peaks = [.. log.Peaks],
            MadeAt = at,
            Signature = signer.Sign(new LogCheckpoint(book, log.Size, log.Root(), at)),
            KeyFingerprint = signer.Key.Fingerprint,
        };
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select keep_checkpoint({made.BookId}, {made.Size}, {made.Root}, {made.Peaks}, {made.MadeAt.ToDateTimeUtc()}, {made.Signature},
                                   {signer.Key.Info})
            """, ct);
        return made;
    }

    private sealed record Head(long Size, DateTime Reached);

    internal sealed class Mapping : IEntityTypeConfiguration<Checkpoint>
    {
        public void Configure(EntityTypeBuilder<Checkpoint> entity) => entity.HasKey(row => new { row.BookId, row.Size });
    }
}

/// <summary>Which checkpoint a month was closed with.</summary>
public sealed class ClosingCheckpoint
{
    public required int BookId { get; init; }

    public required int Period { get; init; }

    public required long Size { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ClosingCheckpoint>
    {
        public void Configure(EntityTypeBuilder<ClosingCheckpoint> entity) => entity.HasKey(row => new { row.BookId, row.Period });
    }
}

/// <summary>A public key that signed checkpoints of this installation.</summary>
public sealed class CheckpointKey
{
    /// <summary>SHA-256 of the key.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    public required Instant FirstUsed { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<CheckpointKey>
    {
        public void Configure(EntityTypeBuilder<CheckpointKey> entity) => entity.HasKey(row => row.Fingerprint);
    }
}
