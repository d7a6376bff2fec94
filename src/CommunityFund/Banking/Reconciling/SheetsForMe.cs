using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking.Reconciling;

/// <summary>Reconciliations that wait for one person.</summary>
/// <param name="First">The one that waits longest; null if none does.</param>
public sealed record SheetsToConfirm(int Count, long? First);

/// <summary>Reconciliations that others have prepared and I may confirm; nobody is told of one that the database would not let
/// them sign, as who paid in the time.</summary>
public sealed record SheetsForMe : Query<SheetsToConfirm>
{
    internal override Need Needs => Need.Person;

    internal override async Task<SheetsToConfirm> Answer(Work work, CancellationToken ct)
    {
        if (work.Actor is not { } me || !work.Rights.ReachesAll(Reconciliation.Signers))
        {
            return new SheetsToConfirm(0, null);
        }

        List<long> waiting = await work.Db.Database.SqlQuery<long>(
            $"""
            select r.reconciliation_id as "Value"
              from reconciliation r join book b on b.book_id = r.book_id
             where r.book_id = {work.Book} and r.state = 'prepared' and r.prepared_by <> {me}
               and not paid_between(r.book_id, r.bank_account_id, {me},
                     coalesce(bank_locked_until(r.book_id, r.bank_account_id) + 1, b.opening_day), r.statement_day)
             order by r.prepared_at, r.reconciliation_id
            """).ToListAsync(ct);
        return new SheetsToConfirm(waiting.Count, waiting.Count > 0 ? waiting[0] : null);
    }
}
