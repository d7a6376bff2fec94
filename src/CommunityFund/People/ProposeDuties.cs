using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>An administrator proposes another matrix of duties that are kept apart, in force from the day it is confirmed.</summary>
public sealed record ProposeDuties(Guid Key, DutyPreset Preset) : Command<long>(Key)
{
    /// <summary>Somebody holds two roles that the matrix keeps apart.</summary>
    public const string Broken = "role.duties-broken";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Admin).ForWholeBook().Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await RefuseBroken(work, Preset, ct);
        return await Proposal.Add(work, new Proposal
        {
            BookId = work.Book,
            Kind = ProposalKind.Duties,
            Setting = Codes.Kebab(Preset),
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        }, ct);
    }

    /// <summary>A matrix that is broken the moment it begins would be worth nothing.</summary>
    internal static async Task RefuseBroken(Work work, DutyPreset preset, CancellationToken ct)
    {
        IReadOnlyList<DutyPair> apart = Duties.Of(preset);
        var held = (await work.Db.Set<RoleGrant>().AsNoTracking()
            .Where(grant => grant.BookId == work.Book && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
            .ToListAsync(ct)).ToLookup(grant => grant.PersonId, grant => grant.Role);
        foreach (var person in held)
        {
            if (apart.FirstOrDefault(pair => person.Contains(pair.One) && person.Contains(pair.Other)) is { } pair)
            {
                throw new RefusedException(Broken, ("name", (await PersonName.Of(work, [person.Key], ct))[person.Key]),
                    ("one", Term.Of(pair.One)), ("other", Term.Of(pair.Other)));
            }
        }
    }
}
