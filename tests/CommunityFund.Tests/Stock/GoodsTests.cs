using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Enterprises;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Stock.StockNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Stock;

/// <summary>Goods come in with a value and its proof, lie on the shelf by lot, and go out with the gift they are.</summary>
public sealed class GoodsTests
{
    [Fact]
    public async Task Goods_go_out_oldest_first_at_what_they_came_in_with_and_the_last_piece_takes_the_rest()
    {
        await using TestBody body = await TestBody.New();
        GoodsAnswer first = await body.Given(TestBody.Children, 3, 100), second = await body.Given(TestBody.Children, 2, 50);
        (await body.Standing(TestBody.Children)).ShouldBe((5, Amount.Yuan(150)));
        GoodsAnswer one = await body.Issued(Issue(TestBody.Children, 1, 1));
        (await body.Accountant.Ask(new StockSlip(one.Paper))).Value.ShouldBe(Amount.Yuan(33.33m));
        GoodsAnswer waiting = await body.Accountant.Run(Issue(TestBody.Children, 1, 3));
        (await body.LotOf(first)).ShouldBe((3333, 6667));
        (await body.LotOf(second)).ShouldBe((0, 2500));
        (await RefusalOf(() => body.Accountant.Run(Issue(TestBody.Children, 1, 2)))).Code.ShouldBe(GoodsOnShelf.NotEnough);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, waiting.Voucher!.Value, "先不发"));
        (await body.LotOf(first)).ShouldBe((3333, 0));
        await body.Issued(Issue(TestBody.Children, 1, 1, lot: 2));
        await body.Issued(Issue(TestBody.Children, 1, 3));
        (await body.Standing(TestBody.Children)).ShouldBe((0, Amount.Fen(0)));
        (await body.LotOf(first)).ShouldBe((10000, 0));
        (await body.LotOf(second)).ShouldBe((5000, 0));
        (await body.Accountant.Net(body, "inventory", TestBody.Children)).ShouldBe(Amount.Fen(0));
        await IsClean(body);
    }

    [Fact]
    public async Task A_reversed_receipt_takes_back_what_is_still_there_and_a_corrected_one_leaves_the_goods_where_they_are()
    {
        await using TestBody body = await TestBody.New();
        GoodsAnswer given = await body.Given(TestBody.Children, 3, 100);
        VoucherRow[] rows = await body.RowsOf(given.Voucher!.Value);
        (await RefusalOf(() => body.Correct(given.Voucher.Value, [.. rows.Select(row => row with { Amount = Amount.Yuan(90) })]))).Code
            .ShouldBe(StockFate.OtherGoods);
        GoodsAnswer issued = await body.Issued(Issue(TestBody.Children, 1, 1));
        long blue = await body.Correct(issued.Voucher!.Value, [.. (await body.RowsOf(issued.Voucher.Value)).Select(row =>
            row.Account == Account.Keys.ProgrammeCost ? row with { Account = Account.Keys.ManagementExpense } : row)], reason: "用于办公");
        await body.Review(blue);
        (await body.Standing(TestBody.Children)).ShouldBe((2, Amount.Yuan(66.67m)));
        await IsClean(body);
        (await RefusalOf(async () => await body.Review(await body.Reverse(given.Voucher.Value)))).Code.ShouldBeOneOf(
            ConstraintRefusal.LotAlreadyUsed, "database.stock-not-enough");
        await body.Review(await body.Reverse(blue));
        (await body.Standing(TestBody.Children)).ShouldBe((3, Amount.Yuan(100)));
        await body.Review(await body.Reverse(given.Voucher.Value));
        (await body.Standing(TestBody.Children)).ShouldBe((0, Amount.Fen(0)));
        await IsClean(body);
    }

    [Fact]
    public async Task What_is_missing_or_over_in_a_count_is_booked_after_review_and_goods_without_value_only_change_their_number()
    {
        await using TestBody body = await TestBody.New();
        await body.Given(TestBody.Community, 10, 100, restriction: Restriction.Unrestricted);
        await body.Given(TestBody.Community, 5, 0, "旧书", Restriction.Unrestricted);
        await body.Given(TestBody.Community, 4, 40, "面粉", Restriction.Unrestricted);
        (await RefusalOf(() => body.Accountant.Run(new CountStock(TestBody.Key, TestBody.Community, 1, [new(1, 9)])))).Code.ShouldBe(CountStock.NotWhole);
        long count = await body.Accountant.Run(new CountStock(TestBody.Key, TestBody.Community, 1, [new(1, 9), new(2, 4), new(3, 6)]));
        GoodsAnswer settled = await body.Accountant.Run(new SettleStockCount(TestBody.Key, count));
        (await RefusalOf(() => body.Accountant.Run(new SettleStockCount(TestBody.Key, count)))).Code.ShouldBe(SettleStockCount.NothingToSettle);
        await body.Review(settled.Voucher!.Value);
        (await body.Standing(TestBody.Community)).ShouldBe((19, Amount.Yuan(150)));
        (await body.Accountant.Net(body, Account.Keys.ManagementExpense, TestBody.Community)).ShouldBe(Amount.Yuan(10));
        (await body.Accountant.Net(body, "other-income", TestBody.Community)).ShouldBe(Amount.Yuan(-20));
        await body.Accountant.Run(new MoveGoods(TestBody.Key, TestBody.Community, 1, "爱心超市", [new GoodsOut(1, 4)], Day, "上架"));
        (await RefusalOf(() => body.Accountant.Run(new WriteOffGoods(TestBody.Key, TestBody.Community, 2, [new GoodsOut(2, 1)], Day, "破损")))).Code
            .ShouldBe(GoodsOnShelf.NotEnough);
        (await body.Accountant.Run(new WriteOffGoods(TestBody.Key, TestBody.Community, 1, [new GoodsOut(2, 1)], Day, "破损"))).Voucher.ShouldBeNull();
        MemoRow memo = (await body.Accountant.Ask(new MemoRegister())).Rows.Single();
        (memo.Name, memo.In, memo.Out, memo.Stands).ShouldBe(("旧书", 5, 2, 3));
        (await body.Standing(TestBody.Community)).ShouldBe((18, Amount.Yuan(150)));
        await IsClean(body);
    }

    [Fact]
    public async Task What_is_out_of_date_or_called_back_is_not_handed_out()
    {
        await using TestBody body = await TestBody.New();
        await body.Given(TestBody.Children, 3, 30, until: new LocalDate(2026, 3, 10));
        (await RefusalOf(() => body.Accountant.Run(Issue(TestBody.Children, 1, 1, on: new LocalDate(2026, 3, 11))))).Code.ShouldBe(GoodsOnShelf.NotFit);
        (await RefusalOf(() => body.Accountant.Run(Issue(TestBody.Children, 1, 1, on: new LocalDate(2026, 3, 4))))).Code.ShouldBe(GoodsOnShelf.NotEnough);
        await body.Accountant.Run(new RecallGoods(TestBody.Key, 1, "厂家召回"));
        (await RefusalOf(() => body.Accountant.Run(Issue(TestBody.Children, 1, 1)))).Code.ShouldBe(GoodsOnShelf.NotFit);
        await body.Review((await body.Accountant.Run(new ReturnGoods(TestBody.Key, TestBody.Children, 1, [new GoodsOut(1, 3)], Day, IsOwnCause: false,
            "召回退还", "", PersonKind.Person))).Voucher!.Value);
        (await body.Accountant.Net(body, Account.Keys.DonationIncome, TestBody.Children)).ShouldBe(Amount.Fen(0));
        await IsClean(body);
    }

    [Theory]
    [InlineData("evidence without paper", ReceiveInKind.ProofMissing)]
    [InlineData("fair value without source", InKindRow.SourceMissing)]
    [InlineData("service without invoice", InKindRow.ServiceWithoutInvoice)]
    [InlineData("service in 2004", InKindRow.ServiceNotBooked)]
    [InlineData("nothing", ReceiveInKind.NothingGiven)]
    [InlineData("no words", StockPaper.BadWords)]
    [InlineData("donor in words", StockPaper.PartyInWords)]
    [InlineData("restricted to nothing", ReceiveInKind.ClauseMissing)]
    [InlineData("half a bag", GoodsOnShelf.BadQuantity)]
    public async Task A_gift_in_kind_is_refused_where_its_value_has_no_ground(string what, string code)
    {
        await using TestBody body = what == "service in 2004" ? await TestBody.New2004() : await TestBody.New();
        LocalDate day = what == "service in 2004" ? new(2025, 3, 5) : Day;
        InKindRow goods = new(InKindThing.Goods, "大米", "袋", 3, Amount.Yuan(30)), service = new(InKindThing.Service, "义诊", "次", 1, Amount.Yuan(30));
        ReceiveInKind right = new(TestBody.Key, TestBody.Community, "", PersonKind.Person, day, Restriction.Unrestricted, "", "受赠", "仓库", [goods],
            [await body.Paper()]);
        ReceiveInKind wrong = what switch
        {
            "evidence without paper" => right with { Documents = [] },
            "fair value without source" => right with { Things = [goods with { Evidence = null, Fair = Amount.Yuan(3) }] },
            "service without invoice" => right with { Things = [service with { Evidence = null }] },
            "service in 2004" => right with { Things = [service] },
            "nothing" => right with { Things = [] },
            "no words" => right with { Words = " " },
            "donor in words" => right with { Donor = "王小梅", Words = "王小梅捐的米" },
            "restricted to nothing" => right with { Restriction = Restriction.Restricted },
            _ => right with { Things = [goods with { Quantity = 0 }] },
        };
        (await RefusalOf(() => body.Accountant.Run(wrong))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Goods_owed_are_paid_through_what_is_expected_and_goods_of_old_vouchers_enter_the_register_once()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        BuyGoods buy = new(TestBody.Key, TestBody.Community, "爱心超市", [new GoodsIn("牙膏", "支", 20, Amount.Yuan(100))], Day, Restriction.Unrestricted,
            "", "百货店", PersonKind.Organisation, "兑换物资");
        (await RefusalOf(() => body.Accountant.Run(buy with { Supplier = "" }))).Code.ShouldBe(BuyGoods.SupplierMissing);
        (await RefusalOf(() => body.Accountant.Run(buy with { PaidFrom = "inventory" }))).Code.ShouldBe(BuyGoods.NotCash);
        (await RefusalOf(() => body.Accountant.Run(buy with { Goods = [] }))).Code.ShouldBe(BuyGoods.PriceMissing);
        GoodsAnswer bought = await body.Accountant.Run(buy);
        await body.Review(bought.Voucher!.Value);
        await using (FundDb db = body.Db())
        {
            Expectation awaited = db.Set<Expectation>().Single();
            (awaited.Kind, awaited.Units, awaited.Code).ShouldBe((ExpectationKind.Supplier, -10000, $"RK{bought.Paper}"));
        }

        await body.Review(await body.Reverse(bought.Voucher.Value));
        await using (FundDb db = body.Db())
        {
            db.Set<Expectation>().Single().ClosedAt.ShouldNotBeNull();
        }

        long byHand = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, Day, "受赠图书",
        [
            new VoucherRow("inventory", TestBody.Children, Side.Debit, Amount.Yuan(80)),
            new VoucherRow(Account.Keys.DonationIncome, TestBody.Children, Side.Credit, Amount.Yuan(80), Restriction.Restricted),
        ]));
        await body.Review(byHand);
        EnterStock enter = new(TestBody.Key, TestBody.Children, byHand, "仓库", [new GoodsIn("图书", "册", 8, Amount.Yuan(80))], Restriction.Restricted);
        (await RefusalOf(() => body.Accountant.Run(enter with { Goods = [new GoodsIn("图书", "册", 8, Amount.Yuan(70))] }))).Code
            .ShouldBe(EnterStock.OtherValue);
        await body.Accountant.Run(enter);
        (await RefusalOf(() => body.Accountant.Run(enter with { Key = TestBody.Key }))).Code.ShouldBe(EnterStock.NothingToEnter);
        (await body.Accountant.Ask(new StockBoard())).Control.ShouldAllBe(row => row.Agrees);
        await IsClean(body);
    }

    [Fact]
    public async Task A_payment_that_the_bank_gives_back_is_waited_for_again()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        GoodsAnswer bought = await body.Accountant.Run(new BuyGoods(TestBody.Key, TestBody.Community, "爱心超市",
            [new GoodsIn("牙膏", "支", 20, Amount.Yuan(100))], Day, Restriction.Unrestricted, "", "百货店", PersonKind.Organisation, "兑换物资"));
        await body.Review(bought.Voucher!.Value);
        long paid = (await body.Came($"RK{bought.Paper}", "03-12", -100)).VoucherId;
        long back = await body.Line("03-14,100.00,,,百货店,退汇 户名不符");
        long red = await body.Accountant.Run(new RecordReturnedPayment(TestBody.Key, new BankRest([back]), paid, "退汇 户名不符"));
        await body.Review(red);
        long undo = await body.Reverse(red, reason: "对错了付款");
        (await Waited(body)).ShouldBe([false, true]);
        await body.Review(undo);
        (await Waited(body)).ShouldBe([false, false]);
        (await RefusalOf(async () => await body.Review(await body.Reverse(bought.Voucher.Value)))).Code.ShouldBe(PurchaseUndone.PaidAlready);
    }

    private static async Task<bool[]> Waited(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<Expectation>().OrderBy(row => row.ExpectationId).Select(row => row.VoucherId == null && row.ClosedAt == null).ToArrayAsync();
    }

    [Fact]
    public async Task Money_is_spent_of_gifts_of_money_and_goods_of_the_gift_they_are_with_what_was_bought_beside_them()
    {
        await using TestBody body = await TestBody.New();
        GoodsAnswer given = await body.Given(TestBody.Community, 4, 100, restriction: Restriction.Unrestricted);
        GoodsAnswer bound = await body.Given(TestBody.Children, 4, 100);
        await body.Gift(TestBody.Community, 300, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 300, Restriction.Restricted);
        foreach ((int fund, Restriction restriction) in new[] { (TestBody.Community, Restriction.Unrestricted), (TestBody.Children, Restriction.Restricted) })
        {
            await body.Review(await body.Accountant.Run(new RecordExpense(TestBody.Key, fund, Account.Keys.ProgrammeCost, Amount.Yuan(50), Day,
                TestBody.Bank, restriction, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null)));
        }

        (await body.LotOf(given)).ShouldBe((0, 0));
        (await body.LotOf(bound)).ShouldBe((0, 0));
        await body.Review((await body.Accountant.Run(new BuyGoods(TestBody.Key, TestBody.Community, "社区仓库",
            [new GoodsIn("大米", "袋", 2, Amount.Yuan(60))], Day, Restriction.Unrestricted, TestBody.Bank, "", PersonKind.Organisation, "补货"))).Voucher!.Value);
        GoodsAnswer issued = await body.Issued(Issue(TestBody.Community, 1, 5));
        await body.Issued(Issue(TestBody.Children, 1, 1));
        (await body.LotOf(given)).ShouldBe((10000, 0));
        (await body.LotOf(bound)).ShouldBe((2500, 0));
        VoucherRow[] rows = [.. (await body.RowsOf(issued.Voucher!.Value)).Select(row =>
            row.Account == Account.Keys.ProgrammeCost ? row with { Account = Account.Keys.ManagementExpense } : row)];
        (await RefusalOf(() => body.Correct(issued.Voucher.Value, rows, reason: "摘要写错"))).Code.ShouldBe(StockFate.OnlyReversed);
        await IsClean(body);
    }

    [Fact]
    public async Task A_correction_leaves_an_asset_that_was_given_at_its_value()
    {
        await using TestBody body = await TestBody.New();
        long given = (await body.Accountant.Run(new ReceiveInKind(TestBody.Key, TestBody.Children, "", PersonKind.Person, Day, Restriction.Restricted, "",
            "受赠设备", "社区仓库", [new InKindRow(InKindThing.FixedAsset, "投影仪", "台", 1, Amount.Yuan(5000))], [await body.Paper()]))).Voucher!.Value;
        await body.Review(given);
        VoucherRow[] rows = await body.RowsOf(given);
        (await RefusalOf(() => body.Correct(given, [.. rows.Select(row => row with { Amount = Amount.Yuan(500) })]))).Code.ShouldBe(StockFate.OtherGoods);
    }

    [Fact]
    public async Task Under_2004_goods_beyond_what_is_left_of_their_gift_free_the_next_one()
    {
        await using TestBody body = await TestBody.New2004();
        GoodsAnswer given = await body.Given(TestBody.Children, 1, 100, on: new LocalDate(2025, 2, 5));
        await body.Gift(TestBody.Children, 100, Restriction.Unrestricted, new LocalDate(2025, 2, 6));
        LocalDate day = new(2025, 3, 6);
        await body.Review(await body.Accountant.Run(new RecordExpense(TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(40), day,
            TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null)));
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, day);
        GoodsAnswer issued = await body.Issued(Issue(TestBody.Children, 1, 1, on: day));
        (await body.LotOf(given)).ShouldBe((10000, 0));
        (await body.Carried(issued.Voucher!.Value)).Select(line => string.Join(' ', line.Split(' ').Take(5))).ShouldBe(
        [
            $"D programme-cost {TestBody.Children} 100.00 ", $"C inventory {TestBody.Children} 100.00 ",
            $"D net-assets-restricted {TestBody.Children} 60.00 R", $"C net-assets-unrestricted {TestBody.Children} 60.00 U",
            $"D donation-income {TestBody.Children} 40.00 R", $"C donation-income {TestBody.Children} 40.00 U",
        ]);
    }

    [Theory]
    [InlineData("update stock_lot set on_hand = 100", "append_only")]
    [InlineData("insert into stock_stand values (1, 1, 1, 5, 0) on conflict do nothing", "append_only")]
    [InlineData("update stock_move set quantity = 9", "append_only")]
    [InlineData("delete from stock_paper", "append_only")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, state) values (1, 2, 1, 1, '2026-03-05', -1, 0, 'waiting')", "stock_move_unbooked")]
    [InlineData("update in_kind_gift set units = 1", "append_only")]
    [InlineData("update in_kind_gift set state = 'waiting'", "in_kind_out_of_turn")]
    [InlineData("update in_kind_gift set state = 'reversed'", "in_kind_follows_voucher")]
    [InlineData("update in_kind_gift set voucher_id = 2", "in_kind_out_of_turn")]
    [InlineData("insert into in_kind_gift (book_id, fund_id, received_on, restriction, units, state, recorded_by, recorded_at) values (1, 2, '2026-03-05', 'U', 100, 'accepted', 1, now())", "in_kind_out_of_turn")]
    [InlineData("insert into in_kind_gift (book_id, fund_id, received_on, restriction, units, voucher_id, state, recorded_by, recorded_at) select 1, 2, '2026-03-05', 'U', 100, min(voucher_id), 'waiting', 1, now() from voucher", "in_kind_follows_voucher")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, state) values (1, 2, 1, 1, '2026-03-05', -1, 0, 'done')", "stock_move_unbooked")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, state) values (1, 2, 1, 1, '2026-03-05', -4, 0, 'waiting')", "stock_not_enough")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, state) values (1, 2, 1, 1, '2026-03-01', -1, 0, 'waiting')", "stock_before_receipt")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, state) values (1, 2, 1, 1, '2026-03-05', 1, 0, 'done')", "stock_lot_begins")]
    [InlineData("insert into stock_move (book_id, stock_paper_id, stock_lot_id, stock_place_id, occurred_on, quantity, units, voucher_id, state) values (1, 2, 1, 1, '2026-03-05', -2, -6667, 1, 'done')", "stock_value_unlike")]
    public async Task PostgreSQL_refuses_goods_that_no_paper_moved(string attack, string wall)
    {
        await using TestBody body = await TestBody.New();
        await body.Given(TestBody.Children, 3, 100);
        await body.Issued(Issue(TestBody.Children, 1, 1));
        foreach (string login in new[] { body.Connections.Books, body.Connections.Owner })
        {
            await using NpgsqlConnection connection = new(login);
            await connection.OpenAsync();
            await using NpgsqlCommand command = new(attack, connection);
            PostgresException no = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            (no.SqlState == "42501" ? wall : no.ConstraintName!).ShouldBeOneOf(wall.Split('|'));
        }
    }
}
