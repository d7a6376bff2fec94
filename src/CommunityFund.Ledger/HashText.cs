namespace CommunityFund.Ledger;

/// <summary>Hashes as people compare them: lower-case hexadecimal, a space after every four digits.</summary>
public static class HashText
{
    /// <summary>Of so many bytes as are given.</summary>
    public static string Groups(ReadOnlySpan<byte> hash)
    {
        string digits = Convert.ToHexStringLower(hash);
        return string.Join(' ', Enumerable.Range(0, (digits.Length + 3) / 4).Select(at => digits[(at * 4)..Math.Min(digits.Length, (at * 4) + 4)]));
    }
}
