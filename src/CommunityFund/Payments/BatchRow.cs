using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>One payment of a batch as people and files see it.</summary>
/// <param name="Code">What the bank is asked to write beside it, such as BX12.</param>
/// <param name="IsMet">The bank's line shows it paid; the voucher may still wait for review.</param>
public sealed record BatchRow(
    int RowNo, long? DebtId, long? TransferId, string Code, string Title, string Payee, string Holder, string Number, string BankName,
    Amount Amount, PaymentState State, string BankSays, bool IsMet)
{
    internal static async Task<IReadOnlyList<BatchRow>> Of(Work work, long batch, CancellationToken ct)
    {
        List<PaymentRow> rows = await work.Db.Set<PaymentRow>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.PaymentBatchId == batch).OrderBy(row => row.RowNo).ToListAsync(ct);
        long[] debts = [.. rows.Select(row => row.DebtId).OfType<long>()], moves = [.. rows.Select(row => row.OwnTransferId).OfType<long>()],
            accounts = [.. rows.Select(row => row.PayeeAccountId).OfType<long>()];
        Dictionary<long, Debt> owed = await work.Db.Set<Debt>().AsNoTracking()
            .Where(row => row.BookId == work.Book && debts.Contains(row.DebtId)).ToDictionaryAsync(row => row.DebtId, ct);
        Dictionary<long, OwnTransfer> moved = await work.Db.Set<OwnTransfer>().AsNoTracking()
            .Where(row => row.BookId == work.Book && moves.Contains(row.OwnTransferId)).ToDictionaryAsync(row => row.OwnTransferId, ct);
        Dictionary<long, PayeeAccount> paid = await work.Db.Set<PayeeAccount>().AsNoTracking()
            .Where(row => row.BookId == work.Book && accounts.Contains(row.PayeeAccountId)).ToDictionaryAsync(row => row.PayeeAccountId, ct);
        long[] others = [.. rows.Select(row => row.ExpectationId).OfType<long>()];
        Dictionary<long, Expectation> other = await work.Db.Set<Expectation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && others.Contains(row.ExpectationId)).ToDictionaryAsync(row => row.ExpectationId, ct);
        Dictionary<int, OwnBankAccount> own = (await OwnBankAccount.All(work, ct)).ToDictionary(account => account.Id);
        long?[] awaited = [.. owed.Values.Select(debt => debt.ExpectationId),
            .. moved.Values.SelectMany(transfer => new[] { transfer.OutExpectation, transfer.InExpectation })];
        HashSet<long?> met = [.. await work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && row.VoucherId != null
            && awaited.Contains(row.ExpectationId)).Select(row => (long?)row.ExpectationId).ToListAsync(ct)];
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [
                .. owed.Values.Select(debt => (long?)debt.CreditorId), .. paid.Values.Select(account => (long?)account.HolderId),
                .. other.Values.Select(row => row.CounterpartyId),
            ], ct);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return [.. rows.Select(row => row.DebtId is { } debt ? OfDebt(row, owed[debt], paid[row.PayeeAccountId!.Value])
            : row.ExpectationId is { } awaits ? OfGrant(row, other[awaits], paid[row.PayeeAccountId!.Value])
            : OfTransfer(row, moved[row.OwnTransferId!.Value]))];

        BatchRow OfGrant(PaymentRow row, Expectation awaits, PayeeAccount account) => new(
            row.RowNo, null, null, awaits.Code, awaits.Narrative, names[awaits.CounterpartyId!.Value], names[account.HolderId],
            account.Number, account.BankName, Amount.Fen(row.Units), row.State, row.BankSays, awaits.VoucherId is not null);

        BatchRow OfDebt(PaymentRow row, Debt debt, PayeeAccount account) => new(
            row.RowNo, debt.DebtId, null, Debt.CodeOf(debt.Kind, debt.DebtId), debt.Title, names[debt.CreditorId], names[account.HolderId],
            account.Number, account.BankName, Amount.Fen(row.Units), row.State, row.BankSays, met.Contains(debt.ExpectationId));

        BatchRow OfTransfer(PaymentRow row, OwnTransfer transfer) => new(
            row.RowNo, null, transfer.OwnTransferId, $"ZZ{transfer.OwnTransferId}", transfer.Reason, body, body, own[transfer.ToAccount].Number,
            own[transfer.ToAccount].Bank, Amount.Fen(row.Units), row.State, row.BankSays,
            met.Contains(transfer.OutExpectation) || met.Contains(transfer.InExpectation));
    }
}
