using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>
/// Random histories of grants against the program and a model beside it (grants.md 5.2-5.5). Each grant is one history; those of one foundation run
/// at the same time and bear on each other by funds, gifts, leads and batches. <c>HISTORIES=3000</c> in the environment runs so many more, and
/// <c>HISTORY_SEED</c> says where to begin.
/// </summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    private const int Grants = 8, StepsEach = 22;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    public Task Promises_advances_claims_gifts_and_books_agree_after_every_step_of_a_random_history(int seed, bool isExpense, bool is2004) =>
        Holds(new HistoryPlan(seed, 4, 16, isExpense, is2004));

    [Fact]
    public async Task As_many_histories_as_are_asked_for_agree()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("HISTORIES"), NumberStyles.None, CultureInfo.InvariantCulture, out int wanted))
        {
            Assert.Skip("HISTORIES says how many.");
        }

        int first = int.TryParse(Environment.GetEnvironmentVariable("HISTORY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int said)
            ? said : 1_000;
        List<string> found = [];
        Stopwatch watch = Stopwatch.StartNew();
        int ran = 0;
        for (int seed = first; ran < wanted; seed++, ran += Grants)
        {
            try
            {
                await Holds(new HistoryPlan(seed, Grants, StepsEach, seed % 2 == 1, seed % 4 >= 2));
            }
            catch (XunitException fault)
            {
                found.Add(fault.Message);
                Console.WriteLine(fault.Message);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ran} histories in {watch.Elapsed.TotalSeconds:0} s, {found.Count} foundations at fault"));
        found.ShouldBeEmpty();
    }

    private async Task Holds(HistoryPlan plan)
    {
        (HistoryFault? fault, IReadOnlyList<HistoryMove> played, string told) = await plan.Walk();
        output.WriteLine(told);
        if (fault is not null)
        {
            Console.WriteLine($"{plan}: {fault.Message}");
            (fault, played) = await plan.Shrink(fault, played);
            Assert.Fail($"{plan}\n{string.Join('\n', played.Select(move => $"  {move}"))}\n{fault.Message}\n{fault.InnerException?.StackTrace}");
        }
    }
}
