using System.Globalization;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements.Ratios;

/// <summary>Shares of made-up figures, judged: to the fen, on a day of the year, with what waits and what is awarded.</summary>
public sealed class RatioJudgeTests
{
    private static readonly LawTest Least = new(true, RatioFigure.Charitable, 70m, [RatioBase.LastIncome, RatioBase.AverageIncome], null);

    private static readonly LawTest Most = new(false, RatioFigure.Management, 10m, [RatioBase.Spend], Amount.Yuan(200_000));

    // Income of the three years before, spent, waiting and awarded; the year's last day or a day of it.
    [Theory]
    [InlineData("1000 1000 1000", "700 0 0", "12-31", RatioState.Met, "700.00", "0.00")]
    [InlineData("1000 1000 1000", "699.99 0 0", "12-31", RatioState.NotMet, "700.00", "0.01")]
    [InlineData("1000 1000 700", "630 0 0", "12-31", RatioState.Met, "630.00", "0.00")] // the average asks for less
    [InlineData("1000 1000 699.99", "630 0 0", "12-31", RatioState.Met, "630.00", "0.00")] // 899.9966 is 900 and not less
    [InlineData("1000 - 1", "700 0 0", "12-31", RatioState.Met, "700.00", "0.00")] // no average of years nobody knows
    [InlineData("- 1 1", "700 0 0", "12-31", RatioState.Unknown, null, null)]
    [InlineData("0.01 9 9", "0 0 0", "12-31", RatioState.NotMet, "0.01", "0.01")] // 0.7 of a fen is a fen
    [InlineData("1000 1000 1000", "350 0 0", "07-02", RatioState.AtRisk, "700.00", "350.00")] // 183 of 365 days
    [InlineData("1000 1000 1000", "351 0 0", "07-02", RatioState.OnTheWay, "700.00", "349.00")]
    [InlineData("1000 1000 1000", "0 300 400", "07-02", RatioState.OnTheWay, "700.00", "700.00")] // what waits and is awarded
    [InlineData("1000 1000 1000", "0 300 399.99", "07-02", RatioState.AtRisk, "700.00", "700.00")]
    [InlineData("1000 1000 1000", "700 0 0", "07-02", RatioState.Met, "700.00", "0.00")]
    public void What_must_be_spent_at_least(string incomes, string spent, string day, RatioState state, string? limit, string? room)
    {
        decimal[] sums = [.. spent.Split(' ').Select(Yuan)];
        RatioTest test = Judge(incomes, day, sums[2], (RatioFigure.Charitable, sums[0], sums[1]), (RatioFigure.Spend, sums[0], sums[1]))
            .Of(Least);
        test.State.ShouldBe(state);
        (test.Limit?.ToString(), test.Room?.ToString()).ShouldBe((limit, room));
    }

    // Management and all spending so far, and management that waits.
    [Theory]
    [InlineData("200000.00 2000000 0", "12-31", RatioState.Met)]
    [InlineData("200000.01 2000000 0", "12-31", RatioState.NotMet)]
    [InlineData("199999.99 200000 0", "12-31", RatioState.Exempt)]
    [InlineData("99999.99 100000 0", "07-02", RatioState.Exempt)]
    [InlineData("150000 1500000 0", "07-02", RatioState.OnTheWay)]
    [InlineData("150000 1500000 1", "07-02", RatioState.AtRisk)]
    public void What_may_be_spent_at_most(string spent, string day, RatioState state)
    {
        decimal[] sums = [.. spent.Split(' ').Select(Yuan)];
        Judge("1 1 1", day, 0, (RatioFigure.Management, sums[0], sums[2]), (RatioFigure.Spend, sums[1], sums[2])).Of(Most)
            .State.ShouldBe(state);
    }

    [Fact]
    public void A_ratio_is_never_rounded_in_the_bodys_favour_and_missing_years_are_named()
    {
        RatioTest least = Judge("30000 - -", "12-31", 0, (RatioFigure.Charitable, 20_999.99m, 0), (RatioFigure.Spend, 1, 0)).Of(Least);
        least.Ratio.ShouldBe(69.99m);
        least.Options[1].Missing.ShouldBe([2024, 2023]);
        least.Better!.Base.ShouldBe(RatioBase.LastIncome);
        Judge("1 1 1", "12-31", 0, (RatioFigure.Management, 300_000.01m, 0), (RatioFigure.Spend, 3_000_000, 0)).Of(Most).Ratio.ShouldBe(10.01m);
    }

    private static decimal Yuan(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static RatioJudge Judge(
        string incomes, string day, decimal committed, params (RatioFigure Figure, decimal Yuan, decimal Waiting)[] sums) => new(
        2026, NodaTime.Text.LocalDatePattern.Iso.Parse($"2026-{day}").Value,
        [.. incomes.Split(' ').Select((income, at) => income == "-" ? RatioYear.Unknown(2025 - at) : new RatioYear(
            2025 - at, YearSource.Entered, Amount.Yuan(Yuan(income)), Amount.Yuan(0), Amount.Yuan(0), Amount.Yuan(0)))],
        sums.ToDictionary(sum => sum.Figure, sum => new RatioSum(
            sum.Figure, new Bilingual("甲", "a"), Amount.Yuan(sum.Yuan), Amount.Yuan(sum.Waiting), [])),
        Amount.Yuan(committed));
}
