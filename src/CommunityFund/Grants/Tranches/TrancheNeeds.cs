using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Tranches;

/// <summary>The guards of a tranche (grants.md 5.1, 5.3).</summary>
internal static class TrancheNeeds
{
    /// <summary>How much of what was paid before has to be accounted for, in hundredths of a percent.</summary>
    internal const int ShareNeeded = 8_000;

    /// <summary>How much of a tranche may be carried to the next, in hundredths of a percent of what was paid.</summary>
    internal const int CarryShare = 1_000;

    /// <summary>Days in which an opened tranche has to be asked for.</summary>
    internal const int DaysToAsk = 60;

    /// <summary>The grant does not run: suspended, closing or ended.</summary>
    public const string GrantStopped = "tranche.grant-stopped";

    /// <summary>Its day has not come.</summary>
    public const string TooEarly = "tranche.too-early";

    /// <summary>Too little of what was paid before is accounted for.</summary>
    public const string EarlierOpen = "tranche.earlier-open";

    /// <summary>More was asked for than the tranche has, or nothing.</summary>
    public const string BeyondTranche = "tranche.beyond";

    /// <summary>No line of the budget is named for it.</summary>
    public const string NoLines = "tranche.no-lines";

    /// <summary>An advance of the same people is overdue.</summary>
    public const string AdvanceOverdue = "tranche.advance-overdue";

    /// <summary>No advance is overdue, so there is no reason to hold it.</summary>
    public const string NothingOverdue = "tranche.nothing-overdue";

    /// <summary>There is still time to ask for it.</summary>
    public const string StillTime = "tranche.still-time";

    /// <summary>The desk's list of checks is not done.</summary>
    public const string ChecksOpen = "tranche.checks-open";

    /// <summary>The amount goes to another approver.</summary>
    public const string OtherTier = "tranche.other-tier";

    /// <summary>Whoever asked for, checked or approved a request does not approve it once more (rulings 21).</summary>
    public const string ActedBefore = "tranche.acted-before";

    /// <summary>It is spent when paid, and no advance.</summary>
    public const string NoAdvance = "tranche.no-advance";

    /// <summary>It is an advance, settled by receipts.</summary>
    public const string IsAnAdvance = "tranche.is-advance";

    /// <summary>It is held because its grant is suspended, and is free again with it.</summary>
    public const string HeldByGrant = "tranche.held-by-grant";

    /// <summary>No report was handed in.</summary>
    public const string NoReport = "tranche.no-report";

    /// <summary>Receipts were accepted or money came back, so the payment itself cannot come back.</summary>
    public const string AccountedAlready = "tranche.accounted-already";

    /// <summary>No receipts are ready to hand in.</summary>
    public const string NoReceipts = "tranche.no-receipts";

    /// <summary>Some lines were accepted; only the others go back.</summary>
    public const string SomeAccepted = "tranche.some-accepted";

    /// <summary>Money is not accounted for.</summary>
    public const string StillOpen = "tranche.still-open";

    /// <summary>There is no next tranche to carry to, or more is left than may be carried.</summary>
    public const string NoCarry = "tranche.no-carry";

    /// <summary>The panel holds it; only the panel lifts that.</summary>
    public const string PanelHolds = "tranche.panel-holds";

    /// <summary>It is held for another reason.</summary>
    public const string HeldOtherwise = "tranche.held-otherwise";

    /// <summary>It is on its way to the bank.</summary>
    public const string OnItsWay = "tranche.on-its-way";

    public static Refusal? GrantRuns(TrancheFacts facts) => facts.Grant.State == GrantState.Active ? null
        : Refuse(GrantStopped, ("title", facts.Grant.Title), ("state", Term.Of(facts.Grant.State)));

    public static Refusal? DayCame(TrancheFacts facts) => facts.Tranche.EarliestOn <= facts.Today ? null
        : Refuse(TooEarly, ("no", facts.Tranche.No), ("day", facts.Tranche.EarliestOn));

    public static Refusal? EarlierAccounted(TrancheFacts facts) =>
        facts.Before is null || (!facts.Before.IsUnpaid && facts.ShareAccounted >= ShareNeeded) ? null
            : Refuse(EarlierOpen, ("no", facts.Tranche.No), ("before", facts.Before.No), ("state", Term.Of(facts.Before.State)),
                ("share", facts.ShareAccounted / 100), ("needed", ShareNeeded / 100));

    public static Refusal? WithinTranche(TrancheFacts facts)
    {
        long left = facts.Money.Planned - facts.Money.Cancelled - facts.Money.Paid;
        return facts.Asked is not { } asked || (asked > 0 && asked <= left) ? null
            : Refuse(BeyondTranche, ("no", facts.Tranche.No), ("asked", Amount.Fen(asked)), ("left", Amount.Fen(left)));
    }

    public static Refusal? LinesNamed(TrancheFacts facts) => facts.Lines is null or > 0 ? null : Refuse(NoLines, ("no", facts.Tranche.No));

    public static Refusal? NobodyOverdue(TrancheFacts facts) => facts.Overdue is not { } days ? null
        : Refuse(AdvanceOverdue, ("no", facts.Tranche.No), ("days", days));

    public static Refusal? SomebodyOverdue(TrancheFacts facts) => facts.Overdue is not null ? null : Refuse(NothingOverdue, ("no", facts.Tranche.No));

    public static Refusal? RequestOverdue(TrancheFacts facts) => facts.Tranche.DueOn is { } due && due < facts.Today ? null
        : Refuse(StillTime, ("no", facts.Tranche.No), ("day", facts.Tranche.DueOn ?? facts.Today));

    public static Refusal? ChecksDone(TrancheFacts facts) => facts.Request.ChecksDone ? null : Refuse(ChecksOpen, ("no", facts.Tranche.No));

    public static Refusal? FirstTier(TrancheFacts facts) => Tier(facts, ApprovalTier.First);

    public static Refusal? AboveFirstTier(TrancheFacts facts) =>
        facts.Tranche.Tier is ApprovalTier.Second or ApprovalTier.Third ? null : Other(facts);

    public static Refusal? SecondTier(TrancheFacts facts) => Tier(facts, ApprovalTier.Second);

    public static Refusal? ThirdTier(TrancheFacts facts) => Tier(facts, ApprovalTier.Third);

    public static Refusal? NotApprovedBefore(TrancheFacts facts) => facts.ApprovedBefore ? Refuse(ActedBefore, ("no", facts.Tranche.No)) : null;

    public static Refusal? PayeeVerified(TrancheFacts facts) => AwardNeeds.PayeeOf(facts.Payee, facts.Grant.Title);

    public static Refusal? IsAdvance(TrancheFacts facts) => facts.Policy == AdvancePolicy.AdvanceThenAcquit ? null
        : Refuse(NoAdvance, ("no", facts.Tranche.No));

    public static Refusal? IsExpensed(TrancheFacts facts) => facts.Policy == AdvancePolicy.ExpenseOnDisbursement ? null
        : Refuse(IsAnAdvance, ("no", facts.Tranche.No));

    public static Refusal? ReportIn(TrancheFacts facts) => facts.Acquittal.ReportIn ? null : Refuse(NoReport, ("no", facts.Tranche.No));

    public static Refusal? NothingAccounted(TrancheFacts facts) =>
        facts.Policy == AdvancePolicy.ExpenseOnDisbursement
            ? facts.Money.Returned == 0 ? null : Refuse(AccountedAlready, ("no", facts.Tranche.No))
            : facts.Money is { Acquitted: 0, Returned: 0, Demanded: 0, Carried: >= 0 } ? null : Refuse(AccountedAlready, ("no", facts.Tranche.No));

    public static Refusal? ReceiptsReady(TrancheFacts facts) => facts.Acquittal.Ready > 0 ? null : Refuse(NoReceipts, ("no", facts.Tranche.No));

    public static Refusal? NoneAccepted(TrancheFacts facts) => facts.Acquittal.Accepted == 0 ? null : Refuse(SomeAccepted, ("no", facts.Tranche.No));

    /// <summary>Asked in the step that accounts for the rest: the voucher's own part is in <see cref="AcquittalFacts.Now"/>.</summary>
    public static Refusal? AllAccounted(TrancheFacts facts) => facts.Money.Advance - facts.Acquittal.Now == 0 ? null
        : Refuse(StillOpen, ("no", facts.Tranche.No), ("left", Amount.Fen(facts.Money.Advance - facts.Acquittal.Now)));

    public static Refusal? MayCarry(TrancheFacts facts) =>
        facts.Acquittal.HasNext && facts.Money.Advance > 0 && facts.Money.Advance * 10_000L <= facts.Money.Paid * (long)CarryShare ? null
            : Refuse(NoCarry, ("no", facts.Tranche.No), ("left", Amount.Fen(facts.Money.Advance)), ("share", CarryShare / 100));

    public static Refusal? NotThePanels(TrancheFacts facts) => facts.Tranche.HeldBy != GrantMover.Panel ? null
        : Refuse(PanelHolds, ("no", facts.Tranche.No));

    public static Refusal? HeldForOverdue(TrancheFacts facts) => facts.Tranche.HeldBy == GrantMover.Calendar ? null
        : Refuse(HeldOtherwise, ("no", facts.Tranche.No));

    public static Refusal? NotOnItsWay(TrancheFacts facts) => facts.IsOnItsWay ? Refuse(OnItsWay, ("no", facts.Tranche.No)) : null;

    public static Refusal? NotTheGrants(TrancheFacts facts) => facts.Tranche.HeldBy != GrantMover.Voucher ? null
        : Refuse(HeldByGrant, ("no", facts.Tranche.No), ("title", facts.Grant.Title));

    public static Refusal? HeldWithGrant(TrancheFacts facts) => facts.Tranche.HeldBy == GrantMover.Voucher ? null
        : Refuse(HeldOtherwise, ("no", facts.Tranche.No));

    private static Refusal? Tier(TrancheFacts facts, ApprovalTier tier) => facts.Tranche.Tier == tier ? null : Other(facts);

    private static Refusal Other(TrancheFacts facts) => Refuse(OtherTier, ("no", facts.Tranche.No), ("asked", Amount.Fen(facts.Tranche.Asked)),
        ("tier", Term.Of(facts.Tranche.Tier ?? ApprovalTier.First)));

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
