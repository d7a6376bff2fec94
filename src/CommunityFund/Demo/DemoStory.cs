using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>One fund of the demo with what it had in the bank on the opening day.</summary>
internal sealed record DemoFund(string Code, string Name, FundKind Kind, string? Parent, string Clause, decimal OpeningYuan);

/// <summary>One more clause of a fund, for all its gifts from the opening day on or only for those that name it.</summary>
internal sealed record DemoClause(
    string Fund, ClauseKind Kind, string Words, string Source, LocalDate? From, LocalDate? Until, bool IsForAll = true);

/// <summary>One event: a gift has a donor (empty for anonymous), an expense has an account.</summary>
internal sealed record DemoEvent(LocalDate Day, string Fund, string Donor, string Account, CashFlow? Item, decimal Yuan,
    string Words)
{
    public bool IsGift => Account.Length == 0;
}

/// <summary>A year before the books, as its audit report has it.</summary>
internal sealed record DemoYear(int Year, decimal Income, decimal Barred, decimal Freed, decimal NetAssets, string Report, bool IsConfirmed = true);

/// <summary>
/// 清河慈善会 in January and February 2026, made up for the demo. The bank account opens at 289,800.00 and stands at
/// 386,250.00 on 28 February, which is where the sample statement of March begins.
/// </summary>
internal static class DemoStory
{
    public static LocalDate OpeningDay { get; } = new(2026, 1, 1);

    public static IReadOnlyList<DemoFund> Funds { get; } =
    [
        new("F01", "幸福里社区基金", FundKind.Community, null, "", 42000.00m),
        new("F02", "翠苑社区基金", FundKind.Community, null, "", 35500.00m),
        new("F03", "儿童友好基金", FundKind.Special, "F01", "仅用于社区儿童活动（捐赠协议第三条）", 48000.00m),
        new("F04", "助老基金", FundKind.Special, null, "仅用于社区老年人服务（捐赠协议第二条）", 60000.00m),
        new("F05", "楼道微更新基金", FundKind.Micro, "F02", "仅用于楼道照明与微更新（募捐公告）", 18300.00m),
        new("F06", "华联邻里冠名基金", FundKind.Named, null, "仅用于邻里互助项目（冠名协议第四条）", 0m),
        new("F07", "社区防汛专项基金", FundKind.Special, null, "", 0m),
    ];

    public static IReadOnlyList<DemoClause> Clauses { get; } =
    [
        new("F03", ClauseKind.Area, "仅限幸福里社区范围内开展的活动", "捐赠协议 QH-2025-08 第四条", null, null),
        new("F05", ClauseKind.Period, "募得款项应在 2026 年年底以前使用完毕", "募捐公告 2025-11-20", null, new LocalDate(2026, 12, 31)),
        new("F03", ClauseKind.Period, "夏令营专项捐赠应在 2026 年 8 月底以前使用", "捐赠协议 QH-2026-03 第二条", null,
            new LocalDate(2026, 8, 31), IsForAll: false),
    ];

    /// <summary>The class of project that a fund's programme costs are for.</summary>
    public static IReadOnlyDictionary<string, string> Classes { get; } = new Dictionary<string, string>
    {
        ["F00"] = "volunteering",
        ["F01"] = "culture",
        ["F02"] = "neighbourhood",
        ["F03"] = "children",
        ["F04"] = "elderly",
        ["F05"] = "environment",
        ["F06"] = "neighbourhood",
    };

    /// <summary>The general fund's opening: bank, cash, equipment less depreciation, one debt.</summary>
    public const decimal GeneralBank = 86000.00m, GeneralCash = 1500.00m, Equipment = 12000.00m, Depreciated = 4800.00m,
        Owed = 3200.00m;

    /// <summary>Monthly depreciation of the equipment.</summary>
    public const decimal MonthlyDepreciation = 200.00m;

    public static IReadOnlyList<DemoEvent> Events { get; } =
    [
        Gift(1, 4, "F01", "张丽", 500, "个人捐赠"),
        Gift(1, 5, "F00", "清河街道企业联合会", 20000, "非限定捐赠"),
        Gift(1, 6, "F04", "和顺物业服务有限公司", 30000, "助老专项捐赠"),
        Gift(1, 7, "F03", "阳光幼儿园家委会", 3680, "新年义卖捐赠"),
        Cost(1, 8, "F00", Account.Keys.ManagementExpense, CashFlow.OtherPaid, 980, "代理记账费 一月"),
        Cost(1, 9, "F00", Account.Keys.FundraisingExpense, CashFlow.OtherPaid, 12, "银行账户管理费"),
        Gift(1, 10, "F02", "", 200, "匿名捐赠"),
        Cost(1, 12, "F03", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 2150, "儿童画室颜料与画材"),
        Cost(1, 13, "F01", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 4860, "社区春节联欢活动物资"),
        Gift(1, 14, "F06", "华联商贸集团有限公司", 30000, "冠名基金首期捐赠"),
        Cost(1, 15, "F04", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 7500, "助老上门服务 一月"),
        Gift(1, 16, "F01", "李建国", 1000, "个人捐赠"),
        Gift(1, 18, "F05", "翠苑三号楼业主小组", 2460, "楼道照明众筹"),
        Cost(1, 20, "F05", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 3180, "楼道声控灯 三号楼"),
        Cost(1, 21, "F02", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 600, "邻里议事会场地"),
        Cost(1, 22, "F00", Account.Keys.ManagementExpense, CashFlow.OtherPaid, 742.50m, "办公用品"),
        Gift(1, 23, "F03", "王晓梅", 300, "个人捐赠 儿童活动"),
        Cost(1, 25, "F04", Account.Keys.ProgrammeCost, CashFlow.GrantsPaid, 12400, "春节慰问高龄老人"),
        Gift(1, 26, "F01", "幸福里便民小店有限公司", 2000, "企业捐赠"),
        Cost(1, 28, "F06", Account.Keys.ProgrammeCost, CashFlow.GrantsPaid, 5200, "邻里互助项目启动资助"),
        Cost(1, 30, "F00", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 1860, "志愿者保险"),
        Gift(2, 2, "F00", "清河商会", 15000, "非限定捐赠"),
        Gift(2, 3, "F03", "和顺物业服务有限公司", 20000, "儿童活动专项捐赠"),
        Gift(2, 4, "F04", "", 1888, "匿名捐赠 助老"),
        Gift(2, 5, "F02", "刘洋", 5000, "个人捐赠"),
        Cost(2, 6, "F00", Account.Keys.FundraisingExpense, CashFlow.OtherPaid, 50, "网银手续费"),
        Cost(2, 7, "F01", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 3320, "元宵灯会"),
        Cost(2, 9, "F03", Account.Keys.ProgrammeCost, CashFlow.GrantsPaid, 6000, "寒假托管班资助"),
        Gift(2, 10, "F05", "陈阿姨", 88, "楼道照明捐赠"),
        Cost(2, 11, "F02", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 2780, "社区花园种植"),
        Cost(2, 12, "F00", Account.Keys.ManagementExpense, CashFlow.OtherPaid, 980, "代理记账费 二月"),
        Cost(2, 13, "F04", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 7500, "助老上门服务 二月"),
        Gift(2, 15, "F06", "华联商贸集团有限公司", 20000, "冠名基金二期捐赠"),
        Cost(2, 16, "F03", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 1964.30m, "儿童绘本采购"),
        Gift(2, 18, "F01", "周国强", 600, "个人捐赠"),
        Cost(2, 20, "F05", Account.Keys.ProgrammeCost, CashFlow.PurchasesPaid, 4260, "楼道扶手安装"),
        Gift(2, 22, "F00", "清河建材有限公司", 8000, "非限定捐赠"),
        Cost(2, 24, "F06", Account.Keys.ProgrammeCost, CashFlow.GrantsPaid, 8600, "邻里互助项目资助 二月"),
        Gift(2, 25, "F02", "翠苑社区义卖", 1356.80m, "义卖所得捐赠"),
        Cost(2, 26, "F00", Account.Keys.ManagementExpense, CashFlow.OtherPaid, 1100, "公示海报印刷"),
        Gift(2, 27, "F04", "清河义工联合会", 10416, "助老月捐汇总"),
    ];

    public static IReadOnlyList<DemoYear> Years { get; } =
    [
        new(2025, 168_420.00m, 18_300.00m, 0m, 295_300.00m, "2025 年度审计报告 信会审〔2026〕12 号"),
        new(2024, 142_650.50m, 0m, 6_000.00m, 251_870.40m, "2024 年度审计报告 信会审〔2025〕9 号"),
        new(2023, 118_934.00m, 0m, 0m, 216_402.75m, "2023 年度审计报告 信会审〔2024〕15 号", IsConfirmed: false),
    ];

    /// <summary>The second bank account's number.</summary>
    public const string SecondAccount = "1202020209100056789";

    /// <summary>The first statement of a second account, opened in April: what an accountant has before her when half of it is done.
    /// March of the first account is still to come.</summary>
    public const string April =
        $"""
        账号：{SecondAccount}
        交易日期,收入,支出,余额,对方户名,摘要,附言,流水号
        2026-04-01,30000.00,,30000.00,清河慈善会,转账存入,ZZ1 开立一般户,GH04010001
        2026-04-02,,20.00,29980.00,中国工商银行,转账支取,开户手续费,GH04020002
        2026-04-03,1000.00,,30980.00,周国强,转账存入,捐赠 幸福里社区基金,GH04030003
        2026-04-07,2600.00,,33580.00,清河小学,转账存入,义卖款 助老,GH04070004
        2026-04-08,3000.00,,36580.00,阳光幼儿园家委会,转账存入,义卖,GH04080005
        2026-04-09,,15.00,36565.00,中国工商银行,转账支取,短信服务费,GH04090006
        2026-04-09,15.00,,36580.00,中国工商银行,冲正,短信服务费冲正,GH04090007
        2026-04-10,,980.00,35600.00,诚信会计师事务所,转账支取,HK3 代理记账费,GH04100008
        2026-04-13,666.00,,36266.00,李梅,转账存入,捐款 爱心,GH04130009
        """;

    /// <summary>What that statement ends with.</summary>
    public const decimal AprilBalance = 36_266.00m;

    private static DemoEvent Gift(int month, int day, string fund, string donor, decimal yuan, string words) =>
        new(new LocalDate(2026, month, day), fund, donor, "", null, yuan, words);

    private static DemoEvent Cost(int month, int day, string fund, string account, CashFlow item, decimal yuan, string words) =>
        new(new LocalDate(2026, month, day), fund, "", account, item, yuan, words);
}
