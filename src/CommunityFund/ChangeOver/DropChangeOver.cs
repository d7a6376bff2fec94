using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.ChangeOver;

/// <summary>Who proposed takes it back, or who would confirm sends it back with a reason.</summary>
public sealed record DropChangeOver(Guid Key, long Change, [property: Personal] string Reply) : Command<Done>(Key)
{
    /// <summary>Who sends it back says why.</summary>
    public const string ReplyMissing = "change-over.reply-missing";

    private const int Longest = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant, Role.VoucherReviewer).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        StandardChange change = await StandardChange.Lock(work, Change, ct);
        string reply = PlainText.Of(Reply);
        if (reply.Length > Longest || (reply.Length == 0 && change.ProposedBy != work.ActorId))
        {
            throw new RefusedException(ReplyMissing, ("limit", Longest));
        }

        (change.State, change.DecidedBy, change.DecidedAt, change.Reply) = (ChangeState.Dropped, work.ActorId, work.Now, reply);
        return Done.It;
    }
}
