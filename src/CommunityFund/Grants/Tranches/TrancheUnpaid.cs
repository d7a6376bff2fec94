using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>The voucher of a payment was reversed, or the bank gave the money back: it is promised again.</summary>
[Consequence("tranche-unpaid", 1)]
internal sealed record TrancheUnpaid(long Tranche) : RegisterUndone
{
    /// <summary>It was paid once more since, or is on its way to the bank.</summary>
    public const string PaidAgain = "tranche.paid-again";

    internal override VoucherRegister Register => VoucherRegister.Grants;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        (IReadOnlyList<long> payments, IReadOnlyList<FundUnits> parts) = await Noted(work, isPayment: true, ct);
        await Undo(work, row, TrancheMove.UndoPaid, "", await PaymentVouchers.Reversal(work, payments, ct), parts, ct);
    }

    /// <summary>退汇: the payment stays in the books with one in red beside it; the tranche failed with the bank's words, and is paid again
    /// once its account is right.</summary>
    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        (_, IReadOnlyList<FundUnits> parts) = await Noted(work, isPayment: true, ct);
        long payment = await work.Db.Set<Expectation>().Where(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId)
            .Select(each => each.VoucherId!.Value).SingleAsync(ct);
        long back = await work.Db.Database.SqlQuery<long>(
            $"""
            select r.voucher_id as "Value" from refund r join voucher v using (book_id, voucher_id)
              join journal_entry j on j.book_id = r.book_id and j.entry_no = r.of_entry_no
             where r.book_id = {work.Book} and j.voucher_id = {payment} and v.state = 'prepared'
            """).SingleAsync(ct);
        string says = await work.Db.Database.SqlQuery<string>(
            $"""
            select left(trim(remark || ' ' || summary), 200) as "Value" from bank_line where book_id = {work.Book} and bank_line_id = {line}
            """).SingleAsync(ct);
        await Undo(work, row, TrancheMove.BankReturn, says, await PaymentVouchers.Bundle(work, back, ct), parts, ct);

        // What the payment had met stays met; another line of the bank is waited for once the account is right.
        row.ExpectationId = null;
        await work.Db.SaveChangesAsync(ct);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        if (row.State is not (TrancheState.PaymentFailed or TrancheState.Approved) || await PaymentUnderWay.Is(work, row.ExpectationId, ct))
        {
            throw new RefusedException(PaidAgain, ("no", row.No), ("state", Term.Of(row.State)));
        }

        await AwaitedPayment.Close(work, row, ct);
        row.ExpectationId = expectation;
        await work.Db.SaveChangesAsync(ct);
        (IReadOnlyList<long> back, IReadOnlyList<FundUnits> parts) = await Noted(work, isPayment: false, ct);
        await TranchePaid.Paid(work, row, await PaymentVouchers.Reversal(work, back, ct), parts, ct);
    }

    private static async Task Undo(Work work, Tranche row, TrancheMove move, string reason, PaymentVouchers vouchers,
        IReadOnlyList<FundUnits> parts, CancellationToken ct) =>
        await TrancheMoves.Follow(work, row, move, ct, reason, async (_, facts) =>
        {
            await GrantReturn.Drop(work, row, ct);
            await TranchePaid.Note(work, row, facts.Policy, [.. parts.Select(part => part with { Units = -part.Units })], vouchers, ct);
            row.PaidOn = null;
            return vouchers.All;
        });

    /// <summary>The vouchers by which the register has it paid, or taken back, and what each fund's part was the last time.</summary>
    private async Task<(IReadOnlyList<long> Vouchers, IReadOnlyList<FundUnits> Parts)> Noted(Work work, bool isPayment, CancellationToken ct)
    {
        List<GrantMoney> rows = await work.Db.Set<GrantMoney>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.TrancheId == Tranche && each.Move == MoneyMove.Paid && (isPayment ? each.Units > 0 : each.Units < 0))
            .OrderByDescending(each => each.GrantMoneyId).ToListAsync(ct);
        long voucher = rows[0].VoucherId!.Value;
        return ([.. rows.Select(each => each.VoucherId!.Value).Distinct()], [.. rows.Where(each => each.VoucherId == voucher).Reverse()
            .Select(each => new FundUnits(each.FundId, Math.Abs(each.Units)))]);
    }
}
