using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.People;

/// <summary>Somebody wants to sign in with the password alone again, where no role of hers asks for more.</summary>
public sealed record TurnOffTotp(Guid Key) : Command<Done>(Key)
{
    /// <summary>A role of the person asks for a second factor.</summary>
    public const string Required = "totp.required";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person.Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        IReadOnlyList<Role> asked = await SecondFactorRule.InForce(work.Db, work.Book, ct);
        Term[] held = [.. work.Rights.Roles.Where(asked.Contains).Select(role => Term.Of(role))];
        if (held.Length > 0)
        {
            throw new RefusedException(Required, ("roles", held));
        }

        await SecondFactor.Forget(work, work.ActorId, "totp-off", ct);
        return Done.It;
    }
}
