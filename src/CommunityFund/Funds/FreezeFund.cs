using CommunityFund.Books;

namespace CommunityFund.Funds;

/// <summary>冻结: from now on the fund receives and does not spend. One person is enough: it is the careful way.</summary>
/// <param name="Source">Where it stands: letter, resolution, report; may be empty.</param>
public sealed record FreezeFund(Guid Key, int Fund, [property: Personal] string Reason, [property: Personal] string Source) : Command<bool>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Freezing).For(Fund));

    /// <returns>Whether it is done; if not, a second person has to agree.</returns>
    internal override Task<bool> Apply(Work work, CancellationToken ct) =>
        FundDecision.Take(work, Fund, DecisionKind.Freeze, principal: null, Reason, Source, ct);
}
