using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Payments;

/// <summary>Who sent it in takes it back before it is approved.</summary>
public sealed record WithdrawDebt(Guid Key, long Debt) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Claiming));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Submitted, DebtState.Returned);
        debt.State = debt.SubmittedBy == work.Actor ? DebtState.Withdrawn : throw new RefusedException(SubmitClaim.OfAnother);
        return Done.It;
    }
}
