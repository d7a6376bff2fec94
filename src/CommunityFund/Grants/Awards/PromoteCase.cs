using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>候补递补: money has become free, and the head of the line gets what was decided for it.</summary>
public sealed record PromoteCase(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Promote, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.Promote, Reason, "", ct, due: _ => WorkingDays.After(work.Today, 3));
}
