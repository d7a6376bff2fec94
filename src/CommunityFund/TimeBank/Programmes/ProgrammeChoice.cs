using CommunityFund.Books;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A time bank to choose.</summary>
public sealed record ProgrammeChoice(int Fund, string Name)
{
    internal static IReadOnlyList<ProgrammeChoice> Of(IEnumerable<Fund> programmes) =>
        [.. programmes.Select(fund => new ProgrammeChoice(fund.FundId, fund.Name))];
}
