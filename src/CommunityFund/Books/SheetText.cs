using System.Buffers;
using System.Text;
using ClosedXML.Excel;

namespace CommunityFund.Books;

/// <summary>
/// Text on its way into a workbook. Names are typed by people: whatever they begin with, a cell holds them as text, and
/// what cannot be seen (control characters, marks that turn the direction of writing) does not come along.
/// </summary>
internal static class SheetText
{
    // Longest text a cell holds.
    private const int Limit = 32_767;

    /// <summary>With which a spreadsheet may begin a formula, and the mark that says there is none.</summary>
    public const string StartsFormula = "=+-@＝＋－＠'";

    // ASCII that is seen, and the characters of Chinese.
    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Concat(Enumerable.Range(0x3000, 0xA000 - 0x3000)).Concat(Enumerable.Range(0xFF01, 0x5E))
            .Select(code => (char)code)]);

    public static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes().Where(IsShown))
        {
            if (clean.Length + rune.Utf16SequenceLength > Limit)
            {
                break;
            }

            clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary>Whether a text surely comes along as it is, as almost all do.</summary>
    public static bool IsClean(string text) => text.Length <= Limit && !text.AsSpan().ContainsAnyExcept(Harmless);

    public static IXLCell Write(this IXLCell cell, string text)
    {
        string clean = Clean(text);
        cell.SetValue(clean).SetDataType(XLDataType.Text);
        if (clean.Length > 0 && StartsFormula.Contains(clean[0], StringComparison.Ordinal))
        {
            cell.Style.SetIncludeQuotePrefix();
        }

        return cell;
    }

    /// <summary>Whether a character comes along.</summary>
    public static bool IsShown(Rune rune) =>
        !Rune.IsControl(rune)
        && rune.Value is not (
        0xFFFD or 0xFFFE or 0xFFFF or 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));
}
