using CommunityFund.Books;

namespace CommunityFund.Grants.Screening;

/// <summary>The panel upholds the group's appeal against being found ineligible, once: it is screened again.</summary>
public sealed record AppealRefusal(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.AppealIneligible, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.AppealIneligible, Reason, null, ct,
        due: facts => WorkingDays.After(facts.Today, facts.Round.ScreeningDays));
}
