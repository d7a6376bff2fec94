using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>An approver has it from the bank that a payment did not go, or came back: it may be paid again.</summary>
public sealed record FailPayment(Guid Key, long Batch, int RowNo, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>The payment is booked, failed already, or was never sent.</summary>
    public const string NotWaiting = "payment.not-waiting";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Approving).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await PaymentBatch.Lock(work, Batch, ct, BatchState.Released);
        PaymentRow row = await work.Db.Set<PaymentRow>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.PaymentBatchId == Batch
            && row.RowNo == RowNo && (row.State == PaymentState.Waiting || row.State == PaymentState.Succeeded), ct)
            ?? throw new RefusedException(NotWaiting);
        row.BankSays = PlainText.Of(Reason) is { Length: > 0 and <= 200 } said ? said
            : throw new RefusedException(ReturnDebt.ReasonMissing, ("limit", 200));
        (row.State, row.ToldAt) = (PaymentState.Failed, work.Now);
        await ((await row.Awaited(work, ct))?.Failed(work, row.BankSays, ct) ?? Task.CompletedTask);
        return Done.It;
    }
}
