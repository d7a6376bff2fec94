using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>The lead takes a corrected text back that one has signed, to write on; both sign anew, within the days that were given.</summary>
public sealed record TakeCorrectionBack(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.ReopenCorrection, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.ReopenCorrection, Reason, null, ct, due: facts => facts.Grant.DueOn);
}
