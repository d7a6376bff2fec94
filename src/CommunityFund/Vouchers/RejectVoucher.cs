using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>A reviewer sends a voucher back with the reason; what it held is free again.</summary>
public sealed record RejectVoucher(Guid Key, long Voucher, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>Nobody can put right what was not said.</summary>
    public const string ReasonMissing = "voucher.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => WaitingVoucher.ReviewNeed(work, Voucher, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(ReasonMissing, ("limit", 200));
        }

        IReadOnlyList<Voucher> bundle = await WaitingVoucher.Lock(work, Voucher, ct);
        if (bundle.Any(voucher => voucher.MakerId == work.ActorId))
        {
            throw new RefusedException(WaitingVoucher.OwnVoucher);
        }

        await WaitingVoucher.Drop(work, bundle, VoucherState.Rejected, reason, ct);
        return Done.It;
    }
}
