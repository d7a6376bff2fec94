using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// Projects of the demo, and a small store: rice and oil that were given with an invoice, old books that are only noted, some of both handed out.
/// </summary>
internal static class DemoGoods
{
    public const string Place = "清河社区物资库";

    /// <returns>Help at home first.</returns>
    public static async Task<long[]> Projects(FundSession accountant, IReadOnlyDictionary<string, int> funds, CancellationToken ct) =>
    [
        await accountant.Run(new OpenProject(Key(), "XM-2026-01", "助老上门服务", funds["F04"], "elderly", ""), ct),
        await accountant.Run(new OpenProject(Key(), "XM-2026-02", "幸福里儿童画室", funds["F03"], "children", "幸福里社区"), ct),
        await accountant.Run(new OpenProject(Key(), "XM-2026-03", "翠苑楼道微更新", funds["F05"], "environment", "翠苑社区"), ct),
    ];

    public static async Task Store(FundSession accountant, FundSession reviewer, DemoClock clock, IReadOnlyDictionary<string, int> funds,
        long project, CancellationToken ct)
    {
        LocalDate day = new(2026, 4, 29), next = day.PlusDays(1);
        clock.Turn(day, 9, 0);
        ReceiveInKind gift = new(Key(), funds["F04"], "清河商会", PersonKind.Organisation, day, Restriction.Restricted, "", "大米和食用油",
            Place,
            [
                new InKindRow(InKindThing.Goods, "大米 10 公斤装", "袋", 200, Amount.Yuan(11_600), ExpiresOn: new LocalDate(2027, 3, 31)),
                new InKindRow(InKindThing.Goods, "食用油 5 升装", "桶", 100, Amount.Yuan(6_800), ExpiresOn: new LocalDate(2027, 9, 30)),
            ], [await Keep(accountant, "发票 大米 食用油.pdf", "大米 200 袋、食用油 100 桶，价税合计 18,400.00", ct)]);
        await Review(reviewer, (await accountant.Run(gift, ct)).Voucher!.Value, ct);
        await accountant.Run(gift with
        {
            Key = Key(),
            Fund = funds["F01"],
            Donor = "",
            Restriction = Restriction.Unrestricted,
            Words = "居民捐赠旧图书",
            Things = [new InKindRow(InKindThing.Goods, "旧图书", "册", 150)],
            Documents = [],
        }, ct);
        clock.Turn(next, 9, 0);
        StockOffer offer = await accountant.Ask(new StockChoices(), ct);
        LotChoice Of(string unit) => offer.Lots.Single(lot => lot.Unit == unit);
        IssueGoods issue = new(Key(), funds["F04"], Of("袋").Place, [new GoodsOut(Of("袋").Item, 60), new GoodsOut(Of("桶").Item, 30)], next,
            "独居老人节前慰问 60 户", "", PersonKind.Organisation, "elderly", project,
            Documents: [await Keep(accountant, "签收单 节前慰问.pdf", "60 户签收：大米 60 袋、食用油 30 桶", ct)]);
        await Review(reviewer, (await accountant.Run(issue, ct)).Voucher!.Value, ct);
        await accountant.Run(issue with
        {
            Key = Key(),
            Fund = funds["F01"],
            Goods = [new GoodsOut(Of("册").Item, 90)],
            Words = "旧图书送社区图书角",
            ProjectClass = "culture",
            Project = null,
            Documents = null,
        }, ct);
    }

    private static async Task<Enclosure> Keep(FundSession accountant, string name, string line, CancellationToken ct) =>
        new(await accountant.Run(new UploadDocument(Key(), name, DemoPaper.Pdf(name[..3].TrimEnd(), line, "清河慈善会"), ""), ct));

    private static async Task Review(FundSession reviewer, long voucher, CancellationToken ct) =>
        await reviewer.Run(new ReviewVoucher(Key(), voucher), ct);

    private static Guid Key() => Guid.NewGuid();
}
