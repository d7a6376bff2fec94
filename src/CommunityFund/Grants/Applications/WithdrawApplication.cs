using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>The group takes its application back. Once it is on the agenda, whoever chairs the meeting signs as well.</summary>
public sealed record WithdrawApplication(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Withdraw, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, StateVersion, GrantMove.Withdraw, Reason, null, ct);
}
