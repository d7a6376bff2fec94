using System.Text;
using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Payments;

public sealed class PayingTests
{
    [Fact]
    public async Task Two_persons_let_a_batch_go_and_its_count_and_total_are_what_is_ticked()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100));
        (await RefusalOf(() => body.Accountant.Run(new MakeBatch(
            TestBody.Key, 1, new LocalDate(2026, 3, 20), [debt], [], 1, Amount.Yuan(99))))).Code.ShouldBe(MakeBatch.Control);
        long batch = await body.Batch(debt);
        (await RefusalOf(() => body.Batch(debt))).Code.ShouldBe(MakeBatch.NotOpen);
        (await RefusalOf(() => body.Approver().Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe("database.payment-account-unchecked");
        await body.CheckAccounts();
        (await RefusalOf(() => body.Accountant.Run(new TakePaymentFile(TestBody.Key, batch, "generic", "csv")))).Code.ShouldBe(PaymentBatch.OutOfTurn);
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);
        await body.Accountant.Run(new TakePaymentFile(TestBody.Key, batch, "generic", "csv"));
        (await RefusalOf(() => body.Accountant.Run(new WithdrawBatch(TestBody.Key, batch)))).Code.ShouldBe(WithdrawBatch.FileTaken);
    }

    [Fact]
    public async Task A_changed_account_cools_for_a_day_before_money_goes_there()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100));
        await body.CheckAccounts();
        await body.Accountant.Run(new SetPayeeAccount(TestBody.Key, "郑财政", PersonKind.Person, "6222999988887777", "农业银行"));
        long batch = await body.Batch(debt);
        await body.CheckAccounts();
        (await body.Accountant.Ask(new PayeeList())).Single().CoolsUntil.ShouldNotBeNull();
        (await RefusalOf(() => body.Approver().Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe("database.payment-account-cools");
        body.Clock.Now += Duration.FromHours(25);
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
    }

    [Fact]
    public async Task The_banks_answer_sends_failures_back_and_lets_successes_wait_for_its_line()
    {
        await using TestBody body = await PayingBody();
        long first = await body.Owed(Row(100)), second = await body.Owed(Row(250)), third = await body.Owed(Row(50));
        long batch = await body.Released(first, second, third);
        byte[] answer = Encoding.UTF8.GetBytes(
            $"处理结果明细\n批次行号,收款账号,金额,处理状态,失败原因\nP{batch}-1,{Card},100.00,成功,\n,{Card},250.00,未成功,户名不符\nP{batch}-3,{Card},50.00,处理中,\n");
        ResultRead read = await body.Accountant.Run(new ReadPaymentResult(TestBody.Key, batch, "结果.csv", answer));
        (read.Rows, read.Succeeded, read.Failed, read.LeftOpen).ShouldBe((3, 1, 1, 0));
        (await body.Rows(batch)).ShouldBe([PaymentState.Succeeded, PaymentState.Failed, PaymentState.Waiting]);
        (await body.Accountant.Run(new ReadPaymentResult(TestBody.Key, batch, "again.csv", answer))).Before.ShouldBeTrue();
        (await body.Rows(batch)).ShouldBe([PaymentState.Succeeded, PaymentState.Failed, PaymentState.Waiting]);
        DeskItem back = (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Single();
        (back.Id, back.BankSays).ShouldBe((second, "户名不符"));
        back.Flags.ShouldContain(PaymentFlag.Failed);
        (await body.StateOf(first)).ShouldBe(DebtState.Owed);
        await body.PaidByBank("03-20,,100.00,,郑财政,BX1", await body.AwaitedFor(first));
        (await body.Rows(batch))[0].ShouldBe(PaymentState.Paid);
        (await body.StateOf(first)).ShouldBe(DebtState.Paid);
        (await RefusalOf(() => body.Accountant.Run(new ReadPaymentResult(TestBody.Key, batch, "x.csv", "状态,金额\n成功,1\n"u8.ToArray())))).Code
            .ShouldBe(ReadPaymentResult.OtherBatch);
        (await RefusalOf(() => body.Accountant.Run(new ReadPaymentResult(TestBody.Key, batch, "x.xlsx", "PK\u0003\u0004broken"u8.ToArray())))).Code
            .ShouldBe(ResultTable.Unreadable);
    }

    [Fact]
    public async Task Money_that_the_bank_gives_back_is_owed_and_paid_again_and_every_line_keeps_its_voucher()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100)), batch = await body.Released(debt);
        long paid = await body.PaidByBank("03-12,,100.00,,郑财政,BX1", await body.AwaitedFor(debt));
        long back = await body.Line("03-14,100.00,,,郑财政,退汇 户名不符");
        (await body.View(back)).Suggested.Kind.ShouldBe(DisposalKind.Returned);
        (await body.Accountant.Ask(new ReturnedPayments(back))).Single().ShouldSatisfyAllConditions(
            only => only.Voucher.ShouldBe(paid), only => only.PaysAgain.ShouldBeTrue(), only => only.Party.ShouldBe("郑财政"));
        RecordReturnedPayment returned = new(TestBody.Key, new BankRest([back]), paid, "退汇 户名不符");
        long red = await body.Accountant.Run(returned);
        (await Vouchers.CorrectingNotation.Carried(body, red)).Select(line => string.Join(' ', line.Split(' ').Take(4))).ShouldBe(
            [$"D other-payables {TestBody.Community} -100.00", $"C {TestBody.Bank} {TestBody.Community} -100.00"]);
        (await body.StateOf(debt)).ShouldBe(DebtState.Paid);
        (await RefusalOf(async () => await body.Accountant.Run(returned with
        {
            Key = TestBody.Key,
            Rest = new BankRest([await body.Line("03-15,100.00,,,郑财政,退汇")]),
        }))).Code.ShouldBe(RecordReturnedPayment.NoPayment);
        await body.Review(red);
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);
        (await body.Rows(batch)).ShouldBe([PaymentState.Failed]);
        (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Single().BankSays.ShouldBe("退汇 户名不符");
        (await Vouchers.CorrectingNotation.Net(body.Accountant, body, "other-payables", TestBody.Community)).ShouldBe(Amount.Yuan(-100));
        (await body.Stage(back)).ShouldBe(LineStage.Posted);
        (await RefusalOf(() => Vouchers.CorrectingNotation.Reverse(body, paid))).Code.ShouldBe(PostedVoucher.Refunded);
        VoucherRow[] rows = [.. (await Vouchers.CorrectingNotation.RowsOf(body, red))
            .Select(row => row.Account == TestBody.Bank ? row with { CashFlow = CashFlow.OtherPaid.Key } : row)];
        red = await Vouchers.CorrectingNotation.Correct(body, red, rows, reason: "现金流量项目记错");
        await body.Review(red);
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);

        await body.PaidByBank("03-16,,100.00,,郑财政,BX1", await body.AwaitedFor(debt));
        (await body.StateOf(debt)).ShouldBe(DebtState.Paid);
        (await Vouchers.CorrectingNotation.Net(body.Accountant, body, TestBody.Bank, TestBody.Community)).ShouldBe(Amount.Yuan(900));
        (await body.Accountant.Ask(new WorkingSheet(1, new LocalDate(2026, 3, 16)))).Sheet.Items
            .ShouldAllBe(item => item.Amount == Amount.Yuan(100) && item.Day == new LocalDate(2026, 3, 15) || item.Voucher != null);
        long undo = await Vouchers.CorrectingNotation.Reverse(body, red, reason: "对错了付款");
        (await RefusalOf(() => body.Review(undo))).Code.ShouldBe(UnpayDebt.PaidAgain);
    }

    [Theory]
    [InlineData("generic", "csv")]
    [InlineData("ccb-batch", "csv")]
    [InlineData("icbc-batch", "xlsx")]
    public void A_file_for_the_bank_keeps_account_numbers_whole_and_runs_nothing(string layout, string format)
    {
        PaymentLine line = new(1, "P7-1", Card, "=cmd|' /C calc'!A0", "工商银行", 12345, "BX1 画材", "33050161", "20260320");
        byte[] file = PaymentFileWriter.Write(PaymentLayout.Find(layout)!, format, [line]);
        IReadOnlyList<string[]> rows = ResultTable.Read(file);
        rows.Count.ShouldBe(2);
        rows[1].ShouldContain(Card);
        rows[1].ShouldContain("P7-1");
        rows[1].ShouldContain(cell => cell == "123.45");
        rows[1].ShouldContain(cell => cell.TrimStart('\'') == line.Name && (format == "xlsx" || cell.StartsWith('\'')));
    }

    [Fact]
    public async Task A_transfer_between_own_accounts_is_booked_once_whichever_bank_tells_first()
    {
        await using TestBody body = await PayingBody();
        int other = await body.Accountant.Run(new AddBankAccount(TestBody.Key, "11112222", "工商银行", "02", "工行一般户", "ICBC account"));
        long transfer = await body.Accountant.Run(new PlanTransfer(TestBody.Key, 1, other, Amount.Yuan(600), new LocalDate(2026, 3, 12), "调剂头寸"));
        await using (FundDb db = body.Db())
        {
            OwnTransfer planned = db.Set<OwnTransfer>().Single(row => row.OwnTransferId == transfer);
            await body.PaidByBank("03-12,,600.00,,测试慈善会,ZZ1", planned.OutExpectation!.Value);
            (await RefusalOf(() => body.Accountant.Run(new DropTransfer(TestBody.Key, transfer)))).Code.ShouldBe(OwnTransfer.OutOfTurn);
            db.Set<Expectation>().Single(row => row.ExpectationId == planned.InExpectation).ClosedAt.ShouldNotBeNull();
        }

        (await Vouchers.CorrectingNotation.Net(body.Accountant, body, "bank.02", TestBody.Community)).ShouldBe(Amount.Yuan(600));
        (await Vouchers.CorrectingNotation.Net(body.Accountant, body, TestBody.Bank, TestBody.Community)).ShouldBe(Amount.Yuan(400));
    }
}
