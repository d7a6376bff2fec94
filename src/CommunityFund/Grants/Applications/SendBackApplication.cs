using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>The signer does not sign it as it is: back to the lead, with a reason.</summary>
public sealed record SendBackApplication(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.SendBack, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.SendBack, Reason, null, ct, due: facts => facts.Round.ClosesOn);
}
