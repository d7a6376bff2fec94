using System.Globalization;
using CommunityFund.Books;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>Time as it is typed: hours and minutes in two fields.</summary>
internal static class TypedTime
{
    private const long MinutesOfAnHour = 60, MostHours = 100_000;

    /// <summary>Minutes; what is no time is none, so that the rule says no.</summary>
    public static long Read(string? hours, string? minutes) =>
        Whole(hours) is { } whole && Whole(minutes) is { } rest ? (whole * MinutesOfAnHour) + rest : 0;

    private static long? Whole(string? typed) => string.IsNullOrWhiteSpace(typed) ? 0
        : long.TryParse(PlainText.Digits(typed), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= MostHours
            ? number : null;
}
