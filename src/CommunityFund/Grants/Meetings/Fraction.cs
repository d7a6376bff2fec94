using System.Globalization;
using System.Numerics;

namespace CommunityFund.Grants.Meetings;

/// <summary>An exact number: scores are compared and never rounded before they are shown.</summary>
public readonly record struct Fraction : IComparable<Fraction>
{
    private readonly BigInteger _above;
    private readonly BigInteger _below;

    private Fraction(BigInteger above, BigInteger below) => (_above, _below) = (above, below);

    public static Fraction Zero { get; } = Of(0);

    /// <summary>The upper number of the fraction in lowest terms.</summary>
    public BigInteger Above => _above;

    /// <summary>The lower number, always above zero.</summary>
    public BigInteger Below => _below.IsZero ? BigInteger.One : _below;

    /// <exception cref="DivideByZeroException"><paramref name="below"/> is zero.</exception>
    public static Fraction Of(BigInteger above, BigInteger? below = null)
    {
        BigInteger under = below ?? BigInteger.One;
        if (under.IsZero)
        {
            throw new DivideByZeroException();
        }

        BigInteger common = BigInteger.GreatestCommonDivisor(above, under) * under.Sign;
        return new Fraction(above / common, under / common);
    }

    public static Fraction operator +(Fraction left, Fraction right) =>
        Of(left.Above * right.Below + right.Above * left.Below, left.Below * right.Below);

    public static Fraction operator *(Fraction left, Fraction right) => Of(left.Above * right.Above, left.Below * right.Below);

    public static Fraction operator /(Fraction left, Fraction right) => Of(left.Above * right.Below, left.Below * right.Above);

    public static bool operator <(Fraction left, Fraction right) => left.CompareTo(right) < 0;

    public static bool operator >(Fraction left, Fraction right) => left.CompareTo(right) > 0;

    public static bool operator <=(Fraction left, Fraction right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Fraction left, Fraction right) => left.CompareTo(right) >= 0;

    public int CompareTo(Fraction other) => (Above * other.Below).CompareTo(other.Above * Below);

    /// <summary>Rounded half up, for the eye alone: a whole number as it is, else two to four places.</summary>
    public string Text()
    {
        if (Below.IsOne)
        {
            return Above.ToString(CultureInfo.InvariantCulture);
        }

        BigInteger scaled = (Above * 20_000 + Below) / (Below * 2);
        string digits = BigInteger.Abs(scaled).ToString("D5", CultureInfo.InvariantCulture);
        string places = digits[^4..].TrimEnd('0').PadRight(2, '0');
        return $"{(scaled.Sign < 0 ? "-" : "")}{digits[..^4]}.{places}";
    }

    public override string ToString() => $"{Above}/{Below}";
}
