using System.Globalization;

namespace CommunityFund.Ledger;

/// <summary>
/// A whole number of a commodity's smallest units (fen, minutes, points); it may be negative.
/// Arithmetic is exact and checked: nothing here rounds, two commodities never mix, and a sum that does not fit
/// 64 bits throws instead of wrapping. Only <see cref="Split"/> divides.
/// </summary>
public sealed record Amount
{
    private Amount(long units, Commodity commodity) => (Units, Commodity) = (units, commodity);

    /// <summary>The count of smallest units: fen for CNY, minutes for HOUR, points for POINT.</summary>
    public long Units { get; }

    /// <summary>What the units are counted in.</summary>
    public Commodity Commodity { get; }

    /// <summary>True if there are no units at all.</summary>
    public bool IsZero => Units == 0;

    /// <summary>True if the amount is below zero.</summary>
    public bool IsNegative => Units < 0;

    /// <summary>True if the amount is above zero.</summary>
    public bool IsPositive => Units > 0;

    /// <summary>Makes an amount of money from a count of fen.</summary>
    public static Amount Fen(long units) => new(units, Commodity.Cny);

    /// <summary>Makes an amount from a count of the commodity's smallest units.</summary>
    public static Amount OfUnits(long units, Commodity commodity) => new(units, commodity);

    /// <summary>Makes an amount from whole commodities, such as 12.50 CNY.</summary>
    /// <exception cref="ArgumentException"><paramref name="wholes"/> has a part smaller than one unit.</exception>
    /// <exception cref="OverflowException">The amount does not fit 64 bits of smallest units.</exception>
    public static Amount Of(decimal wholes, Commodity commodity)
    {
        decimal units = wholes * commodity.UnitsPerWhole;
        return decimal.Truncate(units) == units
            ? new Amount(decimal.ToInt64(units), commodity)
            : throw new ArgumentException($"{wholes} {commodity} has a part smaller than one unit.", nameof(wholes));
    }

    /// <summary>Makes an amount of money from yuan, such as 12.50.</summary>
    /// <exception cref="ArgumentException"><paramref name="yuan"/> has a part smaller than one fen.</exception>
    public static Amount Yuan(decimal yuan) => Of(yuan, Commodity.Cny);

    /// <summary>No units of a commodity.</summary>
    public static Amount Zero(Commodity commodity) => new(0, commodity);

    /// <summary>Adds two amounts of the same commodity.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public static Amount operator +(Amount left, Amount right) =>
        new(checked(left.Units + left.Same(right).Units), left.Commodity);

    /// <summary>Subtracts an amount of the same commodity.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    /// <exception cref="OverflowException">The difference does not fit 64 bits.</exception>
    public static Amount operator -(Amount left, Amount right) =>
        new(checked(left.Units - left.Same(right).Units), left.Commodity);

    /// <summary>The same count with the other sign.</summary>
    /// <exception cref="OverflowException">The amount is the one negative number without a positive twin.</exception>
    public static Amount operator -(Amount amount) => new(checked(-amount.Units), amount.Commodity);

    /// <summary>Whether the left amount is smaller.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    public static bool operator <(Amount left, Amount right) => left.Units < left.Same(right).Units;

    /// <summary>Whether the left amount is larger.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    public static bool operator >(Amount left, Amount right) => left.Units > left.Same(right).Units;

    /// <summary>Whether the left amount is smaller or equal.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    public static bool operator <=(Amount left, Amount right) => !(left > right);

    /// <summary>Whether the left amount is larger or equal.</summary>
    /// <exception cref="ArgumentException">The commodities differ.</exception>
    public static bool operator >=(Amount left, Amount right) => !(left < right);

    /// <summary>
    /// Shares this amount out by weight. The shares always add up to the whole: units that do not divide go one by
    /// one to the first shares that have a weight, and a negative amount is shared as its positive twin would be.
    /// </summary>
    /// <exception cref="ArgumentException">There is no weight, a weight is negative, or all weights are zero.</exception>
    public IReadOnlyList<Amount> Split(params IReadOnlyList<int> weights) => SplitBy([.. weights]);

    /// <summary>The same by weights that are amounts themselves, such as what each fund holds in fen.</summary>
    /// <exception cref="ArgumentException">There is no weight, a weight is negative, or all weights are zero.</exception>
    public IReadOnlyList<Amount> SplitBy(IReadOnlyList<long> weights)
    {
        if (weights.Count == 0 || weights.Any(weight => weight < 0) || weights.All(weight => weight == 0))
        {
            throw new ArgumentException("A split needs weights of zero or more, at least one of them above zero.",
                nameof(weights));
        }

        Int128 whole = Units, total = weights.Aggregate(Int128.Zero, (sum, weight) => sum + weight);
        long[] shares = [.. weights.Select(weight => (long)(whole * weight / total))];
        int sign = Math.Sign(Units);
        long left = Units - shares.Sum();
        for (int i = 0; left != 0; i = (i + 1) % shares.Length)
        {
            if (weights[i] > 0)
            {
                shares[i] += sign;
                left -= sign;
            }
        }

        return [.. shares.Select(share => new Amount(share, Commodity))];
    }

    /// <summary>The amount as invariant text: 1234.50 for money, 1234 for points, 90 minutes as 1.5 hours is written
    /// 1:30.</summary>
    public override string ToString()
    {
        Int128 size = Int128.Abs(Units);
        string sign = Units < 0 ? "-" : "";
        return Commodity.UnitsPerWhole switch
        {
            100 => string.Create(CultureInfo.InvariantCulture, $"{sign}{size / 100}.{(int)(size % 100):00}"),
            60 => string.Create(CultureInfo.InvariantCulture, $"{sign}{size / 60}:{(int)(size % 60):00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{sign}{size}"),
        };
    }

    private Amount Same(Amount other) => other.Commodity == Commodity
        ? other
        : throw new ArgumentException($"{Commodity} and {other.Commodity} do not mix.");
}
