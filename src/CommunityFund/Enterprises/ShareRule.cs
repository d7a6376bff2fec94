using System.Globalization;
using CommunityFund.Ledger;

namespace CommunityFund.Enterprises;

/// <summary>How a share was worked out, step by step, so that both sides can follow it.</summary>
/// <param name="Base">The profit or turnover it is a part of, not below nothing; null for a fixed sum.</param>
/// <param name="Exact">The part before rounding, in whole fen and millionths of a fen.</param>
/// <param name="Rounded">After rounding half up to the agreed place.</param>
/// <param name="Due">After floor and cap.</param>
public sealed record ShareSteps(Amount? Base, string Exact, Amount Rounded, bool RaisedToFloor, bool HeldByCap, Amount Due);

/// <summary>What a period owes by an agreement. PostgreSQL works it out again (share_due) and refuses another sum.</summary>
public sealed record ShareRule(ShareKind Share, int RatePpm, long FixedUnits, long FloorUnits, long? CapUnits, short Decimals)
{
    private const int Million = 1_000_000;

    /// <summary>Works a share out.</summary>
    /// <exception cref="OverflowException">The figures are beyond any money.</exception>
    public ShareSteps Of(Amount turnover, Amount profit)
    {
        if (Share == ShareKind.None)
        {
            return new ShareSteps(null, "0", Amount.Fen(0), false, false, Amount.Fen(0));
        }

        long? of = Share switch
        {
            ShareKind.Profit => Math.Max(0, profit.Units),
            ShareKind.Turnover => Math.Max(0, turnover.Units),
            _ => null,
        };
        Int128 exact = checked(of is { } units ? (Int128)units * RatePpm : (Int128)FixedUnits * Million);
        Int128 place = (Int128)Million * (Decimals switch { 2 => 1, 1 => 10, _ => 100 });
        long rounded = of is null ? FixedUnits : checked((long)(((exact + (place / 2)) / place) * (place / Million)));
        long due = Math.Min(CapUnits ?? long.MaxValue, Math.Max(FloorUnits, rounded));
        return new ShareSteps(
            of is { } whole ? Amount.Fen(whole) : null, Written(exact), Amount.Fen(rounded), due > rounded,
                due < Math.Max(FloorUnits, rounded),
            Amount.Fen(due));
    }

    /// <summary>Yuan with as many places as it has, two at least.</summary>
    private static string Written(Int128 millionths)
    {
        Int128 yuan = millionths / (Million * 100);
        string rest = (millionths % (Million * 100)).ToString("00000000", CultureInfo.InvariantCulture).TrimEnd('0').PadRight(2, '0');
        return $"{yuan.ToString("#,##0", CultureInfo.InvariantCulture)}.{rest}";
    }
}
