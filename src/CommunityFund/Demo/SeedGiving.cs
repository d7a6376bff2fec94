using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations.Pledges;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>Receipts and promises of the demo: one range with a number missing and a receipt made out anew, two pledges, a monthly
/// giver.</summary>
internal static class SeedGiving
{
    private const string Code = "33010126";

    /// <param name="day">The books' day while it happens.</param>
    public static async Task Run(FundSession accountant, IReadOnlyDictionary<string, int> funds, LocalDate day, CancellationToken ct)
    {
        await accountant.Run(new AddReceiptRange(Key(), Code, "0000126401", "0000126450", ReceiptMedium.Electronic, new LocalDate(2026, 1, 5)), ct);
        WaitingGift[] gifts = [.. (await accountant.Ask(new GiftsWithoutReceipt(Anonymous: false, 1), ct)).Items];
        await Register(accountant, gifts[0], 126401, ct);
        long wrong = await Register(accountant, gifts[1], 126402, ct);
        await Register(accountant, gifts[1], 126403, ct, replaces: wrong);
        await Register(accountant, gifts[2], 126405, ct);
        await accountant.Run(new WaiveReceipt(Key(), gifts.First(gift => gift.Donor == "陈阿姨").Donation, "当面说不要票据"), ct);

        long naming = await accountant.Run(new NotePledge(Key(), "华联商贸集团有限公司", PersonKind.Organisation, funds["F06"], PledgeForm.Written,
            ForRelief: false, new LocalDate(2026, 1, 8), "冠名协议 HL-2026-01",
            [Part(2026, 1, 20, 30000), Part(2026, 2, 20, 20000), Part(2026, 6, 20, 50000)]), ct);
        foreach (PledgeGiftItem gift in (await accountant.Ask(new PledgePage(naming), ct)).Possible)
        {
            await accountant.Run(new FulfilPledge(Key(), naming, gift.Donation), ct);
        }

        await accountant.Run(new NotePledge(Key(), "清河建材有限公司", PersonKind.Organisation, funds["F04"], PledgeForm.Public, ForRelief: true,
            new LocalDate(2025, 12, 5), "2025 年慈善晚会现场认捐（清河融媒报道）", [Part(2026, 1, 15, 10000), Part(2026, 3, 31, 10000)]), ct);
        await accountant.Run(new StartRecurring(Key(), "陈阿姨", PersonKind.Person, funds["F05"], Amount.Yuan(88), 10, day,
            Restriction.Restricted, ""), ct);
        await accountant.Run(new PromiseMatching(Key(), "清河商会", PersonKind.Organisation, funds["F02"], 50, Amount.Yuan(5000),
            new LocalDate(2026, 2, 1), new LocalDate(2026, 5, 31), Restriction.Unrestricted, "", "配捐备忘录 2026-02"), ct);
    }

    private static async Task<long> Register(FundSession accountant, WaitingGift gift, int number, CancellationToken ct, long? replaces = null)
    {
        string file = await accountant.Run(new UploadDocument(Key(), $"捐赠票据 {number}.pdf", DemoPaper.Pdf("公益事业捐赠统一票据（电子）",
            $"票据代码：{Code}　票据号码：{number:D10}", $"交款人：{gift.Donor}", $"金额合计：{Figures.Of(gift.Amount)}")), ct);
        return await accountant.Run(new RegisterReceipt(Key(), Code, $"{number:D10}", "", gift.ReceivedOn.PlusDays(2), gift.Amount, gift.Donor,
            PersonKind.Person, gift.Donation, Files: [new Enclosure(file)], Replaces: replaces, Reason: replaces is null ? "" : "抬头写成了简称"), ct);
    }

    private static Guid Key() => Guid.NewGuid();

    private static Instalment Part(int year, int month, int day, decimal yuan) => new(new LocalDate(year, month, day), Amount.Yuan(yuan));
}
