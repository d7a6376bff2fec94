using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>What happened on a day of the second demo book.</summary>
/// <param name="Account">Key of the account across from the bank; empty for a gift.</param>
/// <param name="Class">Key of the class of project, of programme cost.</param>
internal sealed record QinglanEvent(
    LocalDate Day, string Fund, string Account, CashFlow Item, decimal Yuan, string Words, string Donor = "", string Class = "",
    Restriction? Restriction = null, string Clause = "");

/// <summary>
/// 青岚社区基金会, a small foundation made up for the demo: it kept its books of 2025 by the standard of 2004 and goes over to that of
/// 2026. Every fund pays from what it has; what restricted money pays is released in the same voucher, as the old standard has it.
/// </summary>
internal static class QinglanStory
{
    public const string Body = "青岚社区基金会";

    public const string Account = "44050170xxxx00005678";

    public static LocalDate OpeningDay { get; } = new(2025, 1, 1);

    public static LocalDate NewStandard { get; } = new(2026, 1, 1);

    public static IReadOnlyList<DemoFund> Funds { get; } =
    [
        new("Q01", "青岚助学基金", FundKind.Special, null, "仅用于辖区困难家庭学生（募捐方案第二条）", 80000m),
        new("Q02", "银发陪伴基金", FundKind.Named, null, "仅用于辖区高龄独居老人（捐赠协议第三条）", 50000m),
        new("Q03", "石桥里社区基金", FundKind.Community, null, "", 26000m),
        new("Q04", "绿色楼院基金", FundKind.Micro, "Q03", "仅用于楼院绿化（募捐公告）", 12000m),
    ];

    /// <summary>The general fund's opening: bank, equipment less depreciation, an office that was fitted out for three years, software
    /// net of what was written off.</summary>
    public const decimal GeneralBank = 1016800m, Equipment = 36000m, Depreciated = 10800m, FittingOut = 36000m, Software = 15000m;

    /// <summary>Depreciation and deferred expenses of a month, amortisation of a quarter; a copier comes in May.</summary>
    public const decimal MonthlyDepreciation = 600m, MonthlyFittingOut = 1000m, QuarterlySoftware = 1000m, Copier = 12000m,
        CopierDepreciation = 200m;

    /// <summary>Pay of a month: the office's, and those who run the activities.</summary>
    public const decimal OfficePay = 9000m, ActivityPay = 6000m;

    /// <summary>What the audit adds to the year.</summary>
    public const decimal Bonus = 6000m;

    public static IReadOnlyList<QinglanEvent> Events { get; } =
    [
        Gift(2025, 1, 8, "Q01", 60000, "助学专项捐赠", "青岚置业有限公司"),
        Gift(2025, 1, 15, "Q03", 15000, "非限定捐赠", "石桥里商户联合会"),
        Gift(2025, 2, 10, "F00", 100000, "非限定捐赠", "远山资本管理有限公司"),
        In(2025, 2, 18, "Q02", "government-grant-income", CashFlow.SubsidiesReceived, 80000, "街道补助 高龄老人关爱"),
        Cost(2025, 2, 20, "Q03", CashFlow.PurchasesPaid, 3800, "元宵灯谜会", "culture"),
        Gift(2025, 3, 5, "Q02", 40000, "助老专项捐赠", "和顺物业服务有限公司"),
        Cost(2025, 3, 12, "Q02", CashFlow.PurchasesPaid, 6000, "高龄老人上门陪伴 一季度", "elderly"),
        new(new LocalDate(2025, 3, 18), "Q01", "project-advances", CashFlow.GrantsPaid, -30000, "预拨 石桥小学课后托管项目"),
        Interest(2025, 3, 21, 812.40m),
        Gift(2025, 4, 9, "Q04", 9800, "楼院绿化众筹", "石桥里三号院业主小组"),
        In(2025, 4, 15, "F00", "advances-received", CashFlow.ServicesReceived, 60000, "街道购买服务 社区议事培训 预收"),
        Cost(2025, 4, 22, "Q01", CashFlow.GrantsPaid, 12000, "春季助学金", "children"),
        new(new LocalDate(2025, 5, 6), "F00", "fixed-assets", CashFlow.AssetsPaid, -Copier, "购置复印机"),
        Gift(2025, 5, 12, "Q03", 12000, "个人捐赠", "周启明"),
        Cost(2025, 5, 20, "Q02", CashFlow.PurchasesPaid, 7500, "高龄老人体检", "elderly"),
        new(new LocalDate(2025, 5, 23), "F00", Ledger.Account.Keys.FundraisingExpense, CashFlow.OtherPaid, -3200, "公募宣传页印刷"),
        Cost(2025, 6, 10, "Q03", CashFlow.PurchasesPaid, 6200, "邻里议事角改造", "neighbourhood"),
        Gift(2025, 6, 18, "Q01", 20000, "助学捐赠", "青岚置业有限公司"),
        Interest(2025, 6, 21, 905.10m),
        Gift(2025, 7, 2, "Q03", 5000, "夏令营专项捐赠", "石桥幼儿园家委会", "仅用于石桥里暑期夏令营（捐赠函）"),
        Cost(2025, 7, 15, "Q02", CashFlow.PurchasesPaid, 8000, "独居老人智能手环", "elderly"),
        Cost(2025, 7, 22, "Q04", CashFlow.PurchasesPaid, 7200, "三号院花坛改造", "environment"),
        Gift(2025, 8, 8, "Q04", 6400, "楼院绿化捐赠", ""),
        Cost(2025, 8, 19, "F00", CashFlow.GrantsPaid, 5000, "暴雨受灾家庭救助", "relief"),
        Gift(2025, 9, 9, "Q03", 18000, "社区义卖所得捐赠", "石桥里商户联合会"),
        Cost(2025, 9, 16, "Q02", CashFlow.PurchasesPaid, 7000, "高龄老人上门陪伴 三季度", "elderly"),
        Interest(2025, 9, 21, 880.00m),
        Gift(2025, 10, 11, "Q02", 25000, "重阳捐赠", "和顺物业服务有限公司"),
        new(new LocalDate(2025, 10, 14), "Q01", "project-advances", CashFlow.OtherReceived, 1500, "石桥小学退回托管项目余款"),
        Cost(2025, 10, 21, "Q03", CashFlow.PurchasesPaid, 5600, "志愿者保险与装备", "volunteering"),
        Gift(2025, 11, 12, "Q01", 35000, "助学专项捐赠", "远山资本管理有限公司"),
        Cost(2025, 11, 18, "Q04", CashFlow.PurchasesPaid, 4300, "五号院雨水花园", "environment"),
        Cost(2025, 11, 25, "Q02", CashFlow.PurchasesPaid, 9000, "冬衣与取暖补助", "elderly"),
        Gift(2025, 12, 5, "F00", 50000, "非限定捐赠", "远山资本管理有限公司"),
        Cost(2025, 12, 16, "Q01", CashFlow.GrantsPaid, 18000, "秋季助学金", "children"),
        Interest(2025, 12, 21, 1002.50m),
        new(new LocalDate(2025, 12, 23), "F00", Ledger.Account.Keys.ManagementExpense, CashFlow.OtherPaid, -8000, "年度审计费"),
        Gift(2026, 1, 12, "Q01", 30000, "助学专项捐赠", "青岚置业有限公司"),
        Cost(2026, 1, 20, "Q02", CashFlow.PurchasesPaid, 5200, "春节慰问高龄老人", "elderly"),
        Gift(2026, 2, 6, "Q03", 9000, "非限定捐赠", "石桥里商户联合会"),
        Cost(2026, 2, 12, "Q03", CashFlow.PurchasesPaid, 4100, "元宵灯谜会", "culture"),
        Cost(2026, 2, 25, "Q01", CashFlow.GrantsPaid, 12000, "春季助学金", "children"),
        Gift(2026, 3, 3, "Q02", 16000, "助老专项捐赠", "和顺物业服务有限公司"),
        Cost(2026, 3, 10, "Q04", CashFlow.PurchasesPaid, 3600, "植树节补种", "environment"),
        Interest(2026, 3, 21, 960.20m),
    ];

    /// <summary>Money that passes through: what a school is to get, in and out again.</summary>
    public static string Passing { get; } =
        $"""
        账号：{Account}
        交易日期,收入,支出,对方户名,摘要,附言,流水号
        2025-09-03,20000.00,,远山资本管理有限公司,转账存入,指定转交石桥小学 操场修缮,QL09030001
        2025-09-24,,20000.00,石桥小学,转账支取,转交操场修缮款,QL09240002
        """;

    private static QinglanEvent Gift(
        int year, int month, int day, string fund, decimal yuan, string words, string donor, string clause = "") =>
        new(new LocalDate(year, month, day), fund, "", CashFlow.DonationsReceived, yuan, words, donor, Clause: clause,
            Restriction: clause.Length > 0 ? Ledger.Restriction.Restricted : null);

    private static QinglanEvent In(
        int year, int month, int day, string fund, string account, CashFlow item, decimal yuan, string words) =>
        new(new LocalDate(year, month, day), fund, account, item, yuan, words);

    private static QinglanEvent Interest(int year, int month, int day, decimal yuan) =>
        new(new LocalDate(year, month, day), "F00", "other-income", CashFlow.OtherReceived, yuan, "银行存款利息",
            Restriction: Ledger.Restriction.Unrestricted);

    private static QinglanEvent Cost(
        int year, int month, int day, string fund, CashFlow item, decimal yuan, string words, string kind) =>
        new(new LocalDate(year, month, day), fund, Ledger.Account.Keys.ProgrammeCost, item, -yuan, words, Class: kind);
}
