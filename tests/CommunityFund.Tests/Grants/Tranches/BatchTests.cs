using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>Payments of grants on the payment desk (S-T6): batch, release by a second person, the bank's answer, and holds.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task An_approved_tranche_goes_into_a_batch_is_let_go_by_another_and_paid_by_the_banks_line()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        DeskItem item = (await body.Accountant.Ask(new PaymentDesk())).Payees.Single(payee => payee.Name == "幸福里居委会").Items.Single();
        (item.Amount, item.Stops, item.Flags.Count).ShouldBe((Amount.Yuan(7200), false, 0));
        long batch = await grant.Batch();
        (await grant.State()).ShouldBe(TrancheState.Scheduled);
        (await body.Accountant.Ask(new PaymentDesk())).Payees.ShouldBeEmpty();
        await grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, batch));
        (await body.Accountant.Ask(new BatchPage(batch))).Rows.Single().Code.ShouldBe($"ZX{item.Tranche}");
        await body.Review(await grant.Matched());
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        (await Row(grant, batch)).ShouldBe(PaymentState.Paid);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Who_asked_for_the_money_or_approved_it_does_not_let_it_go_where_that_is_kept_apart()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Desk.Run(new ProposeTiers(TestBody.Key, TierPreset.Nine, Amount.Yuan(5000), Amount.Yuan(20000), grant.Today, "九人分工"));
        await grant.Grants.Steer.Run(new AgreeTiers(TestBody.Key, 1));
        await grant.Approved();
        long batch = await grant.Batch();
        (await AwardNotation.Refused(() => grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe(TranchePaid.OwnPayment);
        await grant.Give("steer2", Role.ApproverL1);
        await grant.Grants.As("steer2").Run(new ReleaseBatch(TestBody.Key, batch));
    }

    [Fact]
    public async Task A_batch_that_is_taken_back_gives_its_tranches_back()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long batch = await grant.Batch();
        await body.Accountant.Run(new WithdrawBatch(TestBody.Key, batch));
        (await grant.State()).ShouldBe(TrancheState.Approved);
        await grant.Batch();
        (await grant.State()).ShouldBe(TrancheState.Scheduled);
    }

    [Fact]
    public async Task A_held_tranche_leaves_a_batch_that_nobody_has_let_go_and_none_that_is_on_its_way()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long batch = await grant.Batch();
        Tranche row = await grant.Tranche();
        await grant.Desk.Run(new HoldTranche(TestBody.Key, row.TrancheId, row.StateVersion, "负责人联系不上", "负责人到场说明"));
        (await Row(grant, batch)).ShouldBe(PaymentState.Dropped);
        (await body.Accountant.Ask(new BatchPage(batch))).State.ShouldBe(BatchState.Withdrawn);
        row = await grant.Tranche();
        await grant.Desk.Run(new ReleaseTranche(TestBody.Key, row.TrancheId, row.StateVersion, "已到场"));
        await grant.Approved();
        long second = await grant.Batch();
        await grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, second));
        row = await grant.Tranche();
        (await AwardNotation.Refused(() => grant.Desk.Run(new HoldTranche(TestBody.Key, row.TrancheId, row.StateVersion, "核实", "核实后"))))
            .Code.ShouldBe(TrancheNeeds.OnItsWay);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_bank_refuses_fails_with_its_words_and_is_paid_again(bool byFile)
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long batch = await grant.Batch();
        await grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, batch));
        if (byFile)
        {
            await body.Accountant.Run(new ReadPaymentResult(TestBody.Key, batch, "结果.csv", Encoding.UTF8.GetBytes(
                $"处理结果明细\n批次行号,收款账号,金额,处理状态,失败原因\nP{batch}-1,33050161000000009999,7200.00,未成功,户名不符\n")));
        }
        else
        {
            await grant.Grants.L1.Run(new FailPayment(TestBody.Key, batch, 1, "户名不符"));
        }

        Tranche failed = await grant.Tranche();
        (failed.State, (await grant.Last()).Reason).ShouldBe((TrancheState.PaymentFailed, "户名不符"));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.ShouldBeEmpty();
        await grant.Desk.Run(new RetryPayment(TestBody.Key, failed.TrancheId, failed.StateVersion));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.Single().Items.Single().Flags.ShouldContain(PaymentFlag.Failed);
        await grant.Batch();
        await body.Review(await grant.Matched());
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_payment_that_was_thought_to_have_failed_is_paid_where_the_banks_line_shows_it()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long batch = await grant.Batch();
        await grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, batch));
        await grant.Grants.L1.Run(new FailPayment(TestBody.Key, batch, 1, "银行说没有付"));
        await body.Review(await grant.Matched());
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        (await Row(grant, batch)).ShouldBe(PaymentState.Paid);
    }

    [Fact]
    public async Task A_payment_that_came_back_stands_failed_in_its_batch_and_a_reversed_one_waits_for_the_bank()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long batch = await grant.Batch();
        await grant.Grants.L2.Run(new ReleaseBatch(TestBody.Key, batch));
        long voucher = await grant.Matched();
        await body.Review(voucher);
        await body.Review(await body.Accountant.Run(new CommunityFund.Vouchers.ReverseVoucher(TestBody.Key, voucher, grant.Today, "认领错")));
        (await Row(grant, batch)).ShouldBe(PaymentState.Succeeded);
        await using FundDb db = body.Db();
        long line = (await Banking.BankNotation.Lines(body)).Last().BankLineId;
        Tranche row = await grant.Tranche();
        voucher = await body.Accountant.Run(new CommunityFund.Banking.MatchExpectations(TestBody.Key, [line], [row.ExpectationId!.Value]));
        await body.Review(voucher);
        long back = await grant.Line(7200, isIn: true, remark: "退汇 账户已销");
        await body.Review(await body.Accountant.Run(new CommunityFund.Banking.RecordReturnedPayment(
            TestBody.Key, new CommunityFund.Banking.BankRest([back]), voucher, "拨付退汇")));
        (await Row(grant, batch)).ShouldBe(PaymentState.Failed);
        (await db.Set<PaymentRow>().AsNoTracking().SingleAsync()).BankSays.ShouldContain("账户已销");
    }

    private static async Task<PaymentState> Row(TrancheNotation grant, long batch) =>
        (await grant.Body.Accountant.Ask(new BatchPage(batch))).Rows.Single().State;
}
