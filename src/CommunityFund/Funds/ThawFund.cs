using CommunityFund.Books;

namespace CommunityFund.Funds;

/// <summary>解冻: by another than who froze it, or by the same with a second person's agreement.</summary>
/// <param name="Source">Where it stands: letter, resolution, report; may be empty.</param>
public sealed record ThawFund(Guid Key, int Fund, [property: Personal] string Reason, [property: Personal] string Source) : Command<bool>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Deciding).For(Fund));

    /// <returns>Whether it is done; if not, a second person has to agree.</returns>
    internal override Task<bool> Apply(Work work, CancellationToken ct) =>
        FundDecision.Take(work, Fund, DecisionKind.Thaw, principal: null, Reason, Source, ct);
}
