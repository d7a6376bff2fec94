using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Meetings;

/// <summary>Another person locks the rules: they are written out in canonical words whose hash the notice publishes, and nothing of them
/// changes any more.</summary>
public sealed record LockMeeting(Guid Key, long Meeting) : Command<Done>(Key)
{
    /// <summary>Who drew the rules up does not lock them.</summary>
    public const string OwnMeeting = "vote.own-meeting";

    /// <summary>It is locked or dropped already.</summary>
    public const string Decided = "vote.meeting-decided";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Locking, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting row = await GrantMeeting.Lock(work, Meeting, ct);
        if (row.State != RegisterState.Waiting)
        {
            throw new RefusedException(Decided, ("title", row.Title));
        }

        if (row.ProposedBy == work.ActorId)
        {
            throw new RefusedException(OwnMeeting, ("title", row.Title));
        }

        row.RulesText = await MeetingRules.TextOf(work, row, ct);
        row.RulesHash = SHA256.HashData(Encoding.UTF8.GetBytes(row.RulesText));
        (row.State, row.DecidedBy, row.DecidedAt) = (RegisterState.Agreed, work.ActorId, work.Now);
        return Done.It;
    }
}

/// <summary>Rules that nobody has locked are dropped.</summary>
public sealed record DropMeeting(Guid Key, long Meeting) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Locking, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting row = await GrantMeeting.Lock(work, Meeting, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = row.State == RegisterState.Waiting ? (RegisterState.Dropped, work.ActorId, work.Now)
            : throw new RefusedException(LockMeeting.Decided, ("title", row.Title));
        return Done.It;
    }
}
