using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

public sealed class ReviewingVouchersTests
{
    [Fact]
    public async Task A_voucher_is_posted_by_another_person_and_gets_the_next_number_of_its_series()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        PostedNumber second = await body.Review(await body.PrepareExpense(TestBody.Community, 250.50m));
        second.Series.ShouldBe("记");
        second.Number.ShouldBe(2);
        second.EntryNo.ShouldBe(2);
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(749.50m));
    }

    [Fact]
    public async Task Nobody_reviews_the_own_voucher_even_with_the_role()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 1, Role.VoucherReviewer, null, new LocalDate(2026, 1, 1), null));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 10);
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new ReviewVoucher(TestBody.Key, voucher)));
        no.Refusal.Code.ShouldBe(WaitingVoucher.OwnVoucher);
    }

    [Fact]
    public async Task An_accountant_without_the_role_cannot_review()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(GiftOf(5));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.FinanceOfficer.Run(new ReviewVoucher(TestBody.Key, voucher)));
        no.Refusal.Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Two_reviewers_at_once_post_a_voucher_once_and_the_second_is_told()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(GiftOf(88));
        Task<PostedNumber>[] both =
        [
            Task.Run(() => body.Reviewer.Run(new ReviewVoucher(TestBody.Key, voucher))),
            Task.Run(() => body.SecondReviewer.Run(new ReviewVoucher(TestBody.Key, voucher))),
        ];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        ((RefusedException)both.Single(task => task.IsFaulted).Exception!.InnerException!).Refusal.Code.ShouldBe(WaitingVoucher.AlreadyDecided);
        await using FundDb db = body.Db();
        (await db.Entries.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_done_once_and_answered_the_same()
    {
        await using TestBody body = await TestBody.New();
        CommunityFund.Donations.RecordDonation form = GiftOf(200);
        long first = await body.Accountant.Run(form);
        (await body.Accountant.Run(form)).ShouldBe(first);
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(form with { Amount = Amount.Yuan(300) }));
        no.Refusal.Code.ShouldBe(FundSession.KeyReused);
        await using FundDb db = body.Db();
        (await db.Vouchers.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_waiting_expense_holds_its_money_and_a_rejection_gives_it_back()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 600);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(400));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.PrepareExpense(TestBody.Community, 500));
        no.Refusal.Code.ShouldBe("database.hold-above-available");
        no.Refusal.Facts["available"].ShouldBe(Amount.Yuan(400));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "缺发票"));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(1000));
        await body.Review(await body.PrepareExpense(TestBody.Community, 1000));
    }

    [Fact]
    public async Task A_withdrawn_voucher_is_its_makers_to_take_back_and_never_posts()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(GiftOf(10));
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, voucher));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Review(voucher));
        no.Refusal.Code.ShouldBe(WaitingVoucher.AlreadyDecided);
    }

    [Fact]
    public async Task A_rejection_says_why()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(GiftOf(10));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, " ")));
        no.Refusal.Code.ShouldBe(RejectVoucher.ReasonMissing);
    }

    [Fact]
    public async Task A_restricted_gift_is_a_lot_that_an_expense_uses_and_cannot_exceed()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 500, Restriction.Restricted, new LocalDate(2026, 3, 1));
        await body.Gift(TestBody.Children, 300, Restriction.Restricted, new LocalDate(2026, 3, 2));
        await body.Gift(TestBody.Children, 900, Restriction.Unrestricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 600));
        await using FundDb db = body.Db();
        List<GiftLot> lots = await db.RestrictedLots().OrderBy(lot => lot.LotId).ToListAsync();
        lots.Select(lot => lot.Used).ShouldBe([50000, 10000]);
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.PrepareExpense(TestBody.Children, 200.01m));
        no.Refusal.Code.ShouldBe("database.lots-not-enough");
    }

    [Theory]
    [InlineData(9999, 1, 1)]
    [InlineData(2025, 12, 31)]
    [InlineData(1900, 1, 1)]
    public async Task A_day_outside_the_calendar_is_refused(int year, int month, int day)
    {
        await using TestBody body = await TestBody.New();
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Gift(
            TestBody.Community, 1, Restriction.Unrestricted, new LocalDate(year, month, day)));
        no.Refusal.Code.ShouldBe("voucher.outside-calendar");
    }

    [Fact]
    public async Task Opening_balances_are_number_zero_of_period_zero_and_make_the_first_lots()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new OpeningRow(TestBody.Bank, TestBody.Children, Side.Debit, Amount.Yuan(8000)),
            new OpeningRow("net-assets-restricted", TestBody.Children, Side.Credit, Amount.Yuan(8000)),
            new OpeningRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(2000)),
            new OpeningRow("net-assets-unrestricted", TestBody.General, Side.Credit, Amount.Yuan(2000)),
        ]));
        PostedNumber posted = await body.Review(voucher);
        (posted.Series, posted.Number).ShouldBe(("转", 0));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().SingleAsync()).Units.ShouldBe(800000);
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new OpeningRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(1)),
            new OpeningRow("net-assets-unrestricted", TestBody.General, Side.Credit, Amount.Yuan(1)),
        ])));
        no.Refusal.Code.ShouldBe("database.voucher-one-opening");
    }

    [Fact]
    public async Task Fifty_expenses_at_once_against_one_fund_never_promise_more_than_it_has()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        Task<long>[] tries = [.. Enumerable.Range(0, 50).Select(_ => Task.Run(() => body.PrepareExpense(TestBody.Community, 100)))];
        await Task.WhenAll(tries.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        tries.Count(task => task.IsCompletedSuccessfully).ShouldBe(10);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(0));
    }

    private static CommunityFund.Donations.RecordDonation GiftOf(decimal yuan) => new(
        TestBody.Key, TestBody.Community, "", PersonKind.Person, Amount.Yuan(yuan), new LocalDate(2026, 3, 2), TestBody.Bank,
        Restriction.Unrestricted, "", "捐赠", null);
}
