using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Closings;

/// <summary>The guards of a closing (grants.md 5.2, moves 20 and 21).</summary>
internal static class ClosingNeeds
{
    /// <summary>Tranches were asked for and are not paid.</summary>
    public const string InFlight = "closing.in-flight";

    /// <summary>A tranche is with the bank.</summary>
    public const string AtTheBank = "closing.at-the-bank";

    /// <summary>An amendment waits to be decided.</summary>
    public const string Amending = "closing.amending";

    /// <summary>The last day as agreed has not passed.</summary>
    public const string NotOverYet = "closing.not-over";

    /// <summary>Work is reopened once.</summary>
    public const string ReopenedBefore = "closing.reopened-before";

    /// <summary>The report was not accepted.</summary>
    public const string ReportOpen = "closing.report-open";

    /// <summary>The panel has not assessed it.</summary>
    public const string NotAssessed = "closing.not-assessed";

    /// <summary>The audit table does not come out.</summary>
    public const string AuditDiffers = "closing.audit-differs";

    /// <summary>Tranches are not settled.</summary>
    public const string Unsettled = "closing.unsettled";

    /// <summary>Money is claimed back and not here.</summary>
    public const string Claimed = "closing.claimed";

    /// <summary>Money is advanced and not accounted for.</summary>
    public const string Outstanding = "closing.outstanding";

    /// <summary>Unspent money was announced and has not come.</summary>
    public const string ComesBack = "closing.comes-back";

    /// <summary>A finding that stands in the way is open.</summary>
    public const string FindingOpen = "closing.finding-open";

    public static Refusal? NothingInFlight(GrantFacts facts) =>
        facts.Closing.Amending is { } no ? Refuse(Amending, ("title", facts.Grant.Title), ("no", no))
        : facts.Closing.InFlight is [var first, ..] ? Refuse(InFlight, ("title", facts.Grant.Title), ("no", first)) : null;

    /// <summary>What a grant's own step gives up may have been asked for; only what the bank has is waited for.</summary>
    public static Refusal? NothingOnItsWay(GrantFacts facts) =>
        facts.Closing.OnTheirWay is [var first, ..] ? Refuse(AtTheBank, ("title", facts.Grant.Title), ("no", first)) : null;

    public static Refusal? IsOver(GrantFacts facts) => facts.Closing.EndsOn < facts.Today ? null
        : Refuse(NotOverYet, ("title", facts.Grant.Title), ("day", facts.Closing.EndsOn ?? facts.Today));

    public static Refusal? NotReopenedYet(GrantFacts facts) =>
        facts.Closing.Reopened ? Refuse(ReopenedBefore, ("title", facts.Grant.Title)) : null;

    public static Refusal? ReportsAccepted(GrantFacts facts) =>
        facts.Closing.Report != ReportState.Accepted
            ? Refuse(ReportOpen, ("title", facts.Grant.Title), ("state", Term.Of(facts.Closing.Report ?? ReportState.Draft)))
            : facts.Closing.Assessed ? null : Refuse(NotAssessed, ("title", facts.Grant.Title));

    public static Refusal? AuditAddsUp(GrantFacts facts) =>
        facts.Closing.Audit is not { Differences: [var first, ..] } audit ? null
            : Refuse(AuditDiffers, ("title", facts.Grant.Title), ("check", Term.Of(first.Check)), ("difference", first.Units),
                ("advanced", audit.Total.Paid), ("acquitted", audit.Total.Acquitted), ("returned", audit.Total.Returned));

    public static Refusal? NothingOutstanding(GrantFacts facts) =>
        facts.Closing.Audit is { Claimed.IsZero: false } audit ? Refuse(Claimed, ("title", facts.Grant.Title), ("left", audit.Claimed))
        : facts.Closing.Audit is { Total.Left.IsZero: false } open ? Refuse(Outstanding, ("title", facts.Grant.Title), ("left", open.Total.Left))
        : facts.Closing.Unsettled is [var first, ..] ? Refuse(Unsettled, ("title", facts.Grant.Title), ("no", first)) : null;

    /// <summary>What comes after a grant is closed could not be booked to it any more.</summary>
    public static Refusal? NothingComesBack(GrantFacts facts) =>
        facts.Closing.ComingBack is [var first, ..] ? Refuse(ComesBack, ("title", facts.Grant.Title), ("no", first)) : null;

    public static Refusal? NoFinding(GrantFacts facts) => facts.Closing.Findings is var open and > 0
        ? Refuse(FindingOpen, ("title", facts.Grant.Title), ("count", open)) : null;

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
