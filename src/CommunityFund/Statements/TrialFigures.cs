using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>
/// The eight figures of a line of the trial balance. Balances stand on the side of their sign; turnovers are what was
/// written on each side, red ink taken off.
/// </summary>
public sealed record TrialFigures(
    Amount OpeningDebit, Amount OpeningCredit, Amount Debit, Amount Credit,
    Amount YearDebit, Amount YearCredit, Amount ClosingDebit, Amount ClosingCredit)
{
    /// <summary>In the order of the columns.</summary>
    public IReadOnlyList<Amount> Columns =>
        [OpeningDebit, OpeningCredit, Debit, Credit, YearDebit, YearCredit, ClosingDebit, ClosingCredit];

    public bool IsNothing => Columns.All(amount => amount.IsZero);

    /// <summary>Whether debits are credits in all four pairs.</summary>
    public bool IsBalanced =>
        OpeningDebit == OpeningCredit && Debit == Credit && YearDebit == YearCredit && ClosingDebit == ClosingCredit;

    /// <param name="opening">Debits minus credits before the first period, in fen.</param>
    internal static TrialFigures Of(long opening, long debit, long credit, long yearDebit, long yearCredit)
    {
        long closing = checked(opening + debit - credit);
        return new TrialFigures(
            Amount.Fen(Math.Max(0, opening)), Amount.Fen(Math.Max(0, -opening)), Amount.Fen(debit), Amount.Fen(credit),
            Amount.Fen(yearDebit), Amount.Fen(yearCredit), Amount.Fen(Math.Max(0, closing)), Amount.Fen(Math.Max(0, -closing)));
    }

    internal static TrialFigures SumOf(IReadOnlyList<TrialFigures> lines)
    {
        Amount[] sums = [.. Enumerable.Range(0, 8)
            .Select(column => lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Columns[column]))];
        return new TrialFigures(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]);
    }
}
