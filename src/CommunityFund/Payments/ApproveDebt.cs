using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Payments;

/// <summary>An approver who neither sent it in nor is paid agrees; an accountant writes its voucher next (rulings 21).</summary>
public sealed record ApproveDebt(Guid Key, long Debt) : Command<Done>(Key)
{
    /// <summary>Nobody approves what one asked for, or is paid.</summary>
    public const string OwnDebt = "debt.own";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Paying.Approving).For(await Payments.Debt.FundsOf(work, Debt, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Submitted);
        if (work.Actor == debt.SubmittedBy || work.Actor == debt.CreditorId)
        {
            throw new RefusedException(OwnDebt);
        }

        (debt.State, debt.ApprovedBy, debt.ApprovedAt) = (DebtState.Approved, work.ActorId, work.Now);
        return Done.It;
    }
}
