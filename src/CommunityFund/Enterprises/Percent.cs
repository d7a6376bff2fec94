using System.Globalization;
using CommunityFund.Ledger;

namespace CommunityFund.Enterprises;

/// <summary>Percentages as people write them, in millionths as they are kept: 12.5 is 125,000.</summary>
public static class Percent
{
    /// <summary>What was typed is no percentage from 0 to 100 with at most four places.</summary>
    public const string Bad = "enterprise.bad-percent";

    /// <exception cref="RefusedException">The text is none; the facts carry it as typed.</exception>
    public static int Read(string? text)
    {
        string typed = (text ?? "").Trim().TrimEnd('%', '％');
        bool isNumber = decimal.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal percent);
        return typed.Length == 0 ? 0
            : isNumber && percent is >= 0 and <= 100 && decimal.Truncate(percent * 10_000) == percent * 10_000
                ? (int)(percent * 10_000)
            : throw new RefusedException(Bad, ("typed", text ?? ""));
    }

    /// <summary>12.5%.</summary>
    public static string Of(int millionths) => (millionths / 10_000m).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}
