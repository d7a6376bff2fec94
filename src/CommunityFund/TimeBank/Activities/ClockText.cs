using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>Moments as a name list shows and takes them, in the books' one zone.</summary>
public static class ClockText
{
    /// <summary>The time alone on the activity's day, else with its date, as 14:05 or 03-11 00:30.</summary>
    public static string Of(Instant at, LocalDate day)
    {
        LocalDateTime local = ActivityClock.Local(at);
        return local.Date == day ? $"{local.Hour:00}:{local.Minute:00}" : $"{local.Month:00}-{local.Day:00} {local.Hour:00}:{local.Minute:00}";
    }

    /// <summary>The same as a form sends it back: a time of the day, or a day with a time.</summary>
    public static string Typed(Instant at, LocalDate day)
    {
        LocalDateTime local = ActivityClock.Local(at);
        return local.Date == day ? $"{local.Hour:00}:{local.Minute:00}"
            : $"{local.Year:0000}-{local.Month:00}-{local.Day:00} {local.Hour:00}:{local.Minute:00}";
    }
}
