using CommunityFund.Grants.Meetings;
using FsCheck;
using FsCheck.Fluent;

namespace CommunityFund.Tests.Grants.Meetings;

public sealed class VoteCountTests
{
    private static readonly TieRule[] AllTies = [TieRule.FirstCriterion, TieRule.MoreVotes, TieRule.SmallerRequest, TieRule.Lots];

    private static readonly VoteRules Heads = new(VoteMode.Count, false, [40, 35, 25], [new VoteGroup(1, 1), new VoteGroup(2, 1)], AllTies);

    [Fact]
    public void A_score_is_the_sum_of_weight_times_votes()
    {
        // 4 ballots {1,2}, 2 ballots {3}, 1 ballot {1,2,3}: 5 votes on 1, 5 on 2, 3 on 3; 40*5 + 35*5 + 25*3 = 450.
        ProjectBox box = new(1, 500_000, null, [Group(1, 10, (0b011, 4), (0b100, 2)), Group(2, 3, (0b111, 1))]);
        VoteCount.Score(Heads, box).ShouldBe(Fraction.Of(450));

        // The second group counts threefold: 1: 4 + 3, 2: 4 + 3, 3: 2 + 3; 40*7 + 35*7 + 25*5 = 650.
        VoteCount.Score(Heads with { WeighsGroups = true, Groups = [new VoteGroup(1, 1), new VoteGroup(2, 3)] }, box).ShouldBe(Fraction.Of(650));
    }

    [Fact]
    public void A_share_is_taken_of_those_who_could_vote_on_the_project()
    {
        VoteRules share = Heads with { Mode = VoteMode.Share };
        ProjectBox box = new(1, 500_000, null, [Group(1, 10, (0b011, 4), (0b100, 2)), Group(2, 3, (0b111, 1))]);

        // 13 could vote: (40*5 + 35*5 + 25*3) / 13 = 450/13 = 34.615...
        VoteCount.Score(share, box).ShouldBe(Fraction.Of(450, 13));
        VoteCount.Score(share, box).Text().ShouldBe("34.6154");

        // Three of the first group step back: 450/10.
        ProjectBox smaller = box with { Groups = [box.Groups[0] with { Entitled = 7 }, box.Groups[1]] };
        VoteCount.Score(share, smaller).ShouldBe(Fraction.Of(45));

        // By groups of weight 2 and 1: on each criterion (2 * votes/10 + 1 * votes/3) / 3.
        // 1: (8/10 + 1/3)/3 = 17/45; 2: the same; 3: (4/10 + 1/3)/3 = 11/45; (75*17 + 25*11)/45 = 1550/45.
        VoteRules weighed = share with { WeighsGroups = true, Groups = [new VoteGroup(1, 2), new VoteGroup(2, 1)] };
        VoteCount.Score(weighed, box).ShouldBe(Fraction.Of(1550, 45));

        // A group of which nobody could vote neither adds nor takes away; and where nobody could at all there is no score.
        ProjectBox one = box with { Groups = [box.Groups[0], Group(2, 0)] };
        VoteCount.Score(weighed, one).ShouldBe(Fraction.Of(40 * 4 + 35 * 4 + 25 * 2, 10));
        VoteCount.Score(weighed, box with { Groups = [Group(1, 0), Group(2, 0)] }).ShouldBe(Fraction.Zero);
    }

    [Fact]
    public void Ties_are_broken_in_the_order_of_the_rules_and_what_only_a_lot_parts_says_so()
    {
        // With weights 50 and 50 all have the score 100 * votes / 2.
        VoteRules rules = new(VoteMode.Count, false, [50, 50], [new VoteGroup(1, 1)], AllTies);
        ProjectBox first = Box(1, 900, (0b01, 3), (0b10, 1)), even = Box(2, 900, (0b01, 2), (0b10, 2)), cheap = Box(3, 500, (0b01, 2), (0b10, 2)),
            twin = Box(4, 500, (0b01, 2), (0b10, 2)), low = Box(5, 100, (0b01, 1));
        IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(rules, [low, twin, cheap, even, first]);

        // 1 has more on the first criterion; 3 and 4 ask for less than 2 and only a lot parts them.
        ranking.Select(score => (score.Grant, score.Rank, score.NeedsLot)).ShouldBe([(1, 1, false), (3, 2, true), (4, 2, true), (2, 4, false), (5, 5, false)]);
        ranking[0].BrokenBy.ShouldBe(TieRule.FirstCriterion);
        ranking[3].BrokenBy.ShouldBe(TieRule.SmallerRequest);
        ranking[4].BrokenBy.ShouldBeNull();

        IReadOnlyList<ProjectScore> drawn = VoteCount.Rank(rules, [low, twin with { Lot = 1 }, cheap with { Lot = 2 }, even, first]);
        drawn.Select(score => (score.Grant, score.Rank)).ShouldBe([(1, 1), (4, 2), (3, 3), (2, 4), (5, 5)]);
        drawn.ShouldAllBe(score => !score.NeedsLot);

        // Without a rule about money the lot parts all three.
        VoteCount.Rank(rules with { Ties = [TieRule.FirstCriterion, TieRule.Lots] }, [cheap, even, twin]).ShouldAllBe(score => score.NeedsLot && score.Rank == 1);
    }

    [Fact]
    public void Scores_that_differ_by_less_than_the_eye_sees_still_rank()
    {
        VoteRules rules = new(VoteMode.Share, false, [100], [new VoteGroup(1, 1)], [TieRule.Lots]);
        IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(rules,
            [new ProjectBox(1, 1, null, [Group(1, 300_001, (1, 100_000))]), new ProjectBox(2, 1, null, [Group(1, 300_000, (1, 100_000))])]);
        ranking.Select(score => score.Grant).ShouldBe([2, 1]);
        ranking.ShouldAllBe(score => !score.NeedsLot);
    }

    [Fact]
    public void Whatever_was_voted_the_ranking_is_total_stable_and_fair()
    {
        Prop.ForAll(Arb.From(Rooms), room =>
        {
            IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(room.Rules, room.Boxes);
            IReadOnlyList<ProjectScore> again = VoteCount.Rank(room.Rules, [.. Enumerable.Reverse(room.Boxes)]);

            // Whatever order they came in, the same; each project once; never a better score behind a worse one.
            bool same = ranking.Select(score => (score.Grant, score.Rank)).SequenceEqual(again.Select(score => (score.Grant, score.Rank)));
            bool each = ranking.Select(score => score.Grant).Order().SequenceEqual(room.Boxes.Select(box => box.Grant).Order());
            bool falls = ranking.Zip(ranking.Skip(1)).All(pair => pair.First.Score >= pair.Second.Score && pair.First.Rank <= pair.Second.Rank);

            // A share is never above 100; equal ranks are those that need a lot.
            bool bounded = room.Rules.Mode == VoteMode.Count || ranking.All(score => score.Score <= Fraction.Of(100));
            bool lots = ranking.GroupBy(score => score.Rank).All(tied => tied.Count() == 1 || tied.All(score => score.NeedsLot));
            return same && each && falls && bounded && lots;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_vote_more_never_lowers_a_project()
    {
        Prop.ForAll(Arb.From(Rooms), room =>
        {
            ProjectBox box = room.Boxes[0];
            GroupBox group = box.Groups[0];
            if (group.Ballots >= group.Entitled)
            {
                return true;
            }

            Dictionary<int, int> more = new(group.Patterns);
            more[1] = more.GetValueOrDefault(1) + 1;
            return VoteCount.Score(room.Rules, box with { Groups = [group with { Patterns = more }, .. box.Groups.Skip(1)] }) > VoteCount.Score(room.Rules, box);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(450, 1, "450")]
    [InlineData(315, 8, "39.375")]
    [InlineData(300, 7, "42.8571")]
    [InlineData(85, 2, "42.50")]
    [InlineData(1, 30_000, "0.00")]
    [InlineData(0, 5, "0")]
    public void A_score_is_shown_with_two_to_four_places(int above, int below, string shown) => Fraction.Of(above, below).Text().ShouldBe(shown);

    private sealed record Room(VoteRules Rules, IReadOnlyList<ProjectBox> Boxes);

    private static readonly Gen<Room> Rooms =
        from mode in Gen.Elements(VoteMode.Count, VoteMode.Share)
        from weighs in Gen.Elements(true, false)
        from first in Gen.Choose(1, 98)
        from weight in Gen.Choose(1, 9)
        from boxes in Boxes.ListOf(8)
        select new Room(new VoteRules(mode, weighs, [first, 99 - first, 1], [new VoteGroup(1, weight), new VoteGroup(2, 2)], AllTies),
            [.. boxes.Select((box, index) => box with { Grant = index + 1 })]);

    private static Gen<ProjectBox> Boxes =>
        from ballots in Gen.Choose(0, 4).ArrayOf(16)
        from spare in Gen.Choose(0, 2).ArrayOf(2)
        from asked in Gen.Choose(1, 3)
        select new ProjectBox(0, asked, null, [Filled(1, ballots[..8], spare[0]), Filled(2, ballots[8..], spare[1])]);

    private static GroupBox Filled(short no, int[] ballots, int spare) =>
        new(no, ballots.Sum() + spare, Enumerable.Range(0, 8).ToDictionary(ticks => ticks, ticks => ballots[ticks]));

    private static GroupBox Group(short no, int entitled, params (int Ticks, int Ballots)[] patterns) =>
        new(no, entitled, patterns.ToDictionary(pattern => pattern.Ticks, pattern => pattern.Ballots));

    private static ProjectBox Box(long grant, long requested, params (int Ticks, int Ballots)[] patterns) =>
        new(grant, requested, null, [Group(1, 10, patterns)]);
}
