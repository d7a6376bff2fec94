using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>The lead gives the award up before the agreement.</summary>
public sealed record DeclineAward(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.DeclineAward, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        EndedAward.End(work, Grant, Version, GrantMove.DeclineAward, AwardEnd.Declined, Reason, "", ct);
}
