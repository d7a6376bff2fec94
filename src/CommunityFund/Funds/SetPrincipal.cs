using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds;

/// <summary>
/// 本金下限: what of a fund's money must stay, in cash or invested for it. One person raises it with the agreement that says so;
/// lowering it takes two and a resolution.
/// </summary>
/// <param name="Source">The agreement or resolution.</param>
public sealed record SetPrincipal(
    Guid Key, int Fund, Amount Principal, [property: Personal] string Reason, [property: Personal] string Source) : Command<bool>(Key)
{
    /// <summary>Less than nothing cannot stay.</summary>
    public const string Negative = "fund.principal-negative";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Deciding).For(Fund));

    /// <returns>Whether it is done; if not, a second person has to agree.</returns>
    internal override Task<bool> Apply(Work work, CancellationToken ct) => Principal.IsNegative
        ? throw new RefusedException(Negative)
        : FundDecision.Take(work, Fund, DecisionKind.Principal, Principal.Units, Reason, Source, ct);
}
