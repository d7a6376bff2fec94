using System.Text;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests;

/// <summary>Many gifts at once: typed against a control total, or read from a file.</summary>
public sealed class ManyGiftsTests
{
    private const string Head = "捐赠日期,姓名/单位,金额（元）,基金,限定用途,方式,备注,订单号";

    [Fact]
    public async Task A_list_becomes_a_voucher_per_day_and_fund_with_a_lot_for_each_gift()
    {
        await using TestBody body = await TestBody.New();
        long upload = await Upload(body, $"""
            三月捐赠名单
            {Head}
            2026-03-05,林小满,"1,200.50",C01,,微信,,A1
            2026/3/5 12:30:01,绿洲公司,300,幸福里社区基金,,银行转账,给社区,A2
            2026年3月5日,匿名,20,C01 幸福里社区基金,只用于图书角,现金,,
            20260306,林小满,8,C02,,,,A3
            合计,,1528.50
            """);
        ListPreview preview = await body.Accountant.Ask(new GiftListPreview(upload));
        (preview.Gifts, preview.Faults, preview.Amount, preview.Anonymous).ShouldBe((4, 0, Amount.Yuan(1528.50m), 1));
        List<(int, int)> told = [];
        ListRecorded done = await body.Accountant.Run(List(upload) with { Told = (at, of) => told.Add((at, of)) });
        (done.Gifts, done.Vouchers, done.Amount, told[^1]).ShouldBe((4, 2, Amount.Yuan(1528.50m), (4, 4)));
        await body.Review(done.Voucher);
        await using FundDb db = body.Db();
        (await db.Vouchers.Select(row => new { row.LineCount, row.State }).OrderBy(row => row.LineCount).ToListAsync())
            .Select(row => (row.LineCount, row.State)).ShouldBe([((short)2, VoucherState.Posted), ((short)4, VoucherState.Posted)]);
        Donation[] gifts = await db.Set<Donation>().OrderBy(row => row.DonationId).ToArrayAsync();
        gifts.Select(row => (row.Units, row.Restriction, row.Clause, row.Channel, row.State)).ShouldBe(
        [
            (1200_50, Restriction.Unrestricted, "", GiftChannel.Platform, DonationState.Accepted),
            (300_00, Restriction.Unrestricted, "", GiftChannel.Bank, DonationState.Accepted),
            (20_00, Restriction.Restricted, "只用于图书角", GiftChannel.Cash, DonationState.Accepted),
            (8_00, Restriction.Restricted, "仅用于社区儿童活动", GiftChannel.Unsaid, DonationState.Accepted),
        ]);
        gifts[0].DonorId.ShouldBe(gifts[3].DonorId);
        (await db.People.SingleAsync(person => person.PersonId == gifts[1].DonorId)).Kind.ShouldBe(PersonKind.Organisation);
        foreach (Donation gift in gifts)
        {
            long entry = (await db.Vouchers.SingleAsync(row => row.VoucherId == gift.VoucherId)).EntryNo!.Value;
            GiftLot lot = await db.Set<GiftLot>().SingleAsync(row => row.EntryNo == entry && row.LineNo == gift.LineNo);
            (lot.Units, lot.CounterpartyId).ShouldBe((gift.Units, gift.DonorId));
        }
    }

    [Theory]
    [InlineData("2026-03-05,林,,C01,,,,", AmountText.NotANumber)]
    [InlineData("2026-02-30,林,1,C01,,,,", DayText.NoSuchDay)]
    [InlineData("2026-03-21,林,1,C01,,,,", GiftListReading.DayShut)]
    [InlineData("2025-12-31,林,1,C01,,,,", GiftListReading.DayShut)]
    [InlineData("2026-03-05,林,-1,C01,,,,", AmountText.NotPositive)]
    [InlineData("2026-03-05,林,1,没有的基金,,,,", Work.UnknownFund)]
    [InlineData("2026-03-05,林,1,,,,,", GiftListReading.FundMissing)]
    [InlineData("2026-03-05,林,1,F01,,,,", Work.UnknownFund)]
    [InlineData("2026-03-05,林,1,C01,,,,A1\n2026-03-05,何,1,C01,,,,A1", GiftListReading.OrderTwice)]
    public async Task A_row_that_cannot_be_recorded_says_why_and_none_is_recorded(string rows, string code)
    {
        await using TestBody body = await TestBody.New();
        long upload = await Upload(body, $"{Head}\n2026-03-05,好,5,C01,,,,\n{rows}");
        ListPreview preview = await body.Accountant.Ask(new GiftListPreview(upload, OnlyFaults: true));
        preview.Rows.ShouldHaveSingleItem().Fault!.Code.ShouldBe(code);
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(List(upload)))).Refusal.Code.ShouldBe(RecordGiftList.RowsWrong);
        await using FundDb db = body.Db();
        (await db.Vouchers.AnyAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_file_and_the_same_order_come_once_unless_the_first_was_sent_back()
    {
        await using TestBody body = await TestBody.New();
        const string Text = Head + "\n2026-03-05,林小满,5,C01,,,,A1\n2026-03-05,何秋菊,6,C01,,,,";
        ListRecorded first = await body.Accountant.Run(List(await Upload(body, Text)));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, first.Voucher, "账户不对"));
        ListRecorded second = await body.Accountant.Run(List(await Upload(body, Text)));
        long again = await Upload(body, Text);
        (await body.Accountant.Ask(new GiftListPreview(again, OnlyFaults: true))).Rows.ShouldHaveSingleItem().Fault!.Code.ShouldBe(GiftListReading.OrderKnown);
        const string NoOrders = Head + "\n2026-03-05,何秋菊,6,C01,,,,";
        await body.Accountant.Run(List(await Upload(body, NoOrders)));
        (await Should.ThrowAsync<RefusedException>(async () => await body.Accountant.Run(List(await Upload(body, NoOrders))))).Refusal.Code
            .ShouldBe("database.gift-list-twice");
        await body.Review(second.Voucher);
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new RecordDonation(
            TestBody.Key, TestBody.Community, "林小满", PersonKind.Person, Amount.Yuan(5), new LocalDate(2026, 3, 5), TestBody.Bank, Restriction.Unrestricted, "",
            "捐赠", null, Terms: new GiftTerms(OrderNumber: "A1"))))).Refusal.Code.ShouldBe("database.donation-order-once");
    }

    [Fact]
    public async Task A_workbook_reads_like_its_text()
    {
        await using TestBody body = await TestBody.New();
        using XLWorkbook book = new();
        IXLWorksheet sheet = book.AddWorksheet("名单");
        foreach (var (word, at) in new[] { "日期", "单位", "姓名", "金额", "基金", "订单号" }.Select((word, at) => (word, at + 1)))
        {
            sheet.Cell(1, at).SetValue(word);
        }

        sheet.Cell(2, 1).SetValue(new DateTime(2026, 3, 5));
        sheet.Cell(2, 2).SetValue("绿洲");
        sheet.Cell(2, 4).SetValue(12.34m);
        sheet.Cell(2, 5).SetValue("C01");
        sheet.Cell(2, 6).SetValue("4200002026");
        using MemoryStream bytes = new();
        book.SaveAs(bytes);
        long upload = await body.Accountant.Run(new UploadGiftList(TestBody.Key, "名单.xlsx", bytes.ToArray()));
        GiftListRow row = (await body.Accountant.Ask(new GiftListPreview(upload))).Rows.ShouldHaveSingleItem();
        (row.Day, row.Donor, row.Kind, row.Amount, row.Order, row.Fault).ShouldBe(
            (new LocalDate(2026, 3, 5), "绿洲", PersonKind.Organisation, Amount.Yuan(12.34m), "4200002026", null));
        foreach (var (content, code) in new[] { ("PK\u0003\u0004垃圾", GiftTable.Unreadable), ("姓名\n林", GiftColumns.NotFound) })
        {
            (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new UploadGiftList(TestBody.Key, "x", Encoding.UTF8.GetBytes(content)))))
                .Refusal.Code.ShouldBe(code);
        }
    }

    [Fact]
    public async Task A_batch_is_prepared_only_when_count_and_total_agree()
    {
        await using TestBody body = await TestBody.New();
        long batch = await body.Accountant.Run(new OpenGiftBatch(TestBody.Key, "义卖捐款", 2, Amount.Yuan(30), TestBody.Bank, new LocalDate(2026, 3, 5)));
        BatchGift one = new("林小满", PersonKind.Person, TestBody.Community, Amount.Yuan(10)), two = new("", PersonKind.Person, TestBody.Children, Amount.Yuan(20));
        foreach (BatchGift[] wrong in new BatchGift[][] { [one], [one, two with { Amount = Amount.Yuan(21) }], [one, one, one] })
        {
            await body.Accountant.Run(new SaveGiftBatch(TestBody.Key, batch, wrong));
            (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new PrepareGiftBatch(TestBody.Key, batch)))).Refusal.Code
                .ShouldBe(ConstraintRefusal.GiftBatchUnequal);
        }

        await body.Accountant.Run(new SaveGiftBatch(TestBody.Key, batch, [one, two]));
        (await body.Accountant.Ask(new GiftBatches())).ShouldHaveSingleItem().Agrees.ShouldBeTrue();
        long voucher = await body.Accountant.Run(new PrepareGiftBatch(TestBody.Key, batch));
        await body.Review(voucher);
        (await body.Accountant.Ask(new GiftBatches())).ShouldBeEmpty();
        (await body.Accountant.Ask(new DonationList(State: DonationState.Accepted))).Sum.ShouldBe(Amount.Yuan(30));
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new SaveGiftBatch(TestBody.Key, batch, [])))).Refusal.Code
            .ShouldBe(ConstraintRefusal.GiftBatchOver);
    }

    private static RecordGiftList List(long upload) => new(TestBody.Key, upload, TestBody.Bank, null, "收到捐赠（名单）");

    private static Task<long> Upload(TestBody body, string text) =>
        body.Accountant.Run(new UploadGiftList(TestBody.Key, "名单.csv", Encoding.UTF8.GetBytes(text)));
}
