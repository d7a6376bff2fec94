using System.Globalization;
using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>An amount's figures without its unit, for table cells: 1,234.50 of money, 1,234 points, 1:30 of hours.</summary>
public static class Figures
{
    public static string Of(Amount amount)
    {
        string[] parts = amount.ToString().TrimStart('-').Split('.', ':');
        string wholes = Int128.Parse(parts[0], CultureInfo.InvariantCulture).ToString("#,##0", CultureInfo.InvariantCulture);
        string rest = parts.Length == 1 ? "" : (amount.Commodity == Commodity.Hour ? ":" : ".") + parts[1];
        return $"{(amount.IsNegative ? "-" : "")}{wholes}{rest}";
    }
}
