using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>A role ends with yesterday, by one person and at once; that it was held stays on record. Whoever held it signs in
/// anew.</summary>
public sealed record EndRole(Guid Key, long Grant) : Command<Done>(Key)
{
    /// <summary>One administrator for good stays, or nobody could let anybody in one day.</summary>
    public const string LastAdmin = "role.last-admin";

    /// <summary>There is no such role to end, or it has ended.</summary>
    public const string Unknown = "role.unknown";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await Roster.Lock(work, ct);
        var grants = work.Db.Set<RoleGrant>()
            .Where(row => row.BookId == work.Book && (row.ValidUntil == null || row.ValidUntil >= work.Today));
        RoleGrant grant = await grants.SingleOrDefaultAsync(row => row.RoleGrantId == Grant, ct)
            ?? throw new RefusedException(Unknown);
        bool anotherAdmin = await grants.AnyAsync(row => row.Role == Role.Admin && row.FundId == null && row.RoleGrantId != Grant
            && row.ValidFrom <= work.Today && row.ValidUntil == null, ct);
        if (grant is { Role: Role.Admin, FundId: null } && !anotherAdmin)
        {
            throw new RefusedException(LastAdmin);
        }

        grant.ValidUntil = work.Today.PlusDays(-1);
        await Login.EndSessions(work, grant.PersonId, "", ct);
        return Done.It;
    }
}
