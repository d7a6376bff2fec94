using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Periods;

/// <summary>A second person agrees that the rule begins or ends.</summary>
public sealed record AgreeRule(Guid Key, long Rule) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "review-rule.own";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(ProposeRule.Deciders).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        ReviewRule rule = await ReviewRule.ToDecide(work, Rule, ct);
        if (rule.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        rule.Decide(work, RuleState.Approved);
        return Done.It;
    }
}
