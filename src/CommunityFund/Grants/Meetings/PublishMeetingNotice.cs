using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Meetings;

/// <summary>The notice of the meeting hangs out, with the hash of its rules, three days before at the latest.</summary>
/// <param name="Where">The board or page it stands on.</param>
public sealed record PublishMeetingNotice(Guid Key, long Meeting, string Where) : Command<Done>(Key)
{
    /// <summary>It does not say where, or says too much.</summary>
    public const string WhereMissing = "vote.where-missing";

    /// <summary>It hangs already.</summary>
    public const string Twice = "vote.noticed-already";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string where = PlainText.Of(Where);
        if (where.Length is 0 or > 200)
        {
            throw new RefusedException(WhereMissing, ("limit", 200));
        }

        GrantMeeting row = await GrantMeeting.LockAgreed(work, Meeting, ct);
        if (row.NoticedOn is { } before)
        {
            throw new RefusedException(Twice, ("title", row.Title), ("day", before));
        }

        if (work.Today.PlusDays(MeetingNeeds.NoticeDays) > row.StartsOn)
        {
            throw new RefusedException(MeetingNeeds.NotNoticed, ("title", row.Title), ("days", MeetingNeeds.NoticeDays), ("starts", row.StartsOn));
        }

        (row.NoticedOn, row.NoticedWhere, row.NoticedBy) = (work.Today, where, work.ActorId);
        return Done.It;
    }
}
