using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What holds for whoever decides for the body about money that was paid.</summary>
internal static class AcquittalOffice
{
    /// <summary>The tranche, locked, as the page showed it, for somebody who serves all funds that pay for it and has no part in the project.
    /// </summary>
    public static async Task<Tranche> Lock(Work work, long tranche, int version, Role role, CancellationToken ct)
    {
        Tranche row = await Tranche.Lock(work, tranche, ct);
        if (row.StateVersion != version)
        {
            throw new RefusedException(TrancheMoves.Stale, ("no", row.No), ("state", Term.Of(row.State)));
        }

        await Unrelated(work, row, role, ct);
        return row;
    }

    public static async Task Unrelated(Work work, Tranche row, Role role, CancellationToken ct)
    {
        int[] funds = [.. await work.Db.Set<TrancheFund>().Where(each => each.BookId == work.Book && each.TrancheId == row.TrancheId)
            .Select(each => each.FundId).ToListAsync(ct)];
        work.Rights.Require(Need.Any(role).For(funds), isOperator: false);
        GrantCase grant = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantId == row.GrantId, ct);
        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }
    }
}
