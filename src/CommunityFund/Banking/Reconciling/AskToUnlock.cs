using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A mistake was found in a locked reconciliation: one person says which, another agrees to open it.</summary>
public sealed record AskToUnlock(Guid Key, long Id, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Reconciliation.Signers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Reconciliation row = await Reconciliation.Lock(work, Id, ReconciliationState.Locked, ct);
        if (row.UnlockAskedBy is not null)
        {
            throw new RefusedException(Reconciliation.UnlockAsked);
        }

        (row.UnlockReason, row.UnlockAskedBy, row.UnlockAskedAt) = (UndecidedLine.Told(Reason), work.ActorId, work.Now);
        return Done.It;
    }
}
