namespace CommunityFund.Bench;

/// <summary>What one case of a race came to, in entries per second; medians over rounds of one run.</summary>
/// <param name="Key">Names the case among the words.</param>
/// <param name="Bare">Bare inserts.</param>
/// <param name="Door">The door as the product calls it, through EF Core.</param>
/// <param name="Direct">The same statement through Npgsql alone, prepared.</param>
/// <param name="Owed">The least ratio of door to bare that is owed, or null where none is.</param>
public sealed record Heat(string Key, decimal Bare, decimal Door, decimal Direct, decimal? Owed)
{
    public decimal Ratio => Door / Bare;

    public decimal DirectRatio => Direct / Bare;

    public bool Met => Owed is not { } owed || Ratio >= owed;
}

internal static class Measures
{
    public static decimal Milliseconds(this TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerMillisecond;

    public static decimal Seconds(this TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerSecond;

    public static decimal PerSecond(this TimeSpan span, int count) => count * (decimal)TimeSpan.TicksPerSecond / span.Ticks;

    public static decimal Median(this IEnumerable<decimal> values)
    {
        decimal[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
