using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Ledger;

/// <summary>
/// Reads money that a person typed, strictly: ASCII digits, at most 14 before the point and two after it, commas only
/// where thousands stand. Everything else is refused with the reason, never rounded or guessed.
/// </summary>
public static partial class AmountText
{
    /// <summary>The text is not a number at all.</summary>
    public const string NotANumber = "amount.not-a-number";

    /// <summary>The text has digits of another script or width, such as １２.</summary>
    public const string OtherDigits = "amount.other-digits";

    /// <summary>The text has more than two decimals.</summary>
    public const string TooManyDecimals = "amount.too-many-decimals";

    /// <summary>The text has commas where no thousands stand, such as 1,2,3.</summary>
    public const string BadGrouping = "amount.bad-grouping";

    /// <summary>The text has more than 14 digits before the point.</summary>
    public const string TooLarge = "amount.too-large";

    /// <summary>The amount is zero or negative where a positive one is asked.</summary>
    public const string NotPositive = "amount.not-positive";

    /// <summary>Reads a positive amount of money in yuan, such as 1250, 1250.5 or 1,250.50.</summary>
    /// <exception cref="RefusedException">The text is not such an amount; the facts carry the text as typed.</exception>
    public static Amount ReadPositive(string? text)
    {
        Amount amount = Read(text);
        return amount.IsPositive ? amount : throw Refused(NotPositive, text);
    }

    /// <summary>Reads an amount of money in yuan; a leading minus sign is allowed.</summary>
    /// <exception cref="RefusedException">The text is not such an amount; the facts carry the text as typed.</exception>
    public static Amount Read(string? text)
    {
        string typed = (text ?? "").Trim(' ');
        if (typed.Any(c => c > 127 && (char.IsDigit(c) || char.IsNumber(c) || c is '．' or '，' or '－')))
        {
            throw Refused(OtherDigits, text);
        }

        if (!Shape().IsMatch(typed))
        {
            throw Refused(NotANumber, text);
        }

        string[] parts = typed.TrimStart('-').Split('.');
        if (parts[0].Contains(',') && !Grouped().IsMatch(parts[0]))
        {
            throw Refused(BadGrouping, text);
        }

        string digits = parts[0].Replace(",", "", StringComparison.Ordinal).TrimStart('0');
        string decimals = parts.Length == 2 ? parts[1] : "";
        if (decimals.Length > 2)
        {
            throw Refused(TooManyDecimals, text);
        }

        if (digits.Length > 14)
        {
            throw Refused(TooLarge, text);
        }

        long fen = long.Parse($"0{digits}{decimals.PadRight(2, '0')}", NumberStyles.None, CultureInfo.InvariantCulture);
        return Amount.Fen(typed.StartsWith('-') ? -fen : fen);
    }

    private static RefusedException Refused(string code, string? text) => new(code, ("typed", text ?? ""));

    [GeneratedRegex(@"\A-?[0-9][0-9,]{0,40}(\.[0-9]{1,40})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A[0-9]{1,3}(,[0-9]{3})+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouped();
}
