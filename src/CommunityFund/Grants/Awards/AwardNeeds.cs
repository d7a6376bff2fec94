using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>The guards of decision, notice, award and agreement.</summary>
internal static class AwardNeeds
{
    /// <summary>The steering group has not decided since the case was ranked.</summary>
    public const string NotDecided = "award.not-decided";

    /// <summary>A fund put less into the round than its cases would get.</summary>
    public const string AbovePool = "award.above-pool";

    /// <summary>A fund cannot promise it: not enough, spoken for, or bound to other ends.</summary>
    public const string NotAffordable = "award.not-affordable";

    /// <summary>No notice was written with what was decided.</summary>
    public const string NotWritten = "award.notice-unwritten";

    /// <summary>Others wait before it.</summary>
    public const string NotHead = "award.not-head";

    /// <summary>An objection removed it; only an appeal brings it back.</summary>
    public const string IsRemoved = "award.removed";

    /// <summary>No objection removed it, so there is nothing to appeal against.</summary>
    public const string NothingRemoved = "award.nothing-removed";

    /// <summary>One appeal, and it was made.</summary>
    public const string AppealedOnce = "award.appealed-once";

    /// <summary>The window for objections is over.</summary>
    public const string WindowOver = "award.window-over";

    /// <summary>The window for objections is open.</summary>
    public const string WindowOpen = "award.window-open";

    /// <summary>Objections wait for the panel.</summary>
    public const string ObjectionOpen = "award.objection-open";

    /// <summary>Objections are not answered.</summary>
    public const string Unanswered = "award.objection-unanswered";

    /// <summary>The agreement lacks signatures.</summary>
    public const string AgreementUnsigned = "award.agreement-unsigned";

    /// <summary>The duty contract lacks signatures.</summary>
    public const string DutyUnsigned = "award.duty-unsigned";

    /// <summary>One person would lead the project and keep its money.</summary>
    public const string OneLead = "award.one-lead";

    /// <summary>No account is named.</summary>
    public const string NoPayee = "award.payee-missing";

    /// <summary>Money for a project goes to no person's own account.</summary>
    public const string PayeeIsPerson = "award.payee-person";

    /// <summary>Another account took its place.</summary>
    public const string PayeeEnded = "award.payee-ended";

    /// <summary>Nobody else has checked the account.</summary>
    public const string PayeeUnchecked = "award.payee-unchecked";

    /// <summary>The account changed less than a day ago.</summary>
    public const string PayeeCools = "award.payee-cools";

    /// <summary>The tranches do not add up to the award.</summary>
    public const string TranchesUnequal = "award.tranches-unequal";

    /// <summary>No indicator says where it stands now.</summary>
    public const string NoBaseline = "award.no-baseline";

    /// <summary>There is still time for the agreement.</summary>
    public const string NotOverdue = "award.not-overdue";

    public static Refusal? IsDecided(GrantFacts facts) => facts.Award.DecidedNow ? null : Refuse(NotDecided, ("title", facts.Grant.Title));

    public static Refusal? WithinPool(GrantFacts facts) =>
        facts.Award.Funds.FirstOrDefault(fund => fund.Units + fund.Taken > fund.Pool) is not { } over ? null
            : Refuse(AbovePool, ("fund", over.Name), ("asked", Amount.Fen(over.Units)), ("pool", Amount.Fen(over.Pool)),
                ("left", Amount.Fen(Math.Max(0, over.Pool - over.Taken))));

    /// <summary>Before the notice what others are recommended to get is spoken for; at the award first come is first promised.</summary>
    public static Refusal? Affordable(GrantFacts facts)
    {
        bool isAward = facts.Grant.State == GrantState.PublicNotice;
        return facts.Award.Funds.FirstOrDefault(fund => fund.Units > Left(fund)) is not { } over ? null
            : Refuse(NotAffordable, ("fund", over.Name), ("asked", Amount.Fen(over.Units)), ("available", Amount.Fen(Math.Max(0, over.Available))),
                ("spoken", Amount.Fen(isAward ? 0 : over.Spoken)), ("payable", Amount.Fen(Math.Max(0, Left(over)))));

        long Left(FundingFact fund) => Math.Min(fund.Payable, fund.Available - (isAward ? 0 : fund.Spoken));
    }

    public static Refusal? NoticeWritten(GrantFacts facts) => facts.Award.IsWritten ? null : Refuse(NotWritten, ("title", facts.Grant.Title));

    public static Refusal? HeadOfWaitlist(GrantFacts facts) => facts.Award.Place <= facts.Award.Head ? null
        : Refuse(NotHead, ("title", facts.Grant.Title), ("place", facts.Award.Place), ("head", facts.Award.Head));

    public static Refusal? NotRemoved(GrantFacts facts) => facts.Award.Removed ? Refuse(IsRemoved, ("title", facts.Grant.Title)) : null;

    public static Refusal? RemovedAndNotAppealed(GrantFacts facts) =>
        !facts.Award.Removed ? Refuse(NothingRemoved, ("title", facts.Grant.Title))
        : facts.Award.Appealed ? Refuse(AppealedOnce, ("title", facts.Grant.Title)) : null;

    public static Refusal? NoticeRuns(GrantFacts facts) => facts.Award.WindowEnds >= facts.Today ? null
        : Refuse(WindowOver, ("title", facts.Grant.Title), ("until", facts.Award.WindowEnds));

    public static Refusal? NoticeOver(GrantFacts facts) => facts.Award.WindowEnds < facts.Today ? null
        : Refuse(WindowOpen, ("title", facts.Grant.Title), ("until", facts.Award.WindowEnds));

    public static Refusal? NoOpenObjection(GrantFacts facts) => facts.Award.Queued + facts.Award.Unanswered is var open and > 0
        ? Refuse(ObjectionOpen, ("title", facts.Grant.Title), ("count", open)) : null;

    public static Refusal? ObjectionAnswered(GrantFacts facts) => facts.Award.Unanswered is var open and > 0
        ? Refuse(Unanswered, ("title", facts.Grant.Title), ("count", open)) : null;

    public static Refusal? AgreementSigned(GrantFacts facts) => Missing(facts, AgreementUnsigned, GrantPaper.Agreement, GrantSide.Lead,
        GrantSide.Body);

    public static Refusal? DutyContractSigned(GrantFacts facts) =>
        facts.Grant.FinLeadId is null || facts.Grant.FinLeadId == facts.Grant.LeadId ? Refuse(OneLead, ("title", facts.Grant.Title))
            : Missing(facts, DutyUnsigned, GrantPaper.Duty, GrantSide.Lead, GrantSide.FinLead);

    public static Refusal? PayeeVerified(GrantFacts facts) => PayeeOf(facts.Award.Payee, facts.Grant.Title);

    /// <summary>Whether money may go to the account, at the start and before every payment.</summary>
    internal static Refusal? PayeeOf(PayeeFact? payee, string title) => payee switch
    {
        null => Refuse(NoPayee, ("title", title)),
        { IsOrganisation: false } => Refuse(PayeeIsPerson, ("title", title)),
        { IsCurrent: false } => Refuse(PayeeEnded, ("title", title)),
        { IsChecked: false } => Refuse(PayeeUnchecked, ("title", title)),
        { CoolsUntil: { } until } => Refuse(PayeeCools, ("title", title), ("until", until)),
        _ => null,
    };

    public static Refusal? TranchesSumToAward(GrantFacts facts) => facts.Award.Tranches == facts.Award.Award && facts.Award.Award > 0 ? null
        : Refuse(TranchesUnequal, ("title", facts.Grant.Title), ("award", Amount.Fen(facts.Award.Award)), ("sum",
            Amount.Fen(facts.Award.Tranches)));

    public static Refusal? BaselineNoted(GrantFacts facts) => facts.Award.Baselines > 0 ? null : Refuse(NoBaseline, ("title", facts.Grant.Title));

    public static Refusal? AgreementOverdue(GrantFacts facts) => facts.Award.AgreementDue < facts.Today ? null
        : Refuse(NotOverdue, ("title", facts.Grant.Title), ("until", facts.Award.AgreementDue));

    private static Refusal? Missing(GrantFacts facts, string code, GrantPaper paper, params IReadOnlyList<GrantSide> sides) =>
        sides.Where(side => !facts.Award.Has(paper, side)).Select(side => Books.Term.Of(side)).ToArray() is { Length: > 0 } missing
            ? Refuse(code, ("title", facts.Grant.Title), ("sides", missing)) : null;

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
