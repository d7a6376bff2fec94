using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking.Reconciling;

/// <summary>Unlocking that was asked for is not needed, or not agreed to: the lock stays.</summary>
public sealed record KeepLocked(Guid Key, long Id) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Reconciliation.Signers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Reconciliation row = await Reconciliation.Lock(work, Id, ReconciliationState.Locked, ct);
        if (row.UnlockAskedBy is null)
        {
            throw new RefusedException(Reconciliation.UnlockAsked);
        }

        (row.UnlockReason, row.UnlockAskedBy, row.UnlockAskedAt) = ("", null, null);
        return Done.It;
    }
}
