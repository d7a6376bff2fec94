using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>The lead says that the work is done; what closes the grant is due thirty days later. What is promised and not paid is not paid any
/// more, and is given up as the grant closes.</summary>
/// <param name="GivesUp">What the lead was shown and agrees to give up; null where nobody was shown it.</param>
public sealed record StartClosing(Guid Key, long Grant, int Version, Amount? GivesUp = null) : Command<GrantMoved>(Key)
{
    /// <summary>What would be given up is not what the page said.</summary>
    public const string GivesUpOther = "closing.gives-up-other";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.StartClosing, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(work, Grant, Version, GrantMove.StartClosing, "",
        "", ct, async (grant, _, _) =>
        {
            Amount now = (await ClosingEnds.Of(work, Grant, ct)).Amount;
            return GivesUp is { } said && said != now
                ? throw new RefusedException(GivesUpOther, ("title", grant.Title), ("said", said), ("now", now)) : [];
        }, facts => Due(facts, facts.Today));

    /// <summary>The pack is due thirty days after the last day as agreed, or after today where that was before.</summary>
    internal static LocalDate Due(GrantFacts facts, LocalDate today) =>
        (facts.Closing.EndsOn is { } ends && ends > today ? today : facts.Closing.EndsOn ?? today) is var from
            && from.PlusDays(ClosingCase.PackDays) is var due && due > today ? due : today.PlusDays(ClosingCase.PackDays);
}
