using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>A second person has compared the agreement with its paper; from now on its clauses bind the gifts that name it.</summary>
public sealed record ConfirmAgreement(Guid Key, long Agreement) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await GiftAgreement.NeedOf(work, GiftAgreement.Signers, Agreement, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GiftAgreement row = await GiftAgreement.Waiting(work, Agreement, ct);
        if (row.ProposedBy == work.ActorId)
        {
            throw new RefusedException(ConstraintRefusal.PromiseSamePerson);
        }

        (row.State, row.DecidedBy, row.DecidedAt) = (PromiseState.Confirmed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
