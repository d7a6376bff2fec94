using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A recusal as the chair sees it.</summary>
public sealed record RecusalRow(
    long Person, string Name, long Grant, string Title, RecusalReason Reason, bool Computed, RecusalState State, bool MayDecide);

/// <summary>How far paper is.</summary>
public sealed record PaperProgress(int Out, int First, int Differ, int Agreed);

/// <summary>The chair's desk: everything about the meeting but what was voted.</summary>
/// <param name="Voted">By project, how many voted by phone; that they did, not what.</param>
/// <param name="Eligible">Cases of the round that passed screening and wait for a meeting.</param>
/// <param name="Count">How far the last count is, with its version; null before.</param>
public sealed record MeetingView(
    MeetingHead Head, string ProposedBy, Instant ProposedAt, string DecidedBy, Instant? DecidedAt, IReadOnlyList<AgendaRow> Agenda,
    IReadOnlyDictionary<long, int> Voted, IReadOnlyList<AgendaRow> Eligible, IReadOnlyList<RecusalRow> Recusals,
    PaperProgress Papers, TallyState? Count,
    int Version, IReadOnlyList<GrantMover> Waits, bool RecountAsked, bool MayLock, bool MayPrepare, bool MayRun, bool MayKey, bool MayStandAtDoor,
    bool MaySign, Refusal? WhyNotOpen, Refusal? WhyNotCount);

/// <summary>One meeting.</summary>
public sealed record MeetingPage(long Meeting) : Query<MeetingView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Reading);

    internal override async Task<MeetingView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        MeetingHead head = await MeetingHead.Of(work, meeting, ct);
        IReadOnlyList<AgendaRow> agenda = await MeetingProjects.Of(work, work.Book, Meeting, ct);
        MeetingFacts facts = await MeetingFacts.Of(work, meeting, ct);
        List<GrantTally> tallies = await work.Db.Set<GrantTally>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting).OrderBy(row => row.Version).ToListAsync(ct);
        GrantTally? last = tallies.LastOrDefault();
        List<GrantTallySignature> signed = last is null ? [] : await work.Db.Set<GrantTallySignature>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting && row.Version == last.Version).ToListAsync(ct);
        GrantMover[] waits = last is not { State: TallyState.Opened } ? []
            : [.. new[] { GrantMover.Chair, GrantMover.Clerk, GrantMover.SecondClerk }.Where(mover => !signed.Exists(row => row.Mover == mover))];
        IReadOnlyList<RecusalRow> recusals = await Recusals(work, agenda, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [meeting.ProposedBy, meeting.DecidedBy], ct);
        bool runs = work.Rights.Holds(MeetingRoles.Running);
        return new MeetingView(
            head, names[meeting.ProposedBy], meeting.ProposedAt, meeting.DecidedBy is { } by ? names[by] : "", meeting.DecidedAt, agenda,
            await work.Db.Set<GrantVote>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting).GroupBy(row => row.GrantId)
                .ToDictionaryAsync(group => group.Key, group => group.Count(), ct),
            await Waiting(work, meeting, ct), recusals, await Papers(work, facts, ct), last?.State, last?.Version ?? 0, waits,
            last is { State: TallyState.Signed } && await Recount.IsAsked(work, Meeting, last, ct),
            work.Rights.Holds(MeetingRoles.Locking) && meeting.ProposedBy != work.Actor, work.Rights.Holds(MeetingRoles.Preparing), runs,
            work.Rights.Holds(MeetingRoles.Keying), work.Rights.Holds(MeetingRoles.AtTheDoor),
            waits.Any(mover => work.Rights.Holds(mover.Roles())) && !signed.Exists(row => row.PersonId == work.Actor),
            work.Today < meeting.StartsOn
                ? new Refusal(OpenVoting.NotTheDay, new Dictionary<string, object?> { ["title"] = meeting.Title, ["starts"] = meeting.StartsOn })
                : MeetingNeeds.HasQuorum(facts),
            MeetingNeeds.HasQuorum(facts) ?? MeetingNeeds.VotingClosed(facts) ?? MeetingNeeds.PapersAgree(facts));
    }

    private async Task<IReadOnlyList<AgendaRow>> Waiting(Work work, GrantMeeting meeting, CancellationToken ct) =>
        meeting.State != RegisterState.Agreed || !work.Rights.Holds(MeetingRoles.Preparing) ? []
        :
        [
            .. (await work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantRoundId == meeting.GrantRoundId
                    && row.State == GrantState.Eligible).OrderBy(row => row.Number).Take(200).ToListAsync(ct))
                .Select(row => new AgendaRow(row.GrantId, row.StateVersion, 0, row.Number, row.Title, row.Community, Amount.Fen(row.Requested),
                    Amount.Fen(row.OwnUnits), AgendaState.TakenOff, row.State)),
        ];

    private async Task<IReadOnlyList<RecusalRow>> Recusals(Work work, IReadOnlyList<AgendaRow> agenda, CancellationToken ct)
    {
        List<GrantRecusal> rows = await work.Db.Set<GrantRecusal>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.PersonId), ct);
        Dictionary<long, AgendaRow> projects = agenda.ToDictionary(row => row.Grant);
        bool runs = work.Rights.Holds(MeetingRoles.Running);
        return
        [
            .. rows.Where(row => projects.ContainsKey(row.GrantId)).OrderByDescending(row => row.State == RecusalState.Asked)
                .ThenBy(row => projects[row.GrantId].Order).ThenBy(row => row.PersonId)
                .Select(row => new RecusalRow(row.PersonId, names[row.PersonId], row.GrantId, projects[row.GrantId].Title, row.Reason, row.Computed,
                    row.State, runs && row.State == RecusalState.Asked && row.PersonId != work.Actor)),
        ];
    }

    private async Task<PaperProgress> Papers(Work work, MeetingFacts facts, CancellationToken ct)
    {
        short version = await GrantTallies.Current(work, Meeting, ct);
        var last = (await work.Db.Set<GrantBallotKeying>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Version == version).Select(row => new { row.Serial, row.Pass, row.No, row.Agrees }).ToListAsync(ct))
            .GroupBy(row => row.Serial).Select(same => same.OrderBy(row => row.Pass).ThenBy(row => row.No).Last()).ToList();
        return new PaperProgress(facts.PapersOut, last.Count(row => row.No == 1),
            last.Count(row => row.Agrees == false), last.Count(row => row.Agrees == true));
    }
}
