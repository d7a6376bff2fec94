using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Where the figures of a year come from.</summary>
public enum YearSource
{
    /// <summary>The books have the whole year.</summary>
    Books,

    /// <summary>Entered by one person and confirmed by another.</summary>
    Entered,

    /// <summary>Only its net assets are known: the books opened with them.</summary>
    Opening,

    /// <summary>Nobody has entered it.</summary>
    Unknown,
}

/// <summary>Income and net assets of one year: what the law's shares are shares of.</summary>
/// <param name="Income">收入合计 (上年实际收入); null if unknown.</param>
/// <param name="Barred">Restricted income of it that was not to be used in that year.</param>
/// <param name="Freed">Net assets of earlier years freed of a time limit in that year.</param>
/// <param name="NetAssets">At its end; null if unknown.</param>
/// <param name="Report">The report that entered figures come from.</param>
public sealed record RatioYear(
    int Year, YearSource Source, Amount? Income, Amount? Barred, Amount? Freed, Amount? NetAssets, string Report = "")
{
    /// <summary>上年总收入 by article 10 of 民发〔2016〕189号.</summary>
    public Amount? Total => Income is null ? null : Income - Barred! + Freed!;

    /// <summary>The first year that books opened on a day have in whole.</summary>
    public static int FirstWhole(LocalDate openingDay) => openingDay.DayOfYear == 1 ? openingDay.Year : openingDay.Year + 1;

    internal static RatioYear Unknown(int year) => new(year, YearSource.Unknown, null, null, null, null);

    internal static RatioYear Of(LawBase entered) => new(
        entered.Year, YearSource.Entered, Amount.Fen(entered.Income), Amount.Fen(entered.Barred), Amount.Fen(entered.Freed),
        Amount.Fen(entered.NetAssets), entered.Source);
}

/// <summary>A gift whose period keeps it out of a year's income, or brings it into it.</summary>
/// <param name="Starts">First day on which it may be used.</param>
/// <param name="Left">What of it was left at the end of the year, or when its day came.</param>
/// <param name="IsBarred">Received in the year and not to be used in it; otherwise an earlier one whose day came.</param>
public sealed record TimedGift(StatementFund Fund, LocalDate ReceivedOn, LocalDate Starts, Amount Left, bool IsBarred);
