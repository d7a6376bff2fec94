using CommunityFund.Bench;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Bench;

/// <summary>The room works; how fast it is, <c>fund bench</c> says.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task A_benchmark_posts_by_the_door_and_reads_what_it_filled_in()
    {
        await using BenchGround ground = await BenchGround.Start(books: 2, funds: 3);

        Heat heat = await new PostingRace(ground, rounds: 1, size: 2).EightClients(default);
        heat.Bare.ShouldBePositive();
        heat.Door.ShouldBePositive();
        heat.Direct.ShouldBePositive();

        IReadOnlyList<Part> parts = await new PostingParts(ground, rounds: 1).Of(3, default);
        parts.Select(part => part.Key).ShouldContain("lines-proof");

        ReadingRace reading = new(ground, rounds: 1);
        (await reading.At(240, default)).Lines.ShouldBeGreaterThanOrEqualTo(240);
        TrialBalanceView view = await reading.Kept(default);
        view.IsBalanced.ShouldBeTrue();
        view.Rows.ShouldNotBeEmpty();

        (await new SuggestRace(ground, expectations: 300).Run(default)).Found.ShouldBePositive();

        GrantListReading lists = await new GrantListRace(ground, applications: 400, rounds: 1).Run(default);
        lists.Cases.ToDictionary(each => each.Name, each => each.Rows).ShouldSatisfyAllConditions(
            rows => rows["rounds"].ShouldBe(20), rows => rows["first"].ShouldBePositive(), rows => rows["mine"].ShouldBe(1),
            rows => rows["nothing"].ShouldBe(0));
        lists.Bare.ShouldBePositive();

        AdvanceReading advances = await new AdvanceRace(ground, grants: 200, rounds: 1).Run(default);
        advances.Open.ShouldBe(20);
        advances.Cases.ShouldAllBe(each => each.Milliseconds > 0 && each.Rows > 0);

        BenchFacts facts = await BenchFacts.Of(ground, default);
        facts.Safety.ShouldStartWith("fsync = on, synchronous_commit = on");
    }
}
