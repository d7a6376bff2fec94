using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Purposes;

/// <summary>
/// Another person has compared the case with what proves it and agrees. From now on the new words are clauses of the fund, for the gifts
/// whose donors consented; nothing more is collected, and an accountant writes the voucher.
/// </summary>
public sealed record AgreePurposeChange(Guid Key, long Change) : Command<Done>(Key)
{
    /// <summary>Who opened the case is not the second person.</summary>
    public const string OwnCase = "purpose.own-case";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await PurposeChange.NeedOf(work, FundSigners.Deciding, Change, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Open);
        if (change.OpenedBy == work.ActorId)
        {
            throw new RefusedException(OwnCase);
        }

        (change.State, change.AgreedBy, change.AgreedAt) = (PurposeChangeState.Agreed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
