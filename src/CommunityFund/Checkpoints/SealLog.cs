using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checkpoints;

/// <summary>What sealing answers.</summary>
/// <param name="Size">How many entries are under the seal.</param>
/// <param name="Root">The root over them, in hexadecimal.</param>
/// <param name="IsNew">False where the log was sealed at that size already: that seal counts.</param>
public sealed record SealedLog(long Size, string Root, bool IsNew);

/// <summary>封签: seals the log as it is now, between two closes; for whoever may take a package of the books away.</summary>
public sealed record SealLog(Guid Key) : Command<SealedLog>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(CheckpointList.Readers).ForWholeBook());

    internal override async Task<SealedLog> Apply(Work work, CancellationToken ct)
    {
        long? last = await work.Db.Set<Checkpoint>().Where(row => row.BookId == work.Book).MaxAsync(row => (long?)row.Size, ct);
        Checkpoint made = await Checkpoint.Seal(work, ct);
        return new SealedLog(made.Size, Convert.ToHexStringLower(made.Root), made.Size != last);
    }
}
