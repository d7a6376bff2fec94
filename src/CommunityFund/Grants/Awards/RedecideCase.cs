using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>Before the notice the steering group takes a decision back; the case stands where it was ranked.</summary>
public sealed record RedecideCase(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Redecide, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.Redecide, Reason, "", ct);
}
