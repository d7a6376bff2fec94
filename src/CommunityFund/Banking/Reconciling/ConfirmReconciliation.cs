using CommunityFund.Books;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A second person has seen the statement: what is ticked off stays so, and the month may close.</summary>
public sealed record ConfirmReconciliation(Guid Key, long Id) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Reconciliation.Signers).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Reconciliation row = await Reconciliation.Lock(work, Id, ReconciliationState.Prepared, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = (ReconciliationState.Locked, work.ActorId, work.Now);
        return Done.It;
    }
}
