using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// 退汇: the bank gave back what it had paid. The payment stays, for it happened; its lines stand in red beside it on the day the money
/// came back, and what it paid is owed and paid again.
/// </summary>
/// <param name="Payment">The voucher of the payment, of just the amount that came back.</param>
public sealed record RecordReturnedPayment(
    Guid Key, BankRest Rest, long Payment, [property: Personal] string Narrative, LocalDate? BookedOn = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>There is no such payment of that amount, or money came back of it before.</summary>
    public const string NoPayment = "payment-return.no-payment";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, isIn: true, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        long first = taken.Parts[0].Line;
        BankLine line = await work.Db.Set<BankLine>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.BankLineId == first, ct);
        ReturnedPayment payment = (await ReturnedPayments.Of(work, line, taken.Amount, ct)).SingleOrDefault(row => row.Voucher == Payment)
            ?? throw new RefusedException(NoPayment, ("amount", taken.Amount));
        bool isAgency = await work.Db.Database.SqlQuery<bool>(
            $"select exists (select 1 from agency_move where book_id = {work.Book} and voucher_id = {Payment}) as \"Value\"").SingleAsync(ct);
        Draft back = new(
            await Red(work, payment.Voucher, payment.On, day, ct), Bank: taken.Parts, Documents: Documents,
            Then: payment.PaysAgain ? new PaymentCameBack(Payment, first) : null,
            Undo: payment.PaysAgain ? new PaymentStands(Payment) : isAgency ? new AgencyReturnUndone() : null);
        List<Draft> drafts = [back];
        foreach (long promise in await work.Db.Vouchers.Where(row => row.BookId == work.Book && row.BundleId == Payment && row.Series == "备")
            .OrderBy(row => row.VoucherId).Select(row => row.VoucherId).ToListAsync(ct))
        {
            // What the payment had fulfilled is promised again.
            drafts.Add(new Draft(await Red(work, promise, payment.On, day, ct)));
        }

        long voucher = (await work.PrepareTogether(drafts, ct))[0];
        if (isAgency)
        {
            await HoldAgain(work, voucher, ct);
        }

        work.Db.Add(new Refund
        {
            BookId = work.Book,
            VoucherId = voucher,
            OfEntryNo = payment.Entry,
            OfLineNo = payment.Line,
            Units = payment.LineUnits,
        });
        return voucher;
    }

    /// <summary>What was to be passed on is held for its recipient again, in the register as in the books.</summary>
    private Task HoldAgain(Work work, long voucher, CancellationToken ct) => work.Db.Database.ExecuteSqlAsync(
        $"""
        insert into agency_move (book_id, voucher_id, agency_matter_id, person_id, units, in_goods)
        select g.book_id, {voucher}, g.agency_matter_id, g.person_id, -g.units, g.in_goods
          from agency_move g where g.book_id = {work.Book} and g.voucher_id = {Payment}
        """, ct);

    private async Task<JournalEntry> Red(Work work, long voucher, LocalDate paidOn, LocalDate day, CancellationToken ct)
    {
        List<VoucherLine> lines = await work.Db.VoucherLines.AsNoTracking()
            .Where(row => row.BookId == work.Book && row.VoucherId == voucher).OrderBy(row => row.LineNo).ToListAsync(ct);
        Chart chart = await work.ChartOn(paidOn, ct);
        EntryDraft draft = JournalEntry.On(day, Narrative);
        foreach (VoucherLine row in lines)
        {
            Account account = chart.ById(row.AccountId).Account;
            string fund = (await work.FundById(row.FundId, ct)).Code;
            Amount amount = Amount.OfUnits(Math.Abs(row.Units), Commodity.Of(row.Commodity));
            _ = (row.Side, row.Units > 0) switch
            {
                (Side.Debit, true) => draft.RedDebit(account, fund, amount, row.Tags),
                (Side.Debit, false) => draft.Debit(account, fund, amount, row.Tags),
                (_, true) => draft.RedCredit(account, fund, amount, row.Tags),
                _ => draft.Credit(account, fund, amount, row.Tags),
            };
        }

        return draft.Balanced();
    }
}

/// <summary>The voucher that said so was reversed: it is passed on after all. PostgreSQL refuses it where the money went out again.</summary>
[Consequence("agency-return-undone", 1)]
internal sealed record AgencyReturnUndone : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Agency;

    internal override Task Happen(Work work, CancellationToken ct) => Task.CompletedTask;
}
