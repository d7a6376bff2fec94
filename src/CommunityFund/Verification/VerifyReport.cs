using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Verification;

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
    /// <summary>Codes of the funds that the workbook is confined to; none if it is of the whole book.</summary>
    public IReadOnlyList<string> Funds { get; init; } = [];

    /// <summary>Lines of entries that other funds have a part in, which the log's leaf does not prove.</summary>
    public long Held { get; init; }

    public bool IsClean => Found == 0;
}
