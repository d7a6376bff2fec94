using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>Ten new recovery codes; the old ones are worth nothing from now on.</summary>
public sealed record RenewRecoveryCodes(Guid Key, [property: Secret] IReadOnlyList<string> Codes) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person.Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Login login = (await Login.Locked(work, work.ActorId, ct))!;
        if (login.TotpKey is null)
        {
            throw new RefusedException(SecondFactor.NotOn);
        }

        await work.Db.Set<RecoveryCode>().Where(row => row.LoginId == login.Id).ExecuteDeleteAsync(ct);
        SecondFactor.WriteCodes(work, login.Id, Codes);
        return Done.It;
    }
}
