using NodaTime;

namespace CommunityFund.Tests;

/// <summary>A clock that stands still until it is told otherwise.</summary>
public sealed class TestClock(Instant now) : IClock
{
    public Instant Now { get; set; } = now;

    public Instant GetCurrentInstant() => Now;
}
