using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>Thousands of histories on paper: whatever the rules let be, money adds up, and every state is reached by rows of the two tables that
/// pages and database ask.</summary>
public sealed class PaperHistoryTests
{
    private const int Histories = 6_000, Grants = 4, Steps = 160;

    [Fact]
    public void Whatever_may_happen_to_a_grant_its_money_adds_up_and_its_states_follow_the_tables()
    {
        HashSet<(TrancheState, TrancheState)> tranches = Reached(TrancheLife.Table, 4);
        HashSet<(GrantState, GrantState)> grants = Reached(GrantLife.Table, 1);
        Dictionary<HistoryStep, int> done = [];
        Dictionary<GrantState, int> ended = [];
        for (int seed = 1; seed <= Histories / Grants; seed++)
        {
            HistoryWorld world = HistoryWorld.Paper(seed, Grants, seed % 2 == 0);
            HistoryWalk walk = new(world);
            Random random = new(seed);
            for (int step = 0; step < Steps; step++)
            {
                (GrantState State, TrancheState[] Tranches)[] before = [.. world.Grants.Select(each =>
                    (each.State, each.Tranches.Select(row => row.State).ToArray()))];
                if (!walk.StepOnPaper(random))
                {
                    continue;
                }

                foreach (var (grant, was) in world.Grants.Zip(before))
                {
                    bool holds = !grant.Broken().Any() && (was.State == grant.State || grants.Contains((was.State, grant.State)))
                        && grant.Tranches.Zip(was.Tranches).All(each => each.Second == each.First.State
                            || tranches.Contains((each.Second, each.First.State)));
                    if (!holds)
                    {
                        Assert.Fail($"seed {seed}, after {walk.History.Count}: {walk.History[^1]}\n{string.Join("; ", grant.Broken())}\nwas {was.State} "
                            + $"{string.Join(' ', was.Tranches)}\n{grant}");
                    }
                }
            }

            foreach (var (step, times) in walk.Done)
            {
                done[step] = done.GetValueOrDefault(step) + times;
            }

            world.Grants.ForEach(each => ended[each.State] = ended.GetValueOrDefault(each.State) + 1);
        }

        // Every step happens often, or it is not tried at all.
        Enum.GetValues<HistoryStep>().Where(step => done.GetValueOrDefault(step) < 20).ShouldBeEmpty(string.Join(' ', done));
        ended.Keys.Order().ShouldBe([GrantState.Active, GrantState.Suspended, GrantState.Closing, GrantState.Closed, GrantState.Terminated,
            GrantState.Recovering], ignoreOrder: true);
    }

    /// <summary>What can be reached in so many rows; a step of people often brings some that follow of it.</summary>
    private static HashSet<(TState, TState)> Reached<TMover, TState, TMove, TFacts>(Workflow<TMover, TState, TMove, TFacts> table, int rows)
        where TMover : struct, Enum
        where TState : struct, Enum
        where TMove : struct, Enum
    {
        HashSet<(TState From, TState To)> direct = [.. table.Rules.Where(rule => rule.From is not null).Select(rule => (rule.From!.Value, rule.To))];
        HashSet<(TState From, TState To)> reached = [.. direct];
        for (int row = 1; row < rows; row++)
        {
            reached.UnionWith([.. reached.SelectMany(one => direct.Where(next => next.From.Equals(one.To)).Select(next => (one.From, next.To)))]);
        }

        return reached;
    }
}
