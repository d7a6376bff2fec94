using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.People;

/// <summary>An administrator proposes a role for somebody else; it is held once another person has confirmed it.</summary>
public sealed record ProposeRole(Guid Key, long Person, Role Role, int? Fund, LocalDate From, LocalDate? Until) : Command<long>(Key)
{
    /// <summary>Who wants a role for oneself asks another administrator.</summary>
    public const string ForOneself = "role.for-oneself";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).Proved());

    /// <returns>The proposal.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (Person == work.Actor)
        {
            throw new RefusedException(ForOneself);
        }

        await new Duty(Person, Role, Fund, From, Until).Check(work, ct);
        return await Proposal.Add(work, new Proposal
        {
            BookId = work.Book,
            Kind = ProposalKind.Grant,
            PersonId = Person,
            Role = Codes.Kebab(Role),
            FundId = Fund,
            ValidFrom = From,
            ValidUntil = Until,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        }, ct);
    }
}
