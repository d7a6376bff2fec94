using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Money;

/// <summary>A tranche's money over its funds, in fen.</summary>
public sealed record TrancheMoney(long Planned, long Cancelled, long Paid, long Acquitted, long Returned, long Carried, long Demanded)
{
    /// <summary>What is paid and not accounted for.</summary>
    public long Advance => Paid + Carried - Acquitted - Returned - Demanded;

    internal static async Task<TrancheMoney> Of(Work work, long tranche, CancellationToken ct) =>
        Sum(await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book && row.TrancheId == tranche).ToListAsync(ct));

    /// <summary>How much of what was paid in the tranches before is accounted for, in hundredths of a percent; all of it if nothing was paid.
    /// </summary>
    internal static async Task<int> ShareAccounted(Work work, Tranche tranche, CancellationToken ct)
    {
        if (tranche.No == 1)
        {
            return 10_000;
        }

        TrancheMoney before = Sum(await (
            from fund in work.Db.Set<TrancheFund>().AsNoTracking()
            join row in work.Db.Set<Tranche>() on new { fund.BookId, fund.TrancheId } equals new { row.BookId, row.TrancheId }
            where row.BookId == work.Book && row.GrantId == tranche.GrantId && row.AwardNo == tranche.AwardNo && row.No < tranche.No
            select fund).ToListAsync(ct));
        return before.Paid == 0 ? 10_000 : (int)(10_000 * (decimal)(before.Acquitted + before.Returned) / before.Paid);
    }

    private static TrancheMoney Sum(List<TrancheFund> rows) => new(
        rows.Sum(row => row.Planned), rows.Sum(row => row.Cancelled), rows.Sum(row => row.Paid), rows.Sum(row => row.Acquitted),
        rows.Sum(row => row.Returned), rows.Sum(row => row.Carried), rows.Sum(row => row.Demanded));
}
