using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>A case as the page of the deliberation showed it.</summary>
public sealed record LineCase(long Grant, int Version);

/// <summary>What a line came to.</summary>
public sealed record LineDecided(int Recommended, int Below);

/// <summary>
/// The steering group decides by the line of the simulation: every ranked case that nobody has decided about gets what the line leaves it, and
/// what lies below it waits in the order of the ranking or is not selected. Each is decided as if it were decided alone, and refused as it would
/// be; with one refusal none is.
/// </summary>
/// <param name="Line">How much is given in all, as it was simulated.</param>
/// <param name="Cases">The undecided cases, as the page showed them.</param>
/// <param name="Waits">What lies below the line waits; else it is not selected.</param>
/// <param name="Reason">Needed for what gets less than it asked for and for what is not selected; published with the decision.</param>
public sealed record DecideByCutLine(
    Guid Key, long Round, Amount Line, IReadOnlyList<LineCase> Cases, bool Waits, string Reason, string Minutes) : Command<LineDecided>(Key)
{
    /// <summary>Nothing ranked waits for a decision.</summary>
    public const string NothingLeft = "decision.nothing-left";

    /// <summary>A line below nothing.</summary>
    public const string BadLine = "decision.bad-line";

    /// <summary>Other cases wait now than the page showed, so the line runs elsewhere.</summary>
    public const string LineMoved = "decision.line-moved";

    private const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Steer));

    internal override async Task<LineDecided> Apply(Work work, CancellationToken ct)
    {
        if (Line.Commodity != Commodity.Cny || Line.IsNegative)
        {
            throw new RefusedException(BadLine);
        }

        if (Cases.Count is 0 or > Most)
        {
            throw new RefusedException(NothingLeft);
        }

        // In the order of their ids, as everything locks them: a line and a single decision do not wait for each other.
        Dictionary<long, GrantCase> locked = [];
        foreach (LineCase seen in Cases.OrderBy(seen => seen.Grant))
        {
            GrantCase grant = await GrantCase.Lock(work, seen.Grant, ct);
            locked[seen.Grant] = grant.State == GrantState.Ranked && grant.StateVersion == seen.Version ? grant
                : throw new RefusedException(GrantMoves.Stale, ("title", grant.Title), ("state", grant.State));
        }

        Deliberation now = await new SimulateDecisions(Round, Line).Answer(work, ct);
        if (now.Undecided.FirstOrDefault(row => !locked.ContainsKey(row.Grant)) is { } unseen)
        {
            throw new RefusedException(LineMoved, ("title", unseen.Title));
        }

        if (now.Undecided.Count != locked.Count)
        {
            throw new RefusedException(NothingLeft);
        }

        int above = 0;
        foreach (SimulatedCase row in now.Undecided)
        {
            await Decide(work, locked[row.Grant], row, ct);
            above += row.Gets.IsPositive ? 1 : 0;
        }

        return new LineDecided(above, now.Undecided.Count - above);
    }

    private async Task Decide(Work work, GrantCase grant, SimulatedCase row, CancellationToken ct)
    {
        DecisionKind kind = row.Gets.IsPositive ? DecisionKind.Recommend : Waits ? DecisionKind.Waitlist : DecisionKind.Refuse;
        GrantDecision? before = await GrantDecision.Newest(work, grant.GrantId, ct);
        Amount wanted = kind == DecisionKind.Recommend ? row.Gets : row.Requested;
        await new DecideCase(
            Key, grant.GrantId, grant.StateVersion, kind, kind == DecisionKind.Refuse ? [] : await Shares(work, grant, before, wanted, ct),
            kind == DecisionKind.Waitlist ? await AwardPage.NextPlace(work, grant, ct) : null, before?.ProjectClass ?? "",
            Reason, Minutes).Apply(work, ct);
    }

    /// <summary>What the page of a case would propose; what no fund can bear is asked of the one that gives most, and refused there.</summary>
    private static async Task<IReadOnlyList<FundShare>> Shares(Work work, GrantCase grant, GrantDecision? before, Amount wanted, CancellationToken ct)
    {
        IReadOnlyList<FundOffer> offers = await AwardPage.Offers(work, grant, before, [], wanted, ct);
        Amount missing = offers.Aggregate(wanted, (left, offer) => left - offer.Given);
        int most = offers.MaxBy(offer => offer.Given.Units)!.Fund.Fund;
        return [.. offers.Select(offer => new FundShare(offer.Fund.Fund, offer.Fund.Fund == most ? offer.Given + missing : offer.Given))];
    }
}
