using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Bench;

/// <summary>Opens, counts and ranks without writing anything down: for the bench, which counts a meeting more than once. It tells how many
/// projects there are and nothing that was voted.</summary>
internal sealed record CountAgain(long Meeting) : Query<int>
{
    internal override Need Needs => Need.Operator;

    internal override async Task<int> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        List<long> grants = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == AgendaState.Closed).Select(row => row.GrantId).ToListAsync(ct);
        BallotBox box = await BallotBox.Open(work, meeting, 1, grants, ct);
        VoteRules rules = await GrantTallies.Rules(work, meeting, ct);
        ILookup<(long, short), KeyValuePair<(long Grant, short Group, short Ticks), int>> patterns =
            box.Patterns.ToLookup(part => (part.Key.Grant, part.Key.Group));
        return VoteCount.Rank(rules,
        [
            .. box.Entitled.GroupBy(part => part.Key.Grant).Select(project => new ProjectBox(project.Key, 0, null,
                [.. project.Select(part => new GroupBox(part.Key.Group, part.Value,
                    patterns[part.Key].ToDictionary(row => (int)row.Key.Ticks, row => row.Value)))])),
        ]).Count;
    }
}
