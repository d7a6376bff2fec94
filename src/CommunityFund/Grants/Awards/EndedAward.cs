using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>What every end of an award before its agreement has in common: the promise is given up in the books by the award's two signers,
/// or by the rule where the calendar ends it (rulings 2), and what was reserved is free for whoever waits.</summary>
internal static class EndedAward
{
    public static async Task<GrantMoved> End(Work work, long grant, int version, GrantMove move, AwardEnd end, string reason, string clause,
        CancellationToken ct) =>
        await GrantMoves.Make(work, grant, version, move, reason, clause, ct, async (row, facts, _) =>
        {
            GrantAward award = await GrantAward.Open(work, grant, ct)
                ?? throw new InvalidOperationException($"Grant {grant} is awarded and has no award.");
            JournalEntry entry = await AwardGrant.Entry(work, row, facts, award.ProjectId, What(end), isEnd: true, ct);
            return
            [
                end == AwardEnd.Lapsed
                    ? await SignedCommitment.PostByRule(work, entry, award.SignedBy, Ended, ct)
                    : await SignedCommitment.Post(work, entry, award.SignedBy, award.ConfirmedBy, Ended, ct),
            ];

            Task Ended(long voucher)
            {
                (award.EndedAs, award.EndedAt, award.EndedVoucherId) = (end, work.Now, voucher);
                return Task.CompletedTask;
            }
        });

    private static string What(AwardEnd end) => end switch
    {
        AwardEnd.Declined => "放弃资助，冲回承诺",
        AwardEnd.Lapsed => "逾期未签协议，冲回承诺",
        _ => "撤销资助，冲回承诺",
    };
}
