using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// The bank's own proof that no line is missing: each balance is the one before plus the line. Files run from old to new
/// or from new to old; the direction that fits more neighbours is taken.
/// </summary>
internal sealed record BalanceChain(Amount? Opening, Amount? Closing, StatementWarning? Break)
{
    /// <summary>The first line, in order of time, whose balance does not follow from the one before.</summary>
    public int? FirstBrokenLine => Break?.Facts["line"] as int?;

    public static BalanceChain Of(IReadOnlyList<StatementLine> lines)
    {
        StatementLine[] inTime = [.. RunsBackwards(lines) ? lines.Reverse() : lines];
        StatementWarning? broken = FirstBreak(inTime);

        // Some banks list the newest day first and within a day the oldest line, or the other way round.
        foreach (StatementLine[] byDay in broken is null || !RunsByDay(lines) ? [] : new[] { lines, [.. lines.Reverse()] }.Select(each =>
            each.OrderBy(line => line.OccurredOn).ToArray()))
        {
            if (FirstBreak(byDay) is null)
            {
                (inTime, broken) = (byDay, null);
                break;
            }
        }

        Amount? opening = inTime[0].BalanceAfter is { } first ? first - inTime[0].Amount : null;
        return new BalanceChain(opening, inTime[^1].BalanceAfter, broken);
    }

    /// <summary>Gives amounts that are written without a sign the one that leads from balance to balance. The first line in time
    /// has no balance before it: it keeps what it has, money in.</summary>
    public static void SignByBalance(List<StatementLine> lines)
    {
        int backwards = 0, forwards = 0;
        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i - 1].BalanceAfter is { } above && lines[i].BalanceAfter is { } below)
            {
                forwards += IsStep(below, above, lines[i].Amount) ? 1 : 0;
                backwards += IsStep(above, below, lines[i - 1].Amount) ? 1 : 0;
            }
        }

        int step = backwards > forwards ? 1 : -1;
        for (int i = 0; i < lines.Count; i++)
        {
            if (i + step >= 0 && i + step < lines.Count && lines[i].BalanceAfter is { } after
                && lines[i + step].BalanceAfter is { } before && IsStep(after, before, lines[i].Amount))
            {
                lines[i] = lines[i] with { Amount = after - before };
            }
        }
    }

    private static bool IsStep(Amount after, Amount before, Amount amount) =>
        after - before == amount || before - after == amount;

    private static StatementWarning? FirstBreak(StatementLine[] inTime)
    {
        Int128? expectedFen = null;
        foreach (StatementLine line in inTime)
        {
            expectedFen += line.Amount.Units;
            if (line.BalanceAfter is not { } balance)
            {
                continue;
            }

            if (expectedFen is { } expected && expected != balance.Units)
            {
                return StatementWarning.Of(
                    "bank.chain-broken", ("line", line.LineNo), ("expected", InYuan(expected)), ("found", balance));
            }

            expectedFen = balance.Units;
        }

        return null;
    }

    private static object InYuan(Int128 fen) => fen >= long.MinValue && fen <= long.MaxValue ? Amount.Fen((long)fen) : "…";

    private static bool RunsByDay(IReadOnlyList<StatementLine> lines) =>
        lines.Zip(lines.Skip(1)).All(pair => pair.First.OccurredOn <= pair.Second.OccurredOn)
        || lines.Zip(lines.Skip(1)).All(pair => pair.First.OccurredOn >= pair.Second.OccurredOn);

    private static bool RunsBackwards(IReadOnlyList<StatementLine> lines)
    {
        int forwards = 0, backwards = 0;
        foreach ((StatementLine upper, StatementLine lower) in lines.Zip(lines.Skip(1)))
        {
            if (upper.BalanceAfter is { } above && lower.BalanceAfter is { } below)
            {
                forwards += above + lower.Amount == below ? 1 : 0;
                backwards += below + upper.Amount == above ? 1 : 0;
            }
        }

        return forwards == backwards ? lines[0].OccurredOn > lines[^1].OccurredOn : backwards > forwards;
    }
}
