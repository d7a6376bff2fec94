using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>An approver who neither sent it in nor is paid agrees; an accountant writes its voucher next (rulings 21).</summary>
public sealed record ApproveDebt(Guid Key, long Debt) : Command<Done>(Key)
{
    /// <summary>Nobody approves what one asked for, or is paid.</summary>
    public const string OwnDebt = "debt.own";

    /// <summary>Nothing proves it, and its voucher would not be posted without.</summary>
    public const string NoPapers = "debt.no-papers";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Paying.Approving).For(await Payments.Debt.FundsOf(work, Debt, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Submitted);
        if (work.Actor == debt.SubmittedBy || work.Actor == debt.CreditorId)
        {
            throw new RefusedException(OwnDebt);
        }

        if (await LacksPapers(work, debt, ct))
        {
            throw new RefusedException(NoPapers, ("code", Payments.Debt.CodeOf(debt.Kind, debt.DebtId)));
        }

        (debt.State, debt.ApprovedBy, debt.ApprovedAt) = (DebtState.Approved, work.ActorId, work.Now);
        return Done.It;
    }

    /// <summary>Its voucher moves no money, so that no bank line can stand for a document.</summary>
    private static async Task<bool> LacksPapers(Work work, Debt debt, CancellationToken ct)
    {
        DateOnly day = (await Payments.Debt.LinesOf(work, debt, ct)).Max(line => line.OccurredOn).ToDateOnly();
        return await work.Db.Database.SqlQuery<bool>(
            $"""
            select evidence_needed({work.Book}, 'ordinary', {day}) <> 'none' and not exists
                   (select 1 from debt_document d
                     where d.book_id = {work.Book} and d.debt_id = {debt.DebtId} and d.version = {debt.Version}) as "Value"
            """).SingleAsync(ct);
    }
}
