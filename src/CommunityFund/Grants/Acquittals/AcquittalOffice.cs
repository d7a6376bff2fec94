using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What holds for whoever decides for the body about money that was paid.</summary>
internal static class AcquittalOffice
{
    /// <summary>The grant is closed or its rest is claimed, so that nothing may become open once more.</summary>
    public const string GrantOver = "acquittal.grant-over";

    /// <summary>A part of it was claimed back since.</summary>
    public const string ClaimedBack = "acquittal.claimed-back";

    /// <summary>What was accounted for is undone only as long as it can be accounted for anew.</summary>
    public static async Task RefuseIfOver(Work work, Tranche row, CancellationToken ct)
    {
        GrantCase grant = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantId == row.GrantId, ct);
        if (grant.State is GrantState.Recovering or GrantState.Closed)
        {
            throw new RefusedException(GrantOver, ("title", grant.Title), ("state", Term.Of(grant.State)));
        }
    }

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
