using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace CommunityFund.Benchmarks;

/// <summary>
/// In this process, for the toolchain that makes projects of its own knows nothing of the repository's package versions; a
/// fixed number of calls per iteration, for each call needs a voucher that was prepared beforehand.
/// </summary>
internal static class Jobs
{
    public static IConfig Of(int calls, int iterations) => ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(RunStrategy.Monitoring)
            .WithInvocationCount(calls).WithUnrollFactor(1).WithWarmupCount(2).WithIterationCount(iterations))
        .AddColumn(StatisticColumn.Median);
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class CallsPerIterationAttribute(int calls, int iterations = 10) : Attribute, IConfigSource
{
    public IConfig Config { get; } = Jobs.Of(calls, iterations);
}
