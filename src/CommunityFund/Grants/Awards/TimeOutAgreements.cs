using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The calendar: awards whose agreement nobody signed in time lapse, and what they promised is free again. The rule reviews the vouchers;
/// while none is approved nothing lapses, and the awards' pages say so.</summary>
public sealed record TimeOutAgreements(Guid Key) : Command<int>(Key)
{
    // What is left comes with the next hour.
    private const int AtOnce = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many lapsed.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        if (!await SignedCommitment.IsRuleInForce(work, ct))
        {
            return 0;
        }

        var due = await work.Db.Set<GrantAward>().AsNoTracking().Where(row => row.BookId == work.Book && row.EndedAt == null
                && row.AgreementDue < work.Today && work.Db.Set<GrantCase>().Any(grant => grant.BookId == row.BookId && grant.GrantId == row.GrantId
                    && grant.State == GrantState.Awarded))
            .OrderBy(row => row.GrantId).Select(row => row.GrantId).Take(AtOnce).ToListAsync(ct);
        int lapsed = 0;
        foreach (long grant in due)
        {
            GrantCase row = await GrantCase.Lock(work, grant, ct);
            await work.Db.Entry(row).ReloadAsync(ct);
            if (row.State == GrantState.Awarded)
            {
                await EndedAward.End(work, grant, row.StateVersion, GrantMove.AgreementTimeout, AwardEnd.Lapsed, "", "", ct);
                lapsed++;
            }
        }

        return lapsed;
    }
}
