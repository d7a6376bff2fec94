using NodaTime;

namespace CommunityFund.Bench;

/// <summary>Stands on the last day of the benchmark's year, so that vouchers of any of its months may be written.</summary>
internal sealed class StillClock : IClock
{
    public static readonly LocalDate LastDay = new(2026, 12, 31);

    public Instant GetCurrentInstant() => Instant.FromUtc(2026, 12, 31, 2, 0);
}
