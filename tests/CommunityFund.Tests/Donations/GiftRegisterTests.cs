using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Letters;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Stock;
using CommunityFund.Tests.Enterprises;
using CommunityFund.Tests.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>Every gift stands in one register, whether cash, goods or an enterprise's share brought it, or a hand wrote its voucher.</summary>
public sealed class GiftRegisterTests
{
    [Fact]
    public async Task What_an_enterprise_gives_freely_has_its_receipt_its_letter_and_its_page_until_it_is_reversed()
    {
        await using TestBody body = await ReceiptTests.Body();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Children, new LocalDate(2026, 1, 1), restriction: Restriction.Restricted));
        long declaration = await body.Declared(enterprise, new LocalDate(2026, 1, 1), 52_000, 8_200);
        await body.Verify(declaration);
        PostedNumber came = await body.Came((await body.Declaration(declaration)).Code, "03-18", 820);
        Donation gift = await Only(body);
        (gift.State, gift.Units, gift.VoucherId, gift.Clause, gift.Channel).ShouldBe(
            (DonationState.Accepted, 82_000, came.VoucherId, "仅用于社区儿童活动", GiftChannel.Bank));
        await body.Accountant.Run(new IssueLetters(TestBody.Key, [gift.DonationId]));
        GiftLetter letter = (await body.Accountant.Ask(new GiftLetters([gift.DonationId]))).Single();
        (letter.Donor, letter.IsInKind).ShouldBe(("幸福里便民小店有限公司", false));
        (await body.Accountant.Ask(new DonorTrace(letter.Number, letter.Code))).Given.ShouldBe(Amount.Yuan(820));
        await body.Accountant.Run(ReceiptTests.Receipt(gift.DonationId, 1, 820) with { IssuedOn = new LocalDate(2026, 3, 19) });
        await body.Review(await body.Reverse(came.VoucherId));
        (await Only(body)).State.ShouldBe(DonationState.Reversed);
        (await body.Declaration(declaration)).Row.State.ShouldBe(Due);
        await StockNotation.IsClean(body);
    }

    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task Goods_that_were_given_are_a_gift_whose_receipt_is_for_what_did_not_go_back(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        await body.Accountant.Run(new AddReceiptRange(TestBody.Key, ReceiptTests.Code, "1", "100", ReceiptMedium.Electronic, new LocalDate(year, 1, 5)));
        LocalDate day = new(year, 3, 5);
        long waiting = (await body.Accountant.Run(new ReceiveInKind(TestBody.Key, TestBody.Children, "", PersonKind.Person, day, Restriction.Restricted, "",
            "受赠物资", "社区仓库", [new InKindRow(InKindThing.Goods, "大米", "袋", 4, Amount.Yuan(100))], [await body.Paper()]))).Voucher!.Value;
        (await Only(body)).State.ShouldBe(DonationState.Waiting);
        await body.Review(waiting);
        Donation gift = await Only(body);
        (gift.State, gift.Channel, gift.ReceivedOn).ShouldBe((DonationState.Accepted, GiftChannel.InKind, day));
        await body.Review((await body.Accountant.Run(new ReturnGoods(TestBody.Key, TestBody.Children, 1, [new GoodsOut(1, 1)], day, IsOwnCause: false,
            "召回退还", "", PersonKind.Person))).Voucher!.Value);
        (await RefusalOf(() => body.Accountant.Run(Receipt(gift.DonationId, 100, day)))).Code.ShouldBe(RegisterReceipt.OtherAmount);
        await body.Accountant.Run(Receipt(gift.DonationId, 75, day));
        DonationRegister register = await body.Accountant.Ask(new DonationList());
        (register.Gross, register.Sum, register.Restricted, register.Items.Single().Back).ShouldBe(
            (Amount.Yuan(100), Amount.Yuan(75), Amount.Yuan(75), Amount.Yuan(25)));

        // Put right without touching the goods, the gift goes over to the blue voucher, and its receipt can follow.
        if (year == 2026)
        {
            long second = (await body.Given(TestBody.Community, 2, 30, restriction: Restriction.Unrestricted)).Voucher!.Value;
            VoucherRow[] rows = [.. (await body.RowsOf(second)).Select(row => row with { Narrative = row.Account == "inventory" ? "受赠大米" : null })];
            long blue = await body.Correct(second, rows, reason: "摘要写错");
            await body.Review(blue);
            await using FundDb db = body.Db();
            (await db.Set<Donation>().Where(row => row.FundId == TestBody.Community).OrderBy(row => row.DonationId).ToListAsync())
                .Select(row => (row.VoucherId, row.State)).ShouldBe([(second, DonationState.Reversed), (blue, DonationState.Accepted)]);
        }

        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task Donation_income_that_was_booked_by_hand_is_registered_once_and_goes_with_its_reversal()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "义卖款",
        [
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Debit, Amount.Yuan(80), CashFlow: CashFlow.DonationsReceived.Key),
            new VoucherRow(Account.Keys.DonationIncome, TestBody.Community, Side.Credit, Amount.Yuan(80), Restriction.Unrestricted),
        ]));
        (await RefusalOf(() => body.Accountant.Run(new RegisterAsGift(TestBody.Key, voucher, 2)))).Code.ShouldBe(RegisterAsGift.NotAGift);
        await body.Review(voucher);
        (await body.Accountant.Ask(new GiftLines(voucher))).Single().No.ShouldBe((short)2);
        (await RefusalOf(() => body.Accountant.Run(new RegisterAsGift(TestBody.Key, voucher, 1)))).Code.ShouldBe(RegisterAsGift.NotAGift);
        await body.Accountant.Run(new RegisterAsGift(TestBody.Key, voucher, 2));
        (await RefusalOf(() => body.Accountant.Run(new RegisterAsGift(TestBody.Key, voucher, 2)))).Code.ShouldBe(RegisterAsGift.NotAGift);
        (await body.Accountant.Ask(new GiftLines(voucher))).ShouldBeEmpty();
        (await Only(body)).Channel.ShouldBe(GiftChannel.Bank);
        await body.Review(await body.Reverse(voucher));
        (await Only(body)).State.ShouldBe(DonationState.Reversed);
    }

    [Fact]
    public async Task Under_2004_what_a_release_frees_of_a_gift_is_no_gift_of_its_own()
    {
        await using TestBody body = await TestBody.New2004();
        LocalDate day = new(2025, 3, 5);
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, day);
        long spent = await body.Accountant.Run(new CommunityFund.Banking.RecordExpense(TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost,
            Amount.Yuan(40), day, TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null));
        await body.Review(spent);
        short freed = (short)(1 + Array.FindIndex(await body.Carried(spent), line => line.StartsWith("C donation-income", StringComparison.Ordinal)));
        (await body.Accountant.Ask(new GiftLines(spent))).ShouldBeEmpty();
        (await RefusalOf(() => body.Accountant.Run(new RegisterAsGift(TestBody.Key, spent, freed)))).Code.ShouldBe(RegisterAsGift.NotAGift);
        await using NpgsqlConnection open = new(body.Connections.Books);
        await open.OpenAsync();
        await using NpgsqlCommand attack = new(
            "insert into donation (book_id, fund_id, units, received_on, restriction, clause, voucher_id, line_no, state) "
            + $"values (1, {TestBody.Children}, 4000, '2025-03-05', 'U', '', {spent}, {freed}, 'accepted')", open);
        (await Should.ThrowAsync<PostgresException>(() => attack.ExecuteNonQueryAsync())).ConstraintName.ShouldBe("gift_only_freed");
    }

    private static CommunityFund.Enterprises.DeclarationState Due => CommunityFund.Enterprises.DeclarationState.Due;

    private static RegisterReceipt Receipt(long gift, decimal yuan, LocalDate on) => ReceiptTests.Receipt(gift, 1, yuan) with { Key = TestBody.Key, IssuedOn = on };

    private static async Task<Donation> Only(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<Donation>().AsNoTracking().OrderByDescending(row => row.DonationId).FirstAsync();
    }
}
