using BenchmarkDotNet.Attributes;
using CommunityFund.Bench;
using CommunityFund.Ledger;

namespace CommunityFund.Benchmarks;

/// <summary>
/// Two-line vouchers, bare inserts as the baseline: the Ratio column is how many times longer the door takes. Setting up waits
/// by itself, for the in-process toolchain starts an asynchronous set-up and does not wait for it.
/// </summary>
public abstract class Posting(int perCall, int calls)
{
    private BenchGround _ground = null!;
    private PostingLane _bare = null!, _door = null!, _direct = null!;

    [GlobalSetup]
    public void SetUp() => MakeGround().GetAwaiter().GetResult();

    private async Task MakeGround()
    {
        _ground = await BenchGround.Start(books: 1);
        BenchBook book = _ground.Books[0];
        _bare = await PostingLane.Bare(_ground, book, default);
        _door = await PostingLane.Door(_ground, book, default);
        _direct = await PostingLane.Direct(_ground, book, default);
    }

    [GlobalCleanup]
    public void CleanUp() => Leave().GetAwaiter().GetResult();

    private async Task Leave()
    {
        await _bare.DisposeAsync();
        await _direct.DisposeAsync();
        await _ground.DisposeAsync();
    }

    [IterationSetup(Target = nameof(BareInserts))]
    public void ReadyBare() => Ready(_bare);

    [IterationSetup(Target = nameof(Door))]
    public void ReadyDoor() => Ready(_door);

    [IterationSetup(Target = nameof(DoorWithoutEf))]
    public void ReadyDirect() => Ready(_direct);

    [Benchmark(Baseline = true)]
    public Task BareInserts() => _bare.Next(default);

    [Benchmark]
    public Task Door() => _door.Next(default);

    [Benchmark]
    public Task DoorWithoutEf() => _direct.Next(default);

    private void Ready(PostingLane lane) =>
        lane.Ready(perCall, calls, Restriction.Unrestricted, default).GetAwaiter().GetResult();
}

[CallsPerIteration(100)]
public class OnePerCommit() : Posting(perCall: 1, calls: 100);

[CallsPerIteration(1)]
public class ThousandPerCall() : Posting(perCall: 1000, calls: 1);
