using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>A planned transfer between own accounts is given up.</summary>
public sealed record DropTransfer(Guid Key, long Transfer) : Command<Done>(Key)
{
    /// <summary>It is on its way: in a batch, or a voucher waits.</summary>
    public const string UnderWay = "own-transfer.under-way";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        OwnTransfer transfer = await OwnTransfer.Lock(work, Transfer, ct, OwnTransferState.Planned);
        List<Expectation> sides = await OwnTransferExpectations.Of(work, transfer, ct);
        if (sides.Any(side => side.VoucherId is not null) || await work.Db.Set<PaymentRow>().AnyAsync(row => row.BookId == work.Book
            && row.OwnTransferId == Transfer && (row.State == PaymentState.Waiting || row.State == PaymentState.Succeeded), ct))
        {
            throw new RefusedException(UnderWay);
        }

        sides.ForEach(side => (side.ClosedBy, side.ClosedAt) = (work.ActorId, work.Now));
        (transfer.State, transfer.EndedBy, transfer.EndedAt) = (OwnTransferState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}
