using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>
/// An administrator gives somebody a new password, to be changed at once. Every session of that person ends and a lockout
/// is lifted.
/// </summary>
public sealed record ResetPassword(Guid Key, long Person, [property: Secret] string Password) : Command<Done>(Key)
{
    /// <summary>The own password is changed with the old one, not reset.</summary>
    public const string Oneself = "people.reset-oneself";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Person == work.Actor)
        {
            throw new RefusedException(Oneself);
        }

        if (!await Roster.Of(work).AnyAsync(login => login.PersonId == Person, ct))
        {
            throw new RefusedException(GrantRole.UnknownPerson);
        }

        Login login = (await Login.Locked(work, Person, ct))!;
        NewLogin.RefuseWeak(login.UserName!, Password);
        login.Renew(Password, mustChange: true);
        login.LockoutEnd = null;
        login.AccessFailedCount = 0;
        await work.Db.Set<SignInSession>().Where(session => session.LoginId == login.Id).ExecuteDeleteAsync(ct);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = "password-reset" });
        return Done.It;
    }
}
