using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Fees;

/// <summary>A second person has compared the rule with the agreement; gifts received from its day on bear the fee.</summary>
public sealed record ConfirmFee(Guid Key, long Rule) : Command<Done>(Key)
{
    /// <summary>Who wrote it is not the second person.</summary>
    public const string OwnProposal = "fee.own-rule";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => (await FeeRule.NeedOf(work, Rule,
        ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FeeRule rule = await FeeRule.Waiting(work, Rule, ct);
        if (rule.ProposedBy == work.ActorId)
        {
            throw new RefusedException(OwnProposal);
        }

        (rule.State, rule.DecidedBy, rule.DecidedAt) = (FeeRuleState.Confirmed, work.ActorId, work.Now);
        return Done.It;
    }
}
