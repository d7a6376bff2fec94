using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

public sealed class DisposingOfLinesTests
{
    [Fact]
    public async Task A_restricted_gift_on_a_line_waits_is_reviewed_and_becomes_a_lot()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠 儿童");
        long voucher = await body.Accountant.Run(Donation(line, TestBody.Children, 200, "王梅", Restriction.Restricted));
        (await body.Stage(line)).ShouldBe(LineStage.Waiting);
        await body.Review(voucher);
        (await body.View(line)).ShouldSatisfyAllConditions(
            view => view.Stage.ShouldBe(LineStage.Posted), view => view.VoucherId.ShouldBe(voucher));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().SingleAsync()).Units.ShouldBe(20000);
    }

    [Fact]
    public async Task A_rejected_voucher_frees_its_line()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        long voucher = await body.Accountant.Run(Donation(line, TestBody.Community, 200));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "基金不对"));
        (await body.Stage(line)).ShouldBe(LineStage.ToDo);
        await body.Review(await body.Accountant.Run(Donation(line, TestBody.General, 200)));
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task A_line_with_a_voucher_is_neither_held_nor_ignored_nor_booked_again()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        long voucher = await body.Accountant.Run(Donation(line, TestBody.Community, 200));
        (await RefusalOf(() => body.Accountant.Run(new HoldBankLine(TestBody.Key, line, "问")))).Code.ShouldBe(UndecidedLine.HasVoucher);
        (await RefusalOf(() => body.Accountant.Run(new IgnoreBankLine(TestBody.Key, line, "重复")))).Code.ShouldBe(UndecidedLine.HasVoucher);
        (await RefusalOf(() => body.Accountant.Run(Donation(line, TestBody.Community, 200)))).Code.ShouldBe(ConstraintRefusal.BankLineTaken);
        await body.Review(voucher);
        (await RefusalOf(() => body.Accountant.Run(new HoldBankLine(TestBody.Key, line, "问")))).Code.ShouldBe(UndecidedLine.HasVoucher);
    }

    [Fact]
    public async Task Ignoring_and_holding_ask_for_a_reason_and_can_be_undone()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        (await RefusalOf(() => body.Accountant.Run(new IgnoreBankLine(TestBody.Key, line, " \0 ")))).Code.ShouldBe(UndecidedLine.ReasonMissing);
        (await RefusalOf(() => body.Accountant.Run(new HoldBankLine(TestBody.Key, line, "")))).Code.ShouldBe(UndecidedLine.ReasonMissing);
        await body.Accountant.Run(new IgnoreBankLine(TestBody.Key, line, "自有账户之间转款"));
        (await body.Stage(line)).ShouldBe(LineStage.Ignored);
        (await RefusalOf(() => body.Accountant.Run(Donation(line, TestBody.Community, 200)))).Code.ShouldBe(ConstraintRefusal.BankLineIgnored);
        await body.Accountant.Run(new RestoreBankLine(TestBody.Key, line));
        (await RefusalOf(() => body.Accountant.Run(new RestoreBankLine(TestBody.Key, line)))).Code.ShouldBe(UndecidedLine.SameState);
        await body.Accountant.Run(new HoldBankLine(TestBody.Key, line, "等捐赠人确认用途"));
        (await body.View(line)).Reason.ShouldBe("等捐赠人确认用途");
        await body.Accountant.Run(Donation(line, TestBody.Community, 200));
        (await body.Stage(line)).ShouldBe(LineStage.Waiting);
    }

    [Fact]
    public async Task Only_an_accountant_decides_about_a_line()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        (await RefusalOf(() => body.Reviewer.Run(new HoldBankLine(TestBody.Key, line, "问")))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => body.FinanceOfficer.Run(new UploadStatement(TestBody.Key, "a.csv", FileOf("03-05,1.00,,,甲,捐")))))
            .Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Two_people_booking_one_line_at_once_book_it_once_and_the_second_is_told()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        Task[] both =
        [
            Task.Run(() => body.Accountant.Run(Donation(line, TestBody.Community, 200))),
            Task.Run(() => body.FinanceOfficer.Run(Donation(line, TestBody.General, 200))),
        ];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        ((RefusedException)both.Single(task => task.IsFaulted).Exception!.InnerException!).Refusal.Code.ShouldBe(ConstraintRefusal.BankLineTaken);
    }

    [Fact]
    public async Task Of_booking_and_ignoring_at_once_only_one_gets_through()
    {
        await using TestBody body = await TestBody.New();
        string[] rows = [.. Enumerable.Range(1, 12).Select(i => $"03-05,{i}.00,,,甲{i},捐")];
        await body.Import(FileOf(rows));
        foreach (BankLine line in await body.Lines())
        {
            Task[] both =
            [
                Task.Run(() => body.Accountant.Run(Donation(line.BankLineId, TestBody.Community, line.Units / 100m))),
                Task.Run(() => body.Accountant.Run(new IgnoreBankLine(TestBody.Key, line.BankLineId, "重复"))),
            ];
            await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
            both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_words_on_a_line_suggest_a_fund_and_say_why()
    {
        await using TestBody body = await TestBody.New();
        LineSuggestion named = (await body.View(await body.Line("03-05,200.00,,,匿名,捐赠 幸福里社区基金"))).Suggested;
        (named.Funds[0].Fund.FundId, named.Funds[0].Words, named.Party).ShouldBe((TestBody.Community, "幸福里社区基金", ""));
        LineSuggestion clause = (await body.View(await body.Line("03-06,,7200.00,,翠苑居民委员会,儿童画室项目第一期拨款"))).Suggested;
        (clause.Funds[0].Fund.FundId, clause.Funds[0].Words, clause.Paid).ShouldBe((TestBody.Children, "儿童", CashFlow.GrantsPaid));
        clause.PartyKind.ShouldBe(PersonKind.Organisation);
        LineSuggestion fee = (await body.View(await body.Line("03-07,,12.00,,中国建设银行,对公账户管理费"))).Suggested;
        (fee.Funds[0].Fund.FundId, fee.ExpenseAccount).ShouldBe((TestBody.General, Account.Keys.FundraisingExpense));
        (await body.View(await body.Line("03-08,1000.00,,,张三,捐赠"))).Suggested.Funds.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_narrative_leaves_the_payee_out()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,,30.00,,王梅,王梅：讲课费");
        LineSuggestion suggested = (await body.View(line)).Suggested;
        (suggested.Party, suggested.Narrative).ShouldBe(("王梅", "讲课费"));
        RecordExpense expense = Expense(line, TestBody.General, 30, payee: "王梅") with { PayeeKind = PersonKind.Person };
        (await RefusalOf(() => body.Accountant.Run(expense with { Narrative = "付王梅讲课费" }))).Code.ShouldBe(RecordExpense.PayeeInNarrative);
        await body.Accountant.Run(expense with { Key = TestBody.Key, Narrative = suggested.Narrative });
    }

    [Fact]
    public async Task The_list_filters_by_stage_and_text_and_sums_what_fits()
    {
        await using TestBody body = await TestBody.New();
        await body.Import(FileOf("03-05,200.00,,,王梅,捐赠", "03-06,,30.00,,文具店,采购", "03-07,5.00,,,王强,捐赠"));
        BankLineItems all = await body.Accountant.Ask(new BankLineList(null, null, "", 1));
        (all.Total, all.MoneyIn, all.MoneyOut).ShouldBe((3, Amount.Yuan(205), Amount.Yuan(-30)));
        await body.Accountant.Run(new HoldBankLine(TestBody.Key, all.Items[0].BankLineId, "问"));
        BankLineItems some = await body.Accountant.Ask(new BankLineList(LineStage.ToDo, 1, "王", 1));
        some.Items.Select(item => item.CounterpartyName).ShouldBe(["王强"]);
        some.Counts[LineStage.Held].ShouldBe(1);
        (await body.Accountant.Ask(new BankLineList(null, null, "%", 1))).Total.ShouldBe(0);
    }
}
