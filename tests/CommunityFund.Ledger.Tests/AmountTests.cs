using CommunityFund.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace CommunityFund.Ledger.Tests;

public sealed class AmountTests
{
    [Fact]
    public void Yuan_become_whole_fen()
    {
        Amount.Yuan(12.50m).Units.ShouldBe(1250);
        Amount.Yuan(12.50m).ToString().ShouldBe("12.50");
        Amount.Yuan(-0.05m).ToString().ShouldBe("-0.05");
        Should.Throw<ArgumentException>(() => Amount.Yuan(1.005m));
    }

    [Fact]
    public void Hours_are_counted_in_minutes_and_points_in_points()
    {
        Amount.Of(1.5m, Commodity.Hour).Units.ShouldBe(90);
        Amount.OfUnits(90, Commodity.Hour).ToString().ShouldBe("1:30");
        Amount.OfUnits(7, Commodity.Point).ToString().ShouldBe("7");
    }

    [Fact]
    public void Two_commodities_never_mix()
    {
        Should.Throw<ArgumentException>(() => Amount.Fen(1) + Amount.OfUnits(1, Commodity.Hour));
        Should.Throw<ArgumentException>(() => Amount.Fen(1) < Amount.OfUnits(1, Commodity.Point));
    }

    [Fact]
    public void A_sum_that_does_not_fit_throws_instead_of_wrapping()
    {
        Should.Throw<OverflowException>(() => Amount.Fen(long.MaxValue) + Amount.Fen(1));
        Should.Throw<OverflowException>(() => Amount.Fen(long.MinValue) - Amount.Fen(1));
        Should.Throw<OverflowException>(() => -Amount.Fen(long.MinValue));
        Should.Throw<OverflowException>(() => Amount.Of(decimal.MaxValue, Commodity.Cny));
    }

    [Fact]
    public void A_split_loses_nothing_and_no_share_is_off_by_more_than_one_unit() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>(),
            Gen.Choose(0, 1000).NonEmptyListOf().Where(weights => weights.Any(weight => weight > 0)).ToArbitrary(),
            (units, weights) =>
            {
                IReadOnlyList<Amount> shares = Amount.Fen(units).Split([.. weights]);
                Int128 total = weights.Sum();
                return shares.Aggregate(Int128.Zero, (sum, share) => sum + share.Units) == units
                    && shares.Zip(weights).All(pair => pair.Second == 0
                        ? pair.First.IsZero
                        : Int128.Abs((pair.First.Units * total) - (units * (Int128)pair.Second)) < total * weights.Count);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fen_that_does_not_divide_goes_to_the_first_share() =>
        Amount.Fen(100).Split(1, 1, 1).Select(share => share.Units).ShouldBe([34, 33, 33]);

    [Fact]
    public void The_largest_amounts_split_without_overflow()
    {
        Amount.Fen(long.MaxValue).Split(int.MaxValue, int.MaxValue).Sum(share => (decimal)share.Units).ShouldBe(long.MaxValue);
        Amount.Fen(long.MinValue).Split(1, 2).Sum(share => (decimal)share.Units).ShouldBe(long.MinValue);
    }

    [Fact]
    public void A_split_needs_a_weight()
    {
        Should.Throw<ArgumentException>(() => Amount.Fen(1).Split());
        Should.Throw<ArgumentException>(() => Amount.Fen(1).Split(0, 0));
        Should.Throw<ArgumentException>(() => Amount.Fen(1).Split(1, -1));
    }
}
