using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>The signer does not confirm the corrected text as it is: the signature that waits counts no more, and the lead writes it once more,
/// within the days that were given for the correction.</summary>
public sealed record SendCorrectionBack(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.SendBackCorrection, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.SendBackCorrection, Reason, null, ct, due: facts => facts.Grant.DueOn);
}
