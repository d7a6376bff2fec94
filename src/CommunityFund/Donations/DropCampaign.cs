using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>An appeal that is not confirmed yet is refused, or taken back by whoever wrote it down.</summary>
public sealed record DropCampaign(Guid Key, long Campaign, [property: Personal] string Reply) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Donations.Campaign.NeedOf(work, Campaign, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Campaign row = await Donations.Campaign.Waiting(work, Campaign, ct);
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
