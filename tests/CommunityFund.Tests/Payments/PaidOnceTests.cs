using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.People;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Payments;

/// <summary>What the bank's line shows to be paid is not paid again while its voucher waits for review.</summary>
public sealed class PaidOnceTests
{
    private static readonly LocalDate Day = new(2026, 3, 20);

    [Fact]
    public async Task A_debt_whose_bank_line_waits_for_review_stands_on_no_desk_and_in_no_batch_or_file()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100)), other = await body.Owed(Row(40));
        await body.CheckAccounts();
        long line = await body.Line("03-12,,100.00,,郑财政,BX1");
        long voucher = await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [await body.AwaitedFor(debt)]));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Select(item => item.Id).ShouldBe([other]);
        (await RefusalOf(() => body.Accountant.Run(new MakeBatch(TestBody.Key, 1, Day, [debt], [], 1, Amount.Yuan(100))))).Code.ShouldBe(MakeBatch.NotOpen);

        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "再核对"));
        long batch = await body.Batch(debt, other);
        voucher = await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [await body.AwaitedFor(debt)]));
        (await RefusalOf(() => body.Approver().Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe("database.payment-met-already");
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "再核对"));
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));

        // Released, and paid otherwise before the file is taken.
        await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [await body.AwaitedFor(debt)]));
        TakenFile file = await body.Accountant.Ask(new TakenPaymentFile(
            await body.Accountant.Run(new TakePaymentFile(TestBody.Key, batch, "generic", "csv"))));
        ResultTable.Read(file.Content).SelectMany(row => row).Where(cell => cell.StartsWith($"P{batch}-", StringComparison.Ordinal)).ShouldBe([$"P{batch}-2"]);
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand again = new("""
            update payment_row set state = 'failed' where debt_id = 1;
            insert into payment_row (book_id, payment_batch_id, row_no, debt_id, payee_account_id, units, state) values (1, 1, 3, 1, 1, 10000, 'waiting')
            """, owner);
        (await Should.ThrowAsync<PostgresException>(() => again.ExecuteNonQueryAsync())).ConstraintName.ShouldBe("payment_met_already");
    }

    [Fact]
    public async Task A_batch_is_taken_back_though_one_of_it_was_paid_otherwise()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100)), other = await body.Owed(Row(40));
        long batch = await body.Batch(debt, other);
        await body.PaidByBank("03-12,,100.00,,郑财政,BX1", await body.AwaitedFor(debt));
        (await body.Accountant.Ask(new BatchPage(batch))).MayWithdraw.ShouldBeTrue();
        await body.Accountant.Run(new WithdrawBatch(TestBody.Key, batch));
        (await body.Rows(batch)).ShouldBe([PaymentState.Paid, PaymentState.Dropped]);
        (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Select(item => item.Id).ShouldBe([other]);
    }

    [Fact]
    public async Task A_transfer_of_which_one_bank_has_told_is_not_sent_again()
    {
        await using TestBody body = await PayingBody();
        int second = await body.Accountant.Run(new AddBankAccount(TestBody.Key, "11112222", "工商银行", "02", "工行一般户", "ICBC account"));
        long transfer = await body.Accountant.Run(new PlanTransfer(TestBody.Key, 1, second, Amount.Yuan(600), Day, "调剂头寸"));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Single().IsTransfer.ShouldBeTrue();
        long line = await body.Line("03-12,,600.00,,测试慈善会,ZZ1"), expected;
        await using (FundDb db = body.Db())
        {
            expected = db.Set<OwnTransfer>().Single(row => row.OwnTransferId == transfer).OutExpectation!.Value;
        }

        await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [expected]));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.ShouldBeEmpty();
        (await RefusalOf(() => body.Accountant.Run(new MakeBatch(TestBody.Key, 1, Day, [], [transfer], 1, Amount.Yuan(600))))).Code
            .ShouldBe(MakeBatch.NotOpen);
    }

    [Fact]
    public async Task Who_entered_a_bill_lets_no_payment_of_it_go_and_expenses_of_two_years_are_two_claims()
    {
        await using TestBody body = await PayingBody();
        await body.Operator.Run(new GrantRole(TestBody.Key, 1, Role.ApproverL1, null, new LocalDate(2026, 1, 1), null));
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Cashier, null, new LocalDate(2026, 1, 1), null));
        long supplier = await body.Accountant.Run(new SetPayeeAccount(
            TestBody.Key, "清河文具店有限公司", PersonKind.Organisation, "3305016100009999", "建设银行"));
        long bill = await body.Accountant.Run(new RecordBill(TestBody.Key, supplier, "绘本采购", new LocalDate(2026, 4, 5), [Row(30)]));
        await body.Approver().Run(new ApproveDebt(TestBody.Key, bill));
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, bill)));
        await body.CheckAccounts();
        long batch = await body.FinanceOfficer.Run(new MakeBatch(TestBody.Key, 1, Day, [bill], [], 1, Amount.Yuan(30)));
        (await RefusalOf(() => body.Accountant.Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe("database.payment-same-person");
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));

        DebtRow december = Row(20) with { OccurredOn = new LocalDate(2025, 12, 30) };
        (await RefusalOf(() => body.Claim(Row(10), december))).Code.ShouldBe(DebtWriting.AcrossYears);
    }

    [Fact]
    public void A_title_over_a_result_is_no_heading_and_what_is_not_done_is_no_success()
    {
        IReadOnlyList<ResultLine> lines = ResultColumns.Read(
            [
                ["批量付款处理结果", "", "", ""], ["批次行号", "收款账号", "金额", "处理状态"], ["P7-1", Card, "1.00", "未完成"],
                ["P7-2", Card, "1.00", "Unsuccessful"], ["P7-3", Card, "1.00", "交易完成"],
            ], 7)!;
        lines.Select(line => line.Succeeded).ShouldBe([null, false, true]);
    }
}
