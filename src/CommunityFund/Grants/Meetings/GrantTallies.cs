using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>Reads counts and their rules for the pure count.</summary>
internal static class GrantTallies
{
    /// <summary>There is nothing counted to look at, sign or draw for.</summary>
    public const string NotOpenedYet = "vote.not-counted";

    /// <summary>The version that paper is keyed for: 1 before any count, that of the recount that runs, else the last.</summary>
    internal static async Task<short> Current(Work work, long meeting, CancellationToken ct) =>
        await work.Db.Set<GrantTally>().Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting)
            .Select(row => (short?)row.Version).MaxAsync(ct) ?? 1;

    /// <summary>The last count that the chair opened, or null.</summary>
    internal static Task<GrantTally?> LastOpened(Work work, long meeting, CancellationToken ct) =>
        work.Db.Set<GrantTally>().Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.State != TallyState.Keying)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);

    internal static async Task<VoteRules> Rules(Work work, GrantMeeting meeting, CancellationToken ct)
    {
        List<short> weights = await work.Db.Set<GrantMeetingCriterion>()
            .Where(row => row.BookId == meeting.BookId && row.GrantMeetingId == meeting.GrantMeetingId).OrderBy(row => row.No)
            .Select(row => row.Weight).ToListAsync(ct);
        List<GrantMeetingGroup> groups = await work.Db.Set<GrantMeetingGroup>().AsNoTracking()
            .Where(row => row.BookId == meeting.BookId && row.GrantMeetingId == meeting.GrantMeetingId).OrderBy(row => row.No).ToListAsync(ct);
        return new VoteRules(meeting.Mode, meeting.WeighsGroups, [.. weights.Select(weight => (int)weight)],
            [.. groups.Select(group => new VoteGroup(group.No, group.Weight))], meeting.TieRules);
    }

    /// <summary>What a count found, as the pure count takes it.</summary>
    internal static async Task<IReadOnlyList<ProjectBox>> Boxes(Work work, long meeting, short version, CancellationToken ct)
    {
        List<GrantTallyGroup> groups = await work.Db.Set<GrantTallyGroup>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.Version == version).ToListAsync(ct);
        ILookup<(long, short), GrantTallyPattern> patterns = (await work.Db.Set<GrantTallyPattern>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.Version == version).ToListAsync(ct))
            .ToLookup(row => (row.GrantId, row.GroupNo));
        Dictionary<long, short> lots = await work.Db.Set<GrantTallyLot>()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.Version == version)
            .ToDictionaryAsync(row => row.GrantId, row => row.LotNo, ct);
        long[] grants = [.. groups.Select(row => row.GrantId).Distinct()];
        Dictionary<long, long> asked = await work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book && grants.Contains(row.GrantId))
            .ToDictionaryAsync(row => row.GrantId, row => row.Requested, ct);
        return
        [
            .. grants.Order().Select(grant => new ProjectBox(grant, asked[grant], lots.TryGetValue(grant, out short lot) ? lot : null,
            [
                .. groups.Where(row => row.GrantId == grant).OrderBy(row => row.GroupNo).Select(row => new GroupBox(row.GroupNo, row.Entitled,
                    patterns[(grant, row.GroupNo)].ToDictionary(pattern => (int)pattern.Ticks, pattern => pattern.Ballots))),
            ])),
        ];
    }
}
