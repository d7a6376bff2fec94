using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.TimeBank;

/// <summary>Reads hours as people write them, as whole minutes: 4, 1.5, 1:30, 1小时30分, 45分; and writes them back for a form.</summary>
public static partial class HoursText
{
    /// <summary>The text is no time, or has parts of a minute.</summary>
    public const string NotHours = "hours.not-hours";

    /// <exception cref="RefusedException">The text is no time; the facts carry it as typed.</exception>
    public static int Read(string? text)
    {
        Match match = Shape().Match((text ?? "").Trim());
        if (!match.Success)
        {
            throw new RefusedException(NotHours, ("typed", text ?? ""));
        }

        decimal hours = match.Groups["hours"] is { Success: true, Value: var whole } ? decimal.Parse(whole, CultureInfo.InvariantCulture) : 0m;
        int minutes = match.Groups["minutes"] is { Success: true, Value: var rest } ? int.Parse(rest, CultureInfo.InvariantCulture) : 0;
        decimal all = (hours * 60m) + minutes;
        return decimal.Truncate(all) == all && all <= 60_000_000m ? decimal.ToInt32(all)
            : throw new RefusedException(NotHours, ("typed", text ?? ""));
    }

    /// <summary>What <see cref="Read"/> reads: 4 for whole hours, else 1:30.</summary>
    public static string Write(long minutes) => minutes % 60 == 0
        ? (minutes / 60).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}:{minutes % 60:00}");

    [GeneratedRegex(
        @"\A(?:(?<hours>[0-9]{1,7}(?:\.[0-9]{1,4})?)(?:\s*(?:小时|h|hours?))?|(?<hours>[0-9]{1,7})[:：](?<minutes>[0-5]?[0-9])"
        + @"|(?:(?<hours>[0-9]{1,7})\s*(?:小时|h)\s*)?(?<minutes>[0-9]{1,4})\s*(?:分|分钟|min))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Shape();
}

/// <summary>Reads a whole number as people write it in a form, such as a count of days or points.</summary>
public static class WholeText
{
    /// <summary>The text is no whole number, or too large.</summary>
    public const string NotWhole = "hours.not-whole";

    /// <exception cref="RefusedException">The text is no whole number from nought to <paramref name="most"/>.</exception>
    public static int Read(string? text, int most) =>
        int.TryParse((text ?? "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number : throw new RefusedException(NotWhole, ("typed", text ?? ""), ("limit", most));
}
