using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

/// <summary>Who sees which voucher, and whose queue it stands in.</summary>
public sealed class SeeingVouchersTests
{
    // 王复核 of the fixture reviews everything; the finance officer is given one fund to review and no more.
    private static async Task<FundSession> ReviewerOf(TestBody body, int fund)
    {
        await body.Reviewer.Run(new CommunityFund.People.AddLogin(TestBody.Key, new CommunityFund.People.NewLogin("孙复核", "sun", TestBody.Password), MustChange: false));
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 5, Role.VoucherReviewer, fund, new LocalDate(2026, 1, 1), null));
        return body.Foundation.SessionOf(5, body.Book);
    }

    [Fact]
    public async Task A_reviewer_of_one_fund_sees_and_reviews_its_vouchers_only()
    {
        await using TestBody body = await TestBody.New();
        FundSession limited = await ReviewerOf(body, TestBody.Children);
        long own = await Income(body, TestBody.Children), other = await Income(body, TestBody.Community);
        VoucherItems seen = await limited.Ask(new VoucherList(null, null, 1));
        seen.Items.Select(item => item.VoucherId).ShouldBe([own]);
        seen.Total.ShouldBe(1);
        (await limited.Ask(new NextWaiting())).ShouldBe(new Waiting(own, 1));
        (await Refused(() => limited.Ask(new VoucherPage(other)))).ShouldBe(Need.OutsideFund);
        (await Refused(() => limited.Run(new ReviewVoucher(TestBody.Key, other)))).ShouldBe(Need.OutsideFund);
        (await Refused(() => limited.Run(new RejectVoucher(TestBody.Key, other, "不对")))).ShouldBe(Need.OutsideFund);
        (await limited.Run(new ReviewVoucher(TestBody.Key, own))).Number.ShouldBe(1);
    }

    [Fact]
    public async Task A_voucher_that_touches_another_fund_too_is_not_seen_in_part()
    {
        await using TestBody body = await TestBody.New();
        FundSession limited = await ReviewerOf(body, TestBody.Children);
        long both = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "两个基金",
            [.. Rows(TestBody.Children), .. Rows(TestBody.Community)]));
        (await limited.Ask(new VoucherList(null, null, 1))).Items.ShouldBeEmpty();
        (await Refused(() => limited.Run(new ReviewVoucher(TestBody.Key, both)))).ShouldBe(Need.OutsideFund);
        (await body.Reviewer.Run(new ReviewVoucher(TestBody.Key, both))).Number.ShouldBe(1);
    }

    [Fact]
    public async Task A_role_over_a_fund_reaches_the_funds_below_it()
    {
        await using TestBody body = await TestBody.New();
        FundSession limited = await ReviewerOf(body, TestBody.Community);
        int below = await body.Accountant.Run(new CommunityFund.Funds.CreateFund(
            TestBody.Key, "C03", "楼道微基金", FundKind.Micro, TestBody.Community, Restriction.Unrestricted, ""));
        long voucher = await Income(body, below);
        (await limited.Ask(new VoucherList(VoucherState.Prepared, 202603, 1))).Items.Single().VoucherId.ShouldBe(voucher);
        await limited.Run(new ReviewVoucher(TestBody.Key, voucher));
    }

    [Fact]
    public async Task A_reviewers_queue_leaves_out_what_is_the_reviewers_own_and_goes_by_waiting_time()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 4, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        long own = await Income(body, TestBody.Community, body.SecondReviewer), first = await Income(body, TestBody.Community);
        await Income(body, TestBody.Children);
        (await body.SecondReviewer.Ask(new NextWaiting())).ShouldBe(new Waiting(first, 2));
        (await body.Reviewer.Ask(new NextWaiting())).ShouldBe(new Waiting(own, 3));
        (await body.FinanceOfficer.Ask(new NextWaiting())).ShouldBe(new Waiting(null, 0));
    }

    [Fact]
    public async Task States_periods_and_pages_narrow_the_list()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1, Restriction.Unrestricted, new LocalDate(2026, 2, 3));
        long waiting = await Income(body, TestBody.Community);
        VoucherItems all = await body.FinanceOfficer.Ask(new VoucherList(null, null, 1, PageSize: 1));
        (all.Items.Single().VoucherId, all.Total).ShouldBe((waiting, 2));
        all.Periods.ShouldBe([202603, 202602]);
        VoucherItem posted = (await body.FinanceOfficer.Ask(new VoucherList(VoucherState.Posted, 202602, 1))).Items.Single();
        (posted.Series, posted.Number, posted.Maker, posted.Decider).ShouldBe(("记", 1, "周会计", "吴审核"));
        (await body.FinanceOfficer.Ask(new VoucherList(VoucherState.Posted, 202603, 1))).Items.ShouldBeEmpty();
        (await body.FinanceOfficer.Ask(new VoucherList(null, null, int.MaxValue))).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dropped_voucher_may_be_written_anew_by_its_maker_and_by_nobody_else()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await Income(body, TestBody.Community);
        (await body.Accountant.Ask(new VoucherPage(voucher))).MayCopy.ShouldBeFalse();
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "缺附件"));
        (await body.Accountant.Ask(new VoucherPage(voucher))).MayCopy.ShouldBeTrue();
        (await body.Reviewer.Ask(new VoucherPage(voucher))).MayCopy.ShouldBeFalse();
    }

    [Fact]
    public async Task An_entry_leads_to_its_voucher_and_an_unknown_one_is_refused()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 1, Restriction.Unrestricted);
        (await body.FinanceOfficer.Ask(new VoucherOfEntry(1))).ShouldBe(voucher);
        (await Refused(() => body.FinanceOfficer.Ask(new VoucherOfEntry(2)))).ShouldBe(WaitingVoucher.Unknown);
    }

    private static VoucherRow[] Rows(int fund) =>
    [
        new(TestBody.Bank, fund, Side.Debit, Amount.Yuan(10)), new(Account.Keys.DonationIncome, fund, Side.Credit, Amount.Yuan(10)),
    ];

    private static Task<long> Income(TestBody body, int fund, FundSession? by = null) =>
        (by ?? body.Accountant).Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "捐赠", Rows(fund)));

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
