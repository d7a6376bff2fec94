namespace CommunityFund.Ledger;

/// <summary>
/// What amounts are counted in: money (CNY in fen), volunteer time (HOUR in minutes) or points (POINT).
/// The three never mix: hours and points are not money and no arithmetic joins them.
/// </summary>
public sealed record Commodity
{
    private Commodity(string code, int unitsPerWhole) => (Code, UnitsPerWhole) = (code, unitsPerWhole);

    /// <summary>Renminbi, counted in fen.</summary>
    public static Commodity Cny { get; } = new("CNY", 100);

    /// <summary>Volunteer time, counted in minutes.</summary>
    public static Commodity Hour { get; } = new("HOUR", 60);

    /// <summary>Volunteer points, counted in whole points.</summary>
    public static Commodity Point { get; } = new("POINT", 1);

    /// <summary>All commodities the books know.</summary>
    public static IReadOnlyList<Commodity> All { get; } = [Cny, Hour, Point];

    /// <summary>The code as stored: CNY, HOUR or POINT.</summary>
    public string Code { get; }

    /// <summary>How many smallest units make one whole: 100 fen, 60 minutes, 1 point.</summary>
    public int UnitsPerWhole { get; }

    /// <summary>Finds a commodity by its code.</summary>
    /// <exception cref="ArgumentException">No commodity has the code <paramref name="code"/>.</exception>
    public static Commodity Of(string code) =>
        All.FirstOrDefault(commodity => commodity.Code == code) ?? throw new ArgumentException($"No commodity '{code}'.");

    /// <inheritdoc/>
    public override string ToString() => Code;
}
