using CommunityFund.Books;

namespace CommunityFund.Periods;

/// <summary>A proposal about the rule is taken back, or not agreed to.</summary>
public sealed record DropRule(Guid Key, long Rule) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(ProposeRule.Deciders).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (await ReviewRule.ToDecide(work, Rule, ct)).Decide(work, RuleState.Dropped);
        return Done.It;
    }
}
