using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Funds.Fees;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Funds;

/// <summary>管理费: only where it was agreed, simulated first, once per gift, and a transfer until the general fund spends it.</summary>
public sealed class FeeTests
{
    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task A_fee_that_was_agreed_is_simulated_and_then_handed_to_the_general_fund_once_per_gift(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(year, 1, 10));
        await body.Gift(TestBody.Children, 400, Restriction.Restricted, new LocalDate(year, 2, 10));
        await body.Gift(TestBody.Children, 200, Restriction.Restricted, new LocalDate(year, 3, 2));
        await body.Gift(TestBody.Children, 33.33m, Restriction.Unrestricted, new LocalDate(year, 3, 3));
        (await No(body.Accountant.Run(Rule(1001, year)))).ShouldBe(ProposeFee.BadPercent);
        long rule = await body.Accountant.Run(Rule(500, year));
        (await Page(body)).Gifts.ShouldAllBe(gift => gift.Standing == FeeStanding.NotAgreed, "a rule that nobody confirmed agrees nothing");
        (await No(body.Accountant.Run(new ConfirmFee(TestBody.Key, rule)))).ShouldBe(ConfirmFee.OwnProposal);
        await body.Reviewer.Run(new ConfirmFee(TestBody.Key, rule));
        FeeView simulated = await Page(body);
        simulated.Gifts.Select(gift => (gift.Gift.Units, gift.Fee.Units, gift.Standing)).ShouldBe(
            [(40000, 2000, FeeStanding.Due), (20000, 1000, FeeStanding.Due), (3333, 167, FeeStanding.Due), (10000, 0, FeeStanding.NotAgreed)]);
        (simulated.Total, simulated.NotAgreed).ShouldBe((Amount.Yuan(31.67m), 1));
        long[] due = [.. simulated.Gifts.Where(gift => gift.Standing == FeeStanding.Due).Select(gift => gift.Lot)];
        (await No(body.Accountant.Run(new ChargeFee(TestBody.Key, TestBody.Children, [.. simulated.Gifts.Select(gift => gift.Lot)], simulated.Total))))
            .ShouldBe(ChargeFee.NotAgreed);
        (await No(body.Accountant.Run(new ChargeFee(TestBody.Key, TestBody.Children, due, Amount.Yuan(31))))).ShouldBe(ChargeFee.Changed);
        (await body.Numbers(TestBody.General)).OwnCash.ShouldBe(Amount.Yuan(0), "looking books nothing");
        await body.DemandDocuments(); // what was agreed is the document
        IReadOnlyList<long> vouchers = await body.Accountant.Run(new ChargeFee(TestBody.Key, TestBody.Children, due, simulated.Total));
        foreach (long voucher in vouchers)
        {
            await body.Review(voucher);
        }

        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(31.67m));
        (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots.Left.ShouldBe(Amount.Yuan(670));
        (await No(body.Accountant.Run(new ChargeFee(TestBody.Key, TestBody.Children, due, simulated.Total)))).ShouldBe("database.fee-once");
        (await Page(body)).Total.IsZero.ShouldBeTrue();
        await body.Review(await body.Reverse(vouchers[0], new LocalDate(year, 3, 20)));
        (await Page(body)).Total.ShouldBe(Amount.Yuan(30));
        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(1.67m));
        (await body.Accountant.Ask(new FundHistory(TestBody.Children))).Select(happened => happened.Kind)
            .ShouldBe([FundEventKind.FeeCharged, FundEventKind.FeeAgreed, FundEventKind.Opened], ignoreOrder: true);
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Goods_bear_no_fee_for_nothing_of_them_is_money()
    {
        await using TestBody body = await TestBody.New();
        await body.Reviewer.Run(new ConfirmFee(TestBody.Key, await body.Accountant.Run(Rule(500, 2026))));
        await body.Given(TestBody.Children, 10, 500);
        (await Page(body)).Gifts.ShouldBeEmpty();
    }

    private static ProposeFee Rule(int basis, int year) =>
        new(TestBody.Key, TestBody.Children, basis, "", new LocalDate(year, 2, 1), "儿童基金设立协议第六条");

    private static Task<FeeView> Page(TestBody body) => body.Accountant.Ask(new FeePage(TestBody.Children));

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}
