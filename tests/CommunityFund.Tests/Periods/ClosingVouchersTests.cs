using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Banking;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>What a close posts: regulation 3, cases 30 and 31, fund by fund.</summary>
public sealed class ClosingVouchersTests
{
    private static readonly LocalDate January = new(2026, 1, 20);

    [Fact]
    public async Task In_2026_each_expense_goes_where_its_money_was_bound()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Gift(TestBody.Children, 500, Restriction.Restricted, January);
        await body.Gift(TestBody.Children, 40, Restriction.Unrestricted, January);
        await body.Review(await body.PrepareExpense(TestBody.Community, 300, on: January));
        await body.Review(await body.PrepareExpense(TestBody.Children, 200, on: January));
        TrialCloseView trial = await body.Reviewer.Ask(new TrialClose(202601));
        trial.Funds.Select(fund => (fund.Code, fund.Unrestricted.Result, fund.Restricted.Result)).ShouldBe(
            [("C01", Amount.Yuan(700), Amount.Yuan(0)), ("C02", Amount.Yuan(40), Amount.Yuan(300))]);
        (trial.Income, trial.Expense, trial.Unrestricted.After, trial.Restricted.After).ShouldBe(
            (Amount.Yuan(1540), Amount.Yuan(500), Amount.Yuan(740), Amount.Yuan(300)));
        await body.Close(202601);
        (await Closing(body, 202601)).ShouldBe(
        [
            "C01 D donation-income 1000.00 U", "C01 C net-assets-unrestricted 1000.00 U", "C01 D net-assets-unrestricted 300.00 U",
            "C01 C programme-cost 300.00 U",
            "C02 D donation-income 500.00 R", "C02 D donation-income 40.00 U", "C02 C net-assets-unrestricted 40.00 U",
            "C02 C net-assets-restricted 500.00 R", "C02 D net-assets-restricted 200.00 R", "C02 C programme-cost 200.00 R",
        ]);
        await using FundDb db = body.Db();
        PostedEntry entry = await db.Entries.OrderBy(row => row.EntryNo).LastAsync();
        (entry.Kind, entry.Series, entry.Number, entry.OccurredOn, entry.MakerId, entry.ReviewerId, entry.ReviewRule).ShouldBe(
            (VoucherKind.Close, "转", 2, new LocalDate(2026, 1, 31), 2L, null, ReviewRule.MonthClose));
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([20000], "closing moves no gift");
        (await body.Reviewer.Ask(new TrialClose(202601))).Vouchers.Select(row => row.Fund).ShouldBe(["幸福里社区基金", "儿童基金"]);
        await Clean(body);
    }

    [Fact]
    public async Task In_2004_every_expense_goes_into_unrestricted_net_assets()
    {
        await using TestBody body = await BankNotation.Body2004();
        await body.Gift(TestBody.Children, 500, Restriction.Restricted, BankNotation.In2025);
        await body.Review(await body.Accountant.Run(
            BankNotation.Expense(null, TestBody.Children, 80, Restriction.Restricted) with { PaidOn = BankNotation.In2025 }));
        int month = AccountingPeriod.Of(BankNotation.In2025);
        await body.Close([.. Enumerable.Range(202501, month - 202500)]);
        (await Closing(body, month)).ShouldBe(
        [
            "C02 D donation-income 420.00 R", "C02 D donation-income 80.00 U", "C02 C net-assets-unrestricted 80.00 U",
            "C02 C net-assets-restricted 420.00 R", "C02 D net-assets-unrestricted 80.00 U", "C02 C programme-cost 80.00 ",
        ]);
        await Clean(body);
    }

    [Fact]
    public async Task What_stands_on_the_wrong_side_is_closed_in_red_and_an_earlier_year_by_its_own_sign()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        long wrong = await body.PrepareExpense(TestBody.Community, 300, on: January);
        await body.Review(wrong);
        await body.Close(202601);
        LocalDate february = new(2026, 2, 10);
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, wrong, february, "重复付款")));
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, february, "以前年度少记欠款",
        [
            new VoucherRow(Account.Keys.PriorYearAdjustment, TestBody.Community, Side.Debit, Amount.Yuan(30), Restriction.Unrestricted),
            new VoucherRow("other-payables", TestBody.Community, Side.Credit, Amount.Yuan(30)),
        ])));
        await body.Close(202602);
        (await Closing(body, 202602)).ShouldBe(
        [
            "C01 D net-assets-unrestricted -300.00 U", "C01 C programme-cost -300.00 U",
            "C01 C prior-year-adjustment 30.00 U", "C01 D net-assets-unrestricted 30.00 U",
        ], ignoreOrder: true);
        await Clean(body);
    }

    [Fact]
    public async Task Months_that_were_closed_without_vouchers_are_taken_along_by_the_next_close()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await Walk(body, "update period set closed_by = 2, closed_at = '2026-03-20 02:00Z' where period in (202600, 202601)");
        await body.Gift(TestBody.Community, 5, Restriction.Unrestricted, new LocalDate(2026, 2, 3));
        (await body.Reviewer.Ask(new TrialClose(202602))).TakesEarlier.ShouldBeTrue();
        await body.Close(202602);
        (await Closing(body, 202602))[0].ShouldBe("C01 D donation-income 1005.00 U");
        await Clean(body);
    }

    [Fact]
    public async Task A_fund_that_was_closed_in_the_month_closes_it_too()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted, January);
        await body.Review(await body.PrepareExpense(TestBody.Community, 10, on: January));
        await body.Accountant.Run(new CloseFund(TestBody.Key, TestBody.Community, "用完了", "理事会决议"));
        await body.Reviewer.Run(new AgreeDecision(TestBody.Key, (await body.Reviewer.Ask(new FundRules(TestBody.Community))).Waiting!.Id));
        await body.Close(202601);
        (await Closing(body, 202601)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_stays_open_needs_a_written_reason()
    {
        await using TestBody body = await TestBody.New();
        long unknown = await body.Line("01-05,300.00,,,,现金存入");
        await body.Review(await body.Accountant.Run(new RecordSuspense(
            TestBody.Key, new BankRest([unknown]), SuspenseKind.UnknownPayer, "柜面现金", "暂收款")));
        await body.Close(202601);
        await body.Accountant.Run(new HoldBankLine(TestBody.Key, await body.Line("02-05,20.00,,,家委会,捐款"), "等清单"));
        await body.Reconcile(new LocalDate(2026, 2, 28));
        CloseMonth close = new(TestBody.Key, 202602, HeldReason: "等家委会的清单");
        (await RefusalOf(() => body.Reviewer.Run(close))).Blockers().ShouldBe(["suspense.stop"]);
        (await Attack(body.Connections.Books, "select close_period(1, 202602, 2, '2026-03-20')")).ConstraintName.ShouldBe("period_suspense_old");
        (await RefusalOf(() => body.Reviewer.Run(close with { Key = TestBody.Key, SuspenseReason = "查" }))).Code.ShouldBe(ClosingReason.BadLength);
        await body.Reviewer.Run(close with { Key = TestBody.Key, SuspenseReason = "已问过柜面，会计继续查" });
        await using FundDb db = body.Db();
        (await db.Set<ClosingReason>().OrderBy(row => row.Key).Select(row => row.Words).ToListAsync()).ShouldBe(["等家委会的清单", "已问过柜面，会计继续查"]);
    }

    /// <summary>Lines of the vouchers that closed a period, in their order.</summary>
    internal static async Task<IReadOnlyList<string>> Closing(TestBody body, int period)
    {
        await using FundDb db = body.Db();
        Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
        Dictionary<int, string> funds = await db.Funds.ToDictionaryAsync(fund => fund.FundId, fund => fund.Code);
        var lines = await (from entry in db.Entries
                           join line in db.Postings on new { entry.BookId, entry.EntryNo } equals new { line.BookId, line.EntryNo }
                           where entry.Kind == VoucherKind.Close && entry.Period == period
                           orderby line.EntryNo, line.LineNo
                           select line).ToListAsync();
        lines.ShouldAllBe(line => line.Movement == MovementKind.Close);
        return [.. lines.Select(line =>
            $"{funds[line.FundId]} {Codes.Of(line.Side)} {keys[line.AccountId]} {Amount.Fen(line.Units)} {line.Restriction}")];
    }

    internal static async Task Clean(TestBody body) =>
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();

    private static async Task Walk(TestBody body, string sql)
    {
        await using NpgsqlConnection superuser = new(
            new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync();
        await superuser.Sql($"set session_replication_role = replica; {sql}");
    }
}
