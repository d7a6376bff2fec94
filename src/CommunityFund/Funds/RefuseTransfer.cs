using CommunityFund.Books;

namespace CommunityFund.Funds;

/// <summary>Who signs for the receiving fund does not agree, and says why.</summary>
public sealed record RefuseTransfer(Guid Key, long Transfer, [property: Personal] string Reply) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(FundSigners.Signing)
        .For(await FundTransfer.FundsOf(work, Transfer, ct) is { } funds ? [funds.To] : []);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Proposed);
        transfer.Reply = FundSigners.Said(Reply, 200);
        (transfer.State, transfer.EndedBy, transfer.EndedAt) = (TransferState.Refused, work.ActorId, work.Now);
        return Done.It;
    }
}
