using CommunityFund.Books;

namespace CommunityFund.Funds.Fees;

/// <summary>A rule about the fee is not confirmed, or taken back by who wrote it.</summary>
public sealed record DropFee(Guid Key, long Rule) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => FeeRule.NeedOf(work, Rule, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FeeRule rule = await FeeRule.Waiting(work, Rule, ct);
        (rule.State, rule.DecidedBy, rule.DecidedAt) = (FeeRuleState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}
