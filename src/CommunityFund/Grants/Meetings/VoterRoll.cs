using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A voter as the door sees it; which ballot the voter holds nobody sees.</summary>
public sealed record VoterRow(
    long Person, string Name, short Group, string GroupName, string Community, bool IsHere, VoteChannel Channel, int Recused);

/// <summary>The roll.</summary>
public sealed record RollView(MeetingHead Head, IReadOnlyList<VoterRow> Voters, bool MayAdd, bool HasOpened, bool PapersOver);

/// <summary>The roll of a meeting by group and name.</summary>
public sealed record VoterRoll(long Meeting) : Query<RollView>
{
    internal override Need Needs => Need.Any(MeetingRoles.AtTheDoor);

    internal override async Task<RollView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        MeetingHead head = await MeetingHead.Of(work, meeting, ct);
        List<GrantMeetingVoter> voters = await work.Db.Set<GrantMeetingVoter>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, voters.Select(row => (long?)row.PersonId), ct);
        Dictionary<long, int> recused = await work.Db.Set<GrantRecusal>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State != RecusalState.Dismissed).GroupBy(row => row.PersonId).ToDictionaryAsync(same => same.Key, same => same.Count(), ct);
        Dictionary<short, string> groups = head.Groups.ToDictionary(group => group.No, group => group.Name);
        IReadOnlyList<AgendaRow> agenda = await MeetingProjects.Of(work, work.Book, Meeting, ct);
        return new RollView(head,
            [
                .. voters.OrderBy(row => row.GroupNo).ThenBy(row => names[row.PersonId], StringComparer.Ordinal).Select(row => new VoterRow(
                    row.PersonId, names[row.PersonId], row.GroupNo, groups[row.GroupNo], row.Community, row.PresentAt is not null, row.Channel,
                    recused.GetValueOrDefault(row.PersonId))),
            ],
            work.Rights.Holds(MeetingRoles.Preparing), agenda.Any(row => row.State is AgendaState.Open or AgendaState.Closed),
            agenda.Any(row => row.State == AgendaState.Closed));
    }
}

/// <summary>Number and code for a voter's slip.</summary>
public sealed record VoterSlip(string Name, string Group, string Ticket, string Code);

/// <summary>The slips to cut and hand out.</summary>
public sealed record SlipsView(MeetingHead Head, IReadOnlyList<VoterSlip> Slips);

/// <summary>Slips of the voters, for those who keep the roll; one voter's alone where a slip is lost.</summary>
public sealed record VoterSlips(long Meeting, long? Person = null) : Query<SlipsView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Preparing);

    internal override async Task<SlipsView> Answer(Work work, CancellationToken ct)
    {
        work.Rights.Require(await MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct), isOperator: false);
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        MeetingHead head = await MeetingHead.Of(work, meeting, ct);
        List<GrantMeetingVoter> voters = await work.Db.Set<GrantMeetingVoter>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantMeetingId == Meeting && (Person == null || row.PersonId == Person)).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, voters.Select(row => (long?)row.PersonId), ct);
        Dictionary<short, string> groups = head.Groups.ToDictionary(group => group.No, group => group.Name);
        return new SlipsView(head,
            [
                .. voters.OrderBy(row => row.GroupNo).ThenBy(row => names[row.PersonId], StringComparer.Ordinal)
                    .Select(row => new VoterSlip(names[row.PersonId], groups[row.GroupNo], row.Ticket, row.Code(work.Foundation))),
            ]);
    }
}
