using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Stock;

/// <summary>Quantities as readers see and type them: whole, with thousands.</summary>
public static class StockNumbers
{
    private const long Most = 1_000_000_000;

    public static string Of(long quantity) => quantity.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <exception cref="RefusedException">It is no whole number.</exception>
    public static long Read(string? typed) =>
        long.TryParse(typed?.Trim().Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number : throw new RefusedException(GoodsOnShelf.BadQuantity, ("limit", Most));
}
