using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.TimeBank.Activities;

/// <summary>Times as people type them, in the books' one zone.</summary>
internal static class ActivityClock
{
    /// <summary>Neither "14:30" nor a day with a time.</summary>
    public const string BadTime = "activity.bad-time";

    public static DateTimeZone Shanghai { get; } = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    // A form's own field puts a T between day and time, and a person a space.
    private static readonly LocalDateTimePattern Moment = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd H:mm");

    /// <summary>The moment meant: a time of <paramref name="day"/>, or a day with a time.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static Instant Read(LocalDate day, string? typed)
    {
        string text = Books.PlainText.Of(typed).Replace('：', ':').Replace('T', ' ');
        return Time.Parse(text) is { Success: true, Value: var time } ? At(day + time)
            : Moment.Parse(text) is { Success: true, Value: var moment } ? At(moment)
            : throw new RefusedException(BadTime, ("typed", text));
    }

    public static LocalDateTime Local(Instant at) => at.InZone(Shanghai).LocalDateTime;

    private static Instant At(LocalDateTime local) => local.InZoneLeniently(Shanghai).ToInstant();
}
