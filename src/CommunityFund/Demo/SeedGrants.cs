using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// The demo's grants: a small round whose money was paid months ago, a round from call to first payment, and a call that is open, with
/// applications that have come more or less far: one that is being written, one that was sent in, one with doubtful prices, and two that are
/// eligible.
/// </summary>
internal sealed class SeedGrants
{
    private readonly GrantCast _cast;

    private SeedGrants(GrantCast cast) => _cast = cast;

    /// <param name="bank">The account that pays.</param>
    /// <param name="today">The day on which the demo is filled in.</param>
    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Run(Foundation foundation, int book, DemoClock clock, IReadOnlyDictionary<string, int> funds,
        int bank, LocalDate today, Func<string> password, CancellationToken ct)
    {
        GrantCast cast = new(foundation, book, clock, funds, today);
        SeedGrants demo = new(cast);
        DemoMoney money = new(cast, bank);
        cast.Turn(150, 9);
        IReadOnlyList<DemoPerson> people = await cast.Enter(password, ct);
        SeedOutcomes ended = await SeedEarlier.Run(cast, money, ct);
        IReadOnlyDictionary<DemoProject, long> sent = await SeedRound.Run(cast, ct);
        await SeedMeeting.Run(cast, sent, ct);
        await SeedAwards.Decide(cast, sent, ct);
        long round = await demo.Call(ct);
        await SeedAwards.Begin(cast, sent, ct);
        await ended.Late(money, ct);
        await SeedAwards.Spend(cast, money, sent, ct);
        await demo.Doubt(round, ct);
        await demo.Screen(await demo.FillIn(round, "楼道微花园", "翠苑社区", "何勇", 6_800, "楼道和门前花池荒着，没有人管", "种养护理", ct), ct);
        await demo.Screen(await demo.FillIn(round, "银发防诈骗小课堂", "幸福里社区", "孙丽芬", 5_200, "独居老人接到诈骗电话多，不知道问谁", "讲解和陪练", ct), ct);
        await demo.FillIn(round, "幸福里合唱队", "幸福里社区", "赵秀英", 9_600, "老人想唱歌，没有固定场地和伴奏", "排练组织", ct);
        await demo.Begin(round, ct);
        return people;
    }

    private async Task<long> Call(CancellationToken ct)
    {
        _cast.Turn(16, 9);
        LocalDate opens = _cast.Ago(16), survey = _cast.Ago(48);
        long round = await _cast.Desk.Run(new ProposeRound(GrantCast.Key(), $"{opens.Year}-2", $"{opens.Year} 年度社区微项目（滚动征集）",
            $"{survey.Year} 年 {survey.Month} 月，三个社区开居民议事会 6 场，入户 312 户，收回问卷 287 份。",
            "本街道的居委会、登记的社会组织、在社区备案的居民自组织；团队至少三人，总负责人、财务负责人、确认人各是一人。",
            "人员工资、烟酒、旅游、购买单价 5,000 元以上的设备、发放现金。",
            "第一条：项目在本街道内实施，一年内完成。第二条：每个团队同时只申报一个项目。第三条：自筹不少于预算的一成，可以是场地、物料折价。第四条：单价超过 500 元的附报价。",
            opens, opens.PlusDays(180), Amount.Yuan(12_000), 1000, AdvancePolicy.AdvanceThenAcquit, new RoundDays(),
            [new PoolForm(_cast.Fund("F01"), Amount.Yuan(12_000)), new PoolForm(_cast.Fund("F03"), Amount.Yuan(10_000))],
            [
                new NeedForm("放学后到家长下班前，孩子没有人照看", 87), new NeedForm("老人缺少固定的活动和排练场地", 64),
                new NeedForm("楼道、花池脏乱，没有人管", 51), new NeedForm("老人容易受骗，遇事不知道问谁", 43),
            ]), ct);

        // What is not signed in time lapses by itself, which two of the office approve as they do the closing rule.
        long rule = await _cast.Accountant.Run(new ProposeRule(GrantCast.Key(), Begins: true, opens, "协议逾期未签的资助，到期自动冲回承诺",
            ReviewRule.LapsedCommitments), ct);
        await _cast.Reviewer.Run(new AgreeRule(GrantCast.Key(), rule), ct);
        _cast.Turn(16, 15);
        await _cast.Steer.Run(new AgreeRound(GrantCast.Key(), round), ct);
        return round;
    }

    /// <summary>The lead's own application is being screened: some of its prices are high. A correction that nobody answers lapses, so it is
    /// for whoever tries the demo to ask for it.</summary>
    private async Task Doubt(long round, CancellationToken ct)
    {
        _cast.Turn(6, 20, 10);
        FundSession lead = _cast.Lead;
        long grant = await lead.Run(new StartApplication(GrantCast.Key(), round, "三点半课堂", "幸福里社区"), ct);
        LocalDate talked = _cast.Ago(44);
        SectionText[] sections =
        [
            new NeedText([1], "社区小学 15:30 放学，双职工家庭 17:30 以后才有人接。现在孩子在楼下等，或者去收费托管班，每月 800 元，有的家庭负担不起。",
                $"{talked.Month} 月 {talked.Day} 日居民议事会 46 人参加，入户访谈 31 户，87 人提出。"),
            new PurposeText("工作日放学后两个小时有人照看、有地方写作业和活动，家长放心上班。", "小学一至三年级的双职工家庭孩子", 40),
            new PlanText(
            [
                new PlanStep("布置党群服务中心二楼活动室，招募并培训 12 名志愿者", _cast.Ago(-40), _cast.Ago(-60)),
                new PlanStep("先开两周，每天 15 个孩子，听家长意见", _cast.Ago(-61), _cast.Ago(-75)),
                new PlanStep("工作日 15:30–17:30 开放，每天 40 个孩子", _cast.Ago(-76), _cast.Ago(-240)),
            ]),
            new IndicatorText([new Indicator("固定参加的孩子", 0, 40, "人"), new Indicator("开放次数", 0, 110, "次"), new Indicator("家长满意度", 0, 90, "%")]),
            _cast.Team(GroupKind.Committee, "幸福里社区居民委员会",
                new MemberForm("周小雨", "活动带领、志愿者排班"), new MemberForm("陈国强", "场地和安全")),
            new BudgetText(Amount.Yuan(12_600),
            [
                new BudgetLine("儿童桌椅", BudgetCategory.Materials, 10, "套", Amount.Yuan(520), Amount.Fen(0)),
                new BudgetLine("绘本和文具", BudgetCategory.Materials, 40, "份", Amount.Yuan(60), Amount.Fen(0)),
                new BudgetLine("志愿者意外险和补贴", BudgetCategory.Volunteers, 12, "人", Amount.Yuan(300), Amount.Fen(0)),
                new BudgetLine("活动室（居委会提供，折价）", BudgetCategory.Venue, 7, "月", Amount.Yuan(200), Amount.Yuan(1_400)),
            ]),
        ];
        await GrantCast.Write(lead, grant, sections, ct);
        await lead.Run(new AttachToApplication(GrantCast.Key(), grant, [await GrantCast.Keep(lead, "场地使用证明.pdf", "场地使用证明",
            "党群服务中心二楼活动室，工作日 15:30–17:30 供项目使用", ct)]), ct);
        await _cast.Send(lead, grant, ct);
        _cast.Turn(4, 10);
        await _cast.Desk.Run(new StartScreening(GrantCast.Key(), grant, await _cast.Version(grant, ct)), ct);
        await _cast.Desk.Run(new NoteChecks(GrantCast.Key(), grant,
            [new CheckForm(ScreeningCheck.WhoMay, CheckVerdict.Ok),
                new CheckForm(ScreeningCheck.Money, CheckVerdict.Not, "桌椅单价超过 500 元，没有附报价")]), ct);
    }

    /// <summary>An application that a group brought on paper: the second of the desk fills it in, and the first screens it.</summary>
    private async Task<long> FillIn(
        long round, string title, string community, string lead, decimal budget, string why, string duty, CancellationToken ct)
    {
        _cast.Turn(2, 9, 30);
        FundSession second = _cast.Second;
        long grant = await second.Run(new StartApplication(GrantCast.Key(), round, title, community, lead,
            [await GrantCast.Keep(second, $"申请书 {title}.pdf", "项目申请书（纸质原件扫描）", $"{title}　总负责人签字", ct)]), ct);
        short need = title.Contains("合唱", StringComparison.Ordinal) ? (short)2 : title.Contains("花园", StringComparison.Ordinal) ? (short)3 : (short)4;
        await GrantCast.Write(second, grant,
        [
            new NeedText([need], $"{why}，居民议事会上多次提出。", "居民议事会和入户访谈"),
            new PurposeText($"{title}常年有人组织，居民愿意来、留得住。", "本社区居民，以老人为主", 60),
            new PlanText([new PlanStep("召集队员，购置物料", _cast.Ago(-40), _cast.Ago(-70)),
                new PlanStep("每周活动一次，期末展示", _cast.Ago(-71), _cast.Ago(-240))]),
            new IndicatorText([new Indicator("活动次数", 0, 24, "次"), new Indicator("固定参加的居民", 0, 30, "人")]),
            _cast.Team(GroupKind.Residents, $"{community}居民委员会",
                new MemberForm(lead, duty), new MemberForm(need switch { 2 => "钱玉珍", 3 => "马春生", _ => "丁桂香" }, "物料保管")),
            new BudgetText(Amount.Yuan(budget), [
                new BudgetLine("物料", BudgetCategory.Materials, 20, "份", Amount.Yuan(budget / 40), Amount.Fen(0)),
                new BudgetLine("讲师和指导", BudgetCategory.Experts, 10, "次", Amount.Yuan(budget / 25), Amount.Yuan(budget / 10)),
                new BudgetLine("宣传展示", BudgetCategory.Printing, 1, "批", Amount.Yuan(budget / 10), Amount.Fen(0)),
            ]),
        ], ct);
        await _cast.Send(second, grant, ct);
        return grant;
    }

    private async Task Screen(long grant, CancellationToken ct)
    {
        _cast.Turn(1, 14);
        await _cast.Desk.Run(new StartScreening(GrantCast.Key(), grant, await _cast.Version(grant, ct)), ct);
        await _cast.Accept(grant, ct);
    }

    /// <summary>One that is being written.</summary>
    private async Task Begin(long round, CancellationToken ct)
    {
        _cast.Turn(1, 21);
        long grant = await _cast.Lead.Run(new StartApplication(GrantCast.Key(), round, "周末亲子读书会", "幸福里社区"), ct);
        await GrantCast.Write(_cast.Lead, grant, [new PurposeText("每两周一次亲子共读，社区图书角用起来。", "学龄前和低年级孩子的家庭", 30),
            new PlanText([new PlanStep("整理图书角，选书", null, null)])], ct);
    }
}
