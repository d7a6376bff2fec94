using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>Somebody signs out elsewhere: one device, or all but the one at hand.</summary>
/// <param name="Keep">The session at hand, which stays.</param>
/// <param name="Only">The one to end; null for all others.</param>
public sealed record EndSessions(Guid Key, string Keep, string? Only) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        long login = await work.Db.Set<Login>().Where(row => row.PersonId == work.ActorId).Select(row => row.Id).SingleAsync(ct);
        int ended = await work.Db.Set<SignInSession>()
            .Where(row => row.LoginId == login && row.SessionId != Keep && (Only == null || row.SessionId == Only))
            .ExecuteDeleteAsync(ct);
        if (ended > 0)
        {
            work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login, Outcome = "sessions-ended" });
        }

        return Done.It;
    }
}

/// <summary>An administrator signs somebody out everywhere, at once: a lost telephone does not wait for a second person.</summary>
public sealed record EndSessionsOf(Guid Key, long Person) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (!await Roster.Of(work).AnyAsync(login => login.PersonId == Person, ct))
        {
            throw new RefusedException(GrantRole.UnknownPerson);
        }

        await Login.EndSessions(work, Person, "", ct);
        return Done.It;
    }
}
