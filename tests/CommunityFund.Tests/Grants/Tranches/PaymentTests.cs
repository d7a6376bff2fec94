using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>What the bank pays of a grant, to the fen (grants.md 5.5): example A's first payment and example C's under both standards.</summary>
public sealed class PaymentTests
{
    [Fact]
    public async Task The_first_payment_of_example_a_comes_from_the_childrens_fund_alone_and_holds_nothing_twice()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        FundNumberPair available = new(Amount.Yuan(0), Amount.Yuan(6200));
        (await grant.Available()).ShouldBe(available);
        await grant.Approved();
        long voucher = await grant.Matched();

        // It waits: what it draws on is promised to it already.
        (await grant.Available()).ShouldBe(available);
        (await grant.State()).ShouldBe(TrancheState.Approved);
        await body.Review(voucher);
        (await grant.Booked(voucher)).ShouldBe([
            "记 D project-advances 4 7200.00", "记 C bank.01 4 7200.00", "备 D commitments-contra 4 7200.00", "备 C commitments 4 7200.00",
        ]);
        Tranche paid = await grant.Tranche();
        (paid.State, paid.PaidOn, paid.DueOn).ShouldBe((TrancheState.AwaitingAcquittal, grant.Today, new LocalDate(2026, 6, 30)));
        (await grant.Available()).ShouldBe(available);
        (await grant.Money()).ShouldBe((4800m, 7200m, 0m));
        await using FundDb db = body.Db();
        (await db.Set<TrancheLog>().AsNoTracking().SingleAsync(row => row.Move == TrancheMove.ConfirmPaid)).Vouchers.Length.ShouldBe(2);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_papers_of_the_request_prove_the_payment()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await body.DemandDocuments();
        long voucher = await grant.Paid();
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        await using FundDb db = body.Db();
        (await db.Vouchers.AsNoTracking().SingleAsync(row => row.VoucherId == voucher)).DocumentHashes.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_voucher_that_is_sent_back_leaves_the_tranche_to_be_paid()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long voucher = await grant.Matched();
        Tranche row = await grant.Tranche();
        (await AwardNotation.Refused(() => grant.Desk.Run(new HoldTranche(TestBody.Key, row.TrancheId, row.StateVersion, "核实", "核实后"))))
            .Code.ShouldBe(TrancheNeeds.OnItsWay);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "再看流水"));
        (await grant.State()).ShouldBe(TrancheState.Approved);
        (await grant.Money()).ShouldBe((12000m, 0m, 0m));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(0), Amount.Yuan(6200)));
        await grant.Grants.ShouldBeClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payment_that_is_reversed_takes_the_relief_of_its_promise_back_with_it(bool namesTheRelief)
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        long voucher = await grant.Paid();
        (await AwardNotation.Refused(() => body.Accountant.Run(new CorrectVoucher(TestBody.Key, voucher + 1, grant.Today, "改", [
            new VoucherRow("commitments-contra", TestBody.Children, Side.Debit, Amount.Yuan(7000)),
            new VoucherRow("commitments", TestBody.Children, Side.Credit, Amount.Yuan(7000)),
        ])))).Code.ShouldBe(RegisterUndone.RecordAnew);
        long red = await body.Accountant.Run(new ReverseVoucher(TestBody.Key, namesTheRelief ? voucher + 1 : voucher, grant.Today, "认领错了流水"));
        await body.Review(red);
        Tranche row = await grant.Tranche();
        (row.State, row.PaidOn).ShouldBe((TrancheState.Approved, null));
        (await grant.Money()).ShouldBe((12000m, 0m, 0m));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(0), Amount.Yuan(6200)));
        await grant.Grants.ShouldBeClean();

        // The bank's line is free, and pays it after all.
        long line = (await Banking.BankNotation.Lines(body)).Last().BankLineId;
        await body.Review(await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [row.ExpectationId!.Value])));
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Money_that_the_bank_gives_back_is_promised_again_and_paid_once_the_account_is_right()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        long voucher = await grant.Paid();
        grant.Grants.Wait(2);
        long line = await grant.Line(7200, isIn: true, remark: "退汇 户名不符");
        long back = await body.Accountant.Run(new RecordReturnedPayment(TestBody.Key, new BankRest([line]), voucher, "拨付退汇"));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(0), Amount.Yuan(6200)));
        await body.Review(back);
        Tranche failed = await grant.Tranche();
        (failed.State, failed.PaidOn, failed.ExpectationId).ShouldBe((TrancheState.PaymentFailed, null, null));
        (await grant.Last()).Reason.ShouldContain("户名不符");
        (await grant.Money()).ShouldBe((12000m, 0m, 0m));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(0), Amount.Yuan(6200)));
        await grant.Grants.ShouldBeClean();

        // The return stands against the wrong payment: it stays paid.
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, back, grant.Today, "退的是另一笔")));
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        (await grant.Money()).ShouldBe((4800m, 7200m, 0m));
        back = await body.Accountant.Run(new RecordReturnedPayment(TestBody.Key, new BankRest([line]), voucher, "拨付退汇"));
        await body.Review(back);
        failed = await grant.Tranche();
        await grant.Desk.Run(new RetryPayment(TestBody.Key, failed.TrancheId, failed.StateVersion));
        await body.Review(await grant.Matched());
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
        (await grant.Money()).ShouldBe((4800m, 7200m, 0m));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_grant_that_is_spent_when_paid_books_what_restricted_gifts_pay_under_the_standard_of_2026()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body, AdvancePolicy.ExpenseOnDisbursement, 5000, 0);
        long voucher = await grant.Paid(3000);
        (await grant.Booked(voucher)).ShouldBe([
            "记 D programme-cost 4 3000.00 R", "记 C bank.01 4 3000.00", "备 D commitments-contra 4 3000.00", "备 C commitments 4 3000.00",
        ]);
        (await grant.State()).ShouldBe(TrancheState.Paid);
        (await grant.Money()).ShouldBe((2000m, 3000m, 3000m));
        (await Kept(grant)).ShouldBe((3000m, 2000m));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Under_the_standard_of_2004_the_same_payment_frees_what_it_uses()
    {
        await using TestBody body = await TestBody.New2004();
        TrancheNotation grant = await TrancheNotation.Running(body, AdvancePolicy.ExpenseOnDisbursement, 5000, 0);
        long voucher = await grant.Paid(3000);
        (await grant.Booked(voucher)).ShouldBe([
            "记 D programme-cost 4 3000.00", "记 D net-assets-restricted 4 3000.00 R", "记 C net-assets-unrestricted 4 3000.00 U",
            "记 C bank.01 4 3000.00", "备 D commitments-contra 4 3000.00", "备 C commitments 4 3000.00",
        ]);
        (await grant.Money()).ShouldBe((2000m, 3000m, 3000m));
        (await Kept(grant)).ShouldBe((3000m, 2000m));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Spent_money_that_comes_back_is_reserved_for_the_grant_once_more()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body, AdvancePolicy.ExpenseOnDisbursement, 5000, 0);
        long voucher = await grant.Paid(3000);
        long line = await grant.Line(3000, isIn: true, remark: "退汇 账号有误");
        await body.Review(await body.Accountant.Run(new RecordReturnedPayment(TestBody.Key, new BankRest([line]), voucher, "拨付退汇")));
        (await grant.Money()).ShouldBe((5000m, 0m, 0m));
        (await Kept(grant)).ShouldBe((0m, 5000m));
        Tranche failed = await grant.Tranche();
        await grant.Desk.Run(new RetryPayment(TestBody.Key, failed.TrancheId, failed.StateVersion));
        await body.Review(await grant.Matched(3000));
        (await Kept(grant)).ShouldBe((3000m, 2000m));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Spent_money_that_did_not_come_back_after_all_is_no_longer_reserved_for_the_grant_a_second_time()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body, AdvancePolicy.ExpenseOnDisbursement, 5000, 0);
        long voucher = await grant.Paid(3000);
        long back = await body.Accountant.Run(new RecordReturnedPayment(
            TestBody.Key, new BankRest([await grant.Line(3000, isIn: true, remark: "退汇 账号有误")]), voucher, "拨付退汇"));
        await body.Review(back);

        // Rejected, the correction leaves all as it was.
        long wrong = await body.Accountant.Run(new ReverseVoucher(TestBody.Key, back, grant.Today, "记错了"));
        (await Kept(grant)).ShouldBe((0m, 2000m));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, wrong, "没有错"));
        (await Kept(grant)).ShouldBe((0m, 5000m));
        await grant.Grants.ShouldBeClean();

        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, back, grant.Today, "记错了")));
        (await grant.Money()).ShouldBe((2000m, 3000m, 3000m));
        (await Kept(grant)).ShouldBe((3000m, 2000m));
        await grant.Grants.ShouldBeClean();

        // And when it comes back in earnest, or the payment itself is reversed, the gifts are the grant's again.
        await body.Review(await body.Accountant.Run(new RecordReturnedPayment(
            TestBody.Key, new BankRest([await grant.Line(3000, isIn: true, remark: "退汇")]), voucher, "拨付退汇")));
        (await grant.Money()).ShouldBe((5000m, 0m, 0m));
        (await Kept(grant)).ShouldBe((0m, 5000m));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Who_asked_for_a_payment_does_not_review_its_voucher_nor_does_an_approver_where_nine_people_share_the_work()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Grants.L2.Run(new ProposeTiers(TestBody.Key, TierPreset.Nine, Amount.Yuan(5000), Amount.Yuan(20000), grant.Today, "九人分工"));
        await grant.Grants.Steer.Run(new AgreeTiers(TestBody.Key, 1));
        foreach (string who in new[] { "l1", "fin" })
        {
            await grant.Give(who, Role.VoucherReviewer);
        }

        await grant.Grants.FinLead.Run(await grant.Request(by: grant.Grants.FinLead));
        await grant.Check();
        await grant.Approve(grant.Grants.L1, TrancheMove.ApproveL1);
        await grant.Approve(grant.Grants.L2, TrancheMove.ApproveL2);
        long voucher = await grant.Matched();
        foreach (FundSession who in new[] { grant.Grants.L1, grant.Grants.FinLead })
        {
            (await AwardNotation.Refused(() => who.Run(new ReviewVoucher(TestBody.Key, voucher)))).Code.ShouldBe(TranchePaid.OwnPayment);
        }

        await body.Review(voucher);
        (await grant.State()).ShouldBe(TrancheState.AwaitingAcquittal);
    }

    [Fact]
    public async Task Nothing_is_paid_to_an_account_that_was_just_changed_and_what_is_approved_goes_to_the_new_one()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        long account = await grant.Grants.Account("幸福里社会组织服务中心", number: "33050161000000008888");
        await grant.Desk.Run(new ChangePayee(TestBody.Key, grant.Grant, account, CommunityFund.Grants.Awards.PayeeKind.Carrier));
        (await AwardNotation.Refused(() => grant.Batch())).Code.ShouldBe("award.payee-cools");
        grant.Grants.Wait(2);
        await grant.Batch();
        (await AwardNotation.Refused(() => grant.Desk.Run(
            new ChangePayee(TestBody.Key, grant.Grant, account, CommunityFund.Grants.Awards.PayeeKind.Carrier)))).Code.ShouldBe(ChangePayee.InBatch);
    }

    /// <summary>What of the children's gift is used, and what the grant still keeps of it, in yuan.</summary>
    private static async Task<(decimal Used, decimal Kept)> Kept(TrancheNotation grant)
    {
        await using FundDb db = grant.Body.Db();
        GiftLot lot = await db.Set<GiftLot>().AsNoTracking()
            .SingleAsync(row => row.FundId == TestBody.Children && row.Restriction == Restriction.Restricted);
        long kept = await db.Set<CommunityFund.Grants.Awards.GrantLot>().AsNoTracking().SumAsync(row => row.Units);
        return (lot.Used / 100m, kept / 100m);
    }
}
