using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Funds;

/// <summary>Own cash, what is spoken for and what is available (rulings 9), and that the page can say why.</summary>
public sealed class AvailableMoneyTests
{
    private static readonly LocalDate Day = new(2026, 3, 6);

    [Fact]
    public async Task A_debt_lowers_what_is_available_and_its_waiting_payment_holds_nothing_more()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await Owe(body, 300));
        await Numbers(body, 1000, 300, 700);
        long payment = await Pay(body, 300);
        await Numbers(body, 1000, 300, 700);
        FundExplanation waiting = await Explained(body);
        (waiting.Debt, waiting.Held).ShouldBe((Amount.Yuan(300), Amount.Yuan(0)));
        await body.Review(payment);
        await Numbers(body, 700, 0, 700);
    }

    [Fact]
    public async Task A_payment_above_the_debt_holds_the_excess_only()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await Owe(body, 300));
        await Pay(body, 450);
        FundExplanation why = await Explained(body);
        (why.Debt, why.Held, why.Available).ShouldBe((Amount.Yuan(300), Amount.Yuan(150), Amount.Yuan(550)));
    }

    [Fact]
    public async Task A_debt_paid_ahead_does_not_raise_what_is_available()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await Pay(body, 200));
        await Numbers(body, 800, 0, 800);
        (await Explained(body)).Debts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hold_names_the_voucher_that_placed_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 120.50m);
        FundHold hold = (await Explained(body)).Holds.ShouldHaveSingleItem();
        (hold.VoucherId, hold.Text, hold.Amount).ShouldBe((voucher, "活动物资", Amount.Yuan(120.50m)));
        await body.Review(voucher);
        (await Explained(body)).Holds.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_available_is_the_sum_of_what_is_explained()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await Owe(body, 300));
        await body.PrepareExpense(TestBody.Community, 99.99m);
        FundExplanation why = await Explained(body);
        why.Available.ShouldBe(why.OwnCash - why.Debt - why.Committed - why.Held - why.Principal);
        why.Cash.Select(part => (part.Code, part.Amount)).ShouldBe([("100201", Amount.Yuan(1000))]);
        why.Debts.Select(part => (part.Code, part.Amount)).ShouldBe([("2209", Amount.Yuan(300))]);
        FundNumber number = await body.Numbers(TestBody.Community);
        (why.OwnCash, why.Spoken, why.Available).ShouldBe((number.OwnCash, number.Spoken, number.Available));
    }

    [Fact]
    public async Task Restricted_gifts_show_what_is_used_reserved_and_left()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 500, Restriction.Restricted, new LocalDate(2026, 3, 1));
        await body.Gift(TestBody.Children, 300, Restriction.Restricted, new LocalDate(2026, 3, 2));
        await body.Review(await body.PrepareExpense(TestBody.Children, 450));
        await body.PrepareExpense(TestBody.Children, 100);
        FundLots lots = (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots;
        lots.Items.Select(lot => (lot.Used, lot.Reserved, lot.Left)).ShouldBe(
            [(Amount.Yuan(0), Amount.Yuan(50), Amount.Yuan(250)), (Amount.Yuan(450), Amount.Yuan(50), Amount.Yuan(0))]);
        (lots.Total, lots.Received, lots.Left).ShouldBe((2, Amount.Yuan(800), Amount.Yuan(250)));
        lots.Items.ShouldAllBe(lot => lot.Clause == "仅用于社区儿童活动");
        (await body.Accountant.Ask(new FundExplained(TestBody.Children, LotPage: 2, LotPageSize: 1))).Lots.Items.Single().Used.ShouldBe(Amount.Yuan(450));
    }

    [Fact]
    public async Task An_unknown_fund_cannot_be_explained()
    {
        await using TestBody body = await TestBody.New();
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new FundExplained(99)));
        no.Refusal.Code.ShouldBe(Work.UnknownFund);
    }

    private static Task<long> Owe(TestBody body, decimal yuan) => body.Accountant.Run(new PrepareVoucher(TestBody.Key, Day, "应付印刷费",
    [
        new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(yuan)),
        new VoucherRow("other-payables", TestBody.Community, Side.Credit, Amount.Yuan(yuan)),
    ]));

    private static Task<long> Pay(TestBody body, decimal yuan) => body.Accountant.Run(new PrepareVoucher(TestBody.Key, Day, "付印刷费",
    [
        new VoucherRow("other-payables", TestBody.Community, Side.Debit, Amount.Yuan(yuan)),
        new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
    ]));

    private static Task<FundExplanation> Explained(TestBody body) => body.Accountant.Ask(new FundExplained(TestBody.Community));

    private static async Task Numbers(TestBody body, decimal own, decimal spoken, decimal available)
    {
        FundNumber number = await body.Numbers(TestBody.Community);
        (number.OwnCash, number.Spoken, number.Available).ShouldBe((Amount.Yuan(own), Amount.Yuan(spoken), Amount.Yuan(available)));
    }
}
