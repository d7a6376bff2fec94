using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>A line's one amount and the side it stands on, from the two cells it may be written in.</summary>
public sealed record WrittenAmount
{
    /// <summary>Neither cell has an amount.</summary>
    public const string SideMissing = "voucher.side-missing";

    /// <summary>Both cells have an amount.</summary>
    public const string BothSides = "voucher.both-sides";

    private WrittenAmount(Side side, Amount amount) => (Side, Amount) = (side, amount);

    public Side Side { get; }

    /// <summary>Negative is red ink.</summary>
    public Amount Amount { get; }

    /// <exception cref="RefusedException">There is no amount, there are two, or it is zero.</exception>
    public static WrittenAmount Of(Amount? debit, Amount? credit, int line)
    {
        WrittenAmount written = (debit, credit) switch
        {
            ({ } one, null) => new WrittenAmount(Side.Debit, one),
            (null, { } one) => new WrittenAmount(Side.Credit, one),
            (null, null) => throw new RefusedException(SideMissing, ("line", line)),
            _ => throw new RefusedException(BothSides, ("line", line)),
        };
        WrittenLine.NotZero(written.Amount, line);
        return written;
    }
}
