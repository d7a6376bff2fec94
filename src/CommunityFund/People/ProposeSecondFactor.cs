using CommunityFund.Books;

namespace CommunityFund.People;

/// <summary>An administrator proposes which roles must sign in with a second factor.</summary>
public sealed record ProposeSecondFactor(Guid Key, IReadOnlyList<Role> Roles) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Admin).ForWholeBook().Proved());

    internal override Task<long> Apply(Work work, CancellationToken ct) => Proposal.Add(work, new Proposal
    {
        BookId = work.Book,
        Kind = ProposalKind.SecondFactor,
        Setting = SecondFactorRule.Write(Roles),
        ProposedBy = work.ActorId,
        ProposedAt = work.Now,
    }, ct);
}
