using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>The guards of suspension, termination and recovery (grants.md 5.2, moves 19 and 22-24).</summary>
internal static class EndingNeeds
{
    /// <summary>Days that a report may be late before the calendar suspends the grant.</summary>
    internal const int LateDays = 15;

    /// <summary>Days until the final account of a grant that was ended.</summary>
    internal const int FinalDays = 30;

    /// <summary>Days after which a suspension is looked at again.</summary>
    internal const int ReviewDays = 30;

    /// <summary>Working days in which an end may be appealed against.</summary>
    internal const int AppealDays = 10;

    /// <summary>No report is late enough.</summary>
    public const string NotLateEnough = "ending.not-late-enough";

    /// <summary>Nobody has heard the lead.</summary>
    public const string NotHeard = "ending.not-heard";

    /// <summary>Nobody has proposed the end.</summary>
    public const string NotProposed = "ending.not-proposed";

    /// <summary>The panel suspended it, and only the panel lifts that.</summary>
    public const string PanelSuspended = "ending.panel-suspended";

    /// <summary>A report is late still.</summary>
    public const string StillLate = "ending.still-late";

    /// <summary>An acquittal is under review.</summary>
    public const string AccountUnderReview = "ending.account-under-review";

    /// <summary>The days for the final account are not over, and money is open.</summary>
    public const string FinalAccountRuns = "ending.final-account-runs";

    /// <summary>The days for an appeal are over.</summary>
    public const string AppealLate = "ending.appeal-late";

    /// <summary>An appeal was upheld before; there is one.</summary>
    public const string AppealedBefore = "ending.appealed-before";

    /// <summary>A part of the claim is neither paid, nor cut, nor written off.</summary>
    public const string ClaimOpen = "ending.claim-open";

    /// <summary>Something was found and not claimed.</summary>
    public const string FindingOpen = "ending.finding-open";

    public static Refusal? LongOverdue(GrantFacts facts) => facts.Ending.LateDays is > LateDays ? null
        : Refuse(NotLateEnough, ("title", facts.Grant.Title), ("days", facts.Ending.LateDays ?? 0), ("limit", LateDays));

    public static Refusal? Heard(GrantFacts facts) => facts.Ending switch
    {
        { HeardOn: null } => Refuse(NotHeard, ("title", facts.Grant.Title)),
        { Proposed: null } => Refuse(NotProposed, ("title", facts.Grant.Title)),
        _ => null,
    };

    public static Refusal? NotThePanels(GrantFacts facts) => facts.Ending.IsPanels ? Refuse(PanelSuspended, ("title", facts.Grant.Title)) : null;

    public static Refusal? Cured(GrantFacts facts) => facts.Ending.LateDays is { } days
        ? Refuse(StillLate, ("title", facts.Grant.Title), ("days", days)) : null;

    public static Refusal? FinallyAcquitted(GrantFacts facts) => facts.Ending switch
    {
        { UnderReview: > 0 } => Refuse(AccountUnderReview, ("title", facts.Grant.Title), ("count", facts.Ending.UnderReview)),
        { Advance: > 0, TerminatedOn: { } on } when facts.Today <= FinalDay(on) => Refuse(FinalAccountRuns, ("title", facts.Grant.Title),
            ("day", FinalDay(on)), ("open", Amount.Fen(facts.Ending.Advance))),
        _ => null,
    };

    public static Refusal? NothingFound(GrantFacts facts) => facts.Ending.Found == 0 ? null
        : Refuse(FindingOpen, ("title", facts.Grant.Title), ("amount", Amount.Fen(facts.Ending.Found)));

    public static Refusal? AppealInTime(GrantFacts facts) => facts.Ending switch
    {
        { Appealed: true } => Refuse(AppealedBefore, ("title", facts.Grant.Title)),
        { TerminatedOn: { } on } when facts.Today > LastAppealDay(on) => Refuse(AppealLate, ("title", facts.Grant.Title), ("day", LastAppealDay(on)),
            ("days", AppealDays)),
        _ => null,
    };

    public static Refusal? NothingClaimed(GrantFacts facts) => facts.Ending.Claimed == 0 ? NothingFound(facts)
        : Refuse(ClaimOpen, ("title", facts.Grant.Title), ("left", Amount.Fen(facts.Ending.Claimed)));

    /// <summary>The last day for the final account.</summary>
    internal static LocalDate FinalDay(LocalDate ended) => ended.PlusDays(FinalDays);

    /// <summary>The last day for an appeal.</summary>
    internal static LocalDate LastAppealDay(LocalDate ended) => WorkingDays.After(ended, AppealDays);

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
