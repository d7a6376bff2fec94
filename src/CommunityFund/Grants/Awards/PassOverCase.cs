using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>A case that waited gets nothing after all.</summary>
public sealed record PassOverCase(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.NotSelect, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.NotSelect, Reason, "", ct);
}
