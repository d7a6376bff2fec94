using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>A second person has compared the appeal with its filed plan; gifts may name it now.</summary>
public sealed record ConfirmCampaign(Guid Key, long Campaign) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await Donations.Campaign.NeedOf(work, Campaign, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Campaign row = await Donations.Campaign.Waiting(work, Campaign, ct);
        if (row.ProposedBy == work.ActorId)
        {
            throw new RefusedException(ConstraintRefusal.PromiseSamePerson);
        }

        (row.State, row.DecidedBy, row.DecidedAt) = (PromiseState.Confirmed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
