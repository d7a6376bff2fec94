using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using NodaTime;

namespace CommunityFund.Web.Pages.Lots;

/// <summary>What the filters of the pictures say, as it stands in the address: text, so that whatever comes is shown again.</summary>
public sealed class MoneyForm
{
    /// <summary>A year of the calendar; days go before it.</summary>
    public string? Year { get; set; }

    /// <summary>Empty for all funds that the person may see.</summary>
    public string? Fund { get; set; }

    /// <summary>"no" leaves out the funds below.</summary>
    public string? Below { get; set; }

    public string? From { get; set; }

    public string? To { get; set; }

    /// <summary>Position of an entry.</summary>
    public string? Known { get; set; }

    public bool WithBelow => Below != "no";

    public bool HasMore => new[] { From, To, Known }.Any(text => !string.IsNullOrWhiteSpace(text));

    public int? FundId => (int?)Whole(Fund, Work.UnknownFund, int.MaxValue);

    public long? KnownAt => Whole(Known, MoneyChoice.UnknownPosition, long.MaxValue);

    /// <summary>The days that were typed, else the year that was chosen; null where neither says.</summary>
    /// <param name="choice">What there is to choose from, with the year to show first; null shows all years.</param>
    public (LocalDate? From, LocalDate? To) Days(MoneyChoice? choice)
    {
        int? chosen = (int?)Whole(Year, MoneyChoice.UnknownYear, 9999) ?? choice?.Year;
        if (chosen is 0 || choice is not null && !choice.Years.Contains(chosen!.Value))
        {
            throw new RefusedException(MoneyChoice.UnknownYear, ("typed", Year));
        }

        LocalDate? first = chosen is { } year ? new LocalDate(year, 1, 1) : null;
        return (Day(From) ?? first, Day(To) ?? (first is { } day ? new LocalDate(day.Year, 12, 31) : null));
    }

    private static LocalDate? Day(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : DayText.Read(typed);

    private static long? Whole(string? typed, string refusal, long most) => string.IsNullOrWhiteSpace(typed) ? null
        : long.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long whole) && whole <= most ? whole
        : throw new RefusedException(refusal, ("typed", typed), ("last", ""));
}
