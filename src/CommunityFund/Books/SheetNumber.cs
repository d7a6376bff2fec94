using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Books;

/// <summary>Numbers as sheets write them: binary fractions, which some programs write to 17 digits. 15 of them are what anybody wrote.
/// </summary>
internal static partial class SheetNumber
{
    private const int Digits = 15;

    /// <summary>Null if it is no number.</summary>
    public static decimal? Of(string raw)
    {
        if (raw.Length <= Digits && decimal.TryParse(raw, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal exact))
        {
            return exact;
        }

        return decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? Rounded(number)
            : Vast().IsMatch(raw) ? raw.TrimStart().StartsWith('-') ? decimal.MinValue : decimal.MaxValue : null;
    }

    private static decimal Rounded(decimal number)
    {
        int places = Digits;
        for (decimal left = decimal.Truncate(Math.Abs(number)); left >= 1; left /= 10)
        {
            places--;
        }

        // Of a small fraction the zeros behind the point are no digits.
        for (decimal left = Math.Abs(number); left > 0 && left < 0.1m && places < 28; left *= 10)
        {
            places++;
        }

        decimal scale = 1;
        for (; places < 0; places++)
        {
            scale *= 10;
        }

        return decimal.Round(number / scale, places, MidpointRounding.AwayFromZero) * scale;
    }

    // What is further than a decimal reaches was written by nobody.
    [GeneratedRegex(@"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE]\+?\d{1,5})?\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Vast();
}
