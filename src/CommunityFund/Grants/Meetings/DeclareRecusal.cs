using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A voter steps back from a project. It counts at once; the chair confirms it, or finds that there is no interest.</summary>
public sealed record DeclareRecusal(Guid Key, VoterPass Pass, long Grant, RecusalReason Reason) : Command<Done>(Key)
{
    /// <summary>The reason is not one that is declared, or the project is not on the agenda.</summary>
    public const string NotDeclarable = "vote.recusal-not-declarable";

    /// <summary>It is written down already.</summary>
    public const string Known = "vote.recusal-known";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantMeetingVoter voter = await GrantMeetingVoter.Who(work, Pass, ct);
        await GrantMeeting.Lock(work, voter.BookId, voter.GrantMeetingId, ct);
        if (!GrantRecusal.Declarable.Contains(Reason) || !await work.Db.Set<GrantMeetingItem>().AnyAsync(row => row.BookId == voter.BookId
            && row.GrantMeetingId == voter.GrantMeetingId && row.GrantId == Grant && row.State != AgendaState.TakenOff, ct))
        {
            throw new RefusedException(NotDeclarable);
        }

        if (await work.Db.Set<GrantRecusal>().AnyAsync(row => row.BookId == voter.BookId && row.GrantMeetingId == voter.GrantMeetingId
            && row.PersonId == voter.PersonId && row.GrantId == Grant, ct))
        {
            throw new RefusedException(Known);
        }

        work.Db.Add(new GrantRecusal
        {
            BookId = voter.BookId,
            GrantMeetingId = voter.GrantMeetingId,
            PersonId = voter.PersonId,
            GrantId = Grant,
            Reason = Reason,
            Computed = false,
            State = RecusalState.Asked,
            DeclaredBy = voter.PersonId,
            DeclaredAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The chair confirms what a voter declared, or finds no interest in it.</summary>
public sealed record ConfirmRecusal(Guid Key, long Meeting, long Person, long Grant, bool Stands) : Command<Done>(Key)
{
    /// <summary>There is nothing to decide, or it was decided.</summary>
    public const string Nothing = "vote.recusal-nothing";

    /// <summary>The chair does not decide about the own recusal.</summary>
    public const string OwnRecusal = "vote.recusal-own";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantRecusal row = await work.Db.Set<GrantRecusal>().SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantMeetingId == Meeting
            && each.PersonId == Person && each.GrantId == Grant && each.State == RecusalState.Asked, ct) ?? throw new RefusedException(Nothing);
        if (Person == work.ActorId)
        {
            throw new RefusedException(OwnRecusal);
        }

        (row.State, row.DecidedBy, row.DecidedAt) = (Stands ? RecusalState.Stands : RecusalState.Dismissed, work.ActorId, work.Now);
        return Done.It;
    }
}
