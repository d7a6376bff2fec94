using System.Text;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>Official receipts are registered, never drawn: each number once, against its gift, and no number goes missing unseen.</summary>
public sealed class ReceiptTests
{
    internal const string Code = "33010126";
    internal static readonly LocalDate Day = new(2026, 3, 6);

    [Fact]
    public async Task A_receipt_stands_against_its_gift_with_its_file()
    {
        await using TestBody body = await Body();
        long gift = await body.GiftOf("林小满", 200);
        string file = await body.Accountant.Run(new UploadDocument(TestBody.Key, "票据.pdf", CommunityFund.Demo.DemoPaper.Pdf("电子票据", "金额 200.00")));
        long id = await body.Accountant.Run(Receipt(gift, 1, 200, "林小满") with { Files = [new Enclosure(file)], CheckCode = "a1B2c3" });
        ReceiptView view = await body.FinanceOfficer.Ask(new ReceiptPage(id));
        (view.Receipt.Number, view.Payer, view.Fund, view.Medium).ShouldBe(("0000000001", "林小满", "幸福里社区基金", ReceiptMedium.Electronic));
        view.Files.Single().Sha256.ShouldBe(file);
        (await body.FinanceOfficer.Ask(new ReceiptFileOf(id, file))).Content.ShouldNotBeEmpty();
        (await body.Accountant.Ask(new GiftsWithoutReceipt(true, 1))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_no_gifts_receipt_is_refused()
    {
        await using TestBody body = await Body();
        long gift = await body.GiftOf("林小满", 200), other = await body.GiftOf("绿洲公司", 500);
        await body.Accountant.Run(Receipt(gift, 1, 200));
        long service = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "社区培训服务费",
        [
            new VoucherRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(300), CashFlow: CashFlow.ServicesReceived.Key),
            new VoucherRow("service-income", TestBody.General, Side.Credit, Amount.Yuan(300), Restriction.Unrestricted),
        ]));
        await body.Review(service);
        (RegisterReceipt Form, string Code)[] refused =
        [
            (Receipt(other, 1, 500), RegisterReceipt.NumberTwice),
            (Receipt(other, 101, 500), RegisterReceipt.OutsideRanges),
            (Receipt(other, 2, 499), RegisterReceipt.OtherAmount),
            (Receipt(other, 2, 500) with { IssuedOn = new LocalDate(2026, 3, 4) }, RegisterReceipt.BeforeGift),
            (Receipt(other, 2, 500) with { IssuedOn = new LocalDate(2026, 3, 21) }, ReceiptKeeping.InTheFuture),
            (Receipt(other, 2, 500, "林小满"), RegisterReceipt.OtherPayer),
            (Receipt(gift, 2, 200), RegisterReceipt.GiftHasOne),
            (Receipt(999, 2, 200), RegisterReceipt.NoGift),
            (Receipt(gift, 2, 300) with { Donation = null, Voucher = service }, RegisterReceipt.NotAGift),
            (Receipt(other, 2, 500) with { Code = "3301" }, ReceiptKeeping.BadCode),
            (Receipt(other, 2, 500) with { Number = "12345678901" }, ReceiptKeeping.BadNumber),
            (Receipt(other, 2, 500) with { CheckCode = "校验" }, RegisterReceipt.BadCheckCode),
            (Receipt(other, 2, 500) with { Files = [new Enclosure(new string('a', 64))] }, RegisterReceipt.FileGone),
        ];
        foreach (var (form, code) in refused)
        {
            (await RefusalOf(() => body.Accountant.Run(form))).Code.ShouldBe(code);
        }

        (await body.Accountant.Ask(new ReceiptList(null, "", 1))).Total.ShouldBe(1);
    }

    [Fact]
    public async Task Taken_back_and_made_out_anew_the_old_one_is_known_from_the_new()
    {
        await using TestBody body = await Body();
        await body.Accountant.Run(new AddReceiptRange(TestBody.Key, "33010225", "1", "50", ReceiptMedium.Paper, new LocalDate(2026, 1, 5)));
        long gift = await body.GiftOf("林小满", 200);
        long paper = await body.Accountant.Run(Receipt(gift, 1, 200) with { Code = "33010225" });
        (await RefusalOf(() => body.Accountant.Run(new VoidReceipt(TestBody.Key, paper, Day, "写错", false)))).Code.ShouldBe(VoidReceipt.CopiesMissing);
        long electronic = await body.Accountant.Run(Receipt(gift, 3, 200) with { Replaces = paper, Reason = "改开电子票据", CopiesKept = true });
        ReceiptView old = await body.Accountant.Ask(new ReceiptPage(paper));
        (old.Receipt.State, old.ReplacedBy!.Number, old.Receipt.CopiesKept).ShouldBe((ReceiptState.Replaced, "0000000003", true));
        (await RefusalOf(() => body.Accountant.Run(new VoidReceipt(TestBody.Key, paper, Day, "再作废", true)))).Code.ShouldBe(OfficialReceipt.NotValid);

        await body.Accountant.Run(new VoidReceipt(TestBody.Key, electronic, Day, "捐赠人要求", false, "5"));
        (await body.Accountant.Ask(new GiftsWithoutReceipt(false, 1))).Items.Single().Donation.ShouldBe(gift);
        (await RefusalOf(() => body.Accountant.Run(Receipt(gift, 5, 200)))).Code.ShouldBe(RegisterReceipt.NumberTwice);
        (await body.Accountant.Run(Receipt(gift, 6, 200))).ShouldBeGreaterThan(electronic);
    }

    [Fact]
    public async Task Numbers_below_the_highest_are_missing_until_somebody_says_why()
    {
        await using TestBody body = await Body();
        foreach ((int number, decimal yuan) in new[] { (2, 10m), (3, 20m), (8, 30m) })
        {
            await body.Accountant.Run(Receipt(await body.GiftOf("林小满", yuan), number, yuan));
        }

        RangesView view = await body.Accountant.Ask(new MissingNumbers());
        view.Missing.Select(gap => (gap.FirstNumber, gap.LastNumber, gap.Numbers)).ShouldBe([("0000000001", "0000000001", 1L), ("0000000004", "0000000007", 4L)]);
        (view.Ranges.Single().Used, view.Ranges.Single().Highest, view.Ranges.Single().Missing).ShouldBe((3L, "0000000008", 5L));
        (await body.Accountant.Run(new ExplainMissing(TestBody.Key, Code, "4", "6", "打印错位，剪角留存"))).ShouldBe(3);
        (await RefusalOf(() => body.Accountant.Run(new ExplainMissing(TestBody.Key, Code, "8", "9", "没有用")))).Code.ShouldBe(ExplainMissing.NoneMissing);
        view = await body.Accountant.Ask(new MissingNumbers());
        view.Missing.Select(gap => gap.FirstNumber).ShouldBe(["0000000001", "0000000007"]);
        view.Explained.Single().ShouldSatisfyAllConditions(gap => gap.Numbers.ShouldBe(3), gap => gap.LastNumber.ShouldBe("0000000006"));
    }

    [Fact]
    public async Task The_fiscal_systems_list_finds_the_oldest_gift_and_names_what_fits_none()
    {
        await using TestBody body = await Body();
        long first = await body.GiftOf("林小满", 200), second = await body.GiftOf("林小满", 200);
        byte[] list = Encoding.UTF8.GetBytes(
            $"""
            票据代码,票据号码,校验码,交款人,开票日期,金额合计,票据状态
            {Code},0000000001,a1b2c3,林小满,2026-03-06,200.00,正常
            {Code},0000000002,,何秋菊,2026-03-06,50.00,正常
            {Code},0000000003,,林小满,2026-03-06,200.00,作废
            {Code},0000000101,,林小满,2026-03-06,200.00,正常
            {Code},4,,林小满,2026-03-07,"¥200.00",正常
            """);
        ReceiptsRead read = await body.Accountant.Run(new ImportReceipts(TestBody.Key, list));
        (read.Rows, read.Registered, read.Voided, read.Before).ShouldBe((5, 2, 1, 0));
        read.Left.Select(left => (left.Row, left.Why)).ShouldBe([(3, LeftBecause.NoGift), (5, LeftBecause.OutsideRanges)]);
        await using FundDb db = body.Db();
        (await db.Set<OfficialReceipt>().Where(row => row.DonationId != null).OrderBy(row => row.Number).Select(row => row.DonationId).ToListAsync())
            .ShouldBe([first, second]);
        read = await body.Accountant.Run(new ImportReceipts(TestBody.Key, list));
        (read.Registered, read.Voided, read.Before).ShouldBe((0, 0, 3));
        (await RefusalOf(() => body.Accountant.Run(new ImportReceipts(TestBody.Key, "甲,乙\n1,2"u8.ToArray())))).Code.ShouldBe(ImportReceipts.NoHeading);
    }

    [Fact]
    public async Task A_negative_amount_takes_back_its_receipt_and_the_list_may_come_again()
    {
        await using TestBody body = await Body();
        long gift = await body.GiftOf("林小满", 200);
        byte[] list = Encoding.UTF8.GetBytes(
            $"""
            票据代码,票据号码,交款人,开票日期,金额合计,原票据号码
            {Code},0000000003,林小满,2026-03-09,200.00,
            {Code},0000000002,林小满,2026-03-08,-200.00,0000000001
            {Code},0000000001,林小满,2026-03-06,200.00,
            {Code},0000000004,何秋菊,2026-03-09,-50.00,
            """);
        ReceiptsRead read = await body.Accountant.Run(new ImportReceipts(TestBody.Key, list));
        (read.Registered, read.Voided, read.Left.Count).ShouldBe((2, 2, 0));
        await using FundDb db = body.Db();
        (await db.Set<OfficialReceipt>().OrderBy(row => row.Number).Select(row => new { row.Number, row.State, row.RedNumber, row.DonationId }).ToListAsync())
            .Select(row => (row.Number[^1], row.State, row.RedNumber, row.DonationId)).ShouldBe(
            [
                ('1', ReceiptState.Void, "0000000002", gift), ('3', ReceiptState.Registered, null, gift), ('4', ReceiptState.Void, null, null),
            ]);
        read = await body.Accountant.Run(new ImportReceipts(TestBody.Key, list));
        (read.Registered, read.Voided, read.Before, read.Left.Single().Why).ShouldBe((0, 0, 3, LeftBecause.OtherBefore));
    }

    [Fact]
    public async Task A_gift_booked_anew_takes_over_the_receipt_and_a_donor_may_want_none()
    {
        await using TestBody body = await Body();
        long gift = await body.GiftOf("林小满", 200), other = await body.GiftOf("何秋菊", 80);
        long receipt = await body.Accountant.Run(Receipt(gift, 1, 200));
        (await RefusalOf(() => body.Accountant.Run(new MoveReceipt(TestBody.Key, receipt, other)))).Code.ShouldBe(MoveReceipt.GiftStands);
        await using FundDb db = body.Db();
        long voucher = (await db.Set<Donation>().SingleAsync(row => row.DonationId == gift)).VoucherId!.Value;
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, voucher, new LocalDate(2026, 3, 10), "记错基金")));
        (await body.Accountant.Ask(new ReceiptList(null, "", 1))).Items.Single().GiftGone.ShouldBeTrue();
        long anew = await body.GiftOf("林小满", 200, TestBody.Children);
        (await body.Accountant.Ask(new ReceiptPage(receipt))).Anew.Single().Donation.ShouldBe(anew);
        await body.Accountant.Run(new MoveReceipt(TestBody.Key, receipt, anew));
        (await body.Accountant.Ask(new ReceiptPage(receipt))).Fund.ShouldBe("儿童基金");
        await body.Accountant.Run(new WaiveReceipt(TestBody.Key, other, "3 月 5 日电话确认"));
        (await body.Accountant.Ask(new GiftsWithoutReceipt(true, 1))).Total.ShouldBe(0);
    }

    internal static RegisterReceipt Receipt(long gift, int number, decimal yuan, string payer = "") => new(
        TestBody.Key, Code, $"{number}", "", Day, Amount.Yuan(yuan), payer, PersonKind.Person, gift);

    /// <summary>A body with the numbers 1 to 100 of electronic receipts.</summary>
    internal static async Task<TestBody> Body()
    {
        TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddReceiptRange(TestBody.Key, Code, "1", "100", ReceiptMedium.Electronic, new LocalDate(2026, 1, 5)));
        return body;
    }
}

/// <summary>Gifts by their donors, in few words.</summary>
internal static class GiftNotation
{
    /// <summary>A gift in the books, of 5 March 2026.</summary>
    /// <returns>The gift's id.</returns>
    public static async Task<long> GiftOf(this TestBody body, string donor, decimal yuan, int fund = TestBody.Community, LocalDate? on = null)
    {
        long voucher = await body.Accountant.Run(new RecordDonation(
            TestBody.Key, fund, donor, donor.Length > 3 ? PersonKind.Organisation : PersonKind.Person, Amount.Yuan(yuan),
            on ?? new LocalDate(2026, 3, 5), TestBody.Bank, fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted, "", "捐赠", null));
        await body.Review(voucher);
        await using FundDb db = body.Db();
        return (await db.Set<Donation>().SingleAsync(row => row.VoucherId == voucher)).DonationId;
    }
}
