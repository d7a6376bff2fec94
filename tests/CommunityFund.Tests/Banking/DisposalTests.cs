using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>What a line may become beside a gift or an expense.</summary>
public sealed class DisposalTests
{
    [Fact]
    public async Task One_line_is_split_into_parts_and_is_done_only_when_nothing_is_left()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠 两个基金");
        (await RefusalOf(() => body.Accountant.Run(Donation(line, TestBody.Community, 150)))).Code.ShouldBe(ConstraintRefusal.BankLineAmount);
        await body.Review(await body.Accountant.Run(Donation(line, TestBody.Community, 150) with { IsPart = true }));
        (await body.Stage(line)).ShouldBe(LineStage.ToDo);
        (await RefusalOf(() => body.Accountant.Run(new RecordSuspense(
            TestBody.Key, new BankRest([line], Amount.Yuan(60)), SuspenseKind.UnclearPurpose, "", "暂收")))).Code.ShouldBe(TakenLines.BadPart);
        await body.Review(await body.Accountant.Run(new RecordSuspense(
            TestBody.Key, new BankRest([line], Amount.Yuan(20)), SuspenseKind.UnclearPurpose, "", "暂收")));
        await body.Review(await body.Accountant.Run(Donation(line, TestBody.General, 30)));
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
        (await body.Accountant.Net(body, Account.Keys.DonationIncome, TestBody.Community)).ShouldBe(Amount.Yuan(-150));
    }

    [Fact]
    public async Task Several_lines_are_one_gift_where_they_are_of_one_account_and_one_way()
    {
        await using TestBody body = await TestBody.New();
        long first = await body.Line("03-05,120.00,,,王梅,月捐 上"), second = await body.Line("03-06,80.00,,,王梅,月捐 下"),
            other = await body.Line("03-07,,80.00,,王梅,退");
        await body.Review(await body.Accountant.Run(Donation(first, TestBody.Community, 200) with { MoreLines = [second] }));
        (await body.Stage(second)).ShouldBe(LineStage.Posted);
        long third = await body.Line("03-08,80.00,,,王梅,月捐");
        (await RefusalOf(() => body.Accountant.Run(new RecordFee(TestBody.Key, new BankRest([third, other]), TestBody.General, "手续费"))))
            .Code.ShouldBe(TakenLines.Unlike);
    }

    [Fact]
    public async Task Money_between_own_accounts_is_one_voucher_and_the_other_statement_meets_it_later()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(TestBody.Key, "1001888800009999", "招商银行", "02", "招行专户", "CMB account"));
        long outLine = await body.Line("03-05,,500.00,,测试慈善会,转招行专户");
        RecordTransfer transfer = new(TestBody.Key, new BankRest([outLine]), "bank.02", "划转招行专户");
        (await RefusalOf(() => body.Accountant.Run(transfer with { OtherAccount = TestBody.Bank }))).Code.ShouldBe(RecordTransfer.NotOwn);
        long voucher = await body.Accountant.Run(transfer with { Key = TestBody.Key });
        await body.Review(voucher);
        (await body.Numbers(TestBody.General)).OwnCash.ShouldBe(Amount.Yuan(0));
        await body.Import(System.Text.Encoding.UTF8.GetBytes(
            "账号：1001888800009999\n" + StatementNotation.Header + "\n2026-03-06,500.00,,,测试慈善会,转入\n2026-03-07,70.00,,,测试慈善会,转入"));
        long inLine = (await body.Lines()).Single(line => line.Units == 50000).BankLineId, stray = (await body.Lines()).Single(line => line.Units == 7000).BankLineId;
        (await RefusalOf(() => body.Accountant.Run(new MatchVoucher(TestBody.Key, [stray], [voucher])))).Code.ShouldBe(MatchVoucher.Unequal);
        await body.Accountant.Run(new MatchVoucher(TestBody.Key, [inLine], [voucher]));
        (await body.Stage(inLine)).ShouldBe(LineStage.Posted);
        (await RefusalOf(() => body.Accountant.Run(new MatchVoucher(TestBody.Key, [stray], [voucher], IsPart: true)))).Code.ShouldBe(MatchVoucher.NothingLeft);
        await body.Accountant.Run(new UndoMatch(TestBody.Key, inLine, voucher));
        (await RefusalOf(() => body.Accountant.Run(new UndoMatch(TestBody.Key, inLine, voucher)))).Code.ShouldBe(UndoMatch.NotMatched);
        await body.Accountant.Run(new MatchVoucher(TestBody.Key, [stray], [voucher], IsPart: true));
        (await body.Stage(stray)).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task Both_ends_of_a_transfer_are_one_voucher_where_both_statements_are_here()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(TestBody.Key, "1001888800009999", "招商银行", "02", "招行专户", "CMB account"));
        long outLine = await body.Line("03-05,,500.00,,测试慈善会,转招行专户");
        await body.Import(System.Text.Encoding.UTF8.GetBytes(
            "账号：1001888800009999\n" + StatementNotation.Header + "\n2026-03-06,500.00,,,测试慈善会,转入\n2026-03-07,70.00,,,测试慈善会,转入"));
        long[] mirrors = [.. (await body.Lines()).Where(line => line.BankAccountId == 2).Select(line => line.BankLineId)];
        RecordTransfer transfer = new(TestBody.Key, new BankRest([outLine]), "bank.02", "划转招行专户", mirrors[1]);
        (await RefusalOf(() => body.Accountant.Run(transfer))).Code.ShouldBe(RecordTransfer.NoMirror);
        await body.Review(await body.Accountant.Run(transfer with { Key = TestBody.Key, OtherLine = mirrors[0] }));
        (await body.Stage(outLine)).ShouldBe(LineStage.Posted);
        (await body.Stage(mirrors[0])).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task Interest_is_shared_by_what_each_fund_held_and_every_fen_arrives()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 300, Restriction.Unrestricted, new LocalDate(2026, 2, 10));
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2026, 3, 6));
        long line = await body.Line("03-10,10.00,,,中国建设银行,利息");
        LocalDate from = new(2026, 3, 1), until = new(2026, 3, 10);
        IReadOnlyList<FundInterest> average = await body.Accountant.Ask(new InterestShare(Amount.Yuan(10), InterestKey.Average, from, until));
        average.Select(row => (row.FundId, row.Held, row.Share)).ShouldBe(
            [(TestBody.Community, Amount.Yuan(300), Amount.Fen(858)), (TestBody.Children, Amount.Yuan(50), Amount.Fen(142))]);
        (await body.Accountant.Ask(new InterestShare(Amount.Yuan(10), InterestKey.Closing, from, until))).Select(row => row.Share)
            .ShouldBe([Amount.Yuan(7.5m), Amount.Yuan(2.5m)]);
        (await RefusalOf(() => body.Accountant.Ask(new InterestShare(Amount.Yuan(10), InterestKey.Closing, until, from)))).Code.ShouldBe(InterestShare.BadDays);
        await body.Review(await body.Accountant.Run(new RecordInterest(
            TestBody.Key, new BankRest([line]), InterestKey.Average, from, until, "3 月利息", Restricted: [TestBody.Children])));
        (await body.Accountant.Net(body, "other-income", TestBody.Community)).ShouldBe(Amount.Fen(-858));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().Select(lot => lot.Units).ToListAsync()).ShouldBe([10000, 142], ignoreOrder: true);
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task A_fee_is_borne_and_given_back_on_the_same_side()
    {
        await using TestBody body = await TestBody.New();
        long taken = await body.Line("03-05,,12.00,,中国建设银行,对公账户管理费"), back = await body.Line("03-06,12.00,,,中国建设银行,退手续费");
        await body.Review(await body.Accountant.Run(new RecordFee(TestBody.Key, new BankRest([taken]), TestBody.General, "账户管理费")));
        (await body.Accountant.Net(body, Account.Keys.FundraisingExpense, TestBody.General)).ShouldBe(Amount.Yuan(12));
        await body.Review(await body.Accountant.Run(new RecordFee(TestBody.Key, new BankRest([back]), TestBody.General, "退账户管理费")));
        (await body.Accountant.Net(body, Account.Keys.FundraisingExpense, TestBody.General)).ShouldBe(Amount.Yuan(0));
    }

    [Fact]
    public async Task Money_that_comes_back_stands_in_red_beside_what_was_paid_and_never_above_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        long paid = await body.Line("03-05,,80.00,,翠苑居民委员会,项目拨款");
        PostedNumber entry = await body.Review(await body.Accountant.Run(Expense(paid, TestBody.Children, 80, Restriction.Restricted)));
        long back = await body.Line("03-09,30.00,,,翠苑居民委员会,结余退回"), more = await body.Line("03-10,60.00,,,翠苑居民委员会,结余退回");
        RecordRefund refund = new(TestBody.Key, new BankRest([back]), entry.EntryNo, 1, RefundCause.Outside, "项目结余退回");
        (await RefusalOf(() => body.Accountant.Run(refund with { Line = 2 }))).Code.ShouldBe(RecordRefund.NoOriginal);
        await body.Review(await body.Accountant.Run(refund with { Key = TestBody.Key }));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Children)).ShouldBe(Amount.Yuan(50));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().Select(lot => lot.Used).SingleAsync()).ShouldBe(5000);
        (await RefusalOf(() => body.Accountant.Run(refund with { Key = TestBody.Key, Rest = new BankRest([more]) }))).Code.ShouldBe("database.refund-above");
    }

    [Theory]
    [InlineData(RefundCause.Outside, Account.Keys.DonationIncome, -60)]
    [InlineData(RefundCause.Own, Account.Keys.ManagementExpense, 40)]
    public async Task A_gift_goes_back_as_its_cause_asks_and_takes_its_lot_along(RefundCause cause, string account, decimal net)
    {
        await using TestBody body = await TestBody.New();
        long came = await body.Line("03-05,100.00,,,王梅,捐赠");
        PostedNumber entry = await body.Review(await body.Accountant.Run(Donation(came, TestBody.Children, 100, "王梅", Restriction.Restricted)));
        long back = await body.Line("03-09,,40.00,,王梅,退捐款");
        await body.Review(await body.Accountant.Run(new RecordRefund(
            TestBody.Key, new BankRest([back]), entry.EntryNo, 2, cause, "退回捐款")));
        (await body.Accountant.Net(body, account, TestBody.Children)).ShouldBe(Amount.Yuan(net));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().Select(lot => lot.Used).SingleAsync()).ShouldBe(4000);
    }

    [Fact]
    public async Task Money_for_others_lies_apart_is_owed_to_its_recipient_and_never_paid_to_another()
    {
        await using TestBody body = await TestBody.New();
        long came = await body.Line("03-05,2000.00,,,周先生,定向捐助 助学");
        await body.Review(await body.Accountant.Run(new RecordAgencyMoney(
            TestBody.Key, new BankRest([came]), "王小明", PersonKind.Person, "定向助学款")));
        (await body.Numbers(TestBody.General)).OwnCash.ShouldBe(Amount.Yuan(0));
        long paid = await body.Line("03-06,,2000.00,,王小明,转付助学款");
        RecordAgencyMoney away = new(TestBody.Key, new BankRest([paid]), "李小红", PersonKind.Person, "转付助学款");
        (await RefusalOf(() => body.Accountant.Run(away with { Recipient = " " }))).Code.ShouldBe(RecordAgencyMoney.RecipientMissing);
        (await RefusalOf(() => body.Accountant.Run(away with { Narrative = "付李小红" }))).Code.ShouldBe(RecordAgencyMoney.RecipientInNarrative);
        long wrong = await body.Accountant.Run(away with { Key = TestBody.Key });
        (await RefusalOf(() => body.Review(wrong))).Code.ShouldBe("database.agency-recipient-floor");
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, wrong, "收款人不对"));
        await body.Review(await body.Accountant.Run(away with { Key = TestBody.Key, Recipient = "王小明" }));
        (await body.Stage(paid)).ShouldBe(LineStage.Posted);
        await using FundDb db = body.Db();
        (await db.Set<BankAccount>().SingleAsync()).AgencyAccountId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Unknown_money_is_a_debt_until_it_is_cleared_and_the_bank_is_not_touched_again()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 500, Restriction.Unrestricted);
        long line = await body.Line("03-05,300.00,,,,现金存入");
        (await RefusalOf(async () => await body.Accountant.Run(new RecordSuspense(TestBody.Key, new BankRest([await body.Line("03-06,,5.00,,甲,付")]),
            SuspenseKind.Other, "", "暂付")))).Code.ShouldBe(TakenLines.WrongWay);
        long voucher = await body.Accountant.Run(new RecordSuspense(TestBody.Key, new BankRest([line]), SuspenseKind.UnknownPayer, "柜面现金", "暂收款 来源待查"));
        await body.Review(voucher);
        (await body.Accountant.Net(body, "other-payables", TestBody.General)).ShouldBe(Amount.Yuan(-300));
        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(500));

        RecordDonation gift = Donation(null, TestBody.Community, 200, "王梅") with { Suspense = 1 };
        await body.Review(await body.Accountant.Run(gift));
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(200));
        ClearSuspense clear = new(TestBody.Key, 1, Amount.Yuan(101), TestBody.General, "other-income", Restriction.Unrestricted, CashFlow.OtherReceived.Key,
            "", PersonKind.Person, "查明为废品变卖款");
        (await RefusalOf(() => body.Accountant.Run(clear))).Code.ShouldBe("database.suspense-cleared-above");
        (await RefusalOf(() => body.Accountant.Run(clear with { Counter = Account.Keys.DonationIncome }))).Code.ShouldBe(ClearSuspense.NotSo);
        await body.Review(await body.Accountant.Run(clear with { Key = TestBody.Key, Amount = Amount.Yuan(30) }));
        long back = await body.Line("03-12,,70.00,,陈先生,退汇");
        await body.Review(await body.Accountant.Run(new ReturnSuspense(TestBody.Key, new BankRest([back]), 1, "退还误汇款")));
        (await body.Accountant.Net(body, "other-payables", TestBody.General)).ShouldBe(Amount.Yuan(0));
        long red = await body.Reverse(voucher, reason: "记错");
        (await RefusalOf(() => body.Review(red))).Code.ShouldBe(Suspense.Cleared);
        (await RefusalOf(() => body.Accountant.Run(clear with { Key = TestBody.Key, Suspense = 99 }))).Code.ShouldBe(Suspense.Unknown);
    }

    [Theory]
    [InlineData("update suspense set units = units + 1", "append_only")]
    [InlineData("delete from suspense", "append_only")]
    [InlineData("insert into suspense_clearing (book_id, suspense_id, voucher_id, units) values (1, 1, 1, 30001)", "suspense_cleared_above")]
    [InlineData("insert into suspense_clearing (book_id, suspense_id, voucher_id, units) values (1, 1, 1, 0)", "suspense_clearing_units")]
    [InlineData("insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) values (1, 1, 1, 2, 30001)", "refund_above")]
    [InlineData("insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) values (1, 1, 1, 2, -1)", "refund_units")]
    public async Task The_tables_owner_clears_no_more_than_is_owed_and_refunds_no_more_than_there_was(string attack, string wall)
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,300.00,,,,现金存入");
        await body.Review(await body.Accountant.Run(new RecordSuspense(TestBody.Key, new BankRest([line]), SuspenseKind.Other, "", "暂收款")));
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand command = new(attack, owner);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName.ShouldBe(wall);
    }
}
