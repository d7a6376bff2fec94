using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Endings;

/// <summary>The plan is not agreed, taken back, or given up before anything moved.</summary>
public sealed record DropEnding(Guid Key, long Ending) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => FundEnding.NeedOf(work, Ending,
        withHomes: false, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundEnding ending = await FundEnding.Lock(work, Ending, ct, EndingState.Proposed, EndingState.Agreed);
        if (ending.State == EndingState.Proposed)
        {
            (ending.DecidedBy, ending.DecidedAt) = (work.ActorId, work.Now);
        }

        ending.State = EndingState.Dropped;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
