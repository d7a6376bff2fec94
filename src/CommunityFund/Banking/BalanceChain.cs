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
        Amount? opening = inTime[0].BalanceAfter is { } first ? first - inTime[0].Amount : null;
        return new BalanceChain(opening, inTime[^1].BalanceAfter, FirstBreak(inTime));
    }

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
