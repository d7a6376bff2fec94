using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>Goods that a grant bought and the foundation keeps are its stock, and cost only when they are handed out (T8; rulings 16).</summary>
public sealed class KeptGoodsTests
{
    private static readonly KeptThing[] Boxes = [new(1, "保温餐箱", "个", 4, "一号库")];

    [Theory]
    [InlineData(2026)]
    [InlineData(2025)]
    public async Task Kept_goods_are_stock_until_they_are_handed_out_and_their_gift_is_kept_for_them(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        PaidNotation paid = await PaidNotation.Paid(body);
        await HandedIn(paid);
        PostedNumber booked = await body.Review(await Book(paid, Boxes));
        (await BankNotation.Entry(body, booked.EntryNo)).ShouldBe(year == 2026
            ? ["D programme-cost 3950.00 R ordinary", "D inventory 3000.00  ordinary", "C project-advances 6950.00  ordinary"]
            : [
                "D programme-cost 3950.00  ordinary", "D inventory 3000.00  ordinary", "C project-advances 6950.00  ordinary",
                "D net-assets-restricted 3950.00 R release", "C net-assets-unrestricted 3950.00 U release",
            ]);
        (await paid.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        (await paid.Used(TestBody.Children)).ShouldBe([3950]);

        // What of the gift is neither spent nor in goods is the grant's still.
        (await Kept(body)).ShouldBe((3050, 3000, 6050));
        StockItemView card = await body.Accountant.Ask(new StockItemPage(await Item(body)));
        StockLotRow lot = card.Lots.Single();
        (lot.OnHand, lot.Value, lot.Restriction).ShouldBe((4, Amount.Yuan(3000), Restriction.Restricted));
        card.Moves.Single().Words.ShouldContain("项目留用入库 W-1");
        AuditTable audit = (await paid.Grants.Desk.Ask(new ClosingPage(paid.Grant))).Audit;
        audit.Ends.Funds.Single(row => row.Kept.IsPositive).Kept.ShouldBe(Amount.Yuan(3000));
        audit.Differences.ShouldNotContain(row => row.Check == AuditCheck.Released);
        (await paid.Refused(async () => await paid.Grants.Panel.Run(new NoteFinding(PaidNotation.Key, (await paid.Tranche(1)).TrancheId,
            Amount.Yuan(3951), "不合规", "指南六")))).ShouldSay(NoteFinding.Beyond, "3,950.00", "3,950.00");
        await paid.Grants.ShouldBeClean();

        await using FundDb db = body.Db();
        long place = await db.Set<StockPlace>().Where(row => row.Name == "一号库").Select(row => row.StockPlaceId).SingleAsync();
        await body.Review((await body.Accountant.Run(new IssueGoods(PaidNotation.Key, TestBody.Children, place, [new GoodsOut(await Item(body), 4)],
            paid.Today, "助餐点使用", "", PersonKind.Person))).Voucher!.Value);
        (await paid.Used(TestBody.Children)).ShouldBe([6950]);
        (await body.Accountant.Net(body, "inventory", TestBody.Children)).ShouldBe(Amount.Yuan(0));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Children)).ShouldBe(Amount.Yuan(6950));
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_voucher_that_is_rejected_or_reversed_takes_the_goods_off_the_shelf_and_the_gift_is_the_grants_again()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        await HandedIn(paid);
        long voucher = await Book(paid, Boxes);
        (await Kept(body)).ShouldBe((3050, 3000, 10000));
        await body.Reviewer.Run(new RejectVoucher(PaidNotation.Key, voucher, "品名不对"));
        (await Kept(body)).ShouldBe((10000, 0, 10000));
        await paid.Grants.ShouldBeClean();

        voucher = await Book(paid, Boxes);
        await body.Review(voucher);
        await body.Review(await body.Reverse(voucher, paid.Today));
        (await Kept(body)).ShouldBe((10000, 0, 10000));
        (await body.Accountant.Net(body, "inventory", TestBody.Children)).ShouldBe(Amount.Yuan(0));
        (await paid.State(1)).ShouldBe(TrancheState.AwaitingAcquittal);
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_line_of_no_kept_goods_and_a_thing_that_two_funds_would_bear_are_refused_in_words()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, children: 4000, community: 8000);
        await HandedIn(paid);
        (await paid.Refused(() => Book(paid, [Boxes[0] with { Line = 2 }]))).ShouldSay(KeptThing.NoSuchLine, "第 2 行不是", "Line 2 is none");
        (await paid.Refused(() => Book(paid, [Boxes[0], Boxes[0]]))).ShouldSay(KeptThing.NoSuchLine, "写了两次", "named twice");

        // The first tranche is 4,000 restricted and 3,200 of the community; together they would bear it, alone one of them can.
        PostedNumber booked = await body.Review(await Book(paid, Boxes));
        (await BankNotation.Entry(body, booked.EntryNo)).ShouldContain("D inventory 3000.00  ordinary");
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_thing_that_no_fund_bears_alone_stays_with_the_project()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, children: 4000, community: 8000);
        long dear = await paid.Receipt(4500, spending: Spending.KeptGoods, hasSheet: true), meals = await paid.Receipt(2000, line: 2);
        await paid.Submit(1, (dear, 4500), (meals, 2000));
        await paid.Decide(1, true, true);
        (await paid.Refused(() => Book(paid, Boxes))).ShouldSay(KeptThing.AcrossFunds, "4,500.00", "4,500.00");
        await body.Review(await paid.Book(1));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Children)).ShouldBe(Amount.Yuan(4000));
        await paid.Grants.ShouldBeClean();
    }

    private static async Task HandedIn(PaidNotation paid)
    {
        long boxes = await paid.Receipt(3000, spending: Spending.KeptGoods, hasSheet: true), meals = await paid.Receipt(3950);
        await paid.Submit(1, (boxes, 3000), (meals, 3950));
        await paid.Decide(1, true, true);
    }

    private static async Task<long> Book(PaidNotation paid, KeptThing[] kept)
    {
        Tranche tranche = await paid.Tranche(1);
        return await paid.Body.Accountant.Run(new BookAcquittal(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, Kept: kept));
    }

    /// <summary>In yuan: reserved for the grant, for goods, and in all.</summary>
    private static async Task<(long Grant, long Goods, long All)> Kept(TestBody body)
    {
        await using FundDb db = body.Db();
        return (await db.Set<CommunityFund.Grants.Awards.GrantLot>().SumAsync(row => row.Units) / 100, await db.Set<GoodsReserve>().SumAsync(row => row.Units) / 100,
            await db.Set<GiftLot>().Where(lot => lot.Restriction == Restriction.Restricted).SumAsync(lot => lot.Reserved) / 100);
    }

    private static async Task<long> Item(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<StockItem>().Where(row => row.Name == "保温餐箱").Select(row => row.StockItemId).SingleAsync();
    }
}
