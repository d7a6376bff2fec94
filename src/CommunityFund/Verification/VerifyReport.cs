using System.Text;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Verification;

/// <summary>What else a workbook is held against.</summary>
/// <param name="Key">Fingerprint of the key it must be signed with, as printed or published; null takes the one in the file.</param>
/// <param name="Previous">An earlier workbook of the same book, which the log must go on from.</param>
/// <param name="Anchor">What a poster says of the log.</param>
public sealed record VerifyAsked(string? Key = null, Func<Stream>? Previous = null, LogAnchor? Anchor = null);

/// <summary>Size and root of the log as somebody wrote them down, from a poster or the website.</summary>
/// <param name="Root">Hexadecimal digits, the first 16 of it at least.</param>
public sealed record LogAnchor(long Size, string Root)
{
    /// <summary>As it was typed, in groups or not; null if it is no such thing.</summary>
    public static LogAnchor? Typed(long size, string root)
    {
        string plain = root.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        string digits = new([.. plain.Where(char.IsAsciiHexDigit)]);
        bool isRoot = plain.All(sign => char.IsAsciiHexDigit(sign) || char.IsWhiteSpace(sign) || sign is ':' or '.' or '-');
        return size >= 0 && isRoot && digits.Length is >= 16 and <= 64 ? new LogAnchor(size, digits) : null;
    }
}

/// <summary>What was found wrong, and where.</summary>
/// <param name="Says">Code and facts; words name them.</param>
/// <param name="Sheet">Name of the sheet; empty where it concerns the file.</param>
/// <param name="Row">Row of the sheet; zero where it concerns all of it.</param>
public sealed record VerifyFinding(Refusal Says, string Sheet, long Row)
{
    internal static VerifyFinding Of(string code, string sheet = "", long row = 0, params (string Name, object? Value)[] facts) =>
        new(new RefusedException(code, facts).Refusal, sheet, row);
}

/// <summary>What a workbook proved to be.</summary>
/// <param name="Key">The key that signed it, as people compare it; empty if none did.</param>
/// <param name="Root">Root of the log, in hexadecimal.</param>
/// <param name="Checkpoint">The newest seal of the log that is in it.</param>
/// <param name="Findings">The first of what was found, in the order of the sheets.</param>
/// <param name="Found">How much was found in all.</param>
public sealed record VerifyReport(
    string Book, string Body, LocalDate? Until, long Entries, string Root, string Key, LogCheckpoint? Checkpoint, int Sheets, long Rows,
    long Lines, IReadOnlyList<VerifyFinding> Findings, long Found)
{
    /// <summary>Sheets of statements whose figures were computed anew from the journal.</summary>
    public IReadOnlyList<string> Recomputed { get; init; } = [];

    /// <summary>Those whose layout this program does not have: an organisation's own, or another version's.</summary>
    public IReadOnlyList<string> NotRecomputed { get; init; } = [];

    /// <summary>Codes of the funds that the workbook is confined to; none if it is of the whole book.</summary>
    public IReadOnlyList<string> Funds { get; init; } = [];

    /// <summary>Lines of entries that other funds have a part in, which the log's leaf does not prove.</summary>
    public long Held { get; init; }

    public bool IsClean => Found == 0;
}
