using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>What is promised and will not be paid is given up, all of it, by the award's two signers; unpaid tranches end with it.</summary>
internal static class UnpaidPromise
{
    /// <returns>The voucher, or none where all was paid.</returns>
    public static async Task<IReadOnlyList<long>> GiveUp(Work work, GrantCase grant, string what, string reason, CancellationToken ct)
    {
        List<Tranche> tranches = await Tranche.LockAll(work, grant.GrantId, ct);
        long[] ids = [.. tranches.Select(row => row.TrancheId)];
        List<TrancheFund> left = await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && ids.Contains(row.TrancheId) && row.Planned - row.Cancelled - row.Paid > 0).OrderBy(row => row.TrancheId).ThenBy(row => row.Place)
            .ToListAsync(ct);
        long[] vouchers = [];
        if (left.Count > 0)
        {
            GrantAward award = await GrantAward.Open(work, grant.GrantId, ct)
                ?? throw new InvalidOperationException($"Grant {grant.GrantId} runs and has no award.");
            vouchers = [await MoneyRegister.GiveUp(work, grant, award,
                [.. left.Select(row => ((long?)row.TrancheId, new FundUnits(row.FundId, row.Planned - row.Cancelled - row.Paid)))], what, ct)];
        }

        // One that was paid in part is settled already, and what was not paid of it needs no step.
        foreach (Tranche row in tranches.Where(row => TrancheLife.Table.Find(row.State, TrancheMove.CancelWithGrant) is not null))
        {
            long[] with = left.Exists(part => part.TrancheId == row.TrancheId) ? vouchers : vouchers.Length > 0 ? vouchers : [];
            if (with.Length > 0)
            {
                await TrancheMoves.Follow(work, row, TrancheMove.CancelWithGrant, ct, reason, (_, _) =>
                    Task.FromResult<IReadOnlyList<long>>(with));
            }
        }

        return vouchers;
    }
}
