using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>What a group said of a project.</summary>
public sealed record GroupVotes(short Group, int Entitled, int Ballots, IReadOnlyList<int> Votes);

/// <summary>A line of the 评选结果汇总表.</summary>
/// <param name="Lot">The lot drawn; null if none was.</param>
public sealed record TallyLine(AgendaRow Project, ProjectScore Score, IReadOnlyList<GroupVotes> Groups, int? Lot);

/// <summary>A signature under the sheet.</summary>
public sealed record TallySigned(GrantMover Mover, string Name, Instant? At);

/// <summary>评选结果汇总表.</summary>
public sealed record TallySheetView(
    MeetingHead Head, int Version, TallyState State, string Reason, Instant OpenedAt, int Present, int Papers, int ValidPapers, int SpoiledPapers,
    int AbsentPapers, IReadOnlyList<TallyLine> Lines, IReadOnlyList<TallySigned> Signatures, IReadOnlyList<int> Versions, bool MayDraw, bool MaySign)
{
    /// <summary>Projects that wait for a lot.</summary>
    public IReadOnlyList<TallyLine> Tied => [.. Lines.Where(line => line.Score.NeedsLot)];
}

/// <summary>The count as it stands, for nobody before the chair opened it.</summary>
/// <param name="Version">An earlier count; null for the last.</param>
public sealed record TallySheet(long Meeting, int? Version = null) : Query<TallySheetView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Reading);

    internal override async Task<TallySheetView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        List<GrantTally> tallies = await work.Db.Set<GrantTally>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State != TallyState.Keying).OrderBy(row => row.Version).ToListAsync(ct);
        GrantTally tally = (Version is { } asked ? tallies.Find(row => row.Version == asked) : tallies.LastOrDefault())
            ?? throw new RefusedException(GrantTallies.NotOpenedYet, ("title", meeting.Title));
        Dictionary<long, AgendaRow> agenda = (await MeetingProjects.Of(work, work.Book, Meeting, ct)).ToDictionary(row => row.Grant);
        IReadOnlyList<ProjectBox> boxes = await GrantTallies.Boxes(work, Meeting, tally.Version, ct);
        Dictionary<long, ProjectBox> box = boxes.ToDictionary(row => row.Grant);
        VoteRules rules = await GrantTallies.Rules(work, meeting, ct);
        List<GrantTallySignature> signed = await work.Db.Set<GrantTallySignature>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantMeetingId == Meeting && row.Version == tally.Version).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, signed.Select(row => (long?)row.PersonId), ct);
        IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(rules, boxes);
        bool isLast = tally == tallies[^1] && tally.State == TallyState.Opened;
        return new TallySheetView(
            await MeetingHead.Of(work, meeting, ct), tally.Version, tally.State, tally.Reason, tally.OpenedAt!.Value, tally.Present, tally.Papers,
            tally.ValidPapers, tally.SpoiledPapers, tally.AbsentPapers,
            [
                .. ranking.Select(score => new TallyLine(agenda[score.Grant], score,
                    [
                        .. box[score.Grant].Groups.Select(group => new GroupVotes(group.Group, group.Entitled, group.Ballots,
                            [.. Enumerable.Range(0, rules.Weights.Count).Select(group.Votes)])),
                    ], box[score.Grant].Lot)),
            ],
            [
                .. new[] { GrantMover.Chair, GrantMover.Clerk, GrantMover.SecondClerk }
                    .Select(mover => signed.Find(row => row.Mover == mover) is { } one
                    ? new TallySigned(mover, names[one.PersonId], one.At) : new TallySigned(mover, "", null)),
            ],
            [.. tallies.Select(row => (int)row.Version)], isLast && work.Rights.Holds(MeetingRoles.Running) && signed.Count == 0,
            isLast && !ranking.Any(score => score.NeedsLot) && !signed.Exists(row => row.PersonId == work.Actor)
                && new[] { GrantMover.Chair, GrantMover.Clerk, GrantMover.SecondClerk }
                    .Any(mover => !signed.Exists(row => row.Mover == mover) && work.Rights.Holds(mover.Roles())));
    }
}
