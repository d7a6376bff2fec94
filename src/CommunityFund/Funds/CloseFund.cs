using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>终止, for good, by two: nothing is left in the fund and nothing waits for it.</summary>
/// <param name="Source">Where it stands: letter, resolution, report; may be empty.</param>
public sealed record CloseFund(Guid Key, int Fund, [property: Personal] string Reason, [property: Personal] string Source) : Command<bool>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Deciding).For(Fund));

    /// <returns>Whether it is done; if not, a second person has to agree.</returns>
    internal override async Task<bool> Apply(Work work, CancellationToken ct)
    {
        // Asked when it is proposed as well, so that nobody signs for what cannot be.
        await work.Db.Database.ExecuteSqlAsync($"select prove_fund_closes({work.Book}, {Fund})", ct);
        return await FundDecision.Take(work, Fund, DecisionKind.Close, principal: null, Reason, Source, ct);
    }
}
