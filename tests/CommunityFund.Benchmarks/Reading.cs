using BenchmarkDotNet.Attributes;
using CommunityFund.Bench;

namespace CommunityFund.Benchmarks;

/// <summary>The trial balance by account and fund, a sum over the lines as the baseline.</summary>
[CallsPerIteration(1, iterations: 20)]
public class Reading
{
    private BenchGround _ground = null!;
    private ReadingRace _race = null!;

    [Params(100_000, 1_000_000)]
    public int Lines { get; set; }

    [GlobalSetup]
    public void SetUp() => MakeGround().GetAwaiter().GetResult();

    private async Task MakeGround()
    {
        _ground = await BenchGround.Start(books: 1);
        _race = new ReadingRace(_ground, rounds: 1);
        await _race.At(Lines, CancellationToken.None);
    }

    [GlobalCleanup]
    public void CleanUp() => _ground.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(Baseline = true)]
    public Task SumOverLines() => _race.Added(CancellationToken.None);

    [Benchmark]
    public Task TrialBalance() => _race.Kept(CancellationToken.None);
}
