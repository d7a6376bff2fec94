using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A second person agrees: the reconciliation is open again and stays on record as it was.</summary>
public sealed record AgreeToUnlock(Guid Key, long Id) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Reconciliation.Signers).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Reconciliation row = await Reconciliation.Lock(work, Id, ReconciliationState.Locked, ct);
        if (row.UnlockAskedBy is null)
        {
            throw new RefusedException(Reconciliation.UnlockAsked);
        }

        (row.State, row.UnlockedBy, row.UnlockedAt) = (ReconciliationState.Unlocked, work.ActorId, work.Now);
        return Done.It;
    }
}
