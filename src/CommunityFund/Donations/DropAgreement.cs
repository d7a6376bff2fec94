using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>An agreement that is not confirmed yet is refused, or taken back by whoever wrote it down; its number is free again.</summary>
public sealed record DropAgreement(Guid Key, long Agreement, [property: Personal] string Reply) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        await GiftAgreement.NeedOf(work, GiftAgreement.Signers, Agreement, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GiftAgreement row = await GiftAgreement.Waiting(work, Agreement, ct);
        string reply = PlainText.Of(Reply);
        if (reply.Length > 200)
        {
            throw new RefusedException(ProposeAgreement.TooLong, ("limit", 200));
        }

        (row.State, row.DecidedBy, row.DecidedAt, row.Reply) = (PromiseState.Dropped, work.ActorId, work.Now, reply);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
