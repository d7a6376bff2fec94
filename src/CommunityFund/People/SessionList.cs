using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A device on which somebody is signed in.</summary>
/// <param name="Address">Where from, without the last part of the address.</param>
public sealed record OpenSession(string Id, Instant Since, Instant LastSeen, string UserAgent, string Address, bool IsThis);

/// <summary>Where somebody is signed in now, newest first: oneself, or for an administrator somebody of this book.</summary>
/// <param name="This">The session that asks.</param>
public sealed record SessionList(string This, long? Person = null) : Query<IReadOnlyList<OpenSession>>
{
    internal override Need Needs => Person is null ? Need.Person : Need.Any(Role.Admin);

    internal override async Task<IReadOnlyList<OpenSession>> Answer(Work work, CancellationToken ct)
    {
        long person = Person ?? work.ActorId;
        long login = await Roster.Of(work).Where(row => row.PersonId == person).Select(row => row.Id).SingleOrDefaultAsync(ct);
        List<SignInSession> rows = await work.Db.Set<SignInSession>().AsNoTracking()
            .Where(row => row.LoginId == login && row.ExpiresAt > work.Now).OrderByDescending(row => row.LastSeenAt).Take(100)
            .ToListAsync(ct);
        return
        [
            .. rows.Select(row => new OpenSession(
                row.SessionId, row.CreatedAt, row.LastSeenAt, row.UserAgent, row.Address, row.SessionId == This)),
        ];
    }
}
