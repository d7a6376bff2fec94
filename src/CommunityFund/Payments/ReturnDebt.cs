using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Payments;

/// <summary>It goes back to who sent it in, with the reason: from an approver, or from the accountant before its voucher.</summary>
public sealed record ReturnDebt(Guid Key, long Debt, [property: Personal] string Reply) : Command<Done>(Key)
{
    /// <summary>The reason is missing or too long.</summary>
    public const string ReasonMissing = "debt.reason-missing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any([.. Paying.Approving, Role.Accountant]).For(await Payments.Debt.FundsOf(work, Debt, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Submitted, DebtState.Approved);
        debt.Reply = PlainText.Of(Reply) is { Length: > 0 and <= 200 } said ? said
            : throw new RefusedException(ReasonMissing, ("limit", 200));
        (debt.State, debt.RepliedBy, debt.RepliedAt, debt.ApprovedBy, debt.ApprovedAt) =
            (DebtState.Returned, work.ActorId, work.Now, null, null);
        return Done.It;
    }
}
