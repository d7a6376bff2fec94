using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds;

/// <summary>
/// Another person signs for the receiving fund. If this is an accountant of both funds, the voucher is written with the signature;
/// else it waits for one.
/// </summary>
public sealed record AgreeTransfer(Guid Key, long Transfer) : Command<long?>(Key)
{
    /// <summary>Nobody signs for both sides.</summary>
    public const string BothSides = "transfer.both-sides";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(FundSigners.Signing)
        .For(await FundTransfer.FundsOf(work, Transfer, ct) is { } funds ? [funds.To] : []).Proved();

    /// <returns>The voucher, if it was written.</returns>
    internal override async Task<long?> Apply(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Proposed);
        if (transfer.ProposedBy == work.ActorId)
        {
            throw new RefusedException(BothSides);
        }

        (transfer.State, transfer.AgreedBy, transfer.AgreedAt) = (TransferState.Agreed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        Role[] maker = [Role.Accountant];
        if (!work.Rights.Reaches(maker, transfer.FromFund) || !work.Rights.Reaches(maker, transfer.ToFund))
        {
            return null;
        }

        await TransferVoucher.Prepare(work, transfer, ct);
        return transfer.VoucherId;
    }
}
