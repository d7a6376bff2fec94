using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>A case's place at its meeting, by the newest count.</summary>
internal sealed record RankedCase(long Meeting, short TallyVersion, short Rank, string Score);

/// <summary>What the count of the meeting says, and whether a decision departs from it.</summary>
internal static class Ranking
{
    public static async Task<RankedCase?> Of(Work work, long grant, CancellationToken ct) =>
        await work.Db.Set<GrantRank>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .OrderByDescending(row => row.TallyVersion)
            .Select(row => new RankedCase(row.GrantMeetingId, row.TallyVersion, row.Rank, row.ScoreText)).FirstOrDefaultAsync(ct);

    /// <summary>Whether a better one of the meeting was left behind, or a worse one has gone before. What is not decided yet is neither, so the
    /// order in which a group decides makes no difference.</summary>
    public static async Task<bool> Inverts(Work work, GrantCase grant, RankedCase ranked, DecisionKind kind, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (
              select 1 from grant_rank r join grant_case c using (book_id, grant_id)
               where r.book_id = {work.Book} and r.grant_meeting_id = {ranked.Meeting} and r.grant_id <> {grant.GrantId}
                 and r.tally_version = (select max(n.tally_version) from grant_rank n where n.book_id = r.book_id and n.grant_id = r.grant_id)
                 and case when {kind == DecisionKind.Recommend}
                          then r.rank < {ranked.Rank} and (c.state = 'waitlisted' or c.state = 'not-selected' and exists (
                                 select 1 from grant_decided d where d.book_id = c.book_id and d.grant_id = c.grant_id and d.kind = 'refuse'))
                          else r.rank > {ranked.Rank} and (c.state in ('recommended', 'public-notice', 'objected') or has_award(c.state)) end)
                            as "Value"
            """).SingleAsync(ct);

    /// <summary>Whether another case of the round waits at that place.</summary>
    public static async Task<bool> IsTaken(Work work, GrantCase grant, int place, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (select 1 from grant_decided d join grant_case c using (book_id, grant_id)
                            where c.book_id = {work.Book} and c.grant_round_id = {grant.GrantRoundId} and c.state = 'waitlisted'
                              and c.grant_id <> {grant.GrantId} and d.place = {place}) as "Value"
            """).SingleAsync(ct);
}
