using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Meetings;

/// <summary>The notice of a meeting: where and when, how votes count, with the hash of the rules, and who speaks when.</summary>
public sealed record MeetingNoticeView(MeetingHead Head, IReadOnlyList<AgendaRow> Agenda, bool MayPublish);

/// <summary>The notice, once the rules are locked.</summary>
public sealed record MeetingNotice(long Meeting) : Query<MeetingNoticeView>
{
    internal override Need Needs => Need.Any([.. MeetingRoles.Reading, Role.Lead, Role.FinLead, Role.SignOff, Role.Voter]);

    internal override async Task<MeetingNoticeView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        return meeting.State != RegisterState.Agreed ? throw new RefusedException(GrantMeeting.NotLocked, ("title", meeting.Title))
            : new MeetingNoticeView(await MeetingHead.Of(work, meeting, ct), await MeetingProjects.Of(work, work.Book, Meeting, ct),
                meeting.NoticedOn is null && work.Rights.Holds(MeetingRoles.Preparing));
    }
}
