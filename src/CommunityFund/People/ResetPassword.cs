using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>
/// An administrator gives somebody who holds no role a new password, to be changed at once. For somebody with duties it takes
/// two: <see cref="ProposeReset"/>. Every session of that person ends and a lockout is lifted.
/// </summary>
public sealed record ResetPassword(Guid Key, long Person, [property: Secret] string Password) : Command<Done>(Key)
{
    /// <summary>The own password is changed with the old one, not reset.</summary>
    public const string Oneself = "people.reset-oneself";

    /// <summary>Who signs in as somebody with duties could act for her, so this takes two.</summary>
    public const string ByTwo = "people.reset-by-two";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Person == work.Actor)
        {
            throw new RefusedException(Oneself);
        }

        await Roster.Lock(work, ct);
        if (await work.Db.Set<RoleGrant>().AnyAsync(grant => grant.PersonId == Person
            && (grant.ValidUntil == null || grant.ValidUntil >= work.Today), ct))
        {
            throw new RefusedException(ByTwo);
        }

        await Renew(work, Person, Password, ct);
        return Done.It;
    }

    internal static async Task Renew(Work work, long person, string password, CancellationToken ct)
    {
        if (!await Roster.Of(work).AnyAsync(login => login.PersonId == person, ct))
        {
            throw new RefusedException(GrantRole.UnknownPerson);
        }

        Login login = (await Login.Locked(work, person, ct))!;
        NewLogin.RefuseWeak(login.UserName!, password);
        login.Renew(password, mustChange: true);
        login.LockoutEnd = null;
        login.AccessFailedCount = 0;
        await work.Db.Set<SignInSession>().Where(session => session.LoginId == login.Id).ExecuteDeleteAsync(ct);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = "password-reset" });
    }
}
