using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>The lead has finished writing: the signer whom the application names reads and signs it.</summary>
public sealed record AskForSignOff(Guid Key, long Grant, int StateVersion) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.RequestSignOff, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.RequestSignOff, null, null, ct, due: facts => facts.Round.ClosesOn);
}
