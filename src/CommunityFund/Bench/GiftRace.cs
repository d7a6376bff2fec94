using System.Diagnostics;
using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Bench;

/// <summary>How long a list of gifts took, in seconds.</summary>
/// <param name="Preview">Uploading it and showing its first page with every fault.</param>
/// <param name="Record">Recording it: donors, gifts, vouchers, proof, commit.</param>
/// <param name="Review">Reviewing all its vouchers at once, which posts them with a lot for each gift.</param>
/// <param name="Bare">As many lines put into two bare tables in as few calls.</param>
public sealed record GiftReading(int Gifts, int Vouchers, int Told, decimal Preview, decimal Record, decimal Review, decimal Bare)
{
    /// <summary>More than this is too much for uploading, looking and recording together.</summary>
    public const decimal OwedSeconds = 20;

    public decimal Seconds => Preview + Record;

    public decimal Ratio => Record / Bare;

    public bool Met => Seconds < OwedSeconds && Told > 1;
}

/// <summary>A list of so many gifts over a month and eight funds: half of its donors come twice, a third is restricted in its own words.</summary>
public sealed class GiftRace(BenchGround ground, int gifts)
{
    private const int Funds = 8, Days = 31;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<GiftReading> Run(CancellationToken ct)
    {
        FundSession maker = ground.Foundation.SessionOf(_book.Maker, _book.Book), reviewer = ground.Foundation.SessionOf(_book.Reviewer, _book.Book);
        byte[] file = File();
        Stopwatch watch = Stopwatch.StartNew();
        long upload = await maker.Run(new UploadGiftList(Guid.NewGuid(), "gifts.csv", file), ct);
        await maker.Ask(new GiftListPreview(upload), ct);
        decimal preview = watch.Elapsed.Milliseconds() / 1000;
        int told = 0;
        watch.Restart();
        ListRecorded done = await maker.Run(
            new RecordGiftList(Guid.NewGuid(), upload, "bank.01", null, "收到捐赠（名单）") { Told = (_, _) => told++ }, ct);
        decimal record = watch.Elapsed.Milliseconds() / 1000;
        watch.Restart();
        await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), done.Voucher), ct);
        decimal review = watch.Elapsed.Milliseconds() / 1000;
        await using BareInserts bare = await BareInserts.Open(ground.App, _book.Book, ct);
        watch.Restart();
        for (int left = (done.Gifts + done.Vouchers) / 2; left > 0; left -= 1000)
        {
            await bare.Insert(Math.Min(left, 1000), ct);
        }

        return new GiftReading(done.Gifts, done.Vouchers, told, preview, record, review, watch.Elapsed.Milliseconds() / 1000);
    }

    private byte[] File()
    {
        StringBuilder text = new("日期,姓名/单位,金额,基金,限定用途,方式,备注,订单号\n");
        for (int at = 0; at < gifts; at++)
        {
            LocalDate day = new(2026, 3, 1 + (at % Days));
            string purpose = at % 3 == 0 ? "只用于图书角" : "", fund = string.Create(CultureInfo.InvariantCulture, $"C{1 + (at / Days % Funds):00}");
            text.Append(CultureInfo.InvariantCulture,
                $"{day:yyyy-MM-dd},捐赠人{at % (gifts * 2 / 3)},{10 + (at % 997)}.{at % 100:00},{fund},{purpose},微信,,W{at:00000000}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
