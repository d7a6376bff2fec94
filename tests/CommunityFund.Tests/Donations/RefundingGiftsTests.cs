using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Letters;
using CommunityFund.Donations.Pledges;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.Tests.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>A gift goes back as far as nobody has spent it, and is paid when the bank says so.</summary>
public sealed class RefundingGiftsTests
{
    private static readonly LocalDate Day = new(2026, 3, 10);

    [Fact]
    public async Task Only_what_is_unspent_and_unpromised_goes_back_and_the_banks_line_pays_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        long lot = await Lot(body);
        await body.Review(await body.Accountant.Run(Spend(300)));
        long waits = await body.Accountant.Run(Spend(200));
        (await RefusalOf(async () => await body.Accountant.Run(await Refund(body, lot, 501)))).Code.ShouldBe(GiftRefundEntry.AboveUnspent);
        RefundView view = await body.Accountant.Ask(new RefundPreview(lot, Amount.Yuan(500), GiftRefundCause.Outside, Day));
        (view.Free, view.WhyNot).ShouldBe((Amount.Yuan(500), null));
        view.Lines!.Select(line => $"{line.Side} {line.Code} {line.Restriction} {line.Amount}")
            .ShouldBe(["Debit 4101 Restricted 500.00", "Credit 2209  500.00"]);
        (await body.Accountant.Ask(new RefundPreview(lot, Amount.Yuan(501)))).WhyNot!.Code.ShouldBe(GiftRefundEntry.AboveUnspent);
        await body.Review(await body.Accountant.Run(await Refund(body, lot, 500)));
        await body.Review(waits);
        await using FundDb db = body.Db();
        Expectation awaited = db.Set<Expectation>().Single();
        (awaited.Kind, awaited.Units).ShouldBe((ExpectationKind.Refund, -50000));
        foreach (string login in new[] { body.Connections.Books, body.Connections.Owner })
        {
            await Attack(login, Inserted(lot, 100_000), "gift_refund_above");
            await Attack(login, Inserted(lot, 1, "paid"), "gift_refund_out_of_turn");
            await Attack(login, "update gift_refund set state = 'paid'", "gift_refund_follows_voucher");
            await Attack(login, "update gift_refund set voucher_id = 1", "gift_refund_out_of_turn");
        }

        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task A_refund_that_was_reversed_leaves_the_gift_whole_and_nothing_waited_for()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        long lot = await Lot(body), voucher = await body.Accountant.Run(await Refund(body, lot, 400, GiftRefundCause.Own));
        await body.Review(voucher);
        (await body.Accountant.Net(body, Account.Keys.ManagementExpense, TestBody.Children)).ShouldBe(Amount.Yuan(400));
        VoucherRow[] rows = [.. (await body.RowsOf(voucher)).Select(row =>
            row.Account == Account.Keys.ManagementExpense ? row with { Account = Account.Keys.ProgrammeCost } : row)];
        (await RefusalOf(() => body.Correct(voucher, rows, reason: "摘要写错"))).Code.ShouldBe(UndoGiftRefund.NotCorrected);
        await body.Review(await body.Reverse(voucher));
        RefundView view = await body.Accountant.Ask(new RefundPreview(lot));
        (view.Free, view.Before.Single().State).ShouldBe((Amount.Yuan(1000), GiftRefundState.Undone));
        await using FundDb db = body.Db();
        db.Set<Expectation>().Single().ClosedAt.ShouldNotBeNull();
        await StockNotation.IsClean(body);
    }

    [Theory]
    [InlineData("no basis", RefundGift.BasisMissing)]
    [InlineData("no paper", RefundGift.ProofMissing)]
    [InlineData("no gift", RefundableGift.NotAGift)]
    [InlineData("goods as money", GiftRefundEntry.IsGoods)]
    public async Task A_refund_says_by_what_right_and_goods_go_back_as_goods(string what, string code)
    {
        await using TestBody body = await TestBody.New();
        if (what == "goods as money")
        {
            await body.Given(TestBody.Children, 3, 100);
        }
        else
        {
            await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        }

        RefundGift right = await Refund(body, await Lot(body), 50);
        (await RefusalOf(() => body.Accountant.Run(what switch
        {
            "no basis" => right with { Basis = "" },
            "no paper" => right with { Documents = [] },
            "no gift" => right with { Lot = 99 },
            _ => right,
        }))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task An_official_receipt_is_void_before_its_gift_goes_back()
    {
        await using TestBody body = await ReceiptTests.Body();
        long gift = await body.GiftOf("林小满", 200);
        await body.Accountant.Run(ReceiptTests.Receipt(gift, 1, 200));
        await using FundDb db = body.Db();
        long lot = await db.Set<GiftLot>().Select(row => row.LotId).SingleAsync();
        (await RefusalOf(async () => await body.Accountant.Run(await Refund(body, lot, 50)))).Code.ShouldBe("database.gift-refund-receipt-stands");
        long voucher = await db.Set<Donation>().Where(row => row.DonationId == gift).Select(row => row.VoucherId!.Value).SingleAsync();
        VoucherRow[] rows = [.. (await body.RowsOf(voucher)).Select(row =>
            row.Account == TestBody.Bank ? row with { CashFlow = CashFlow.ServicesReceived.Key } : row)];
        await body.Review(await body.Correct(voucher, rows, reason: "现金流量项目记错"));
        long blue = await db.Set<GiftLot>().MaxAsync(row => row.LotId);
        blue.ShouldNotBe(lot);
        (await RefusalOf(async () => await body.Accountant.Run(await Refund(body, blue, 50)))).Code.ShouldBe("database.gift-refund-receipt-stands");
        (await RefusalOf(async () => await body.Accountant.Run(await Refund(body, lot, 50)))).Code.ShouldBe(RefundableGift.NotAGift);
    }

    [Fact]
    public async Task Money_of_a_government_contract_goes_back_by_the_contract_alone()
    {
        await using TestBody body = await TestBody.New();
        await body.Received(await body.Contract(1000, TestBody.Community));
        await using FundDb db = body.Db();
        long lot = await db.Set<GiftLot>().Select(row => row.LotId).SingleAsync();
        (await RefusalOf(async () => await body.Accountant.Run(await Refund(body, lot, 50)))).Code.ShouldBe(RefundableGift.PublicMoney);
        await Attack(body.Connections.Books, Inserted(lot, 5000), "gift_refund_public");
    }

    [Fact]
    public async Task Of_a_gift_that_went_back_in_part_the_rest_is_receipted_thanked_for_and_counted()
    {
        await using TestBody body = await ReceiptTests.Body();
        long gift = await body.GiftOf("林小满", 1000);
        await using FundDb db = body.Db();
        long lot = await db.Set<GiftLot>().Select(row => row.LotId).SingleAsync();
        long pledge = await body.Accountant.Run(new NotePledge(TestBody.Key, "林小满", PersonKind.Person, TestBody.Community, PledgeForm.Spoken, false,
            new LocalDate(2026, 3, 1), "", [(new Instalment(new LocalDate(2026, 3, 31), Amount.Yuan(1200)))]));
        await body.Accountant.Run(new FulfilPledge(TestBody.Key, pledge, gift));
        await body.Review(await body.Accountant.Run(await Refund(body, lot, 400)));
        PledgeItem promised = (await body.Accountant.Ask(new PledgePage(pledge))).Pledge;
        (promised.Met, promised.Open).ShouldBe((Amount.Yuan(600), Amount.Yuan(600)));
        await body.Accountant.Run(new FulfilPledge(TestBody.Key, pledge, await body.GiftOf("林小满", 600)));
        (await body.Accountant.Ask(new PledgePage(pledge))).Pledge.Open.ShouldBe(Amount.Fen(0));
        await body.Review(await body.Reverse((await db.Set<Donation>().OrderByDescending(row => row.DonationId).FirstAsync()).VoucherId!.Value));
        (await RefusalOf(() => body.Accountant.Run(ReceiptTests.Receipt(gift, 1, 1000)))).Code.ShouldBe(RegisterReceipt.OtherAmount);
        (await body.Accountant.Ask(new GiftsWithoutReceipt(false, 1))).Sum.ShouldBe(Amount.Yuan(600));
        await body.Accountant.Run(ReceiptTests.Receipt(gift, 1, 600));
        await body.Accountant.Run(new IssueLetters(TestBody.Key, [gift]));
        (await body.Accountant.Ask(new GiftLetters([gift]))).Single().Amount.ShouldBe(Amount.Yuan(600));
        (await body.Accountant.Ask(new LetterList(null, null, null, "", false, 1))).Items.Single().Amount.ShouldBe(Amount.Yuan(600));
        DonorItem donor = (await body.Accountant.Ask(new DonorList())).Items.Single();
        donor.Given.ShouldBe(Amount.Yuan(600));
        (await body.Accountant.Ask(new DonorPage(donor.Id))).Years.Single().Amount.ShouldBe(Amount.Yuan(600));
        long matching = await body.Accountant.Run(new PromiseMatching(TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, 100,
            Amount.Yuan(5000), new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 31), Restriction.Unrestricted, "", "配捐协议"));
        (await body.Accountant.Run(new ClaimMatching(TestBody.Key, matching, new LocalDate(2026, 3, 31)))).ShouldBe(Amount.Yuan(600));
    }

    private static RecordExpense Spend(decimal yuan) => new(TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(yuan), Day,
        TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null);

    private static async Task<RefundGift> Refund(TestBody body, long lot, decimal yuan, GiftRefundCause cause = GiftRefundCause.Outside) => new(
        TestBody.Key, lot, Amount.Yuan(yuan), cause, Day, "捐赠协议第八条：项目终止退回", [await body.Paper()]);

    private static async Task<long> Lot(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<GiftLot>().Where(row => row.FundId == TestBody.Children).Select(row => row.LotId).SingleAsync();
    }

    private static string Inserted(long lot, long units, string state = "prepared") =>
        "insert into gift_refund (book_id, lot_id, units, cause, basis, decided_on, state, recorded_by, recorded_at) "
        + $"values (1, {lot}, {units}, 'own', 'x', '2026-03-10', '{state}', 1, now())";

    private static async Task Attack(string login, string attack, string wall)
    {
        await using NpgsqlConnection connection = new(login);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(attack, connection);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName.ShouldBe(wall);
    }
}
