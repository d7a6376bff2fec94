using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>How a share stands.</summary>
public enum RatioState
{
    /// <summary>Kept, or reached already.</summary>
    Met,

    /// <summary>The year is not over, and at this pace, or with what is promised, it will be kept.</summary>
    OnTheWay,

    /// <summary>The year is not over, and neither pace nor promises suffice.</summary>
    AtRisk,

    /// <summary>The year is over and it was not kept.</summary>
    NotMet,

    /// <summary>So little is spent that the law does not hold the body to the share.</summary>
    Exempt,

    /// <summary>What it is a share of is not known.</summary>
    Unknown,
}

/// <summary>A figure of the year: so far, and what waits for review.</summary>
/// <param name="Accounts">What it is made of.</param>
public sealed record RatioSum(RatioFigure Figure, Bilingual Name, Amount SoFar, Amount Waiting, IReadOnlyList<RatioAccount> Accounts);

/// <summary>What an account gives to a figure.</summary>
public sealed record RatioAccount(string Key, AccountCode Name, Amount Amount);

/// <summary>One base of a share with what it asks.</summary>
/// <param name="Figure">Null if it is not known.</param>
/// <param name="Required">The share of it: at least, or at most, to be spent.</param>
/// <param name="Missing">Years that have to be entered before it is known.</param>
public sealed record RatioOption(RatioBase Base, Amount? Figure, Amount? Required, bool IsBetter, IReadOnlyList<int> Missing);

/// <summary>One share of a rule, judged.</summary>
/// <param name="What">Name of the figure.</param>
/// <param name="Linear">What it will be on 31 December at the pace of the days so far; null if the year is over or has not begun.</param>
/// <param name="Pledged">So far, with vouchers that wait and grants that are awarded; null if the year is over.</param>
/// <param name="Limit">Least or most that may be spent by the better base; null if no base is known.</param>
/// <param name="Room">Still to be spent, or what may still be spent; never less than zero.</param>
/// <param name="Ratio">Percent of the better base, to two decimals, never rounded in the body's favour; null without a base.</param>
public sealed record RatioTest(
    LawTest Law, Bilingual What, RatioState State, Amount SoFar, Amount? Linear, Amount? Pledged, IReadOnlyList<RatioOption> Options,
    Amount? Limit, Amount? Room, decimal? Ratio)
{
    public RatioOption? Better => Options.FirstOrDefault(option => option.IsBetter);
}

/// <summary>A rule with whether it is one for this body and year, and its shares judged where it is.</summary>
public sealed record RatioRule(LawRule Law, RuleFit Fit, IReadOnlyList<RatioTest> Tests);

/// <summary>What the body is or was, and who said so.</summary>
public sealed record BodyProfileView(
    BodyKind Kind, bool RaisesPublicly, bool IsCharity, LocalDate Since, string Source, string SetBy, Instant SetAt);

/// <summary>Figures of a year before the books, and who stands for them.</summary>
/// <param name="MayConfirm">Whether it is the reader who can confirm it.</param>
public sealed record LawBaseView(
    long Id, RatioYear Year, string EnteredBy, Instant EnteredAt, string? ConfirmedBy, Instant? ConfirmedAt, bool MayConfirm);

/// <summary>The law's ratios of a year: one plain record that page and workbook draw.</summary>
/// <param name="Years">Those for which the books have a calendar, newest first.</param>
/// <param name="Profile">What the body was on the year's last day; null if nobody has said.</param>
/// <param name="Bases">The three years before, newest first.</param>
/// <param name="Gifts">What was taken out of, or added to, last year's income.</param>
/// <param name="Rules">Those that bind first, then what is shown beside, then the rest with the reason why not.</param>
/// <param name="Entered">What stands or waits of years before the books, newest first.</param>
/// <param name="MayEnterUpTo">The last year that can be entered by hand.</param>
public sealed record LawRatioView(
    LedgerHead Head, int Year, IReadOnlyList<int> Years, bool IsOver, LocalDate OpeningDay, BodyProfileView? Profile,
    IReadOnlyList<BodyProfileView> Profiles, IReadOnlyList<RatioYear> Bases, IReadOnlyList<TimedGift> Gifts, IReadOnlyList<RatioSum> Sums,
    Amount Committed, IReadOnlyList<RatioRule> Rules, IReadOnlyList<LawBaseView> Entered, int MayEnterUpTo, bool MaySet, bool MayEnter)
{
    /// <summary>Whether the year began before the books did, so that what was spent before them is missing here.</summary>
    public bool IsPart => OpeningDay.Year == Year && OpeningDay.DayOfYear > 1;

    public LocalDate AsOf => Head.Range.ToDay;

    public IEnumerable<RatioRule> Binding => Rules.Where(rule => rule.Fit == RuleFit.Binds);

    /// <summary>Years whose income or net assets a binding rule needs and nobody has entered.</summary>
    public IReadOnlyList<int> Missing =>
    [
        .. Rules.Where(rule => rule.Fit is RuleFit.Binds or RuleFit.Shown).SelectMany(rule => rule.Tests)
            .SelectMany(test => test.Options).SelectMany(option => option.Missing)
            .Concat(Rules.Any(rule => rule.Fit == RuleFit.UnknownTier) ? [Year - 1] : Array.Empty<int>())
            .Distinct().OrderDescending(),
    ];
}
