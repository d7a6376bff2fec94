using CommunityFund.Books;

namespace CommunityFund.Funds;

/// <summary>An accountant of both funds writes the voucher of a transfer that both sides have signed; it is reviewed like any
/// other.</summary>
public sealed record PrepareTransfer(Guid Key, long Transfer) : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant)
        .For(await FundTransfer.FundsOf(work, Transfer, ct) is { } funds ? [funds.From, funds.To] : []);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Agreed);
        await TransferVoucher.Prepare(work, transfer, ct);
        return transfer.VoucherId!.Value;
    }
}
