using System.Globalization;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Shares as people write and read them.</summary>
public static class RoundPageWords
{
    /// <summary>1000 hundredths of a percent is 10%.</summary>
    public static string Share(int basis) => string.Create(CultureInfo.InvariantCulture, $"{basis / 100m:0.##}%");

    /// <summary>Hundredths of a percent of what was typed, "10" or "12.5%"; null if it is no share.</summary>
    public static int? Basis(string? typed) =>
        decimal.TryParse((typed ?? "").Trim().TrimEnd('%', '％'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
        && percent <= 100 && decimal.Truncate(percent * 100) == percent * 100
            ? (int)(percent * 100) : null;

    /// <summary>A whole number of people or days; null if it is none.</summary>
    public static int? Whole(string? typed) =>
        int.TryParse((typed ?? "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
