using System.Buffers;
using System.Globalization;
using System.Text;

namespace CommunityFund.Books;

/// <summary>Text that people and banks write, as it is kept: what was written, without what cannot be seen.</summary>
public static class PlainText
{
    // Of what banks write nearly all: nothing in it can be composed, hidden or a break.
    private static readonly SearchValues<char> Clean = SearchValues.Create(
        [.. Enumerable.Range(' ', 95).Concat(Enumerable.Range(0x4E00, 0x51A6)).Select(c => (char)c), .. "，。；：（）、“”《》￥"]);

    /// <summary>
    /// The text in NFC without characters that cannot be seen (they can turn a line around on the screen, or make two
    /// names look alike); a line break or a tab becomes a space.
    /// </summary>
    public static string Of(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAnyExcept(Clean))
        {
            return text?.Trim(' ') ?? "";
        }

        StringBuilder clean = new(text?.Length ?? 0);
        foreach (Rune rune in (text ?? "").EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control when rune.Value is '\t' or '\n' or '\r':
                case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    clean.Append(' ');
                    break;
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    clean.Append(rune.ToString());
                    break;
            }
        }

        return clean.ToString().Normalize(NormalizationForm.FormC).Trim();
    }

    /// <summary>A number of an invoice as it is kept, however it was typed: full-width digits are digits, and blanks and hyphens between them
    /// are none. What else stands there stays, so that whoever reads it says no.</summary>
    public static string Digits(string? typed) => string.Concat(Of(typed).Normalize(NormalizationForm.FormKC)
        .Where(c => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.DashPunctuation));
}
