using NodaTime;

namespace CommunityFund.Demo;

/// <summary>Stands where the story is, so that demo vouchers were written on the days they tell of.</summary>
internal sealed class DemoClock(Instant now) : IClock
{
    private Instant _now = now;

    public Instant GetCurrentInstant() => _now;

    public void Turn(LocalDate day, int hour, int minute) =>
        _now = (day + new LocalTime(hour, minute)).InZoneStrictly(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant();
}
