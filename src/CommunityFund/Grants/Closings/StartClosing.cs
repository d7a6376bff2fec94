using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>The lead says that the work is done; what closes the grant is due thirty days later.</summary>
public sealed record StartClosing(Guid Key, long Grant, int Version) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.StartClosing, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(work, Grant, Version, GrantMove.StartClosing, "",
        "", ct, due: facts => Due(facts, facts.Today));

    /// <summary>The pack is due thirty days after the last day as agreed, or after today where that was before.</summary>
    internal static LocalDate Due(GrantFacts facts, LocalDate today) =>
        (facts.Closing.EndsOn is { } ends && ends > today ? today : facts.Closing.EndsOn ?? today) is var from
            && from.PlusDays(ClosingCase.PackDays) is var due && due > today ? due : today.PlusDays(ClosingCase.PackDays);
}
