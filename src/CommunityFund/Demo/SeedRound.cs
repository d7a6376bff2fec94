using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>An application to the earlier round. Bought are things, guidance and print; the room is the group's own part.</summary>
/// <param name="Lead">Empty where the lead signs in and writes it.</param>
/// <param name="Need">Number of the need in the call.</param>
/// <param name="Asked">Yuan, a multiple of a hundred.</param>
/// <param name="Votes">How many of twelve would tick each criterion.</param>
internal sealed record DemoProject(
    string Title, string Community, string Lead, string Helper, short Need, string Why, string Aim, string ForWhom, int People,
    string Things, string Guidance, decimal Asked, params IReadOnlyList<int> Votes)
{
    public bool IsOnPaper => Lead.Length > 0;
}

/// <summary>
/// The earlier round up to the end of screening: a survey, a call over four funds, eight applications. One is corrected once before it is eligible,
/// one is refused by two of the desk because it asks for meals and drink and its lead has another application.
/// </summary>
internal static class SeedRound
{
    public const string Books = "童心绘本屋", Phones = "银龄手机课堂", Talks = "邻里议事亭", Lights = "楼栋节日彩灯", Mutual = "残障家庭互助小组",
        Stories = "老物件故事展", Balcony = "阳台种菜小组";

    private const string Happy = "幸福里社区", Green = "翠苑社区";

    /// <summary>In the order in which they were sent in.</summary>
    private static readonly DemoProject[] Projects =
    [
        new(Books, Happy, "", "周小雨", 1, "附近三公里没有适合学龄前孩子的图书馆，周末孩子只能在家看手机。", "每周四次有人带着读绘本，孩子有书看、有伴玩。", "三至八岁的孩子和家长", 120,
            "绘本和书架", "故事带领培训", 12_000, 11, 11, 10),
        new(Phones, Green, "何丽华", "方志明", 2, "看病挂号、交水电费都要用手机，很多老人不会，子女又不在身边。", "会用手机挂号、缴费、识别诈骗，遇事有人问。", "六十岁以上、独居或子女不在身边的老人", 60, "大字教材和备用手机",
            "一对一陪练补贴", 6_000, 10, 10, 9),
        new(Talks, Happy, "杜海峰", "冯晓燕", 3, "楼前停车、堆物常有争执，没有坐下来说话的地方。", "把闲置车棚改成议事亭，每月议一件事，议了有人办。", "本社区居民", 300, "桌椅和公示栏", "议事主持培训", 8_000, 9, 8, 9),
        new(Lights, Green, "毛建平", "夏美芳", 3, "过节楼里冷清。", "十二个楼栋节日挂彩灯。", "本社区居民", 400, "彩灯和支架", "安装调试", 7_000, 8, 8, 7),
        new(Mutual, Happy, "江月红", "秦大勇", 4, "社区有 23 户残障家庭，照护的人长年没有替手，也没有人说话。", "每两周聚一次，互相替半天手，结成六个互助对子。", "残障人士和照护他们的家人", 46,
            "辅具和活动材料", "康复师到场指导", 5_000, 8, 7, 6),
        new(Stories, Happy, "卢宝根", "沈佳", 2, "老街坊手里的老照片、粮票、工具快要散失了。", "收集一百件老物件和它们的故事，在社区办展。", "本社区老人和学生", 200, "展架和装裱", "口述整理", 4_500, 6, 7, 6),
        new(Balcony, Happy, "范秀兰", "褚阳", 3, "不少人家阳台空着，想种菜又不会。", "四十户阳台种上菜，收成拿一部分送独居老人。", "有阳台的住户", 40, "种植箱和土", "农技指导", 3_800, 5, 5, 6),
    ];

    /// <returns>The applications that are eligible.</returns>
    public static async Task<IReadOnlyDictionary<DemoProject, long>> Run(GrantCast cast, CancellationToken ct)
    {
        long round = await Call(cast, ct);
        Dictionary<DemoProject, long> sent = [];
        int day = 72;
        foreach (DemoProject project in Projects)
        {
            cast.Turn(--day, 10, 20);
            sent[project] = await Apply(cast, round, project, ct);
        }

        cast.Turn(64, 19, 40);
        long meal = await Meal(cast, round, ct);
        await Correct(cast, sent[Projects[0]], ct);
        foreach (DemoProject project in Projects[1..])
        {
            cast.Turn(57, 14);
            await cast.Desk.Run(new StartScreening(GrantCast.Key(), sent[project], await cast.Version(sent[project], ct)), ct);
            await cast.Accept(sent[project], ct);
        }

        await Refuse(cast, meal, ct);
        return sent;
    }

    private static async Task<long> Call(GrantCast cast, CancellationToken ct)
    {
        LocalDate opens = cast.Ago(100);
        char season = "冬春夏秋"[opens.Month % 12 / 3];
        cast.Turn(101, 9, 30);
        long round = await cast.Desk.Run(new ProposeRound(GrantCast.Key(), $"{opens.Year}-1", $"{opens.Year} 年{season}季社区微项目",
            "入户 268 户，开居民议事会 4 场，收回问卷 241 份；下面按提到的人数排列。",
            "本街道的居委会、登记的社会组织、在社区备案的居民自组织；团队至少三人，总负责人、财务负责人、确认人各是一人。",
            "人员工资、餐费烟酒、旅游、购买单价 5,000 元以上的设备、发放现金。",
            "第一条：项目在本街道内实施，一年内完成。第二条：每个团队同时只申报一个项目。第三条：自筹不少于预算的一成，可以是场地、物料折价。第四条：单价超过 500 元的附报价。",
            opens, opens.PlusDays(36), Amount.Yuan(12_000), 1000, AdvancePolicy.AdvanceThenAcquit, new RoundDays(),
            [
                new PoolForm(cast.Fund("F01"), Amount.Yuan(14_000)), new PoolForm(cast.Fund("F02"), Amount.Yuan(5_000)),
                new PoolForm(cast.Fund("F03"), Amount.Yuan(12_000)), new PoolForm(cast.Fund("F04"), Amount.Yuan(8_000)),
            ],
            [
                new NeedForm("孩子周末没有地方去", 74), new NeedForm("老人跟不上手机，遇事没人问", 69), new NeedForm("公共空间没人管，邻里说不到一起", 52),
                new NeedForm("照护病人和残障家人的居民没有替手", 31),
            ]), ct);
        cast.Turn(101, 16);
        await cast.Steer.Run(new AgreeRound(GrantCast.Key(), round), ct);
        return round;
    }

    private static Task<long> Apply(GrantCast cast, long round, DemoProject project, CancellationToken ct) =>
        cast.Apply(round, project,
        [
            new NeedText([project.Need], project.Why, "居民议事会、入户访谈和问卷"),
            new PurposeText(project.Aim, project.ForWhom, project.People),
            new PlanText([new PlanStep("召集志愿者，购置物料", cast.Ago(8), cast.Ago(-21)),
                new PlanStep("按周开展活动，每月公布一次进展", cast.Ago(-22), cast.Ago(-150)),
                new PlanStep("总结、公开账目", cast.Ago(-151), cast.Ago(-170))]),
            new IndicatorText([new Indicator("活动次数", 0, 20, "次"), new Indicator("受益居民", 0, project.People, "人")]),
            cast.Team(GroupKind.Residents, $"{project.Community}居民委员会",
                new MemberForm(project.Helper, "活动组织"), new MemberForm(project.Need == 1 ? "陈国强" : "钱玉珍", "物料保管")),
            Budget(project.Asked, project.Things, project.Guidance),
        ], ct);

    public static BudgetText Budget(decimal asked, string things, string guidance) => new(Amount.Yuan(asked * 1.125m),
    [
        new BudgetLine(things, BudgetCategory.Materials, 20, "份", Amount.Yuan(asked * 0.03m), Amount.Fen(0)),
        new BudgetLine(guidance, BudgetCategory.Experts, 10, "次", Amount.Yuan(asked * 0.03m), Amount.Fen(0)),
        new BudgetLine("海报和手册", BudgetCategory.Printing, 10, "份", Amount.Yuan(asked * 0.01m), Amount.Fen(0)),
        new BudgetLine("场地（居委会提供，折价）", BudgetCategory.Venue, 10, "次", Amount.Yuan(asked / 80), Amount.Yuan(asked / 8)),
    ]);

    /// <summary>A price list was missing: the lead brings it with a cheaper shelf and a dearer course, and both sign again.</summary>
    private static async Task Correct(GrantCast cast, long grant, CancellationToken ct)
    {
        cast.Turn(60, 9, 30);
        await cast.Desk.Run(new StartScreening(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        await cast.Desk.Run(new RequestCorrection(GrantCast.Key(), grant, await cast.Version(grant, ct), "预算要能核对",
            [
                new CorrectionForm(SectionKind.Budget, "绘本和书架", "书架没有报价，请写明规格和单价"),
                new CorrectionForm(SectionKind.Papers, "报价单", "请附书架的报价单"),
            ]), ct);
        cast.Turn(58, 20, 15);
        BudgetText before = Budget(12_000, "绘本", "故事带领培训");
        await cast.Lead.Run(new SaveSection(GrantCast.Key(), grant, 1, before with
        {
            Lines =
            [
                new BudgetLine("绘本", BudgetCategory.Materials, 150, "册", Amount.Yuan(28), Amount.Fen(0)),
                new BudgetLine("书架（六层，松木）", BudgetCategory.Equipment, 6, "个", Amount.Yuan(480), Amount.Fen(0)), .. before.Lines.Skip(2),
                new BudgetLine("故事带领培训", BudgetCategory.Experts, 12, "次", Amount.Yuan(310), Amount.Fen(0)),
            ],
        }), ct);
        await cast.Lead.Run(new AttachToApplication(GrantCast.Key(), grant, [await GrantCast.Keep(cast.Lead, "书架报价单.pdf", "报价单",
            "六层松木书架 6 个，每个 480.00 元，含运费和安装", ct)]), ct);
        int version = await cast.Version(grant, ct);
        ApplicationView shown = await cast.Lead.Ask(new ReadApplication(grant), ct);
        await cast.Lead.Run(new ResubmitApplication(GrantCast.Key(), grant, version, shown.Sha256), ct);
        cast.Turn(57, 9);
        await cast.Signer.Run(new ResubmitApplication(GrantCast.Key(), grant, version, shown.Sha256), ct);
        cast.Turn(56, 11);
        await cast.Accept(grant, ct, $"试点的“{SeedEarlier.Racks}”已结项，账目清楚");
    }

    private static async Task<long> Meal(GrantCast cast, long round, CancellationToken ct)
    {
        FundSession lead = cast.Lead;
        long grant = await lead.Run(new StartApplication(GrantCast.Key(), round, "邻里百家宴", Happy), ct);
        await GrantCast.Write(lead, grant,
        [
            new NeedText([3], "邻里之间来往少，想一起吃顿饭。", "楼组长建议"), new PurposeText("二十桌百家宴，邻里坐到一起。", "本社区居民", 200),
            new PlanText([new PlanStep("联系饭店，订餐", cast.Ago(20), cast.Ago(5)), new PlanStep("百家宴", cast.Ago(-10), cast.Ago(-10))]),
            new IndicatorText([new Indicator("到场居民", 0, 200, "人")]),
            cast.Team(GroupKind.Residents, $"{Happy}居民委员会", new MemberForm("周小雨", "联络")),
            new BudgetText(Amount.Yuan(9_000), [new BudgetLine("餐费和酒水", BudgetCategory.Other, 20, "桌", Amount.Yuan(450), Amount.Yuan(1_000))]),
        ], ct);
        await cast.Send(lead, grant, ct);
        return grant;
    }

    private static async Task Refuse(GrantCast cast, long grant, CancellationToken ct)
    {
        cast.Turn(56, 15);
        await cast.Desk.Run(new StartScreening(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        await cast.Desk.Run(new NoteChecks(GrantCast.Key(), grant, [new CheckForm(ScreeningCheck.Forbidden, CheckVerdict.Not, "预算全部是餐费和酒水"),
            new CheckForm(ScreeningCheck.Duplicates, CheckVerdict.Not, "同一负责人还申报了童心绘本屋")]), ct);
        int version = await cast.Version(grant, ct);
        await cast.Desk.Run(new RefuseApplication(GrantCast.Key(), grant, version, "预算全部是指南不予资助的餐费和酒水；同一团队另有一个申报",
            "指南“不得开支”；第二条"), ct);
        cast.Turn(55, 9, 10);
        await cast.Second.Run(new RefuseApplication(GrantCast.Key(), grant, version, "", ""), ct);
    }
}
