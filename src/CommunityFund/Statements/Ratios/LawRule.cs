using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>What of the books a ratio is made of.</summary>
public enum RatioFigure
{
    /// <summary>收入合计.</summary>
    Income,

    /// <summary>捐赠收入.</summary>
    Donations,

    /// <summary>慈善活动支出.</summary>
    Charitable,

    /// <summary>管理费用.</summary>
    Management,

    /// <summary>工作人员工资福利和行政办公支出, as the Regulation of 2004 counts.</summary>
    StaffAndOffice,

    /// <summary>募捐成本.</summary>
    Fundraising,

    /// <summary>总支出.</summary>
    Spend,

    /// <summary>净资产 at the end.</summary>
    NetAssets,

    /// <summary>净资产 as the year began.</summary>
    OpeningNetAssets,

    /// <summary>Grants awarded and not yet paid.</summary>
    Committed,
}

/// <summary>Of what a ratio is a share.</summary>
public enum RatioBase
{
    /// <summary>上年总收入, less what could not be used in that year, plus what was freed in it.</summary>
    LastIncome,

    /// <summary>The average of the same over three years.</summary>
    AverageIncome,

    /// <summary>上年末净资产.</summary>
    LastNetAssets,

    /// <summary>The average of the same over three years.</summary>
    AverageNetAssets,

    /// <summary>本年总支出.</summary>
    Spend,

    /// <summary>本年捐赠收入.</summary>
    Donations,
}

/// <summary>How sure we are that a rule is written down as it is.</summary>
public enum RuleMark
{
    /// <summary>Read in the full text, or in three places.</summary>
    Certain,

    /// <summary>One good second source.</summary>
    Likely,

    /// <summary>From memory: to be checked before it is relied on.</summary>
    Memory,
}

/// <summary>Whether a rule is one for this body and this year.</summary>
public enum RuleFit
{
    /// <summary>It binds the body.</summary>
    Binds,

    /// <summary>Another rule binds; this one is shown beside it.</summary>
    Shown,

    /// <summary>It would fit and is not in force: pending, or not yet.</summary>
    NotInForce,

    /// <summary>It was in force once.</summary>
    NoLonger,

    /// <summary>It is for another kind of body.</summary>
    OtherKind,

    /// <summary>It is for bodies that do, or do not, raise funds publicly.</summary>
    OtherRaising,

    /// <summary>It is for charities, or for bodies that are none.</summary>
    OtherCharity,

    /// <summary>Last year's net assets are of another tier.</summary>
    OtherTier,

    /// <summary>Nobody has said what last year's net assets were.</summary>
    UnknownTier,

    /// <summary>Nobody has said what kind of body this is.</summary>
    UnknownBody,
}

/// <summary>One line of a rule: at least, or at most, such a share of the base; of several bases one is enough.</summary>
/// <param name="Share">Percent.</param>
/// <param name="ExemptBelow">What costs less in a year than this is not held to the share; null if everything is.</param>
public sealed record LawTest(bool IsLeast, RatioFigure What, decimal Share, IReadOnlyList<RatioBase> Of, Amount? ExemptBelow)
{
    /// <summary>The share of an amount, to the fen: never less than the law asks, never more than it allows.</summary>
    public Amount ShareOf(Amount whole)
    {
        decimal exact = whole.Units * Share / 100m;
        return Amount.Fen(decimal.ToInt64(IsLeast ? decimal.Ceiling(exact) : decimal.Floor(exact)));
    }
}

/// <summary>A rule of law about shares of spending, as <c>reports/law/charity-ratios.yaml</c> has it.</summary>
public sealed record LawRule
{
    public required string Key { get; init; }

    public required Bilingual Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required string Source { get; init; }

    public required RuleMark Mark { get; init; }

    public required IReadOnlyList<BodyKind> Kinds { get; init; }

    /// <summary>For bodies that raise funds publicly, for those that do not, or for both.</summary>
    public required bool? Public { get; init; }

    /// <summary>For charities, for bodies that are none, or for both.</summary>
    public required bool? Charity { get; init; }

    /// <summary>Last year's net assets from which on it counts; null for any.</summary>
    public Amount? AtLeast { get; init; }

    /// <summary>Last year's net assets below which it counts; null for any.</summary>
    public Amount? Below { get; init; }

    /// <summary>Null: not in force.</summary>
    public LocalDate? From { get; init; }

    /// <summary>Null: still in force.</summary>
    public LocalDate? To { get; init; }

    /// <summary>Kept beside the rule that binds, for comparison.</summary>
    public bool IsShownOnly { get; init; }

    public required IReadOnlyList<LawTest> Tests { get; init; }

    private bool IsTiered => AtLeast is not null || Below is not null;

    /// <summary>Whether it binds a body in a year, and if not, why.</summary>
    /// <param name="profile">What the body was on the year's last day; null if nobody has said.</param>
    /// <param name="netAssets">Last year's; null if nobody knows.</param>
    public RuleFit FitOf(BodyProfile? profile, int year, Amount? netAssets)
    {
        LocalDate last = new(year, 12, 31);
        return profile is null ? RuleFit.UnknownBody
            : !Kinds.Contains(profile.Kind) ? RuleFit.OtherKind
            : Public is { } raising && raising != profile.RaisesPublicly ? RuleFit.OtherRaising
            : Charity is { } charity && charity != profile.IsCharity ? RuleFit.OtherCharity
            : From is null || From > last ? RuleFit.NotInForce
            : To < last ? RuleFit.NoLonger
            : IsTiered && netAssets is null ? RuleFit.UnknownTier
            : IsTiered && (netAssets! < (AtLeast ?? netAssets!) || Below is not null && netAssets! >= Below) ? RuleFit.OtherTier
            : IsShownOnly ? RuleFit.Shown : RuleFit.Binds;
    }
}
