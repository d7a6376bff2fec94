using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>The maker takes a waiting voucher back, to write it anew or not at all.</summary>
public sealed record WithdrawVoucher(Guid Key, long Voucher) : Command<Done>(Key)
{
    /// <summary>Only its maker withdraws a voucher; a reviewer rejects it.</summary>
    public const string NotMaker = "voucher.not-maker";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        IReadOnlyList<Voucher> bundle = await WaitingVoucher.Lock(work, Voucher, ct);
        if (bundle.Any(voucher => voucher.MakerId != work.ActorId))
        {
            throw new RefusedException(NotMaker);
        }

        await WaitingVoucher.Drop(work, bundle, VoucherState.Withdrawn, "", ct);
        return Done.It;
    }
}
