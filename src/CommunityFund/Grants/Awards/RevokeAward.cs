using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>By resolution, signed by two, an award is taken back before its agreement.</summary>
public sealed record RevokeAward(Guid Key, long Grant, int Version, string Reason, string Resolution) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.RevokeAward, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => PlainText.Of(Resolution).Length is 0 or > 100
        ? throw new RefusedException(AwardGrant.ResolutionMissing)
        : EndedAward.End(work, Grant, Version, GrantMove.RevokeAward, AwardEnd.Revoked, Reason, Resolution, ct);
}
