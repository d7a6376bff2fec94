using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>A role ends with yesterday; that it was held stays on record.</summary>
public sealed record EndRole(Guid Key, long Grant) : Command<Done>(Key)
{
    /// <summary>The last administrator stays, or nobody could let anybody in.</summary>
    public const string LastAdmin = "role.last-admin";

    /// <summary>There is no such role to end.</summary>
    public const string Unknown = "role.unknown";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        var grants = work.Db.Set<RoleGrant>().Where(row => row.BookId == work.Book && (row.ValidUntil == null || row.ValidUntil >= work.Today));
        RoleGrant grant = await grants.SingleOrDefaultAsync(row => row.RoleGrantId == Grant, ct) ?? throw new RefusedException(Unknown);
        if (grant.Role == Role.Admin && await grants.CountAsync(row => row.Role == Role.Admin, ct) == 1)
        {
            throw new RefusedException(LastAdmin);
        }

        grant.ValidUntil = work.Today.PlusDays(-1);
        return Done.It;
    }
}
