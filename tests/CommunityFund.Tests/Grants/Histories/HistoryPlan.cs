using System.Diagnostics;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>Which foundation, and how long its grants are followed. Everything follows from the seed.</summary>
internal sealed record HistoryPlan(int Seed, int Grants, int StepsEach, bool IsExpense, bool Is2004)
{
    private static readonly TimeSpan ForShrinking = TimeSpan.FromSeconds(90);

    /// <summary>A new history, up to the first fault.</summary>
    public async Task<(HistoryFault? Fault, IReadOnlyList<HistoryMove> Played, string Told)> Walk()
    {
        await using HistoryWorld world = await HistoryWorld.Of(Seed, Grants, IsExpense, Is2004);
        HistoryWalk walk = new(world);
        Random random = new(Seed);
        try
        {
            for (int step = 0; step < Grants * StepsEach; step++)
            {
                await walk.Step(random);
            }

            await walk.ShouldBeClean();
        }
        catch (HistoryFault fault)
        {
            return (fault, walk.History, "");
        }

        return (null, walk.History, $"seed {Seed}: {string.Join(", ", walk.Done.OrderBy(each => each.Key).Select(each => $"{each.Key} {each.Value}"))}\n  "
            + string.Join("\n  ", walk.Refusals.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}")));
    }

    /// <summary>The same again with steps left out, as long as something still goes wrong: first all other grants' steps, then ever smaller parts.
    /// </summary>
    public async Task<(HistoryFault Fault, IReadOnlyList<HistoryMove> Played)> Shrink(HistoryFault fault, IReadOnlyList<HistoryMove> played)
    {
        int pair = played[^1].Grant / 2;
        Stopwatch watch = Stopwatch.StartNew();
        List<HistoryMove> least = [.. played];
        async Task<bool> Still(List<HistoryMove> fewer)
        {
            if (watch.Elapsed > ForShrinking || await Replay(fewer) is not { } again)
            {
                return false;
            }

            (fault, least) = again;
            return true;
        }

        await Still(least.FindAll(move => move.Grant / 2 == pair || move.Step == HistoryStep.Wait));
        for (int part = Math.Max(1, least.Count / 2); part >= 1; part /= 2)
        {
            for (int at = least.Count - 1 - part; at >= 0; at -= part)
            {
                if (at < least.Count)
                {
                    await Still([.. least.Take(at), .. least.Skip(at + part)]);
                }
            }
        }

        return (fault, least);
    }

    private async Task<(HistoryFault, List<HistoryMove>)?> Replay(List<HistoryMove> moves)
    {
        await using HistoryWorld world = await HistoryWorld.Of(Seed, Grants, IsExpense, Is2004);
        HistoryWalk walk = new(world);
        try
        {
            foreach (HistoryMove move in moves)
            {
                await walk.Play(move);
            }

            await walk.ShouldBeClean();
            return null;
        }
        catch (HistoryFault again)
        {
            return (again, [.. walk.History]);
        }
    }
}
