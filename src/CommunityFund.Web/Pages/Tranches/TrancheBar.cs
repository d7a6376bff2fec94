using System.Globalization;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>Widths of a bar that is a hundred wide.</summary>
public static class TrancheBar
{
    public static string Width(long part, decimal whole) =>
        Math.Clamp(100 * part / whole, 0, 100).ToString("0.##", CultureInfo.InvariantCulture);
}
