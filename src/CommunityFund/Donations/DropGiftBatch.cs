using CommunityFund.Books;

namespace CommunityFund.Donations;

/// <summary>An open batch is given up; nothing of it was booked.</summary>
public sealed record DropGiftBatch(Guid Key, long Batch) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GiftBatch batch = await GiftBatch.Open(work, Batch, ct);
        (batch.State, batch.EndedBy, batch.EndedAt) = (GiftBatchState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}
