using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds;

/// <summary>A second person agrees to what was proposed about a fund, and it is done.</summary>
public sealed record AgreeDecision(Guid Key, long Decision) : Command<Done>(Key)
{
    /// <summary>Who proposed it is not the second person.</summary>
    public const string OwnProposal = "fund.own-decision";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await FundDecision.NeedOf(work, Decision, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundDecision decision = await FundDecision.Waiting(work, Decision, ct);
        if (decision.ProposedBy == work.ActorId)
        {
            throw new RefusedException(OwnProposal);
        }

        (decision.State, decision.DecidedBy, decision.DecidedAt) = (DecisionState.Done, work.ActorId, work.Now);
        return Done.It;
    }
}
