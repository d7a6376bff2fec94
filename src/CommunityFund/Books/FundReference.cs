namespace CommunityFund.Books;

/// <summary>
/// 捐赠参考码: what donors write into the note of a transfer, so that their money finds its fund. It is the fund's code and one
/// check character more (ISO 7064 MOD 37,36), so it lasts as long as the fund and a slip of one sign is seen.
/// </summary>
public static class FundReference
{
    private const string Signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static string Of(string fundCode) => fundCode + Check(fundCode.Replace("-", "", StringComparison.Ordinal));

    /// <summary>Whether the fund's reference stands in a text as a word of its own, in capitals or not, with its dashes or without.</summary>
    internal static bool StandsIn(string fundCode, string text)
    {
        string reference = Of(fundCode), plain = reference.Replace("-", "", StringComparison.Ordinal);
        return IsWord(reference, text) || (plain != reference && IsWord(plain, text));
    }

    private static bool IsWord(string word, string text)
    {
        for (int at = Find(0); at >= 0; at = Find(at + 1))
        {
            int end = at + word.Length;
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;

        int Find(int from) => text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);
    }

    private static char Check(string plain)
    {
        int sum = 36;
        foreach (char sign in plain)
        {
            sum = (sum + Signs.IndexOf(sign, StringComparison.Ordinal)) % 36;
            sum = (sum == 0 ? 36 : sum) * 2 % 37;
        }

        return Signs[(37 - sum) % 36];
    }
}
