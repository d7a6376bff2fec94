using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>A batch is taken back before its file went to the bank; what it held stands on the payment desk again.</summary>
public sealed record WithdrawBatch(Guid Key, long Batch) : Command<Done>(Key)
{
    /// <summary>A file was taken for the bank, or the bank's line has come: only the bank can tell what became of it.</summary>
    public const string FileTaken = "payment.file-taken";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any([.. Paying.Making, .. Paying.Approving]).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PaymentBatch batch = await PaymentBatch.Lock(work, Batch, ct, BatchState.Made, BatchState.Released);
        List<PaymentRow> rows = await work.Db.Set<PaymentRow>()
            .Where(row => row.BookId == work.Book && row.PaymentBatchId == Batch).ToListAsync(ct);
        if (rows.Any(row => row.State is not (PaymentState.Waiting or PaymentState.Dropped) && !IsPaidOtherwise(batch, row))
            || await work.Db.Set<PaymentFile>().AnyAsync(file => file.BookId == work.Book && file.PaymentBatchId == Batch, ct))
        {
            throw new RefusedException(FileTaken);
        }

        foreach (PaymentRow row in rows.Where(row => row.State == PaymentState.Waiting))
        {
            row.State = PaymentState.Dropped;
            await ((await row.Awaited(work, ct))?.OffItsWay(work, ct) ?? Task.CompletedTask);
        }

        (batch.State, batch.EndedBy, batch.EndedAt, batch.ReleasedBy, batch.ReleasedAt) =
            (BatchState.Withdrawn, work.ActorId, work.Now, null, null);
        return Done.It;
    }

    /// <summary>The bank's line came for a payment that nobody had let go: it was made in some other way, even if it came back since,
    /// and only the rest is taken back.</summary>
    private static bool IsPaidOtherwise(PaymentBatch batch, PaymentRow row) =>
        batch.State == BatchState.Made && row.State is PaymentState.Paid or PaymentState.Failed;
}
