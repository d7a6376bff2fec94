using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>Somebody changes the own password; all other sessions of that person end.</summary>
public sealed record ChangePassword(Guid Key, [property: Secret] string Old, [property: Secret] string New,
    string KeepSession) : Command<Done>(Key)
{
    /// <summary>The old password is not the right one.</summary>
    public const string WrongOld = "people.wrong-old-password";

    /// <summary>A new password is another one.</summary>
    public const string SamePassword = "people.same-password";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Login login = (await Login.Locked(work, work.ActorId, ct))!;
        if (Login.Hasher.VerifyHashedPassword(login, login.PasswordHash!, Old) == PasswordVerificationResult.Failed)
        {
            throw new RefusedException(WrongOld);
        }

        NewLogin.RefuseWeak(login.UserName!, New);
        if (New == Old)
        {
            throw new RefusedException(SamePassword);
        }

        login.Renew(New, mustChange: false);
        await Login.EndSessions(work, work.ActorId, KeepSession, ct);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = "password-changed" });
        return Done.It;
    }
}
