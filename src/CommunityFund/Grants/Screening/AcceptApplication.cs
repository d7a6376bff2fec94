using CommunityFund.Books;

namespace CommunityFund.Grants.Screening;

/// <summary>Every check holds: the application may go to the meeting.</summary>
public sealed record AcceptApplication(Guid Key, long Grant, int StateVersion) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Accept, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, StateVersion, GrantMove.Accept, null, null, ct);
}
