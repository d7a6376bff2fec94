using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Enterprises;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.PublicMoney;

public sealed class PublicMoneyTests
{
    [Theory]
    [InlineData(PublicReceiver.Residents, false, true, true, PublicNature.Subsidy)]
    [InlineData(PublicReceiver.Residents, true, true, true, PublicNature.Services)]
    [InlineData(PublicReceiver.Payer, false, true, true, PublicNature.Services)]
    [InlineData(PublicReceiver.Named, false, false, false, PublicNature.Agency)]
    [InlineData(PublicReceiver.Named, false, false, true, PublicNature.Subsidy)]
    [InlineData(PublicReceiver.Named, true, true, false, PublicNature.Services)]
    public void The_answers_decide_what_public_money_is(PublicReceiver receiver, bool inExchange, bool mayChoose, bool mayChange, PublicNature nature) =>
        PublicContract.NatureOf(receiver, inExchange, mayChoose, mayChange).ShouldBe(nature);

    [Fact]
    public async Task A_purchase_of_services_is_no_subsidy_and_is_income_as_it_is_accepted()
    {
        await using TestBody body = await TestBody.New();
        ProposeContract asked = await body.Asked(3000, TestBody.Community, PublicMoneyNotation.Services, instalments: [1800, 1200]);
        long contract = await body.Accountant.Run(asked);
        ReceiveInstalment first = new(TestBody.Key, contract, 1, PublicNature.Services, new LocalDate(2026, 3, 4), TestBody.Bank);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(first))).Code.ShouldBe(PublicContract.NotAgreed);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new AgreeContract(TestBody.Key, contract)))).Code.ShouldBe(AgreeContract.OwnContract);
        await body.Reviewer.Run(new AgreeContract(TestBody.Key, contract));

        Refusal refused = await BankNotation.RefusalOf(() => body.Accountant.Run(first with { Key = TestBody.Key, BookedAs = PublicNature.Subsidy }));
        (refused.Code, refused.Facts["number"]).ShouldBe((ReceiveInstalment.IsServices, asked.Number));
        PostedNumber came = await body.Received(contract);
        (await BankNotation.Entry(body, came.EntryNo)).ShouldBe(["D bank.01 1800.00  ordinary", "C advances-received 1800.00  ordinary"]);

        // Accepted beyond what came: the rest is a receivable, and the next instalment settles it first.
        PostedNumber done = await body.Review(await body.Accountant.Run(
            new RecordAcceptance(TestBody.Key, contract, Amount.Yuan(2500), new LocalDate(2026, 3, 15))));
        (await BankNotation.Entry(body, done.EntryNo)).ShouldBe(
            ["D advances-received 1800.00  ordinary", "D accounts-receivable 700.00  ordinary", "C service-income 2500.00 U ordinary"]);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(
            new RecordAcceptance(TestBody.Key, contract, Amount.Yuan(501), new LocalDate(2026, 3, 16))))).Code.ShouldBe("database.public-money-above");
        PostedNumber second = await body.Came($"ZF{contract}-2", "03-18", 1200);
        (await BankNotation.Entry(body, second.EntryNo)).ShouldBe(
            ["C accounts-receivable 700.00  ordinary", "C advances-received 500.00  ordinary", "D bank.01 1200.00  ordinary"]);
        ContractView view = await body.Accountant.Ask(new PublicContractPage(contract));
        (view.Received, view.Accepted).ShouldBe((Amount.Yuan(3000), Amount.Yuan(2500)));
    }

    [Theory]
    [InlineData(false, RefundReason.Outside, "C government-grant-income -400.00 R ordinary", "C other-payables 400.00  ordinary")]
    [InlineData(false, RefundReason.Own, "D management-expense 400.00 R ordinary", "C other-payables 400.00  ordinary")]
    [InlineData(true, RefundReason.Own, "D management-expense 400.00  ordinary", "C other-payables 400.00  ordinary",
        "D government-grant-income 400.00 R ordinary", "C government-grant-income 400.00 U ordinary")]
    public async Task What_must_go_back_is_a_debt_of_its_own_lot_by_standard_and_cause(bool is2004, RefundReason cause, params string[] entry)
    {
        await using TestBody body = await (is2004 ? TestBody.New2004() : TestBody.New());
        int year = is2004 ? 2025 : 2026;
        await body.Gift(TestBody.Children, 600, Restriction.Restricted, new LocalDate(year, 3, 2)); // older, and not what goes back
        long contract = await body.Contract(1000, TestBody.Children, restriction: Restriction.Restricted, signed: new LocalDate(year, 3, 1));
        await body.Received(contract, on: new LocalDate(year, 3, 4));
        OweBack asked = new(TestBody.Key, contract, Amount.Yuan(1001), cause, "项目没有做完", new LocalDate(year, 3, 12), new LocalDate(year, 3, 31));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(asked))).Code.ShouldBe(OweBack.AboveUnspent);
        PostedNumber owed = await body.Review(await body.Accountant.Run(asked with { Key = TestBody.Key, Amount = Amount.Yuan(400) }));
        (await BankNotation.Entry(body, owed.EntryNo)).ShouldBe(entry);
        await using FundDb db = body.Db();
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([0, 40_000]);
        Expectation awaited = await db.Set<Expectation>().SingleAsync(row => row.Kind == ExpectationKind.Refund);
        awaited.Units.ShouldBe(-40_000);
    }

    [Fact]
    public async Task A_reversed_receipt_is_waited_for_again_and_a_condition_is_decided_once_with_its_proof()
    {
        await using TestBody body = await TestBody.New();
        long contract = await body.Contract(1000, TestBody.Community);
        PostedNumber came = await body.Received(contract);
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, came.VoucherId, new LocalDate(2026, 3, 19), "记错了")));
        ContractView view = await body.Accountant.Ask(new PublicContractPage(contract));
        (view.Received.IsZero, view.Instalments.Single().Voucher).ShouldBe((true, null));
        await body.Received(contract);

        long condition = view.Conditions.Single().Id;
        (await BankNotation.RefusalOf(() => body.Reviewer.Run(new DecideCondition(TestBody.Key, condition, ConditionState.Met, "")))).Code
            .ShouldBe(DecideCondition.NoteMissing);
        await body.Reviewer.Run(new DecideCondition(TestBody.Key, condition, ConditionState.Met, "街道 12 月验收单"));
        (await BankNotation.RefusalOf(() => body.Reviewer.Run(new DecideCondition(TestBody.Key, condition, ConditionState.Broken, "改主意")))).Code
            .ShouldBe(DecideCondition.NoteMissing);
    }

    [Fact]
    public async Task Receipts_and_acceptances_wait_for_each_other_and_what_stands_in_the_register_is_recorded_anew_there()
    {
        await using TestBody body = await TestBody.New();
        LocalDate day = new(2026, 3, 15);
        long contract = await body.Contract(3000, TestBody.Community, PublicMoneyNotation.Services, instalments: [1000, 1000, 1000]);
        RecordAcceptance work = new(TestBody.Key, contract, Amount.Yuan(1500), day);
        long receipt = await body.Accountant.Run(new ReceiveInstalment(TestBody.Key, contract, 1, PublicNature.Services, day, TestBody.Bank));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(work))).Code.ShouldBe(PublicStanding.ReceiptWaits);
        await body.Review(receipt);
        long acceptance = await body.Accountant.Run(work with { Key = TestBody.Key });

        // The bank's line asks nobody: the review does, and one of the two goes back.
        (await BankNotation.RefusalOf(() => body.Came($"ZF{contract}-2", "03-18", 1000))).Code.ShouldBe(PublicStanding.AcceptanceWaits);
        (await BankNotation.RefusalOf(() => body.Review(acceptance))).Code.ShouldBe(PublicStanding.ReceiptWaits);
        await using FundDb db = body.Db();
        long second = (await db.Vouchers.SingleAsync(row => row.State == VoucherState.Prepared && row.VoucherId != acceptance)).VoucherId;
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, second, "先审验收"));
        await body.Review(acceptance);
        PostedNumber came = await body.Received(contract, 2, new LocalDate(2026, 3, 18));
        (await BankNotation.Entry(body, came.EntryNo)).ShouldBe(
            ["D bank.01 1000.00  ordinary", "C accounts-receivable 500.00  ordinary", "C advances-received 500.00  ordinary"]);

        foreach (long voucher in new[] { acceptance, came.VoucherId })
        {
            (await BankNotation.RefusalOf(async () => await body.Correct(voucher, await body.RowsOf(voucher), reason: "摘要"))).Code
                .ShouldBe("correction.nothing-changed");
            VoucherRow[] rows = [.. (await body.RowsOf(voucher)).Select(row => row with { Amount = row.Amount + row.Amount })];
            (await BankNotation.RefusalOf(() => body.Correct(voucher, rows))).Code.ShouldBe(RegisterUndone.RecordAnew);
        }

        long red = await body.Reverse(acceptance);
        (await BankNotation.RefusalOf(() => body.Review(red))).Code.ShouldBe(AcceptanceGone.Settled);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, red, "先冲收款"));
        await body.Review(await body.Reverse(came.VoucherId));
        await body.Review(await body.Reverse(acceptance));
        (await db.Set<ExpectationLine>().CountAsync(line => db.Accounts.Any(row => row.BookId == line.BookId && row.AccountId == line.AccountId
            && row.Key == "accounts-receivable") && db.Set<Expectation>().Any(row => row.BookId == line.BookId
            && row.ExpectationId == line.ExpectationId && row.ClosedAt == null))).ShouldBe(0);
    }

    [Fact]
    public async Task What_went_back_is_no_advance_any_more_and_a_refund_that_the_bank_returned_is_paid_again()
    {
        await using TestBody body = await TestBody.New();
        long contract = await body.Contract(2000, TestBody.Community, PublicMoneyNotation.Services, instalments: [1000, 1000]);
        await body.Received(contract);
        await body.Review(await body.Accountant.Run(new OweBack(
            TestBody.Key, contract, Amount.Yuan(400), RefundReason.Own, "少做一场", new LocalDate(2026, 3, 12), new LocalDate(2026, 3, 31))));
        PostedNumber done = await body.Review(await body.Accountant.Run(
            new RecordAcceptance(TestBody.Key, contract, Amount.Yuan(900), new LocalDate(2026, 3, 15))));
        (await BankNotation.Entry(body, done.EntryNo)).ShouldBe(
            ["D advances-received 600.00  ordinary", "D accounts-receivable 300.00  ordinary", "C service-income 900.00 U ordinary"]);
        PostedNumber second = await body.Came($"ZF{contract}-2", "03-17", 1000);
        (await BankNotation.Entry(body, second.EntryNo)).ShouldBe(
            ["C accounts-receivable 300.00  ordinary", "C advances-received 700.00  ordinary", "D bank.01 1000.00  ordinary"]);

        PostedNumber paid = await body.Came("TH", "03-18", -400);
        (await body.Accountant.Ask(new PublicContractPage(contract))).Refunds.Single().IsPaid.ShouldBeTrue();
        long line = await body.Line("03-19,400.00,,,收款人,退汇");
        long returned = await body.Accountant.Run(new CommunityFund.Banking.RecordReturnedPayment(
            TestBody.Key, new CommunityFund.Banking.BankRest([line]), paid.VoucherId, "银行退汇"));
        await body.Review(returned);
        (await body.Accountant.Ask(new PublicContractPage(contract))).Refunds.Single().IsPaid.ShouldBeFalse();
        await body.Review(await body.Reverse(returned));
        (await body.Accountant.Ask(new PublicContractPage(contract))).Refunds.Single().IsPaid.ShouldBeTrue();
    }
}
