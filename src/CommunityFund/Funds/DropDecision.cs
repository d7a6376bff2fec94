using CommunityFund.Books;

namespace CommunityFund.Funds;

/// <summary>What was proposed about a fund is not agreed, or taken back by who proposed it; the fund stays as it is.</summary>
public sealed record DropDecision(Guid Key, long Decision) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => FundDecision.NeedOf(work, Decision, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundDecision decision = await FundDecision.Waiting(work, Decision, ct);
        (decision.State, decision.DecidedBy, decision.DecidedAt) = (DecisionState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}
