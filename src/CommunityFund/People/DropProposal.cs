using CommunityFund.Books;

namespace CommunityFund.People;

/// <summary>A proposal is not wanted: who made it takes it back, or another who could confirm it says no.</summary>
public sealed record DropProposal(Guid Key, long Proposal) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(ConfirmProposal.Confirmers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (await People.Proposal.ToDecide(work, Proposal, ct)).Decide(work, ProposalState.Dropped);
        return Done.It;
    }
}
