using NodaTime;

namespace CommunityFund.Checks;

/// <summary>What a check of one book found; shown and told, not kept.</summary>
/// <param name="Code">Code of the book.</param>
/// <param name="Body">Name of the body whose books these are.</param>
/// <param name="Entries">How many entries the journal has.</param>
/// <param name="Lines">How many lines they have.</param>
public sealed record CheckReport(
    string Code, string Body, Instant RanAt, Duration Took, long Entries, long Lines, IReadOnlyList<CheckResult> Checks)
{
    public bool IsClean => Checks.All(check => check.IsClean);

    public long FaultCount => Checks.Sum(check => check.FaultCount);
}

/// <summary>One check: how many things it looked at, and what was wrong with them.</summary>
/// <param name="Key">Its words stand under <c>check.&lt;key&gt;</c>.</param>
/// <param name="FaultCount">All of them.</param>
/// <param name="Faults">The first ones.</param>
public sealed record CheckResult(string Key, long Examined, long FaultCount, IReadOnlyList<Fault> Faults)
{
    /// <summary>How many faults are told in words.</summary>
    public const int Shown = 20;

    public bool IsClean => FaultCount == 0;
}

/// <summary>Something that cannot be in books that were only written through the door.</summary>
/// <param name="Code">Its words stand under <c>fault.&lt;code&gt;</c> and are filled with the facts.</param>
/// <param name="EntryNo">The entry it concerns, if one; it may be missing from the journal.</param>
/// <param name="VoucherId">The voucher it concerns, if one.</param>
public sealed record Fault(string Code, IReadOnlyDictionary<string, object?> Facts, long? EntryNo = null, long? VoucherId = null)
{
    public string WordsKey => $"fault.{Code}";
}
