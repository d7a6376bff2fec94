using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>A second person, who is paid nothing by it, lets a batch go to the bank.</summary>
public sealed record ReleaseBatch(Guid Key, long Batch) : Command<Done>(Key)
{
    /// <summary>Who made the batch does not let it go.</summary>
    public const string OwnBatch = "payment.own-batch";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Approving).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PaymentBatch batch = await PaymentBatch.Lock(work, Batch, ct, BatchState.Made);
        if (batch.MadeBy == work.Actor)
        {
            throw new RefusedException(OwnBatch);
        }

        foreach (PaymentRow row in await work.Db.Set<PaymentRow>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.PaymentBatchId == Batch && row.ExpectationId != null && row.State == PaymentState.Waiting)
            .OrderBy(row => row.RowNo).ToListAsync(ct))
        {
            await ((await row.Awaited(work, ct))?.LetGo(work, ct) ?? Task.CompletedTask);
        }

        (batch.State, batch.ReleasedBy, batch.ReleasedAt) = (BatchState.Released, work.ActorId, work.Now);
        return Done.It;
    }
}
