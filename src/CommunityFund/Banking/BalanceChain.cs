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

    public static BalanceChain Of(IReadOnlyList<LineFigures> lines)
    {
        bool backwards = RunsBackwards(lines);
        BalanceChain chain = InOrder(backwards ? lines.Reverse() : lines, backwards ? lines[^1] : lines[0], backwards ? lines[0] : lines[^1]);

        // Some banks list the newest day first and within a day the oldest line, or the other way round.
        return chain.Break is null || !RunsByDay(lines) ? chain
            : new[] { lines, lines.Reverse() }.Select(each => each.OrderBy(line => line.OccurredOn).ToArray())
                .Select(each => InOrder(each, each[0], each[^1])).FirstOrDefault(each => each.Break is null) ?? chain;
    }

    private static BalanceChain InOrder(IEnumerable<LineFigures> inTime, LineFigures first, LineFigures last) =>
        new(Fen(first.BalanceAfter - first.Units), Fen(last.BalanceAfter), FirstBreak(inTime));

    /// <summary>Gives amounts that are written without a sign the one that leads from balance to balance. The first line in time
    /// has no balance before it: it keeps what it has, money in.</summary>
    public static void SignByBalance(List<LineFigures> lines)
    {
        int backwards = 0, forwards = 0;
        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i - 1].BalanceAfter is { } above && lines[i].BalanceAfter is { } below)
            {
                forwards += IsStep(below, above, lines[i].Units) ? 1 : 0;
                backwards += IsStep(above, below, lines[i - 1].Units) ? 1 : 0;
            }
        }

        int step = backwards > forwards ? 1 : -1;
        for (int i = 0; i < lines.Count; i++)
        {
            if (i + step >= 0 && i + step < lines.Count && lines[i].BalanceAfter is { } after
                && lines[i + step].BalanceAfter is { } before && IsStep(after, before, lines[i].Units))
            {
                lines[i] = lines[i] with { Units = after - before };
            }
        }
    }

    private static bool IsStep(long after, long before, long units) => after - before == units || before - after == units;

    private static StatementWarning? FirstBreak(IEnumerable<LineFigures> inTime)
    {
        Int128? expectedFen = null;
        foreach (LineFigures line in inTime)
        {
            expectedFen += line.Units;
            if (line.BalanceAfter is not { } balance)
            {
                continue;
            }

            if (expectedFen is { } expected && expected != balance)
            {
                return StatementWarning.Of(
                    "bank.chain-broken", ("line", line.LineNo), ("expected", InYuan(expected)), ("found", Amount.Fen(balance)));
            }

            expectedFen = balance;
        }

        return null;
    }

    private static Amount? Fen(long? fen) => fen is { } units ? Amount.Fen(units) : null;

    private static object InYuan(Int128 fen) => fen >= long.MinValue && fen <= long.MaxValue ? Amount.Fen((long)fen) : "…";

    private static bool RunsByDay(IReadOnlyList<LineFigures> lines)
    {
        bool forwards = true, backwards = true;
        for (int i = 1; i < lines.Count; i++)
        {
            forwards &= lines[i - 1].OccurredOn <= lines[i].OccurredOn;
            backwards &= lines[i - 1].OccurredOn >= lines[i].OccurredOn;
        }

        return forwards || backwards;
    }

    private static bool RunsBackwards(IReadOnlyList<LineFigures> lines)
    {
        int forwards = 0, backwards = 0;
        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i - 1].BalanceAfter is { } above && lines[i].BalanceAfter is { } below)
            {
                forwards += above + lines[i].Units == below ? 1 : 0;
                backwards += below + lines[i - 1].Units == above ? 1 : 0;
            }
        }

        return forwards == backwards ? lines[0].OccurredOn > lines[^1].OccurredOn : backwards > forwards;
    }
}
