using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Where a candidate comes from.</summary>
public enum CandidateSource
{
    /// <summary>Something a feature expects.</summary>
    Expected,

    /// <summary>A voucher of the books that no line is matched to.</summary>
    Voucher,

    /// <summary>A rule.</summary>
    Rule,

    /// <summary>The words on the line.</summary>
    Words,
}

/// <summary>One thing that speaks for a candidate, or against it.</summary>
public enum Because
{
    /// <summary>The amounts are the same.</summary>
    Amount,

    /// <summary>They are not.</summary>
    OtherAmount,

    /// <summary>The code asked for stands on the line.</summary>
    Code,

    /// <summary>The counterparty has the name.</summary>
    Party,

    /// <summary>The counterparty's account is the one.</summary>
    PartyAccount,

    /// <summary>The day is near.</summary>
    NearDay,

    /// <summary>The day is not near.</summary>
    OtherDay,

    /// <summary>A rule says so.</summary>
    Rule,

    /// <summary>Words of the line say so.</summary>
    Words,
}

/// <summary>A reason with its fact, such as the code or the day.</summary>
public sealed record CandidateReason(Because Because, object Fact);

/// <summary>What a line may be, and why.</summary>
/// <param name="Id">Of the expectation, voucher or rule; 0 for words.</param>
/// <param name="Fits">It can be accepted as it stands: the amounts are equal.</param>
/// <param name="Proposal">What a rule or the words propose; null for what is expected or stands.</param>
public sealed record BankCandidate(
    CandidateSource Source, long Id, int Score, string Title, Amount Amount, LocalDate? On, string Party, bool Fits,
    IReadOnlyList<CandidateReason> Reasons, ExpectationKind? Expected = null, Proposal? Proposal = null);

/// <summary>A disposal as a rule or the words on the line propose it.</summary>
public sealed record Proposal(
    DisposalKind Kind, int? Fund, string Target, string CashFlow, Restriction? Restriction, string Narrative,
        BankRuleItem? Rule = null);
