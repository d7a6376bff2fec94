using System.Text;
using CommunityFund.Accounts;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>What hangs on a voucher hangs on the blue one that puts it right, so nothing is booked twice.</summary>
public sealed class CorrectingWhatHangsTests
{
    private const string Platform = "other-monetary.01";

    [Fact]
    public async Task A_blue_voucher_clears_the_suspense_item_as_far_as_it_says()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,300.00,,,,现金存入");
        await body.Review(await body.Accountant.Run(new RecordSuspense(TestBody.Key, new BankRest([line]), SuspenseKind.Other, "", "暂收款")));
        ClearSuspense clear = new(TestBody.Key, 1, Amount.Yuan(200), TestBody.General, "other-income", Restriction.Unrestricted,
            CashFlow.OtherReceived.Key, "", PersonKind.Person, "废品变卖款");
        (await RefusalOf(() => body.Accountant.Run(clear with { CashFlow = CashFlow.OtherPaid.Key }))).Code.ShouldBe(ClearSuspense.BadItem);
        long cleared = await body.Accountant.Run(clear with { Key = TestBody.Key });
        await body.Review(cleared);
        VoucherRow[] rows = [.. (await body.RowsOf(cleared)).Select(row => row with { Amount = Amount.Yuan(150) })];
        await body.Review(await body.Correct(cleared, rows));
        (await RefusalOf(() => body.Accountant.Run(clear with { Key = TestBody.Key, Amount = Amount.Yuan(151) }))).Code
            .ShouldBe("database.suspense-cleared-above");
        await body.Review(await body.Accountant.Run(clear with { Key = TestBody.Key, Amount = Amount.Yuan(150) }));
        (await body.Accountant.Net(body, "other-payables", TestBody.General)).ShouldBe(Amount.Yuan(0));
    }

    [Fact]
    public async Task A_blue_voucher_is_the_refund_instead_and_what_was_reversed_is_refunded_by_nobody()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 200, Restriction.Unrestricted);
        PostedNumber paid = await body.Review(await body.Accountant.Run(Expense(
            await body.Line("03-05,,80.00,,文具店,采购"), TestBody.Community, 80)));
        long back = await body.Line("03-09,30.00,,,文具店,退货"), more = await body.Line("03-10,60.00,,,文具店,退货");
        RecordRefund refund = new(TestBody.Key, new BankRest([back]), paid.EntryNo, 1, RefundCause.Outside, "退货");
        long first = await body.Accountant.Run(refund);
        await body.Review(first);
        VoucherRow[] rows =
        [
            .. (await body.RowsOf(first)).Select(row => row.Account == "programme-cost" ? row with { Account = Account.Keys.ManagementExpense } : row),
        ];
        await body.Review(await body.Correct(first, rows, reason: "记错科目"));
        (await RefusalOf(() => body.Accountant.Run(refund with { Key = TestBody.Key, Rest = new BankRest([more]) }))).Code
            .ShouldBe(ConstraintRefusal.RefundAbove);
        PostedNumber wrong = await body.Review(await body.PrepareExpense(TestBody.Community, 60));
        await body.Review(await body.Reverse(wrong.VoucherId, reason: "记错"));
        (await RefusalOf(() => body.Accountant.Run(refund with { Key = TestBody.Key, Rest = new BankRest([more]), Entry = wrong.EntryNo })))
            .Code.ShouldBe(RecordRefund.NoOriginal);
    }

    [Fact]
    public async Task A_settlement_follows_its_blue_voucher_and_books_fees_once_whether_the_bill_tells_of_them_or_not()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(
            TestBody.Key, "20880000111122", "支付宝", "01", "支付宝", "Alipay", BankAccountKind.Platform));
        await body.Import(Encoding.UTF8.GetBytes(string.Join('\n', "账号：20880000111122", StatementNotation.Header,
            "2026-03-05,100.00,,,王梅,捐赠", "2026-03-05,,0.60,,支付宝,手续费", "2026-03-06,200.00,,,李明,捐赠", "2026-03-06,,1.20,,支付宝,服务费")));
        BankLine[] bill = await body.Lines();
        long Of(long units) => bill.Single(line => line.Units == units).BankLineId;
        await Gift(body, Of(10000), 100, TestBody.Community);
        await Gift(body, Of(20000), 200, TestBody.Children);
        long fee = await body.Accountant.Run(new RecordFee(TestBody.Key, new BankRest([Of(-60)]), TestBody.General, "平台手续费"));
        long paid = await body.Line("03-07,298.20,,,支付宝（中国）网络技术有限公司,结算");
        (await RefusalOf(() => body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, [Of(10000), Of(20000)])))).Code
            .ShouldBe(SettlePlatform.FeesWait);
        await body.Review(fee);
        SettlementGuess found = (await body.Accountant.Ask(new SettlementDesk())).Found.Single();
        (found.Gross, found.Fee).ShouldBe((Amount.Yuan(299.4m), Amount.Yuan(1.2m)));
        long voucher = await body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, [Of(10000), Of(20000)]));
        await body.Review(voucher);
        (await Cost(body)).ShouldBe(Amount.Yuan(1.8m));
        foreach (int fund in new[] { TestBody.General, TestBody.Community, TestBody.Children })
        {
            (await body.Accountant.Net(body, Platform, fund)).ShouldBe(Amount.Yuan(0));
        }

        (await body.Stage(Of(-120))).ShouldBe(LineStage.Posted);
        VoucherRow[] rows = await body.RowsOf(voucher);
        int part = Array.FindIndex(rows, row => row.Account == Account.Keys.FundraisingExpense);
        VoucherRow[] less = [.. rows.Select((row, at) => at == part || at == part + 1 ? row with { Amount = row.Amount - Amount.Fen(1) } : row)];
        (await RefusalOf(() => body.Correct(voucher, less))).Code.ShouldBe(SettlementUndone.OtherThanSettled);
        rows[part] = rows[part] with { Account = Account.Keys.ManagementExpense };
        long blue = await body.Correct(voucher, rows, reason: "记错科目");
        await body.Review(blue);
        (await body.Accountant.Ask(new SettlementDesk())).Found.ShouldBeEmpty();
        (await body.Accountant.Ask(new SettlementDesk())).Left.ShouldBeEmpty();
        (await body.Stage(Of(-120))).ShouldBe(LineStage.Posted);
        await body.Review(await body.Reverse(blue, reason: "不是这个平台"));
        (await body.Accountant.Ask(new SettlementDesk())).Found.Single().BankLine.ShouldBe(paid);
        (await body.Stage(Of(-120))).ShouldBe(LineStage.ToDo);
    }

    [Fact]
    public async Task A_gift_is_income_once_also_by_way_of_suspense()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(
            TestBody.Key, "20880000111122", "支付宝", "01", "支付宝", "Alipay", BankAccountKind.Platform));
        await body.Import(Encoding.UTF8.GetBytes(
            $"账号：20880000111122\n{StatementNotation.Header},交易流水号\n2026-03-05,100.00,,,王梅,捐赠,202603052200147890\n2026-03-05,70.00,,,李明,捐赠,202603052200140007"));
        long[] bill = [.. (await body.Lines()).Select(line => line.BankLineId)];
        await Gift(body, bill[0], 100, TestBody.Community);
        await Suspense(body, "03-07,100.00,,,王梅,订单 202603052200147890");
        await Suspense(body, "03-07,70.00,,,李明,订单 202603052200140007");
        (await RefusalOf(() => body.Accountant.Run(Donation(null, TestBody.Community, 100) with { Suspense = 1 }))).Code
            .ShouldBe("database.gift-seen-twice");
        await body.Accountant.Run(Donation(null, TestBody.Community, 70) with { Suspense = 2 });
        (await RefusalOf(() => Gift(body, bill[1], 70, TestBody.Community))).Code.ShouldBe("database.gift-seen-twice");
    }

    [Fact]
    public async Task What_a_voucher_was_booked_from_is_freed_by_its_reversal_alone_and_lines_are_for_whoever_keeps_the_whole_book()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Accountant, TestBody.Community, new LocalDate(2026, 1, 1), null));
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        (await RefusalOf(() => body.FinanceOfficer.Run(Donation(line, TestBody.Community, 200)))).Code.ShouldBe(Need.OnlySomeFunds);
        (await RefusalOf(() => body.FinanceOfficer.Run(Expense(line, TestBody.Community, 200)))).Code.ShouldBe(Need.OnlySomeFunds);
        long voucher = await body.Accountant.Run(Donation(line, TestBody.Community, 200));
        await body.Review(voucher);
        (await RefusalOf(() => body.Accountant.Run(new UndoMatch(TestBody.Key, line, voucher)))).Code.ShouldBe("database.bank-match-is-evidence");
        await body.Review(await body.Reverse(voucher, reason: "记错"));
        (await body.Stage(line)).ShouldBe(LineStage.ToDo);
    }

    [Fact]
    public async Task Divided_accounts_take_what_the_program_books_and_a_second_agency_account_finds_a_number()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddSubAccount(TestBody.Key, Account.Keys.FundraisingExpense, "01", "印刷费", "Printing", ""));
        await body.Accountant.Run(new AddSubAccount(TestBody.Key, Account.Keys.FundraisingExpense, "02", "银行手续费", "Bank fees", ""));
        long taken = await body.Line("03-05,,12.00,,中国建设银行,对公账户管理费");
        await body.Review(await body.Accountant.Run(new RecordFee(TestBody.Key, new BankRest([taken]), TestBody.General, "账户管理费")));
        (await body.Accountant.Net(body, $"{Account.Keys.FundraisingExpense}.02", TestBody.General)).ShouldBe(Amount.Yuan(12));

        await body.Accountant.Run(new AddBankAccount(
            TestBody.Key, "20880000111122", "支付宝", "01", "支付宝", "Alipay", BankAccountKind.Platform));
        long bank = await body.Line("03-06,50.00,,,周先生,定向助学");
        await body.Import(Encoding.UTF8.GetBytes($"账号：20880000111122\n{StatementNotation.Header}\n2026-03-06,60.00,,,周先生,定向助学"));
        long platform = (await body.Lines()).Single(line => line.Units == 6000).BankLineId;
        foreach (long line in new[] { bank, platform })
        {
            await body.Review(await body.Accountant.Run(new RecordAgencyMoney(
                TestBody.Key, new BankRest([line]), "王小明", PersonKind.Person, "定向助学款")));
        }

        await using FundDb db = body.Db();
        db.Set<BankAccount>().Where(row => row.AgencyAccountId != null).Select(row => row.AgencyAccountId).Distinct().Count().ShouldBe(2);
    }

    private static async Task Gift(TestBody body, long line, decimal yuan, int fund) => await body.Review(await body.Accountant.Run(
        Donation(line, fund, yuan, restriction: fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted) with { CashAccount = Platform }));

    private static async Task Suspense(TestBody body, string row) => await body.Review(await body.Accountant.Run(new RecordSuspense(
        TestBody.Key, new BankRest([await body.Line(row)]), SuspenseKind.UnknownPayer, "", "暂收款")));

    private static async Task<Amount> Cost(TestBody body)
    {
        Amount sum = Amount.Yuan(0);
        foreach (int fund in new[] { TestBody.General, TestBody.Community, TestBody.Children })
        {
            sum += await body.Accountant.Net(body, Account.Keys.FundraisingExpense, fund);
        }

        return sum;
    }
}
