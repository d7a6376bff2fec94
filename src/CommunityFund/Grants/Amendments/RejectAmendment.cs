using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Amendments;

/// <summary>Somebody who decides does not agree, and says why.</summary>
public sealed record RejectAmendment(Guid Key, long Grant, int No, string Reply) : Command<Done>(Key)
{
    /// <summary>The reason is missing or too long.</summary>
    public const string ReplyMissing = "amendment.reply-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new ApproveAmendment(Key, Grant, No).Needs(work, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, GrantAmendment row) = await GrantAmendment.Waiting(work, Grant, No, ct);
        await ApproveAmendment.DeciderOf(work, grant, row, [], ct);
        string reply = PlainText.Of(Reply);
        if (reply.Length is 0 or > 500)
        {
            throw new RefusedException(ReplyMissing, ("limit", 500));
        }

        (row.State, row.Reply, row.DecidedBy, row.DecidedAt) = (AmendmentState.Rejected, reply, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The lead takes it back while it waits.</summary>
public sealed record WithdrawAmendment(Guid Key, long Grant, int No) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Lead, Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, GrantAmendment row) = await GrantAmendment.Waiting(work, Grant, No, ct);
        if (grant.LeadId != work.Actor && row.AskedBy != work.Actor)
        {
            throw new RefusedException(GrantMoves.NotYours, ("title", grant.Title), ("mover", GrantMover.Lead));
        }

        (row.State, row.DecidedBy, row.DecidedAt) = (AmendmentState.Withdrawn, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
