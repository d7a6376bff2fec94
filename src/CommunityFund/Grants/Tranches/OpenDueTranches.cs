using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>The calendar: a planned tranche whose day has come may be asked for, if enough of what was paid before is accounted for. Steps that
/// account for money look again by themselves; this finds what waited for its day alone.</summary>
public sealed record OpenDueTranches(Guid Key) : Command<int>(Key)
{
    // What is more waits for the next time.
    private const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many tranches moved.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        // Those that still wait for an earlier one are left out, so that they never stand in front of those that do not.
        List<long> grants = await work.Db.Database.SqlQuery<long>(
            $"""
            select t.grant_id as "Value" from tranche t join grant_case c using (book_id, grant_id)
             where t.book_id = {work.Book} and t.state = 'planned' and t.earliest_on <= {work.Today.ToDateOnly()} and c.state = 'active'
               and coalesce((select b.state not in ('planned', 'eligible', 'requested', 'checked', 'approved-l1', 'approved-l2', 'approved',
                                                    'scheduled', 'payment-failed', 'held')
                               from tranche b where b.book_id = t.book_id and b.grant_id = t.grant_id and b.award_no = t.award_no and b.no < t.no
                              order by b.no desc limit 1), true)
               and (select coalesce(sum(f.paid), 0) = 0
                           or sum(f.acquitted + f.returned) * 10000 >= sum(f.paid) * {TrancheNeeds.ShareNeeded}
                      from tranche b join tranche_fund f using (book_id, tranche_id)
                     where b.book_id = t.book_id and b.grant_id = t.grant_id and b.award_no = t.award_no and b.no < t.no)
             group by t.grant_id order by t.grant_id limit {Most}
            """).ToListAsync(ct);
        int moved = 0;
        foreach (long grant in grants)
        {
            moved += await TrancheMoves.LookAgain(work, grant, ct);
        }

        return moved;
    }
}
