using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>
/// What was ticked on the payment desk becomes a batch for one of our accounts; a second person lets it go. Nothing is booked: a
/// payment is in the books when the bank's line says so.
/// </summary>
/// <param name="BankAccount">Id of the own account it is paid from.</param>
/// <param name="Count">How many the maker counted by hand.</param>
/// <param name="Total">What the maker added up by hand.</param>
/// <param name="Grants">What is waited for of grants and merchants: ids of expectations.</param>
public sealed record MakeBatch(
    Guid Key, int BankAccount, LocalDate PayOn, IReadOnlyList<long> Debts, IReadOnlyList<long> Transfers, int Count, Amount Total,
    IReadOnlyList<long>? Grants = null) : Command<long>(Key)
{
    /// <summary>Nothing is ticked, or too much.</summary>
    public const string BadCount = "payment.bad-count";

    /// <summary>Count or total are not those of what is ticked.</summary>
    public const string Control = "payment.control";

    /// <summary>The account it is paid from is none of ours.</summary>
    public const string UnknownAccount = "payment.unknown-account";

    /// <summary>A transfer goes from another of our accounts.</summary>
    public const string OtherAccount = "payment.other-account";

    /// <summary>Something ticked was paid or put into a batch meanwhile.</summary>
    public const string NotOpen = "payment.not-open";

    private const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Making).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if ((await OwnBankAccount.All(work, ct)).All(account => account.Id != BankAccount))
        {
            throw new RefusedException(UnknownAccount);
        }

        List<Row> rows = [.. await DebtRows(work, ct), .. await GrantRows(work, ct), .. await TransferRows(work, ct)];
        if (rows.Count is 0 or > Most)
        {
            throw new RefusedException(BadCount, ("limit", Most));
        }

        Amount total = Amount.Fen(rows.Sum(row => row.Units));
        if (Count != rows.Count || Total != total)
        {
            throw new RefusedException(Control, ("count", rows.Count), ("total", total), ("typed", Count), ("said", Total));
        }

        PaymentBatch batch = new()
        {
            BookId = work.Book,
            BankAccountId = BankAccount,
            PayOn = PayOn,
            RowCount = (short)rows.Count,
            Total = total.Units,
            State = BatchState.Made,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(batch);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(rows.Select((row, at) => new PaymentRow
        {
            BookId = work.Book,
            PaymentBatchId = batch.PaymentBatchId,
            RowNo = (short)(at + 1),
            DebtId = row.Debt,
            OwnTransferId = row.Transfer,
            ExpectationId = row.Grant,
            PayeeAccountId = row.Account,
            Units = row.Units,
            State = PaymentState.Waiting,
        }));
        await work.Db.SaveChangesAsync(ct);
        return batch.PaymentBatchId;
    }

    /// <summary>In the order of payees, so that one payee's payments stand together.</summary>
    private async Task<List<Row>> DebtRows(Work work, CancellationToken ct)
    {
        List<Row> rows = [];
        foreach (long id in Debts.Distinct().Order().Take(Most + 1))
        {
            Debt debt = await Debt.Lock(work, id, ct, DebtState.Owed);
            PayeeAccount account = await PayeeAccount.Current(work, debt.CreditorId).AsNoTracking().SingleOrDefaultAsync(ct)
                ?? throw new RefusedException(PayeeAccount.Missing);
            await RefuseIfOnItsWay(work, row => row.DebtId == id, [debt.ExpectationId], ct);
            rows.Add(new Row(debt.CreditorId, id, null, account.PayeeAccountId, (await Debt.LinesOf(work, debt, ct)).Sum(line => line.Units)));
        }

        return [.. rows.OrderBy(row => row.Payee).ThenBy(row => row.Debt)];
    }

    /// <summary>Whoever waits for the payment hears that it is on its way, and may refuse it.</summary>
    private async Task<List<Row>> GrantRows(Work work, CancellationToken ct)
    {
        List<Row> rows = [];
        foreach (long id in (Grants ?? []).Distinct().Order().Take(Most + 1))
        {
            // The feature locks what it is for first, so it hears of it before the expectation is locked.
            Expectation awaited = await work.Db.Set<Expectation>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
                && row.ExpectationId == id && (row.Kind == ExpectationKind.Grant || row.Kind == ExpectationKind.Merchant)
                && row.VoucherId == null && row.ClosedAt == null, ct) ?? throw new RefusedException(NotOpen);
            long payee = awaited.CounterpartyId!.Value;

            // A grant is paid to the account that was named for it, a merchant to the one it has now.
            PayeeAccount account = await PayeeAccount.Current(work, payee).AsNoTracking()
                .SingleOrDefaultAsync(row => awaited.Kind == ExpectationKind.Merchant || row.Number == awaited.PartyAccount, ct)
                ?? throw new RefusedException(PayeeAccount.Missing);
            await RefuseIfOnItsWay(work, row => row.ExpectationId == id, [id], ct);
            await (Consequence.Read(awaited.ThenMove)?.OnItsWay(work, ct) ?? Task.CompletedTask);
            rows.Add(new Row(payee, null, null, account.PayeeAccountId, -awaited.Units, id));
        }

        return [.. rows.OrderBy(row => row.Payee).ThenBy(row => row.Grant)];
    }

    private async Task<List<Row>> TransferRows(Work work, CancellationToken ct)
    {
        List<Row> rows = [];
        foreach (long id in Transfers.Distinct().Order().Take(Most + 1))
        {
            OwnTransfer transfer = await OwnTransfer.Lock(work, id, ct, OwnTransferState.Planned);
            if (transfer.FromAccount != BankAccount)
            {
                throw new RefusedException(OtherAccount);
            }

            await RefuseIfOnItsWay(work, row => row.OwnTransferId == id, [transfer.OutExpectation, transfer.InExpectation], ct);
            rows.Add(new Row(0, null, id, null, transfer.Units));
        }

        return rows;
    }

    /// <summary>In a batch, or the bank's line shows it paid and the voucher of that waits for review.</summary>
    private static async Task RefuseIfOnItsWay(
        Work work, System.Linq.Expressions.Expression<Func<PaymentRow, bool>> which, long?[] awaited, CancellationToken ct)
    {
        if (await work.Db.Set<Expectation>().AnyAsync(
            row => row.BookId == work.Book && awaited.Contains(row.ExpectationId) && row.VoucherId != null, ct)
            || await work.Db.Set<PaymentRow>().Where(row => row.BookId == work.Book && (row.State == PaymentState.Waiting
            || row.State == PaymentState.Succeeded || row.State == PaymentState.Paid)).AnyAsync(which, ct))
        {
            throw new RefusedException(NotOpen);
        }
    }

    private sealed record Row(long Payee, long? Debt, long? Transfer, long? Account, long Units, long? Grant = null);
}
