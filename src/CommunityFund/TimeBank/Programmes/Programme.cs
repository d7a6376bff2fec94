using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A time bank: a technical fund in which its hours and points stand. No money is ever in it.</summary>
public static class Programme
{
    /// <summary>The fund is no time bank, or there is none.</summary>
    public const string Unknown = "programme.unknown";

    /// <summary>Who runs it day by day.</summary>
    internal static IReadOnlyList<Role> Hands { get; } = [Role.Coordinator];

    /// <summary>Who may read everything of it.</summary>
    public static IReadOnlyList<Role> Readers { get; } =
        [Role.Coordinator, Role.Accountant, Role.VoucherReviewer, Role.Panel, Role.FinanceOffice, Role.Admin];

    internal static async Task<Fund> Of(Work work, int fund, CancellationToken ct) =>
        (await work.Funds(ct)).FirstOrDefault(row => row.FundId == fund && row.Kind == FundKind.Programme) ?? throw new RefusedException(Unknown);

    /// <summary>The programmes that the person at work runs or reads.</summary>
    internal static async Task<IReadOnlyList<Fund>> Mine(Work work, CancellationToken ct) =>
        [.. (await work.Funds(ct)).Where(row => row.Kind == FundKind.Programme && work.Rights.Reaches(Readers, row.FundId))];
}
