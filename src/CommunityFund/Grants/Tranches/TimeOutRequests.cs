using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>The calendar: tranches that nobody asked for in time expire, and what they promised is free again. Without the rule that reviews this
/// they stay as they are.</summary>
public sealed record TimeOutRequests(Guid Key) : Command<int>(Key)
{
    // What is left comes with the next hour.
    private const int AtOnce = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many expired.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        if (!await SignedCommitment.IsRuleInForce(work, ct))
        {
            return 0;
        }

        int moved = 0;
        foreach (long tranche in await work.Db.Set<Tranche>().Where(row => row.BookId == work.Book && row.State == TrancheState.Eligible
                && row.DueOn < work.Today)
            .OrderBy(row => row.TrancheId).Select(row => row.TrancheId).Take(AtOnce).ToListAsync(ct))
        {
            Tranche row = await Tranche.Lock(work, tranche, ct);
            if (row.State == TrancheState.Eligible && row.DueOn < work.Today)
            {
                await TrancheMoves.Follow(work, row, TrancheMove.Expire, ct, moving: (_, facts) =>
                    GivenUp.Post(work, row, facts, "逾期未申请用款，冲回承诺", ct, byCalendar: true));
                moved++;
            }
        }

        return moved;
    }
}
