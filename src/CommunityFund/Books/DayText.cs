using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Reads a day that a person or a date field wrote: 2026-03-05, 2026/3/5, 2026.3.5, 20260305 or 2026年3月5日.</summary>
public static partial class DayText
{
    /// <summary>The text is not a day at all.</summary>
    public const string NotADay = "day.not-a-day";

    /// <summary>The calendar has no such day, such as 31 February.</summary>
    public const string NoSuchDay = "day.no-such-day";

    /// <exception cref="RefusedException">The text is not a day of the calendar; the facts carry it as typed.</exception>
    public static LocalDate Read(string? text)
    {
        Match match = Shape().Match((text ?? "").Trim());
        if (!match.Success)
        {
            throw new RefusedException(NotADay, ("typed", text ?? ""));
        }

        int year = Part(match, "year"), month = Part(match, "month"), day = Part(match, "day");
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            ? new LocalDate(year, month, day)
            : throw new RefusedException(NoSuchDay, ("typed", text));
    }

    private static int Part(Match match, string name) =>
        int.Parse(match.Groups[name].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<year>[0-9]{4})(?:(?<month>[0-9]{2})(?<day>[0-9]{2})|(?<mark>[-/.])(?<month>[0-9]{1,2})\k<mark>(?<day>[0-9]{1,2})"
        + @"|年(?<month>[0-9]{1,2})月(?<day>[0-9]{1,2})日)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}
