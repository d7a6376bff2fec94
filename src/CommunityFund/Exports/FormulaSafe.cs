using System.Text;

namespace CommunityFund.Exports;

/// <summary>
/// Text for CSV, which a spreadsheet may take for a formula. An apostrophe is put before text that begins so, spaces and what
/// cannot be seen left aside, and before text that begins with an apostrophe; one taken away again gives the text as it was.
/// </summary>
internal static class FormulaSafe
{
    public static string Text(string text)
    {
        if (text.StartsWith('\''))
        {
            return "'" + text;
        }

        // TAB, CR and LF are control characters: what follows them is a cell's beginning to some programs.
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\r' or '\n' or 0 || Books.SheetText.StartsFormula.Contains(rune.ToString(), StringComparison.Ordinal))
            {
                return "'" + text;
            }

            if (!Rune.IsWhiteSpace(rune) && Books.SheetText.IsShown(rune) && Rune.GetUnicodeCategory(rune)
                != System.Globalization.UnicodeCategory.Format)
            {
                break;
            }
        }

        return text;
    }
}
