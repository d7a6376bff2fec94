using CommunityFund.Books;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A reconciliation that waits is sent back, or taken back by who made it, with the reason.</summary>
public sealed record DropReconciliation(Guid Key, long Id, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Reconciliation.Signers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Reconciliation row = await Reconciliation.Lock(work, Id, ReconciliationState.Prepared, ct);
        (row.State, row.Reason, row.DecidedBy, row.DecidedAt) =
            (ReconciliationState.Dropped, UndecidedLine.Told(Reason), work.ActorId, work.Now);
        return Done.It;
    }
}
