using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>How somebody signs in.</summary>
/// <param name="Since">Null while there is no second factor.</param>
/// <param name="CodesLeft">Recovery codes that were not used.</param>
/// <param name="Required">A role held now asks for it.</param>
public sealed record SecondFactorView(string UserName, Instant? Since, int CodesLeft, bool Required);

/// <summary>The own second factor.</summary>
public sealed record MySecondFactor : Query<SecondFactorView>
{
    internal override Need Needs => Need.Person;

    internal override async Task<SecondFactorView> Answer(Work work, CancellationToken ct)
    {
        Login login = await work.Db.Set<Login>().AsNoTracking().SingleAsync(row => row.PersonId == work.ActorId, ct);
        IReadOnlyList<Role> asked = await SecondFactorRule.InForce(work.Db, work.Book, ct);
        int left = await work.Db.Set<RecoveryCode>().CountAsync(row => row.LoginId == login.Id && row.UsedAt == null, ct);
        return new SecondFactorView(login.UserName!, login.TotpSince, left, work.Rights.Holds([.. asked]));
    }
}
