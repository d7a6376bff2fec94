using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Stock.StockNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Stock;

/// <summary>Goods bought with restricted money wait for the gifts that will pay for them.</summary>
public sealed class PromisedGoodsTests
{
    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task Restricted_money_is_promised_to_the_goods_it_bought_until_they_are_handed_out(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        LocalDate day = new(year, 3, 5);
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, day);
        await body.Gift(TestBody.Children, 100, Restriction.Unrestricted, day);
        (await RefusalOf(() => body.Accountant.Run(Buy(day, 101)))).Code.ShouldBe("database.goods-not-covered");
        GoodsAnswer dropped = await body.Accountant.Run(Buy(day, 90));
        (await Lot(body)).ShouldBe((0, 9000));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, dropped.Voucher!.Value, "不买了"));
        (await Lot(body)).ShouldBe((0, 0));
        GoodsAnswer bought = await body.Accountant.Run(Buy(day, 80));
        await body.Review(bought.Voucher!.Value);
        (await Lot(body)).ShouldBe((0, 8000));
        (await RefusalOf(() => body.Accountant.Run(Spend(day, 21)))).Code.ShouldBe(ConstraintRefusal.LotsNotEnough);
        await body.Review(await body.Accountant.Run(Spend(day, 20)));
        await IsClean(body);

        // Half is handed out, a quarter spoils; what is rejected and what comes back is promised again.
        (long item, long place) = await Shelf(body);
        GoodsAnswer waits = await body.Accountant.Run(Issue(TestBody.Children, item, 4, on: day) with { Place = place });
        (await Lot(body)).ShouldBe((2000, 8000));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, waits.Voucher!.Value, "先不发"));
        (await Lot(body)).ShouldBe((2000, 8000));
        GoodsAnswer issued = await body.Issued(Issue(TestBody.Children, item, 4, on: day) with { Place = place });
        (await Lot(body)).ShouldBe((6000, 4000));
        await body.Review((await body.Accountant.Run(new WriteOffGoods(TestBody.Key, TestBody.Children, place, [new GoodsOut(item, 2)], day, "受潮"))).Voucher!.Value);
        (await Lot(body)).ShouldBe((8000, 2000));
        await body.Review(await body.Reverse(issued.Voucher!.Value, on: new LocalDate(year, 3, 20), reason: "没有发出"));
        (await Lot(body)).ShouldBe((4000, 6000));
        await IsClean(body);
    }

    [Fact]
    public async Task A_purchase_that_is_reversed_promises_nothing_and_no_table_is_written_by_hand()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, Day);
        GoodsAnswer bought = await body.Accountant.Run(Buy(Day, 80));
        await body.Review(bought.Voucher!.Value);
        foreach (string login in new[] { body.Connections.Books, body.Connections.Owner })
        {
            await using Npgsql.NpgsqlConnection open = new(login);
            await open.OpenAsync();
            await using Npgsql.NpgsqlCommand attack = new("update goods_reserve set units = 0", open);
            Npgsql.PostgresException no = await Should.ThrowAsync<Npgsql.PostgresException>(() => attack.ExecuteNonQueryAsync());
            (no.SqlState == "42501" ? "append_only" : no.ConstraintName).ShouldBe("append_only");
        }

        await body.Review(await body.Reverse(bought.Voucher.Value, reason: "退货"));
        (await Lot(body)).ShouldBe((0, 0));
        await IsClean(body);
    }

    [Fact]
    public async Task Under_2004_goods_of_restricted_and_unrestricted_gifts_that_go_out_together_use_their_own_gifts()
    {
        await using TestBody body = await TestBody.New2004();
        LocalDate day = new(2025, 2, 5), later = new(2025, 3, 6);
        await body.Gift(TestBody.Children, 500, Restriction.Unrestricted, day);
        GoodsAnswer bound = await body.Given(TestBody.Children, 2, 60, on: day), free = await body.Given(
            TestBody.Children, 2, 40, restriction: Restriction.Unrestricted, on: day);
        await body.Issued(Issue(TestBody.Children, 1, 4, on: later));
        (await body.LotOf(bound)).ShouldBe((6000, 0));
        (await body.LotOf(free)).ShouldBe((4000, 0));
        await IsClean(body);
    }

    private static BuyGoods Buy(LocalDate day, decimal yuan) => new(TestBody.Key, TestBody.Children, "社区仓库",
        [new GoodsIn("画笔", "盒", 8, Amount.Yuan(yuan))], day, Restriction.Restricted, TestBody.Bank, "", PersonKind.Organisation, "活动用品");

    private static RecordExpense Spend(LocalDate day, decimal yuan) => new(TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost,
        Amount.Yuan(yuan), day, TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null);

    private static async Task<(long Used, long Reserved)> Lot(TestBody body)
    {
        await using FundDb db = body.Db();
        GiftLot lot = await db.RestrictedLots().SingleAsync();
        return (lot.Used, lot.Reserved);
    }

    private static async Task<(long Item, long Place)> Shelf(TestBody body)
    {
        await using FundDb db = body.Db();
        return (await db.Set<StockItem>().Select(row => row.StockItemId).SingleAsync(), await db.Set<StockPlace>().Select(row => row.StockPlaceId).SingleAsync());
    }
}
