using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using OtpNet;

namespace CommunityFund.People;

/// <summary>Somebody has put the key into an authenticator and shows it by a code; from now on signing in asks for one.</summary>
public sealed record TurnOnTotp(Guid Key, [property: Secret] string Secret, [property: Secret] string Code,
    [property: Secret] IReadOnlyList<string> RecoveryCodes) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person.Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Login login = (await Login.Locked(work, work.ActorId, ct))!;
        if (login.TotpKey is not null)
        {
            throw new RefusedException(SecondFactor.AlreadyOn);
        }

        byte[] key = Base32Encoding.ToBytes(Secret);
        long step = SecondFactor.Step(key, string.Concat(Code.Where(char.IsAsciiDigit)), work.Now)
            ?? throw new RefusedException(SecondFactor.WrongCode);
        login.SetTotp(SecondFactor.Seal(work.Foundation, login.Id, key), work.Now);
        await work.Db.Database.ExecuteSqlAsync($"update login set totp_last_step = {step} where id = {login.Id}", ct);
        SecondFactor.WriteCodes(work, login.Id, RecoveryCodes);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = "totp-on" });
        return Done.It;
    }
}
