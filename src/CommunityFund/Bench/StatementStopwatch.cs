using System.Diagnostics;

namespace CommunityFund.Bench;

/// <summary>
/// Adds up the time that statements take, EF Core's and all others, from sending each until its last row is read: what the
/// database needs, and a little more, never less.
/// </summary>
internal sealed class StatementStopwatch : IDisposable
{
    private readonly ActivityListener _listener;
    private TimeSpan _sum;

    public StatementStopwatch()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                _sum += activity.Duration;
                Count++;
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>How many trips that were.</summary>
    public int Count { get; private set; }

    /// <summary>What has been added up since the last time this was asked.</summary>
    public TimeSpan Take()
    {
        TimeSpan taken = _sum;
        (_sum, Count) = (TimeSpan.Zero, 0);
        return taken;
    }

    public void Dispose() => _listener.Dispose();
}
