using System.Text;

namespace CommunityFund.Books;

/// <summary>
/// Initials of Chinese words, for typing an account by its sound. The common 3,755 characters stand in GB 2312 in the
/// order of their pinyin, so the code tells the initial; rarer characters and other scripts are left out.
/// </summary>
public static class PinyinInitials
{
    private const string Letters = "abcdefghjklmnopqrstwxyz";
    private const int LastCommon = 0xD7F9;

    private static readonly int[] FirstCodes =
    [
        0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
        0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
    ];

    private static readonly Encoding Gb = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    // 行 is read háng where it means a bank or a branch of one; these stand before it there.
    private const string BeforeBank = "银建工农中招商交分支总";

    /// <summary>银行存款 becomes yhck. Characters with several sounds make what comes out a proposal, not a
    /// fact.</summary>
    public static string Of(string text)
    {
        StringBuilder initials = new();
        Rune before = default;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool bank = rune.Value == '行' && BeforeBank.EnumerateRunes().Contains(before);
            before = rune;
            if (bank)
            {
                initials.Append('h');
                continue;
            }

            byte[] bytes = Gb.GetBytes(rune.ToString());
            int code = bytes.Length == 2 ? (bytes[0] << 8) | bytes[1] : 0;
            if (code >= FirstCodes[0] && code <= LastCommon)
            {
                initials.Append(Letters[Array.FindLastIndex(FirstCodes, first => code >= first)]);
            }
            else if (char.IsAsciiLetter((char)rune.Value) && rune.IsAscii)
            {
                initials.Append(char.ToLowerInvariant((char)rune.Value));
            }
        }

        return initials.ToString();
    }
}
