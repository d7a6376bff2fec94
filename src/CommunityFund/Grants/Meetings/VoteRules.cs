namespace CommunityFund.Grants.Meetings;

/// <summary>What a score is made of (ruling 23).</summary>
public enum VoteMode
{
    /// <summary>加权票数: votes times weights.</summary>
    Count,

    /// <summary>加权得票率: votes by those who could vote on the project, times weights; the denominator shrinks by recusals.</summary>
    Share,
}

/// <summary>What comes first where scores are equal.</summary>
public enum TieRule
{
    /// <summary>More votes on the first criterion.</summary>
    FirstCriterion,

    /// <summary>More votes on all criteria together.</summary>
    MoreVotes,

    /// <summary>Asks for less.</summary>
    SmallerRequest,

    /// <summary>The lot, drawn by the chair before all.</summary>
    Lots,
}

/// <summary>A group of voters as the count sees it.</summary>
public sealed record VoteGroup(short No, int Weight);

/// <summary>How votes become a ranking.</summary>
/// <param name="Weights">Of the criteria in order, 100 in all.</param>
public sealed record VoteRules(
    VoteMode Mode, bool WeighsGroups, IReadOnlyList<int> Weights, IReadOnlyList<VoteGroup> Groups, IReadOnlyList<TieRule> Ties);

/// <summary>What a group said of a project.</summary>
/// <param name="Entitled">Present before the close, and not stepping back from it.</param>
/// <param name="Patterns">How many ballots ticked which criteria; bit 0 is the first.</param>
public sealed record GroupBox(short Group, int Entitled, IReadOnlyDictionary<int, int> Patterns)
{
    public int Ballots => Patterns.Values.Sum();

    /// <summary>Votes on a criterion, counted from 0.</summary>
    public int Votes(int criterion) => Patterns.Where(pattern => (pattern.Key & (1 << criterion)) != 0).Sum(pattern => pattern.Value);
}

/// <summary>What was said of a project, with what ties are broken by.</summary>
/// <param name="Requested">In fen.</param>
/// <param name="Lot">The lot drawn, or null.</param>
public sealed record ProjectBox(long Grant, long Requested, int? Lot, IReadOnlyList<GroupBox> Groups);

/// <summary>A project in the ranking.</summary>
/// <param name="Rank">Equal for those that only a lot will part.</param>
/// <param name="Votes">By criterion.</param>
/// <param name="BrokenBy">What parted it from another with the same score; null if nothing had to.</param>
/// <param name="NeedsLot">Whether it waits for a lot.</param>
public sealed record ProjectScore(
    long Grant, int Rank, Fraction Score, IReadOnlyList<int> Votes, int Entitled, int Ballots, TieRule? BrokenBy, bool NeedsLot);
