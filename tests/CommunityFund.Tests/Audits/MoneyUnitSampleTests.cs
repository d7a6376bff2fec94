using CommunityFund.Audits;

namespace CommunityFund.Tests.Audits;

public sealed class MoneyUnitSampleTests
{
    private const string Seed = "2026-03-20 双色球 05 11 17 22 26 31 + 09";

    [Fact]
    public void A_table_computed_by_hand_comes_out()
    {
        SampleLine[] lines = [new(1, 1, 12_000), new(2, 1, 500), new(2, 3, 30_000), new(5, 2, 7_500), new(9, 1, 100_000), new(12, 4, 1)];

        // 1500.01 yuan in 5: J = 300.01; the seed leaves 173, so fen 174, 30175, 60176, 90177, 120178 are drawn.
        MoneyUnitSample drawn = MoneyUnitSample.Draw(lines, 5, Seed);
        (drawn.Lines, drawn.Total, drawn.Interval, drawn.Start).ShouldBe((6, 150_001L, 30_001L, 174L));
        drawn.Hits.ShouldBe([new(lines[0], 12_000, 1), new(lines[2], 42_500, 1), new(lines[4], 150_000, 3)]);
    }

    [Fact]
    public void Whatever_the_population_the_hits_are_as_many_as_the_arithmetic_says_and_no_large_line_is_left_out()
    {
        Random random = new(20260320);
        for (int round = 0; round < 400; round++)
        {
            SampleLine[] lines = [.. Enumerable.Range(1, random.Next(1, 60)).Select(entry =>
                new SampleLine(entry, (short)random.Next(1, 9), random.NextInt64(1, round % 3 == 0 ? 20 : 5_000_000)))];
            int size = random.Next(1, 80);
            string seed = $"种子 {round}";
            MoneyUnitSample drawn = MoneyUnitSample.Draw(lines, size, seed);
            drawn.Total.ShouldBe(lines.Sum(line => line.Units));
            drawn.Start.ShouldBeInRange(1, drawn.Interval);
            drawn.Hits.Sum(hit => hit.Hits).ShouldBe((int)((drawn.Total - drawn.Start) / drawn.Interval) + 1);
            drawn.Hits.Sum(hit => hit.Hits).ShouldBeLessThanOrEqualTo(size);
            lines.Where(line => line.Units >= drawn.Interval).Except(drawn.Hits.Select(hit => hit.Line)).ShouldBeEmpty();

            // Fen by fen, as somebody with a pencil would do it.
            List<SampleLine> pencil = [];
            for (long fen = drawn.Start; fen <= drawn.Total; fen += drawn.Interval)
            {
                long left = fen;
                pencil.Add(lines.First(line => (left -= line.Units) <= 0));
            }

            drawn.Hits.SelectMany(hit => Enumerable.Repeat(hit.Line, hit.Hits)).ShouldBe(pencil);
            random.Shuffle(lines);
            MoneyUnitSample.Draw(lines, size, seed).Hits.ShouldBe(drawn.Hits);
        }
    }

    [Fact]
    public void Another_seed_draws_other_lines_and_nothing_is_drawn_from_nothing()
    {
        SampleLine[] lines = [.. Enumerable.Range(1, 500).Select(entry => new SampleLine(entry, 1, 1_000))];
        MoneyUnitSample.Draw(lines, 20, "甲").Hits.ShouldNotBe(MoneyUnitSample.Draw(lines, 20, "乙").Hits);
        Should.Throw<ArgumentOutOfRangeException>(() => MoneyUnitSample.Draw([], 5, Seed));
        Should.Throw<ArgumentOutOfRangeException>(() => MoneyUnitSample.Draw(lines, 501, Seed));
        Should.Throw<OverflowException>(() => MoneyUnitSample.Draw([new(1, 1, long.MaxValue), new(2, 1, 1)], 5, Seed));
    }
}
