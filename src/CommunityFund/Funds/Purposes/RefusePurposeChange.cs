using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Purposes;

/// <summary>Another person does not agree to the case, and says why; the gifts stay as they were.</summary>
public sealed record RefusePurposeChange(Guid Key, long Change, [property: Personal] string Reply) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PurposeChange.NeedOf(work,
        FundSigners.Deciding, Change, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Open);
        if (change.OpenedBy == work.ActorId)
        {
            throw new RefusedException(AgreePurposeChange.OwnCase);
        }

        change.Reply = FundSigners.Said(Reply, 200);
        (change.State, change.EndedBy, change.EndedAt) = (PurposeChangeState.Refused, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
