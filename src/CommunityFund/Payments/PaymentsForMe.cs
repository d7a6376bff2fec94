using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>What waits for one approver.</summary>
/// <param name="Debt">The claim or bill that waits longest; null if none does.</param>
/// <param name="Batch">The batch that waits longest; null if none does.</param>
public sealed record PaymentsToDecide(int Debts, long? Debt, int Batches, long? Batch);

/// <summary>Claims and bills that I may approve and batches that I may let go: none that I sent in or made, or am paid
/// by.</summary>
public sealed record PaymentsForMe : Query<PaymentsToDecide>
{
    internal override Need Needs => Need.Person;

    internal override async Task<PaymentsToDecide> Answer(Work work, CancellationToken ct)
    {
        if (work.Actor is not { } me || !work.Rights.Holds(Paying.Approving))
        {
            return new PaymentsToDecide(0, null, 0, null);
        }

        bool all = work.Rights.ReachesAll(Paying.Approving);
        int[] funds = [.. work.Rights.FundsOf(Paying.Approving)];
        List<long> debts = await work.Db.Set<Debt>()
            .Where(row => row.BookId == work.Book && row.State == DebtState.Submitted
                && row.SubmittedBy != me && row.CreditorId != me
                && (all || !work.Db.Set<DebtLine>().Any(line => line.BookId == row.BookId && line.DebtId == row.DebtId
                    && line.Version == row.Version && !funds.Contains(line.FundId))))
            .OrderBy(row => row.SubmittedAt).ThenBy(row => row.DebtId).Select(row => row.DebtId).ToListAsync(ct);
        List<long> batches = !all ? [] : await work.Db.Set<PaymentBatch>()
            .Where(row => row.BookId == work.Book && row.State == BatchState.Made && row.MadeBy != me
                && !work.Db.Set<PaymentRow>().Any(paid => paid.BookId == row.BookId && paid.PaymentBatchId == row.PaymentBatchId
                    && work.Db.Set<Debt>().Any(debt =>
                        debt.BookId == paid.BookId && debt.DebtId == paid.DebtId && debt.CreditorId == me)))
            .OrderBy(row => row.MadeAt).ThenBy(row => row.PaymentBatchId).Select(row => row.PaymentBatchId).ToListAsync(ct);
        return new PaymentsToDecide(debts.Count, First(debts), batches.Count, First(batches));
    }

    private static long? First(List<long> ids) => ids.Count > 0 ? ids[0] : null;
}
