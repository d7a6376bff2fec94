using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A group that is not there in strength.</summary>
public sealed record ShortGroup(string Name, int Present, int Quorum);

/// <summary>What the guards of the meeting look at.</summary>
/// <param name="Meeting">The meeting that the case is on, else the last locked one of its round; null if there is none.</param>
/// <param name="HasOpened">Whether voting on any project has begun.</param>
/// <param name="Waiting">Projects on the agenda whose vote is not over.</param>
/// <param name="PapersOut">Ballots handed out.</param>
/// <param name="PapersAgreed">Ballots that two clerks read alike, for the count that runs.</param>
public sealed record MeetingFacts(
    long? Meeting = null, string Title = "", bool IsLocked = false, LocalDate? StartsOn = null, LocalDate? NoticedOn = null, bool HasOpened = false,
    int Waiting = 0, int Present = 0, int Quorum = 0, IReadOnlyList<ShortGroup>? Short = null, int PapersOut = 0, int PapersAgreed = 0)
{
    internal static async Task<MeetingFacts> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        if (grant.State is not (GrantState.Eligible or GrantState.InReview))
        {
            return new MeetingFacts();
        }

        GrantMeeting? meeting = await (
            from item in work.Db.Set<GrantMeetingItem>().AsNoTracking()
            join row in work.Db.Set<GrantMeeting>().AsNoTracking()
                on new { item.BookId, item.GrantMeetingId } equals new { row.BookId, row.GrantMeetingId }
            where item.BookId == work.Book && item.GrantId == grant.GrantId && item.State != AgendaState.TakenOff
            select row).SingleOrDefaultAsync(ct)
            ?? await work.Db.Set<GrantMeeting>().AsNoTracking()
                .Where(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId && row.State != RegisterState.Dropped)
                .OrderByDescending(row => row.State == RegisterState.Agreed).ThenByDescending(row => row.GrantMeetingId).FirstOrDefaultAsync(ct);
        return meeting is null ? new MeetingFacts() : await Of(work, meeting, ct);
    }

    internal static async Task<MeetingFacts> Of(Work work, GrantMeeting meeting, CancellationToken ct)
    {
        long id = meeting.GrantMeetingId;
        List<AgendaState> items = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == id
            && row.State != AgendaState.TakenOff).Select(row => row.State).ToListAsync(ct);
        var present = await work.Db.Set<GrantMeetingVoter>()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == id && row.PresentAt != null)
            .GroupBy(row => row.GroupNo).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        List<GrantMeetingGroup> groups = await work.Db.Set<GrantMeetingGroup>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == id).OrderBy(row => row.No).ToListAsync(ct);
        short version = await GrantTallies.Current(work, id, ct);
        int papers = await work.Db.Set<GrantBallot>()
            .CountAsync(row => row.BookId == work.Book && row.GrantMeetingId == id && row.State == PaperState.Out, ct);
        int agreed = papers == 0 ? 0 : await work.Db.Set<GrantBallotKeying>().CountAsync(row => row.BookId == work.Book && row.GrantMeetingId == id
            && row.Version == version && row.Agrees == true, ct);
        return new MeetingFacts(id, meeting.Title, meeting.State == RegisterState.Agreed, meeting.StartsOn, meeting.NoticedOn,
            items.Any(state => state is AgendaState.Open or AgendaState.Closed),
            items.Count(state => state is AgendaState.Open or AgendaState.Listed),
            present.Values.Sum(), meeting.Quorum,
            [
                .. groups.Where(group => present.GetValueOrDefault(group.No) < group.Quorum)
                    .Select(group => new ShortGroup(group.Name, present.GetValueOrDefault(group.No), group.Quorum)),
            ], papers, agreed);
    }
}

/// <summary>The guards of the meeting.</summary>
internal static class MeetingNeeds
{
    /// <summary>Days between the notice and the meeting.</summary>
    public const int NoticeDays = 3;

    /// <summary>The round has no meeting yet.</summary>
    public const string NoMeeting = "vote.no-meeting";

    /// <summary>The notice does not hang, or hangs too late.</summary>
    public const string NotNoticed = "vote.not-noticed";

    /// <summary>Voting has begun.</summary>
    public const string Opened = "vote.opened";

    /// <summary>Too few are present in all.</summary>
    public const string NoQuorum = "vote.no-quorum";

    /// <summary>Too few of a group are present.</summary>
    public const string NoGroupQuorum = "vote.no-group-quorum";

    /// <summary>The vote on some project is not over.</summary>
    public const string NotClosed = "vote.not-closed";

    /// <summary>Some ballot was not read alike by two clerks.</summary>
    public const string PapersDiffer = "vote.papers-differ";

    public static Refusal? IsNoticed(GrantFacts facts) => IsNoticed(facts.Meeting);

    public static Refusal? IsLocked(GrantFacts facts) => IsLocked(facts.Meeting);

    public static Refusal? NotOpened(GrantFacts facts) => NotOpened(facts.Meeting);

    public static Refusal? HasQuorum(GrantFacts facts) => HasQuorum(facts.Meeting);

    public static Refusal? VotingClosed(GrantFacts facts) => VotingClosed(facts.Meeting);

    public static Refusal? PapersAgree(GrantFacts facts) => PapersAgree(facts.Meeting);

    internal static Refusal? IsNoticed(MeetingFacts facts) => facts.Meeting is null ? Refuse(NoMeeting)
        : facts.NoticedOn is { } noticed && facts.StartsOn is { } starts && noticed.PlusDays(NoticeDays) <= starts ? null
        : Refuse(NotNoticed, ("title", facts.Title), ("days", NoticeDays), ("starts", facts.StartsOn));

    internal static Refusal? IsLocked(MeetingFacts facts) => facts.Meeting is null ? Refuse(NoMeeting)
        : facts.IsLocked ? null : Refuse(GrantMeeting.NotLocked, ("title", facts.Title));

    internal static Refusal? NotOpened(MeetingFacts facts) => facts.HasOpened ? Refuse(Opened, ("title", facts.Title)) : null;

    internal static Refusal? HasQuorum(MeetingFacts facts) => facts.Present < facts.Quorum
        ? Refuse(NoQuorum, ("present", facts.Present), ("quorum", facts.Quorum))
        : facts.Short is [var group, ..]
            ? Refuse(NoGroupQuorum, ("group", group.Name), ("present", group.Present), ("quorum", group.Quorum)) : null;

    internal static Refusal? VotingClosed(MeetingFacts facts) => facts.HasOpened && facts.Waiting == 0 ? null
        : Refuse(NotClosed, ("waiting", facts.Waiting));

    internal static Refusal? PapersAgree(MeetingFacts facts) => facts.PapersOut == facts.PapersAgreed ? null
        : Refuse(PapersDiffer, ("left", facts.PapersOut - facts.PapersAgreed), ("papers", facts.PapersOut));

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
