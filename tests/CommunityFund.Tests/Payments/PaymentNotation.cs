using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Payments;

/// <summary>What people do about money that goes out, in a few words. The approver is the fourth person of the small charity.</summary>
internal static class PaymentNotation
{
    public const string Card = "6217000011112222333";

    public static async Task<TestBody> PayingBody()
    {
        TestBody body = await TestBody.New();
        await body.Operator.Run(new GrantRole(TestBody.Key, 4, Role.ApproverL1, null, new LocalDate(2026, 1, 1), null));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        return body;
    }

    public static FundSession Approver(this TestBody body) => body.SecondReviewer;

    public static DebtRow Row(decimal yuan, int fund = TestBody.Community, string what = "画材", string invoice = "", int day = 5) =>
        new(new LocalDate(2026, 3, day), what, Amount.Yuan(yuan), fund, InvoiceNumber: invoice);

    /// <summary>The finance officer paid something out of the own pocket.</summary>
    public static Task<long> Claim(this TestBody body, params DebtRow[] rows) => body.FinanceOfficer.Run(
        new SubmitClaim(TestBody.Key, "儿童画材", rows, Card, "工商银行清河支行"));

    public static async Task<long> Owed(this TestBody body, params DebtRow[] rows)
    {
        long debt = await body.Claim(rows);
        await body.Approver().Run(new ApproveDebt(TestBody.Key, debt));
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, debt)));
        return debt;
    }

    public static async Task CheckAccounts(this TestBody body)
    {
        foreach (PayeeItem payee in (await body.Approver().Ask(new PayeeList())).Where(payee => payee.MayCheck))
        {
            await body.Approver().Run(new CheckPayeeAccount(TestBody.Key, payee.AccountId));
        }
    }

    public static async Task<long> Batch(this TestBody body, params long[] debts)
    {
        Desk desk = await body.Accountant.Ask(new PaymentDesk());
        Amount total = Amount.Fen(desk.Payees.SelectMany(payee => payee.Items).Where(item => debts.Contains(item.Id)).Sum(item => item.Amount.Units));
        return await body.Accountant.Run(new MakeBatch(TestBody.Key, 1, new LocalDate(2026, 3, 20), debts, [], debts.Length, total));
    }

    public static async Task<long> Released(this TestBody body, params long[] debts)
    {
        await body.CheckAccounts();
        long batch = await body.Batch(debts);
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
        return batch;
    }

    public static async Task<DebtState> StateOf(this TestBody body, long debt) => (await body.Accountant.Ask(new DebtPage(debt))).State;

    public static async Task<long> AwaitedFor(this TestBody body, long debt)
    {
        await using FundDb db = body.Db();
        return (await db.Set<Debt>().AsNoTracking().SingleAsync(row => row.DebtId == debt)).ExpectationId!.Value;
    }

    public static async Task<PaymentState[]> Rows(this TestBody body, long batch) =>
        [.. (await body.Accountant.Ask(new BatchPage(batch))).Rows.Select(row => row.State)];

    public static async Task<long> PaidByBank(this TestBody body, string row, params long[] expectations)
    {
        long line = await Banking.BankNotation.Line(body, row);
        long voucher = await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], expectations));
        await body.Review(voucher);
        return voucher;
    }
}
