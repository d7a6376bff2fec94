using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>The voucher was posted: from now on it is owed, and the bank's line that pays it is waited for.</summary>
[Consequence("owe-debt", 1)]
internal sealed record OweDebt(long Debt) : Consequence
{
    /// <summary>Who asked for it, or is paid, does not review its voucher (rulings 21).</summary>
    public const string OwnReview = "debt.own-review";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Prepared, DebtState.Owed, DebtState.Paid);
        if (debt.State != DebtState.Prepared)
        {
            // A blue voucher says the same debt anew.
            (debt.VoucherId, debt.BlueVoucherId) = (debt.BlueVoucherId ?? debt.VoucherId, null);
            return;
        }

        // A bill is another's claim, which whoever entered it only passed on; the reviewer is never its maker anyway.
        if (debt.CreditorId == work.Actor || (debt.Kind == DebtKind.Claim && debt.SubmittedBy == work.Actor))
        {
            throw new RefusedException(OwnReview);
        }

        debt.ExpectationId = await Awaited(work, debt, await Payments.Debt.LinesOf(work, debt, ct), ct);
        debt.State = DebtState.Owed;
    }

    /// <summary>Waits for the bank's line that pays it.</summary>
    internal static async Task<long> Awaited(Work work, Debt debt, List<DebtLine> lines, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Account payable = DebtAccounts.Payable(chart, debt.Kind);
        List<ExpectedLine> expected = [];
        foreach (var part in lines.GroupBy(line => (line.FundId, Item: DebtAccounts.ItemOf(debt.Kind, chart.ById(line.AccountId).Account)))
            .OrderBy(group => group.Key.FundId).ThenBy(group => group.Key.Item.Key, StringComparer.Ordinal))
        {
            expected.Add(new ExpectedLine(payable, await work.FundById(part.Key.FundId, ct), Side.Debit,
                Amount.Fen(part.Sum(line => line.Units)), part.Key.Item, new Tags(Counterparty: debt.CreditorId)));
        }

        string number = await PayeeAccount.Current(work, debt.CreditorId).Select(row => row.Number).SingleOrDefaultAsync(ct) ?? "";
        return await new Expected(debt.Kind == DebtKind.Claim ? ExpectationKind.Claim : ExpectationKind.Supplier,
            -Amount.Fen(lines.Sum(line => line.Units)), debt.Title, debt.DueOn, expected, Payments.Debt.CodeOf(debt.Kind, debt.DebtId),
            debt.CreditorId, number, Then: new PayDebt(debt.DebtId), Undo: new UnpayDebt(debt.DebtId)).Write(work, ct);
    }
}

/// <summary>The voucher was rejected or withdrawn: it is approved still and may be written anew.</summary>
[Consequence("reopen-debt", 1)]
internal sealed record ReopenDebt(long Debt) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Prepared);
        (debt.State, debt.VoucherId) = (DebtState.Approved, null);
    }
}

/// <summary>The blue voucher that was to say the debt anew was dropped.</summary>
[Consequence("keep-debt", 1)]
internal sealed record KeepDebt(long Debt) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed, DebtState.Paid)).BlueVoucherId = null;
}

/// <summary>The voucher was reversed: nothing is owed by the books, and it may be written anew.</summary>
[Consequence("undo-debt", 1)]
internal sealed record UndoDebt(long Debt) : Consequence
{
    /// <summary>It was paid, or is on its way to the bank.</summary>
    public const string PaidAlready = "debt.paid-already";

    /// <summary>A correction says another amount or fund than what is paid or to be paid.</summary>
    public const string OtherThanOwed = "debt.other-than-owed";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed, DebtState.Paid);
        if (debt.BlueVoucherId is not null)
        {
            return;
        }

        Expectation awaited = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == debt.ExpectationId, ct);
        if (debt.State == DebtState.Paid || awaited.VoucherId is not null || await work.Db.Set<PaymentRow>().AnyAsync(row =>
            row.BookId == work.Book && row.DebtId == Debt && (row.State == PaymentState.Waiting || row.State == PaymentState.Succeeded), ct))
        {
            throw new RefusedException(PaidAlready);
        }

        (awaited.ClosedBy, awaited.ClosedAt) = (work.ActorId, work.Now);
        (debt.State, debt.VoucherId, debt.ExpectationId) = (DebtState.Approved, null, null);
    }

    /// <summary>A blue voucher may say another expense account or other words; what is owed by each fund stays what it is.</summary>
    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed, DebtState.Paid);
        Dictionary<string, long> owed = [];
        foreach (DebtLine line in await Payments.Debt.LinesOf(work, debt, ct))
        {
            string fund = (await work.FundById(line.FundId, ct)).Code;
            owed[fund] = owed.GetValueOrDefault(fund) + line.Units;
        }

        Account payable = DebtAccounts.Payable(await work.ChartOn(blue.Entry.OccurredOn, ct), debt.Kind);
        Dictionary<string, long> says = blue.Entry.Lines.Where(line => line.Account.Key == payable.Key)
            .GroupBy(line => line.Fund).ToDictionary(group => group.Key, group => -group.Sum(line => line.Signed.Units));
        return owed.Count == says.Count && owed.All(part => says.GetValueOrDefault(part.Key) == part.Value)
            ? (blue with { Then = new OweDebt(Debt), Otherwise = new KeepDebt(Debt), Undo = this }, voucher => debt.BlueVoucherId = voucher)
            : throw new RefusedException(OtherThanOwed);
    }
}

/// <summary>The bank has paid it and the voucher that says so was posted.</summary>
[Consequence("pay-debt", 1)]
internal sealed record PayDebt(long Debt) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed, DebtState.Paid);
        debt.State = DebtState.Paid;
        await PaymentRow.Paid(work, row => row.DebtId == Debt, ct);
    }
}

/// <summary>The voucher of the payment was reversed: it is owed again.</summary>
[Consequence("unpay-debt", 1)]
internal sealed record UnpayDebt(long Debt) : Consequence
{
    /// <summary>It was paid once more since, or is on its way to the bank.</summary>
    public const string PaidAgain = "debt.paid-again";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (await Payments.Debt.Lock(work, Debt, ct, DebtState.Paid)).State = DebtState.Owed;
        await PaymentRow.Unpaid(work, row => row.DebtId == Debt, ct);
    }

    /// <summary>退汇: it stands on the payment desk again with the bank's reason, and another line of the bank is waited for. What the first
    /// payment met stays met.</summary>
    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        await Happen(work, ct);
        await work.Db.SaveChangesAsync(ct);
        string says = await work.Db.Database.SqlQuery<string>(
            $"""
            select left(trim(remark || ' ' || summary), 200) as "Value" from bank_line where book_id = {work.Book} and bank_line_id = {line}
            """).SingleAsync(ct);
        foreach (PaymentRow row in await work.Db.Set<PaymentRow>()
            .Where(row => row.BookId == work.Book && row.DebtId == Debt && row.State == PaymentState.Succeeded).ToListAsync(ct))
        {
            (row.State, row.BankSays, row.ToldAt) = (PaymentState.Failed, says, work.Now);
        }

        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed);
        debt.ExpectationId = await OweDebt.Awaited(work, debt, await Payments.Debt.LinesOf(work, debt, ct), ct);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Owed, DebtState.Paid);
        Expectation again = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == debt.ExpectationId, ct);
        if (again.VoucherId is not null || await work.Db.Set<PaymentRow>().AnyAsync(row => row.BookId == work.Book && row.DebtId == Debt
            && (row.State == PaymentState.Waiting || row.State == PaymentState.Succeeded), ct))
        {
            throw new RefusedException(PaidAgain);
        }

        (again.ClosedBy, again.ClosedAt) = (work.ActorId, work.Now);
        (debt.ExpectationId, debt.State) = (expectation, DebtState.Paid);
    }
}
