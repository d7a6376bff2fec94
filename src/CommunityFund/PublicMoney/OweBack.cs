using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>
/// Money of a contract must go back (rulings 19, case 9): a debt from the day the duty arises, paid when the bank says so. Under
/// the standard
/// of 2004 it is an expense, and what was restricted is freed by as much; from 2026 a cause outside takes the income itself back
/// in red, and
/// our own doing is an expense. An advance for services that were not rendered simply goes back.
/// </summary>
/// <param name="Documents">The letter that asks for it, or what shows the breach.</param>
public sealed record OweBack(
    Guid Key, long Contract, Amount Amount, RefundReason Cause, [property: Personal] string Reason, LocalDate On, LocalDate PayBy,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>More than is unspent of it.</summary>
    public const string AboveUnspent = "public.above-unspent";

    /// <summary>The reason is missing, or the day of payment lies before the duty.</summary>
    public const string ReasonMissing = "public.reason-missing";

    /// <summary>By the answers nothing of it has to go back.</summary>
    public const string NoDuty = "public.no-duty";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Keeping).For(await PublicContract.FundOf(work, Contract, ct));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        if (!contract.ReturnDuty || contract.Nature == PublicNature.Agency)
        {
            throw new RefusedException(NoDuty, ("number", contract.Number));
        }

        if (PlainText.Of(Reason) is not { Length: > 0 and <= 150 } reason || PayBy < On || !Amount.IsPositive)
        {
            throw new RefusedException(ReasonMissing, ("limit", 150));
        }

        Fund fund = await work.FundById(contract.FundId, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund.FundId} for no key update", ct);
        LocalDate day = await work.FirstOpenDay(On, ct);
        Chart chart = await work.ChartOn(day, ct);
        List<PublicLot> lots = await PublicLot.Of(work, contract, ct);
        long unspent = await Unspent(work, contract, lots, ct);
        if (Amount.Units > unspent)
        {
            throw new RefusedException(AboveUnspent, ("asked", Amount), ("unspent", Amount.Fen(Math.Max(0, unspent))));
        }

        PublicRefund refund = new()
        {
            BookId = work.Book,
            PublicContractId = Contract,
            Units = Amount.Units,
            Cause = Cause,
            Reason = reason,
            PayBy = PayBy,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(refund);
        await work.Db.SaveChangesAsync(ct);
        EntryDraft draft = JournalEntry.On(day, $"应退回政府资金 {contract.Number}");
        IReadOnlyList<(PublicLot Lot, long Units)> drawn = contract.Nature == PublicNature.Subsidy ? PublicLot.Draw(lots,
            Amount.Units) : [];
        Write(draft, chart, contract, fund, drawn, day);

        // Unrestricted money that is spent goes back all the same, out of what else the fund has.
        bool isLeft = drawn.Sum(part => part.Units) == Amount.Units;
        refund.VoucherId = await work.Prepare(new Draft(draft.Balanced(), Documents: Documents,
            Then: new RefundOwed(refund.PublicRefundId),
            Undo: new RefundUndone(refund.PublicRefundId),
            Lots: isLeft ? [.. drawn.Select(part => new LotDraw(part.Lot.LotId, Amount.Fen(part.Units), Spends: false))] : null),
                ct);
        work.Db.Add(new PublicVoucher
        {
            BookId = work.Book,
            VoucherId = refund.VoucherId.Value,
            PublicContractId = Contract,
            Role = PublicRole.Refund,
            No = 0,
            Units = Amount.Units,
        });
        return refund.VoucherId.Value;
    }

    private async Task<long> Unspent(Work work, PublicContract contract, List<PublicLot> lots, CancellationToken ct)
    {
        PublicSoFar posted = await PublicSoFar.Of(work, Contract, withWaiting: false, ct), all = await PublicSoFar.Of(work,
            Contract, withWaiting: true, ct);
        return contract switch
        {
            { Nature: PublicNature.Services } => await PublicStanding.Of(work, Contract, Instalments.Advances, withWaiting: true, ct),
            { Restriction: Restriction.Restricted } => lots.Sum(lot => lot.Free),
            _ => posted.Received - all.Refunded,
        };
    }

    private void Write(EntryDraft draft, Chart chart, PublicContract contract, Fund fund, IReadOnlyList<(PublicLot Lot,
        long Units)> drawn, LocalDate day)
    {
        Tags payer = new(Counterparty: contract.PayerId);
        Account expense = chart.Part(Account.Keys.ManagementExpense, "退").Account;
        if (contract.Nature == PublicNature.Services)
        {
            draft.Debit(chart.Part(Instalments.Advances).Account, fund.Code, Amount, payer);
        }
        else if (expense.NeedsRestriction && Cause == RefundReason.Outside)
        {
            draft.RedCredit(chart.Part(Instalments.Grants).Account, fund.Code, Amount, payer with
            {
                Restriction =
                contract.Restriction
            });
        }
        else
        {
            draft.Debit(expense, fund.Code, Amount, expense.NeedsRestriction ? payer with { Restriction = contract.Restriction }
                : payer);
        }

        draft.Credit(chart.Part(RefundOwed.Payables, "政府").Account, fund.Code, Amount, payer);
        if (expense.NeedsRestriction || contract.Restriction == Restriction.Unrestricted)
        {
            return;
        }

        // Freed as it is given up: in the month it came on its own income account, later in net assets.
        foreach (var part in drawn.GroupBy(part => part.Lot.Period == AccountingPeriod.Of(day) ? part.Lot.AccountId
            : 0).OrderBy(part => part.Key))
        {
            Account source = part.Key == 0 ? chart[Account.Keys.RestrictedNetAssets] : chart.ById(part.Key).Account;
            Account target = part.Key == 0 ? chart[Account.Keys.UnrestrictedNetAssets] : source;
            MovementKind movement = part.Key == 0 ? MovementKind.Release : MovementKind.Ordinary;
            Amount units = Amount.Fen(part.Sum(each => each.Units));
            draft.Debit(source, fund.Code, units, new Tags(Restriction.Restricted, Movement: movement))
                .Credit(target, fund.Code, units, new Tags(Restriction.Unrestricted, Movement: movement));
        }
    }
}

/// <summary>A lot of a contract's money and what is free of it.</summary>
internal sealed record PublicLot(long LotId, long Free, int AccountId, int Period)
{
    /// <summary>The lots of what came in by the contract, the last first.</summary>
    public static Task<List<PublicLot>> Of(Work work, PublicContract contract, CancellationToken ct) =>
        work.Db.Database.SqlQuery<PublicLot>(
        $"""
        select g.lot_id as "LotId", g.units - g.used - g.reserved as "Free", p.account_id as "AccountId", p.period as "Period"
          from gift_lot g
          join posting p on p.book_id = g.book_id and p.entry_no = g.entry_no and p.line_no = g.line_no
          join voucher v on v.book_id = g.book_id and v.entry_no = g.entry_no
         where g.book_id = {work.Book} and v.reversed_by is null and p.fund_id = {contract.FundId} and exists
               (select 1 from public_voucher w where w.book_id = v.book_id and w.voucher_id = v.voucher_id
                   and w.public_contract_id = {contract.PublicContractId} and w.role = 'receipt')
         order by g.received_on desc, g.lot_id desc
        """).ToListAsync(ct);

    public static IReadOnlyList<(PublicLot Lot, long Units)> Draw(IReadOnlyList<PublicLot> lots, long units)
    {
        List<(PublicLot, long)> drawn = [];
        foreach (PublicLot lot in lots.Where(lot => lot.Free > 0).TakeWhile(_ => units > 0))
        {
            long part = Math.Min(units, lot.Free);
            drawn.Add((lot, part));
            units -= part;
        }

        return drawn;
    }
}

/// <summary>The duty was posted: the bank's line that pays it is waited for.</summary>
[Consequence("public-refund-owed", 1)]
internal sealed record RefundOwed(long Refund) : Consequence
{
    public const string Payables = "other-payables";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicRefund refund = await PublicRefund.Of(work, Refund, ct);
        refund.ExpectationId = await Awaited(work, refund, ct);
    }

    /// <summary>Waits for the bank's line that pays it.</summary>
    internal static async Task<long> Awaited(Work work, PublicRefund refund, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, refund.PublicContractId, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        return await new Expected(ExpectationKind.Refund, -Amount.Fen(refund.Units),
            $"退回政府资金 {contract.Number}", refund.PayBy,
            [
                new ExpectedLine(chart.Part(Payables, "政府").Account, await work.FundById(contract.FundId, ct), Side.Debit,
                    Amount.Fen(refund.Units),
                    CashFlow.OtherPaid, new Tags(Counterparty: contract.PayerId)),
            ], $"TH{refund.PublicRefundId}", contract.PayerId, Undo: new RefundUnpaid(refund.PublicRefundId)).Write(work, ct);
    }
}

/// <summary>The duty was reversed.</summary>
[Consequence("public-refund-undone", 1)]
internal sealed record RefundUndone(long Refund) : RegisterUndone
{
    /// <summary>It is paid already, or a voucher that pays it waits.</summary>
    public const string PaidAlready = "public.paid-already";

    internal override VoucherRegister Register => VoucherRegister.PublicMoney;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicRefund refund = await PublicRefund.Of(work, Refund, ct);
        Expectation awaited = await work.Db.Set<Expectation>().SingleAsync(row => row.BookId == work.Book
            && row.ExpectationId == refund.ExpectationId, ct);
        (awaited.ClosedBy, awaited.ClosedAt) = awaited.VoucherId is null ? (work.ActorId, work.Now)
            : throw new RefusedException(PaidAlready);
        refund.ExpectationId = null;
    }
}

/// <summary>The voucher of the payment was reversed: its expectation is open again, and that is all.</summary>
[Consequence("public-refund-unpaid", 1)]
internal sealed record RefundUnpaid(long Refund) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>退汇: another line of the bank is waited for.</summary>
    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        PublicRefund refund = await PublicRefund.Of(work, Refund, ct);
        refund.ExpectationId = await RefundOwed.Awaited(work, refund, ct);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        PublicRefund refund = await PublicRefund.Of(work, Refund, ct);
        Expectation again = await work.Db.Set<Expectation>().SingleAsync(row => row.BookId == work.Book
            && row.ExpectationId == refund.ExpectationId, ct);
        (again.ClosedBy, again.ClosedAt) = again.VoucherId is null ? (work.ActorId, work.Now)
            : throw new RefusedException(RefundUndone.PaidAlready);
        refund.ExpectationId = expectation;
    }
}
