using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A voter is here, by the list; or was ticked by mistake, as long as voting has not begun and the voter has neither voted nor a
/// ballot.</summary>
public sealed record CheckIn(Guid Key, long Meeting, long Person, bool IsHere = true) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.AtTheDoor, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantMeetingVoter voter = await work.Db.Set<GrantMeetingVoter>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.GrantMeetingId == Meeting && row.PersonId == Person, ct)
            ?? throw new RefusedException(GrantMeetingVoter.NotOnRoll);
        await Come(work, meeting, voter, IsHere, ct);
        return Done.It;
    }

    internal static async Task Come(Work work, GrantMeeting meeting, GrantMeetingVoter voter, bool isHere, CancellationToken ct)
    {
        if (isHere != voter.PresentAt is not null)
        {
            if (await work.Db.Set<GrantTally>().AnyAsync(row => row.BookId == voter.BookId && row.GrantMeetingId == voter.GrantMeetingId, ct))
            {
                throw new RefusedException(OpenCount.Counted, ("title", meeting.Title));
            }

            voter.PresentAt = isHere ? work.Now : null;
            await work.Db.SaveChangesAsync(ct);
        }
    }
}

/// <summary>A voter checks in with number and code of the slip.</summary>
public sealed record CheckInByCode(Guid Key, VoterPass Pass) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeetingVoter voter = await GrantMeetingVoter.Who(work, Pass, ct);
        GrantMeeting meeting = await GrantMeeting.Lock(work, voter.BookId, voter.GrantMeetingId, ct);
        if (work.Today != meeting.StartsOn)
        {
            throw new RefusedException(OpenVoting.NotTheDay, ("title", meeting.Title), ("starts", meeting.StartsOn));
        }

        await CheckIn.Come(work, meeting, voter, isHere: true, ct);
        return Done.It;
    }
}
