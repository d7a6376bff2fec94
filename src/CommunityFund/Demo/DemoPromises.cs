using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// What donors of the demo agreed with 清河慈善会 and how they want to be named: two agreements that bind, one of them with a report that
/// is due, one that waits for its second person, and an appeal that runs. No gift changes by it.
/// </summary>
internal static class DemoPromises
{
    private const string Bank = "bank.01";

    /// <returns>The agreement for the elderly, under which money comes in April.</returns>
    public static async Task<long> Tell(FundSession accountant, FundSession reviewer, Func<string, int> fund, CancellationToken ct)
    {
        long elderly = await accountant.Run(new ProposeAgreement(
            Guid.NewGuid(), "QH-2026-02", "和顺物业服务有限公司", PersonKind.Organisation, fund("F04"), new LocalDate(2026, 1, 5), Amount.Yuan(60000), 5m,
            "和顺暖心助老", ReportEvery.HalfYear, 30, null, "项目终止时，未使用的部分退还捐赠人或经其书面同意转用于其他助老项目",
            [
                new ClauseDraft(ClauseKind.Purpose, "仅用于社区老年人助餐、助医和陪伴服务（第二条）", Classes: ["elderly"]),
                new ClauseDraft(ClauseKind.Period, "捐赠款应在 2027 年 12 月 31 日前使用完毕（第五条）", Until: new LocalDate(2027, 12, 31)),
            ]), ct);
        await reviewer.Run(new ConfirmAgreement(Guid.NewGuid(), elderly), ct);
        long children = await accountant.Run(new ProposeAgreement(
            Guid.NewGuid(), "QH-2025-12", "阳光幼儿园家委会", PersonKind.Organisation, fund("F03"), new LocalDate(2025, 12, 2), null, 0m, "",
            ReportEvery.Quarter, 15, null, "",
            [
                new ClauseDraft(ClauseKind.Purpose, "仅用于幸福里社区儿童画室和假期托管", Classes: ["children"]),
                new ClauseDraft(ClauseKind.Area, "在幸福里社区范围内开展", Communities: ["幸福里社区"]),
            ]), ct);
        await reviewer.Run(new ConfirmAgreement(Guid.NewGuid(), children), ct);
        await accountant.Run(new ProposeAgreement(
            Guid.NewGuid(), "QH-2026-06", "清河街道企业联合会", PersonKind.Organisation, fund("F01"), new LocalDate(2026, 3, 2), Amount.Yuan(80000), 3.5m, "",
            ReportEvery.Year, 60, Amount.Yuan(20000), "", [new ClauseDraft(ClauseKind.Purpose, "用于社区文化活动和邻里节", Classes: ["culture"])]), ct);
        long appeal = await accountant.Run(new ProposeCampaign(
            Guid.NewGuid(), "点亮楼道 2026 春季募捐", "53330100QH2026A0021", new LocalDate(2026, 2, 12), false, "为老旧小区更换楼道感应灯、加装扶手",
            Amount.Yuan(50000), fund("F05"), Bank, new LocalDate(2026, 3, 1), new LocalDate(2026, 5, 31),
            [new ClauseDraft(ClauseKind.Purpose, "仅用于楼道照明与扶手（募捐方案第三条）", Classes: ["environment"])]), ct);
        await reviewer.Run(new ConfirmCampaign(Guid.NewGuid(), appeal), ct);
        foreach (NoteDonor donor in new[]
        {
            Donor("张丽", PersonKind.Person, DonorNaming.Alias, "晨光阿姨", new DonorContact(Phone: "13900000001")),
            Donor("和顺物业服务有限公司", PersonKind.Organisation, DonorNaming.Named, "",
                new DonorContact("91330100MA0000001X", "0571-88000001", "", "清河街道和顺路 18 号")) with { IsMain = true },
            Donor("清河街道企业联合会", PersonKind.Organisation, DonorNaming.Named, "",
                new DonorContact("51330100MJ0000002Y")) with { IsMain = true, IsRelated = true },
        })
        {
            await accountant.Run(donor, ct);
        }

        return elderly;
    }

    private static NoteDonor Donor(string name, PersonKind kind, DonorNaming naming, string alias, DonorContact contact) =>
        new(Guid.NewGuid(), null, name, kind, DonorPlace.Inside, naming, alias, false, false, contact);
}
