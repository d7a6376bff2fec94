using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Endings;

/// <summary>
/// Another person, who also decides for the receiving funds, agrees to the plan. With it both sides of each transfer have signed; an
/// accountant writes their vouchers.
/// </summary>
public sealed record AgreeEnding(Guid Key, long Ending) : Command<Done>(Key)
{
    /// <summary>Who proposed the plan is not the second person.</summary>
    public const string OwnPlan = "ending.own-plan";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await FundEnding.NeedOf(work, Ending, withHomes: true, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundEnding ending = await FundEnding.Lock(work, Ending, ct, EndingState.Proposed);
        if (ending.ProposedBy == work.ActorId)
        {
            throw new RefusedException(OwnPlan);
        }

        (ending.State, ending.DecidedBy, ending.DecidedAt) = (EndingState.Agreed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        await EndingMoves.Write(work, ending, ct);
        return Done.It;
    }
}
