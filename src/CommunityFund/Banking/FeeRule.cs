using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// What a column of fees means for the account. A platform's bill is gross, and its fee money of its own. In another file the fee
/// counts if the balances say so, or a column of what was settled; else it may be in the amount already, and a person is told.
/// </summary>
internal sealed class FeeRule
{
    private readonly StatementHeader header;
    private readonly bool isCost;

    /// <param name="signed">The amounts of the sample, signed; null where a row has none.</param>
    public FeeRule(StatementHeader header, bool isPlatform, Func<StatementRow, long?> signed)
    {
        this.header = header;
        Counts = isPlatform && header.Has(Fee);
        if (isPlatform || !header.Has(Fee))
        {
            return;
        }

        StatementRow[] rows = [.. header.Sample.Where(ColumnGuess.LooksLikeALine)];
        long?[] fees = [.. rows.Select(FeeIn)], amounts = [.. rows.Select(signed)];
        if (fees.All(fee => fee is null or 0))
        {
            return;
        }

        long?[] balances = [.. rows.Select(row => StatementCell.Fen(header.Cell(row, Balance)))];
        long?[] afterCost = [.. amounts.Zip(fees, (amount, fee) => amount - Math.Abs(fee ?? 0))];
        long?[] afterShare = [.. amounts.Zip(fees, (amount, fee) => amount + Effect(amount ?? 0, fee ?? 0))];
        bool isShare = StatementSigns.Proves(afterShare, amounts, balances);
        isCost = StatementSigns.Proves(afterCost, amounts, balances);
        Counts = isCost || isShare || HasSettled(rows, amounts, afterShare);
        IsUnproved = !Counts && !StatementSigns.Proves(amounts, afterCost, balances);
    }

    /// <summary>Whether a row's fee is a line of its own.</summary>
    public bool Counts { get; }

    /// <summary>There are fees, and nothing tells whether the amounts hold them already.</summary>
    public bool IsUnproved { get; }

    /// <summary>What the fee does to the account: taken from money in, given back with what is paid back, however it is signed.</summary>
    public Amount? Of(StatementRow row, Amount amount) => Counts && FeeIn(row) is { } fee and not 0
        ? Amount.Fen(isCost ? -Math.Abs(fee) : Effect(amount.Units, fee)) : null;

    private static long Effect(long amount, long fee) => amount < 0 ? Math.Abs(fee) : -Math.Abs(fee);

    private bool HasSettled(StatementRow[] rows, long?[] amounts, long?[] after) => Enumerable.Range(0, header.Names.Count).Any(place =>
        header.IsFree(place) && rows.Select((row, i) => StatementCell.Fen(row.Cell(place)) is { } net
            && (net == after[i] || (net == -after[i] && amounts[i] < 0))).All(fits => fits));

    // WeChat counts a fee to a thousandth of a fen.
    private long? FeeIn(StatementRow row) => StatementCell.Fen(header.Cell(row, Fee)) ?? StatementCell.Rounded(header.Cell(row, Fee));
}
