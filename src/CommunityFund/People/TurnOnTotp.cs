using CommunityFund.Books;
using CommunityFund.Ledger;
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
        (login.TotpKey, login.TotpSince, login.TotpLastStep) = (SecondFactor.Seal(work.Foundation, login.Id, key), work.Now, step);
        SecondFactor.WriteCodes(work, login.Id, RecoveryCodes);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = "totp-on" });
        return Done.It;
    }
}
