using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Gifts;

/// <summary>What a correction does to the lots of restricted gifts: each part goes back to where it came from.</summary>
public sealed class ReversedGiftTests
{
    private static readonly LocalDate Day = new(2026, 3, 20);

    [Fact]
    public async Task A_reversed_expense_gives_back_to_the_very_lots_it_used()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2026, 3, 1));
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2026, 3, 2));
        long spent = await body.PrepareExpense(TestBody.Children, 70);
        await body.Review(spent);
        await body.Review(await body.PrepareExpense(TestBody.Children, 50));
        (await Used(body)).ShouldBe([10000, 2000]);
        await Reverse(body, spent);
        (await Used(body)).ShouldBe([3000, 2000]);
        await Clean(body);
    }

    [Fact]
    public async Task A_reversed_gift_takes_away_its_own_lot_and_no_other()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2026, 3, 1));
        long gift = await body.Gift(TestBody.Children, 60, Restriction.Restricted, new LocalDate(2026, 3, 2));
        await Reverse(body, gift);
        (await Used(body)).ShouldBe([0, 6000]);
        await body.Review(await body.PrepareExpense(TestBody.Children, 100));
        (await Used(body)).ShouldBe([10000, 6000]);
        (await Refused(() => body.PrepareExpense(TestBody.Children, 1))).ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        await Clean(body);
    }

    [Fact]
    public async Task A_gift_that_was_spent_from_cannot_simply_be_undone()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 40));
        (await Refused(() => Prepare(body, gift))).ShouldBe(ConstraintRefusal.LotAlreadyUsed);
        (await Refused(() => Correct(body, gift, TestBody.Children, 39))).ShouldBe(ConstraintRefusal.LotAlreadyUsed);
    }

    [Fact]
    public async Task A_gift_booked_anew_takes_over_what_was_spent_of_it()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 40));
        long blue = await Correct(body, gift, TestBody.Children, 90);
        (await Refused(() => body.PrepareExpense(TestBody.Children, 50.01m))).ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        await body.Review(blue);
        (await Used(body)).ShouldBe([10000, 4000]);
        await Clean(body);

        // And once more: the spent part moves on with the gift.
        await body.Review(await Correct(body, blue, TestBody.Children, 120));
        (await Used(body)).ShouldBe([10000, 9000, 4000]);
        await GiveBack(body, 40);
        (await Used(body)).ShouldBe([10000, 9000, 0]);
        await Clean(body);
    }

    [Fact]
    public async Task While_a_voucher_waits_on_a_gift_the_gift_is_not_undone()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        long waiting = await body.PrepareExpense(TestBody.Children, 40);
        (await Refused(() => Correct(body, gift, TestBody.Children, 100.01m))).ShouldBe(ConstraintRefusal.LotWaitedFor);
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, waiting));
        await Reverse(body, gift);
        (await Used(body)).ShouldBe([10000]);
        await Clean(body);
    }

    [Fact]
    public async Task Red_and_blue_together_need_no_money_that_only_the_red_gives_back()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        long spent = await body.PrepareExpense(TestBody.Children, 100);
        await body.Review(spent);
        long blue = await body.Accountant.Run(new CorrectVoucher(TestBody.Key, spent, Day, "记错科目",
        [
            new VoucherRow("management-expense", TestBody.Children, Side.Debit, Amount.Yuan(100)),
            new VoucherRow(TestBody.Bank, TestBody.Children, Side.Credit, Amount.Yuan(100), CashFlow: CashFlow.OtherPaid.Key),
        ]));
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(0));
        await body.Review(blue);
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(0));
        (await Used(body)).ShouldBe([10000]);
        await Clean(body);
    }

    [Fact]
    public async Task A_rejected_correction_leaves_lots_and_money_as_they_were()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 40));
        long blue = await Correct(body, gift, TestBody.Children, 50);
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(10));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, blue, "金额再核对"));
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(60));
        (await Used(body)).ShouldBe([4000]);
        await Clean(body);
    }

    private static Task<long> Prepare(TestBody body, long voucher) =>
        body.Accountant.Run(new ReverseVoucher(TestBody.Key, voucher, Day, "记错"));

    private static async Task Reverse(TestBody body, long voucher) => await body.Review(await Prepare(body, voucher));

    private static Task<long> Correct(TestBody body, long gift, int fund, decimal yuan) =>
        body.Accountant.Run(new CorrectVoucher(TestBody.Key, gift, Day, "金额有误",
        [
            new VoucherRow(TestBody.Bank, fund, Side.Debit, Amount.Yuan(yuan), CashFlow: CashFlow.DonationsReceived.Key, Origin: 1),
            new VoucherRow("donation-income", fund, Side.Credit, Amount.Yuan(yuan), Restriction.Restricted, Origin: 2),
        ]));

    private static async Task GiveBack(TestBody body, decimal yuan) =>
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, Day, "退款冲减",
        [
            new VoucherRow("programme-cost", TestBody.Children, Side.Debit, Amount.Yuan(-yuan)),
            new VoucherRow(TestBody.Bank, TestBody.Children, Side.Credit, Amount.Yuan(-yuan), CashFlow: CashFlow.PurchasesPaid.Key),
        ])));

    private static async Task<string> Refused(Func<Task> attempt) =>
        (await Should.ThrowAsync<RefusedException>(attempt)).Refusal.Code;

    private static async Task<long[]> Used(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.RestrictedLots().Where(lot => lot.FundId == TestBody.Children).OrderBy(lot => lot.LotId).Select(lot => lot.Used)
            .ToArrayAsync();
    }

    private static async Task Clean(TestBody body) => (await body.FinanceOfficer.Ask(new CheckBooks())).Checks
        .Where(check => check.Key != "schema").SelectMany(check => check.Faults).ShouldBeEmpty();
}
