using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Purposes;

/// <summary>Who opened or agreed to a case takes it back as long as no voucher is written; what donors said stays recorded.</summary>
public sealed record WithdrawPurposeChange(Guid Key, long Change) : Command<Done>(Key)
{
    /// <summary>Only who opened or agreed takes it back.</summary>
    public const string NotSigned = "purpose.not-signed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PurposeChange.NeedOf(work, FundSigners.Signing,
        Change, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Open, PurposeChangeState.Agreed);
        if (work.ActorId != change.OpenedBy && work.ActorId != change.AgreedBy)
        {
            throw new RefusedException(NotSigned);
        }

        (change.State, change.EndedBy, change.EndedAt) = (PurposeChangeState.Withdrawn, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
