using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checkpoints;

/// <summary>One seal as the file that proves it, in the form that reports/checkpoint-cp1 lays down.</summary>
public sealed record CheckpointNote(long Size) : Query<SignedCheckpoint>
{
    /// <summary>The log was not sealed at that size.</summary>
    public const string Unknown = "checkpoint.unknown";

    internal override Need Needs => Need.Any(CheckpointList.Readers).ForWholeBook();

    internal override async Task<SignedCheckpoint> Answer(Work work, CancellationToken ct)
    {
        Checkpoint made = await Checkpoint.At(work, Size, ct) ?? throw new RefusedException(Unknown, ("size", Size));
        return made.Signed(await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Code).SingleAsync(ct));
    }
}
