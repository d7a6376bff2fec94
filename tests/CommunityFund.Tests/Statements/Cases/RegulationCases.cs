namespace CommunityFund.Tests.Statements.Cases;

/// <summary>The table of cases: regulation 3, cases 1 to 15 and 17 to 27 under both standards (16 comes with grants, 28 to 31 with cash, loans and
/// closes), and what the statements need beside them.</summary>
internal static class RegulationCases
{
    /// <summary>In the order they are played.</summary>
    public static IReadOnlyList<RegulationCase> All { get; } =
    [
        .. IncomeCases.All, .. GoodsCases.All, .. EnterpriseCases.All, .. AgencyCases.All, .. SpendingCases.All, .. NetAssetCases.All,
    ];

    public static RegulationCase Named(string name) => All.Single(each => each.Name == name);
}
