using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds;

/// <summary>One of those who signed takes the signature back, as long as no voucher is written.</summary>
public sealed record WithdrawTransfer(Guid Key, long Transfer) : Command<Done>(Key)
{
    /// <summary>Only who signed can take it back.</summary>
    public const string NotSigned = "transfer.not-signed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Signing));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Proposed, TransferState.Agreed);
        if (work.ActorId != transfer.ProposedBy && work.ActorId != transfer.AgreedBy)
        {
            throw new RefusedException(NotSigned);
        }

        (transfer.State, transfer.EndedBy, transfer.EndedAt) = (TransferState.Withdrawn, work.ActorId, work.Now);
        return Done.It;
    }
}
