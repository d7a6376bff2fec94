namespace CommunityFund.Tests.Statements.Cases;

/// <summary>The table of cases: regulation 3, 1 to 12, 15 and 17 to 24, 27, and what the statements need beside them.</summary>
internal static class RegulationCases
{
    /// <summary>In the order they are played; opening balances come first.</summary>
    public static IReadOnlyList<RegulationCase> All { get; } = [.. IncomeCases.All, .. SpendingCases.All, .. NetAssetCases.All];

    public static RegulationCase Named(string name) => All.Single(each => each.Name == name);
}
