using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// The demo's grants: the people who take part in them, one call over two funds, and applications that have come more or less far: one that is
/// being written, one that was sent in, one with doubtful prices, and two that are eligible.
/// </summary>
internal sealed class SeedGrants
{
    private readonly Foundation _foundation;
    private readonly int _book;
    private readonly DemoClock _clock;
    private readonly IReadOnlyDictionary<string, int> _funds;
    private readonly Dictionary<Role, long> _ids = [];
    private long _second;

    private SeedGrants(Foundation foundation, int book, DemoClock clock, IReadOnlyDictionary<string, int> funds) =>
        (_foundation, _book, _clock, _funds) = (foundation, book, clock, funds);

    private FundSession Lead => As(_ids[Role.Lead]);

    private FundSession Desk => As(_ids[Role.Desk]);

    private FundSession Second => As(_second);

    private FundSession Signer => As(_ids[Role.SignOff]);

    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Run(Foundation foundation, int book, DemoClock clock, IReadOnlyDictionary<string, int> funds,
        Func<string> password, CancellationToken ct)
    {
        SeedGrants demo = new(foundation, book, clock, funds);
        clock.Turn(new LocalDate(2026, 5, 6), 9, 0);
        IReadOnlyList<DemoPerson> people = await demo.AddPeople(password, ct);
        long round = await demo.Call(ct);
        await demo.Doubt(round, ct);
        await demo.Screen(await demo.FillIn(round, "楼道微花园", "翠苑社区", "何勇", 6_800, "楼道和门前花池荒着，没有人管", "种养护理", ct), ct);
        await demo.Screen(await demo.FillIn(round, "银发防诈骗小课堂", "幸福里社区", "孙丽芬", 5_200, "独居老人接到诈骗电话多，不知道问谁", "讲解和陪练", ct), ct);
        await demo.FillIn(round, "幸福里合唱队", "幸福里社区", "赵秀英", 9_600, "老人想唱歌，没有固定场地和伴奏", "排练组织", ct);
        await demo.Begin(round, ct);
        return people;
    }

    private static Guid Key() => Guid.NewGuid();

    private FundSession As(long person) => _foundation.SessionOf(person, _book);

    private async Task<IReadOnlyList<DemoPerson>> AddPeople(Func<string> password, CancellationToken ct)
    {
        (string User, string Name, Role Role)[] all =
        [
            ("gaomin", "高敏", Role.Desk), ("kongliang", "孔亮", Role.Desk), ("shilei", "石磊", Role.Lead), ("zhangrong", "张蓉", Role.FinLead),
            ("lvjianguo", "吕建国", Role.SignOff), ("songqing", "宋清", Role.Steer),
        ];
        FundSession set = _foundation.Operator(_book);
        List<DemoPerson> people = [];
        foreach (var (user, name, role) in all)
        {
            DemoPerson person = new(user, name, password(), Term.Of(role));
            long id = await set.Run(new AddLogin(Key(), new NewLogin(name, user, person.Password), MustChange: false), ct);
            await set.Run(new GrantRole(Key(), id, role, null, new LocalDate(2026, 1, 1), null), ct);
            if (!_ids.TryAdd(role, id))
            {
                _second = id;
            }

            people.Add(person);
        }

        return people;
    }

    private async Task<long> Call(CancellationToken ct)
    {
        long round = await Desk.Run(new ProposeRound(Key(), "2026-1", "2026 年度社区微项目（滚动征集）",
            "2026 年 3 月至 4 月，三个社区开居民议事会 6 场，入户 312 户，收回问卷 287 份。",
            "本街道的居委会、登记的社会组织、在社区备案的居民自组织；团队至少三人，总负责人、财务负责人、确认人各是一人。",
            "人员工资、烟酒、旅游、购买单价 5,000 元以上的设备、发放现金。",
            "第一条：项目在本街道内实施，一年内完成。第二条：每个团队同时只申报一个项目。第三条：自筹不少于预算的一成，可以是场地、物料折价。第四条：单价超过 500 元的附报价。",
            new LocalDate(2026, 5, 6), new LocalDate(2027, 3, 31), Amount.Yuan(12_000), 1000, AdvancePolicy.AdvanceThenAcquit, new RoundDays(),
            [new PoolForm(_funds["F01"], Amount.Yuan(20_000)), new PoolForm(_funds["F03"], Amount.Yuan(10_000))],
            [
                new NeedForm("放学后到家长下班前，孩子没有人照看", 87), new NeedForm("老人缺少固定的活动和排练场地", 64),
                new NeedForm("楼道、花池脏乱，没有人管", 51), new NeedForm("老人容易受骗，遇事不知道问谁", 43),
            ]), ct);
        await As(_ids[Role.Steer]).Run(new AgreeRound(Key(), round), ct);
        return round;
    }

    /// <summary>The lead's own application is being screened: some of its prices are high. A correction that nobody answers lapses, so it is
    /// for whoever tries the demo to ask for it.</summary>
    private async Task Doubt(long round, CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 5, 7), 20, 10);
        long grant = await Lead.Run(new StartApplication(Key(), round, "三点半课堂", "幸福里社区"), ct);
        SectionText[] sections =
        [
            new NeedText([1], "社区小学 15:30 放学，双职工家庭 17:30 以后才有人接。现在孩子在楼下等，或者去收费托管班，每月 800 元，有的家庭负担不起。",
                "4 月 12 日居民议事会 46 人参加，入户访谈 31 户，87 人提出。"),
            new PurposeText("工作日放学后两个小时有人照看、有地方写作业和活动，家长放心上班。", "小学一至三年级的双职工家庭孩子", 40),
            new PlanText(
            [
                new PlanStep("布置党群服务中心二楼活动室，招募并培训 12 名志愿者", new LocalDate(2026, 6, 1), new LocalDate(2026, 6, 20)),
                new PlanStep("暑假每周三个上午开放", new LocalDate(2026, 7, 6), new LocalDate(2026, 8, 21)),
                new PlanStep("学期中工作日 15:30–17:30 开放", new LocalDate(2026, 9, 1), new LocalDate(2027, 1, 15)),
            ]),
            new IndicatorText([new Indicator("固定参加的孩子", 0, 40, "人"), new Indicator("开放次数", 0, 110, "次"), new Indicator("家长满意度", 0, 90, "%")]),
            new TeamForm(GroupKind.Committee, "幸福里社区居民委员会", _ids[Role.FinLead], _ids[Role.SignOff],
                [new MemberForm("周小雨", "活动带领、志愿者排班"), new MemberForm("陈国强", "场地和安全")]),
            new BudgetText(Amount.Yuan(12_600),
            [
                new BudgetLine("儿童桌椅", BudgetCategory.Materials, 10, "套", Amount.Yuan(520), Amount.Fen(0)),
                new BudgetLine("绘本和文具", BudgetCategory.Materials, 40, "份", Amount.Yuan(60), Amount.Fen(0)),
                new BudgetLine("志愿者意外险和补贴", BudgetCategory.Volunteers, 12, "人", Amount.Yuan(300), Amount.Fen(0)),
                new BudgetLine("活动室（居委会提供，折价）", BudgetCategory.Venue, 7, "月", Amount.Yuan(200), Amount.Yuan(1_400)),
            ]),
        ];
        await Write(Lead, grant, sections, ct);
        await Lead.Run(new AttachToApplication(Key(), grant, [await Keep(Lead, "场地使用证明.pdf", "场地使用证明",
            "党群服务中心二楼活动室，工作日 15:30–17:30 供项目使用", ct)]), ct);
        await Send(Lead, grant, ct);
        _clock.Turn(new LocalDate(2026, 5, 12), 10, 0);
        await Desk.Run(new StartScreening(Key(), grant, await Version(grant, ct)), ct);
        await Desk.Run(new NoteChecks(Key(), grant,
            [new CheckForm(ScreeningCheck.WhoMay, CheckVerdict.Ok),
                new CheckForm(ScreeningCheck.Money, CheckVerdict.Not, "桌椅单价超过 500 元，没有附报价")]), ct);
    }

    /// <summary>An application that a group brought on paper: the second of the desk fills it in, and the first screens it.</summary>
    private async Task<long> FillIn(
        long round, string title, string community, string lead, decimal budget, string why, string duty, CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 5, 8), 9, 30);
        long grant = await Second.Run(new StartApplication(Key(), round, title, community, lead,
            [await Keep(Second, $"申请书 {title}.pdf", "项目申请书（纸质原件扫描）", $"{title}　总负责人签字", ct)]), ct);
        short need = title.Contains("合唱", StringComparison.Ordinal) ? (short)2 : title.Contains("花园", StringComparison.Ordinal) ? (short)3 : (short)4;
        await Write(Second, grant,
        [
            new NeedText([need], $"{why}，居民议事会上多次提出。", "4 月居民议事会和入户访谈"),
            new PurposeText($"{title}常年有人组织，居民愿意来、留得住。", "本社区居民，以老人为主", 60),
            new PlanText([new PlanStep("召集队员，购置物料", new LocalDate(2026, 6, 1), new LocalDate(2026, 6, 30)),
                new PlanStep("每周活动一次，年底展示", new LocalDate(2026, 7, 1), new LocalDate(2026, 12, 20))]),
            new IndicatorText([new Indicator("活动次数", 0, 24, "次"), new Indicator("固定参加的居民", 0, 30, "人")]),
            new TeamForm(GroupKind.Residents, $"{community}居民委员会", _ids[Role.FinLead], _ids[Role.SignOff],
                [new MemberForm(lead, duty), new MemberForm(need switch { 2 => "钱玉珍", 3 => "马春生", _ => "丁桂香" }, "物料保管")]),
            new BudgetText(Amount.Yuan(budget), [
                new BudgetLine("物料", BudgetCategory.Materials, 20, "份", Amount.Yuan(budget / 40), Amount.Fen(0)),
                new BudgetLine("讲师和指导", BudgetCategory.Experts, 10, "次", Amount.Yuan(budget / 25), Amount.Yuan(budget / 10)),
                new BudgetLine("宣传展示", BudgetCategory.Printing, 1, "批", Amount.Yuan(budget / 10), Amount.Fen(0)),
            ]),
        ], ct);
        await Send(Second, grant, ct);
        return grant;
    }

    private async Task Screen(long grant, CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 5, 13), 14, 0);
        await Desk.Run(new StartScreening(Key(), grant, await Version(grant, ct)), ct);
        await Desk.Run(new NoteChecks(Key(), grant, [.. Enum.GetValues<ScreeningCheck>().Select(check => check == ScreeningCheck.Record
            ? new CheckForm(check, CheckVerdict.Note, "第一次申报，没有过往项目") : new CheckForm(check, CheckVerdict.Ok))]), ct);
        await Desk.Run(new AcceptApplication(Key(), grant, await Version(grant, ct)), ct);
    }

    /// <summary>One that is being written.</summary>
    private async Task Begin(long round, CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 5, 14), 21, 0);
        long grant = await Lead.Run(new StartApplication(Key(), round, "周末亲子读书会", "幸福里社区"), ct);
        await Write(Lead, grant, [new PurposeText("每两周一次亲子共读，社区图书角用起来。", "学龄前和低年级孩子的家庭", 30),
            new PlanText([new PlanStep("整理图书角，选书", null, null)])], ct);
    }

    private static async Task Write(FundSession by, long grant, IReadOnlyList<SectionText> sections, CancellationToken ct)
    {
        foreach (SectionText section in sections)
        {
            await by.Run(new SaveSection(Key(), grant, 0, section), ct);
        }
    }

    private async Task Send(FundSession by, long grant, CancellationToken ct)
    {
        await by.Run(new AskForSignOff(Key(), grant, 1), ct);
        ApplicationView shown = await Signer.Ask(new ReadApplication(grant), ct);
        await Signer.Run(new SignOffApplication(Key(), grant, shown.StateVersion, shown.Sha256), ct);
    }

    private async Task<int> Version(long grant, CancellationToken ct) => (await Desk.Ask(new CasePage(grant), ct)).StateVersion;

    private static async Task<Enclosure> Keep(FundSession by, string name, string title, string line, CancellationToken ct) =>
        new(await by.Run(new UploadDocument(Key(), name, DemoPaper.Pdf(title, line)), ct));
}
