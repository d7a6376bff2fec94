using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>An administrator proposes a new password, or signing in without the lost second factor, for somebody with
/// duties.</summary>
public sealed record ProposeReset(Guid Key, long Person, bool SecondFactor) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (Person == work.Actor)
        {
            throw new RefusedException(ResetPassword.Oneself);
        }

        Login login = await Roster.Of(work).AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == Person, ct)
            ?? throw new RefusedException(GrantRole.UnknownPerson);
        if (SecondFactor && login.TotpKey is null)
        {
            throw new RefusedException(People.SecondFactor.NotOn);
        }

        return await Proposal.Add(work, new Proposal
        {
            BookId = work.Book,
            Kind = SecondFactor ? ProposalKind.ResetTotp : ProposalKind.ResetPassword,
            PersonId = Person,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        }, ct);
    }
}
