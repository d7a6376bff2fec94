using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Meetings;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// A small first round whose money was paid months ago: one project spent it, gave the rest back and has its certificate; three have not accounted
/// for their advance, one for a few days, two so long that the calendar suspended them. What three more came to stands in <see cref="SeedOutcomes"/>.
/// </summary>
internal static class SeedEarlier
{
    public const string Racks = "楼道花架", Tables = "共享桌椅", Lamps = "楼道应急灯", Clothes = "旧衣改造课";

    private const string Green = "翠苑社区", Account = "33050161882100002799", Committee = SeedAwards.Green;

    private const int Met = 127, Awarded = 114, Began = 109, Paid = 105, Ends = 62;

    /// <summary>In the order in which they were ranked, with how many days ago their account was due.</summary>
    private static readonly (DemoProject Project, decimal First, int DueAgo)[] Projects =
    [
        (new(Racks, Green, "", "方志明", 1, "楼道里堆着杂物，花盆没有地方放，绊倒过老人。", "六个楼道清出来，放上花架，有人轮流浇水。", "住在这六个楼道的居民", 180, "花架和花土", "种植指导", 3_000), 3_000, 60),
        (new("银发合唱伴奏", Green, "曹根生", "范秀兰", 2, "合唱队没有伴奏，老人唱不齐。", "每周一次有伴奏的排练，重阳节演出。", "合唱队的老人", 35, "音响和歌谱", "伴奏老师补贴", 2_800), 2_000, 75),
        (new("周末修理角", Green, "郭明", "毛建平", 3, "小家电坏了没处修，扔了可惜。", "每月两次摆摊修理，教居民自己动手。", "本社区居民", 90, "工具和配件", "师傅补贴", 2_400), 1_500, 45),
        (new("午后棋牌角", Green, "沈佳", "褚阳", 2, "老人下棋没有固定地方。", "凉亭里添两张棋桌，每天下午有人组织。", "本社区老人", 40, "棋桌和棋具", "裁判和讲解", 2_000), 1_200, 10),
        (new(Tables, Green, "袁美华", "丁志远", 2, "办活动没有桌椅，每次挨家借。", "添一套折叠桌椅，各楼组办活动轮流借用。", "各楼组的居民", 150, "折叠桌椅", "活动带领", 2_000), 2_000, 50),
        (new(Lamps, Green, "谢永康", "骆敏", 1, "停电时楼道漆黑，老人摔过跤。", "八个楼道装上应急灯，停电时自动亮。", "住在这八个楼道的居民", 210, "应急灯和支架", "安装和检查", 2_500), 1_500, -20),
        (new(Clothes, Green, "崔凯", "姚静", 3, "旧衣服堆在家里，扔了可惜。", "每周一次教居民把旧衣改成布袋和围裙。", "本社区居民", 45, "缝纫机和布料", "裁缝老师补贴", 1_500), 1_500, 40),
    ];

    /// <returns>Of which the rest is told later.</returns>
    public static async Task<SeedOutcomes> Run(GrantCast cast, DemoMoney money, CancellationToken ct)
    {
        long round = await Call(cast, ct);
        List<long> sent = [];
        foreach (var (project, _, _) in Projects)
        {
            cast.Turn(146, 10, 20);
            sent.Add(await Apply(cast, round, project, ct));
            cast.Turn(141, 14);
            await cast.Desk.Run(new StartScreening(GrantCast.Key(), sent[^1], await cast.Version(sent[^1], ct)), ct);
            await cast.Accept(sent[^1], ct);
        }

        await Meet(cast, round, sent, ct);
        await Give(cast, money, ct);
        await Award(cast, round, sent, ct);
        await Pay(cast, money, sent, ct);
        await Finish(cast, money, sent[0], ct);
        await SeedOutcomes.KeepGoods(cast, money, Of(sent, Tables), ct);
        SeedOutcomes ended = await SeedOutcomes.End(cast, money, Of(sent, Clothes), Of(sent, Lamps), ct);
        cast.Turn(28, 6);
        await cast.Calendar.Run(new SuspendLateGrants(GrantCast.Key()), ct);
        return ended;
    }

    private static long Of(List<long> sent, string title) => sent[Array.FindIndex(Projects, row => row.Project.Title == title)];

    private static async Task<long> Call(GrantCast cast, CancellationToken ct)
    {
        LocalDate opens = cast.Ago(148);
        cast.Turn(149, 9, 30);
        long round = await cast.Desk.Run(new ProposeRound(GrantCast.Key(), $"{opens.Year}-SD", $"{opens.Year} 年楼组小项目（试点）",
            "楼组长走访 120 户，开楼组会 6 场。", "在社区备案的居民自组织；团队至少三人，总负责人、财务负责人、确认人各是一人。",
            "人员工资、餐费烟酒、旅游、发放现金。", "第一条：项目在本社区内实施，三个月内完成。第二条：自筹不少于预算的一成，可以是场地、物料折价。",
            opens, opens.PlusDays(6), Amount.Yuan(3_000), 1000, AdvancePolicy.AdvanceThenAcquit, new RoundDays(),
            [new PoolForm(cast.Fund("F02"), Amount.Yuan(18_000))],
            [new NeedForm("楼道堆物，没人打理", 44), new NeedForm("老人缺少活动", 38), new NeedForm("旧物没处修", 21)]), ct);
        cast.Turn(149, 16);
        await cast.Steer.Run(new AgreeRound(GrantCast.Key(), round), ct);
        return round;
    }

    private static Task<long> Apply(GrantCast cast, long round, DemoProject project, CancellationToken ct) =>
        cast.Apply(round, project,
        [
            new NeedText([project.Need], project.Why, "楼组会和走访"), new PurposeText(project.Aim, project.ForWhom, project.People),
            new PlanText([new PlanStep("购置物料，排班", cast.Ago(Began), cast.Ago(90)), new PlanStep("按周开展，月底公布进展", cast.Ago(89), cast.Ago(62))]),
            new IndicatorText([new Indicator("活动次数", 0, 12, "次"), new Indicator("受益居民", 0, project.People, "人")]),
            cast.TeamOf(project.IsOnPaper ? "panhong" : "zhangrong", GroupKind.Residents, Committee,
                new MemberForm(project.Helper, "活动组织"), new MemberForm("马春生", "物料保管")),
            SeedRound.Budget(project.Asked, project.Things, project.Guidance),
        ], ct);

    /// <summary>Eight vote by phone; each project has one vote fewer than the one before.</summary>
    private static async Task Meet(GrantCast cast, long round, List<long> sent, CancellationToken ct)
    {
        LocalDate day = cast.Ago(Met).Next(IsoDayOfWeek.Saturday).PlusWeeks(-1);
        cast.Turn(139, 10);
        long meeting = await cast.Desk.Run(new ProposeMeeting(GrantCast.Key(), round, "楼组小项目评审会", "翠苑社区活动室", day, "14:00", 5, 3, VoteMode.Share,
            WeighsGroups: false, [new CriterionForm("公益性", 60), new CriterionForm("可行性", 40)], [new VoterGroupForm("居民代表", 1, 3)], 3,
            OwnCommunity: false, [TieRule.SmallerRequest, TieRule.Lots]), ct);
        cast.Turn(138, 9);
        await cast.Chair.Run(new LockMeeting(GrantCast.Key(), meeting), ct);
        await cast.Desk.Run(new PublishMeetingNotice(GrantCast.Key(), meeting, "翠苑社区公告栏"), ct);
        List<AgendaCase> cases = [];
        foreach (long grant in sent)
        {
            cases.Add(new AgendaCase(grant, await cast.Version(grant, ct)));
        }

        await cast.Desk.Run(new PutCasesOnAgenda(GrantCast.Key(), meeting, cases), ct);
        await cast.Desk.Run(new AddVoters(GrantCast.Key(), meeting,
            [.. new[] { "金阿姨", "李志强", "张秀珍", "陈玉梅", "杨国华", "施建英", "莫小燕", "柳国平" }.Select(name => new VoterForm(name, "居民代表", Green))]), ct);
        IReadOnlyList<VoterSlip> slips = (await cast.Desk.Ask(new VoterSlips(meeting), ct)).Slips;
        cast.Turn(day, 13, 40);
        foreach (var row in (await cast.Clerk.Ask(new VoterRoll(meeting), ct)).Voters)
        {
            await cast.Clerk.Run(new CheckIn(GrantCast.Key(), meeting, row.Person), ct);
        }

        cast.Turn(day, 14, 30);
        await cast.Chair.Run(new OpenVoting(GrantCast.Key(), meeting), ct);
        for (int voter = 0; voter < slips.Count; voter++)
        {
            Guid key = GrantCast.Key();
            IReadOnlyList<int> ticks = [1, 2];
            await cast.Visitor.Run(new CastVote(key, new VoterPass(0, slips[voter].Ticket, slips[voter].Code), new Ballot(key,
                [.. sent.Select((grant, at) => new ProjectTicks(grant, voter + at < slips.Count ? ticks : []))])), ct);
        }

        cast.Turn(day, 15, 30);
        await cast.Chair.Run(new CloseVoting(GrantCast.Key(), meeting), ct);
        await cast.Chair.Run(new OpenCount(GrantCast.Key(), meeting), ct);
        foreach (FundSession signer in new[] { cast.Chair, cast.Clerk, cast.SecondClerk })
        {
            await signer.Run(new SignTally(GrantCast.Key(), meeting, 1), ct);
        }
    }

    /// <summary>What the fund gives was given to it by one firm.</summary>
    private static async Task Give(GrantCast cast, DemoMoney money, CancellationToken ct)
    {
        BankLineItem line = await money.Line(116, 20_000, "翠苑物业服务有限公司", "捐赠 翠苑社区基金", ct);
        await money.Review(116, await cast.Accountant.Run(new RecordDonation(GrantCast.Key(), cast.Fund("F02"), line.CounterpartyName,
            PersonKind.Organisation, line.Amount, line.OccurredOn, "bank.02", Restriction.Unrestricted, "", "企业捐赠", line.BankLineId), ct), ct);
    }

    private static async Task Award(GrantCast cast, long round, List<long> sent, CancellationToken ct)
    {
        cast.Turn(126, 15);
        string minutes = $"领导小组会议纪要〔{cast.Ago(126).Year}〕2 号";
        for (int i = 0; i < sent.Count; i++)
        {
            await cast.Steer.Run(new DecideCase(GrantCast.Key(), sent[i], await cast.Version(sent[i], ct), DecisionKind.Recommend,
                [new FundShare(cast.Fund("F02"), Amount.Yuan(Projects[i].Project.Asked))], null, "neighbourhood", "", minutes), ct);
        }

        cast.Turn(125, 16);
        await SeedAwards.Publish(cast, round, minutes, ct);
        foreach (long grant in sent)
        {
            AwardGrant award = new(GrantCast.Key(), grant, await cast.Version(grant, ct), $"领导小组决议〔{cast.Ago(Awarded).Year}〕3 号");
            cast.Turn(Awarded, 10);
            await cast.Steer.Run(award, ct);
            cast.Turn(Awarded, 14, 30);
            await cast.ApproverL2.Run(award with { Key = GrantCast.Key() }, ct);
        }
    }

    private static async Task Pay(GrantCast cast, DemoMoney money, List<long> sent, CancellationToken ct)
    {
        long account = await SeedAwards.Account(cast, 113, Committee, Account, ct);
        long supplier = await SeedAwards.Account(cast, 113, SeedOutcomes.Supplier, "33050161882100004418", ct);
        for (int i = 0; i < sent.Count; i++)
        {
            (DemoProject project, decimal first, int due) = Projects[i];
            await SeedAwards.Sign(cast, project, sent[i], SeedAwards.Terms(project, project.Asked, cast.Ago(Began),
                i == 0 ? cast.Ago(Ends) : cast.Ago(-40),
                project.Asked == first ? [new TrancheTerm(Amount.Yuan(first), cast.Ago(Began), "协议签订、收款账户核实", cast.Ago(due))] :
                [
                    new TrancheTerm(Amount.Yuan(first), cast.Ago(Began), "协议签订、收款账户核实", cast.Ago(due)),
                    new TrancheTerm(Amount.Yuan(project.Asked - first), cast.Ago(60), "前一期核销满八成", cast.Ago(-30)),
                ]), account, (112, 111, Began), project.IsOnPaper ? cast.SecondFinLead : cast.FinLead, ct);
        }

        for (int i = 0; i < sent.Count; i++)
        {
            (DemoProject project, decimal first, _) = Projects[i];
            long tranche = await money.First(sent[i], ct);
            cast.Turn(108, 19);
            FundSession by = project.IsOnPaper ? cast.SecondFinLead : cast.Lead;
            if (project.Title == Lamps)
            {
                await money.Buy(by, tranche, "应急灯 30 盏和支架，由基金会直接向厂家采购", "采购合同 应急灯", 1, first, ct);
            }
            else
            {
                await money.Ask(by, tranche, $"{project.Things}，{project.Guidance}", "报价单", ct,
                    (1, first * 0.6m), (2, first * 0.3m), (3, first * 0.1m));
            }

            cast.Turn(107, 10);
            await money.Check(tranche, "", ct, project.Title == Lamps ? supplier : null);
            cast.Turn(107, 15);
            await money.Approve(tranche, byBoth: false, ct);
        }

        for (int i = 0; i < sent.Count; i++)
        {
            await money.Shown(Paid, -Projects[i].First, Projects[i].Project.Title == Lamps ? SeedOutcomes.Supplier : Committee,
                AwaitedPayment.CodeOf(await money.First(sent[i], ct)), ct);
        }
    }

    /// <summary>Spent, accounted for, the rest given back, reported, assessed and closed.</summary>
    private static async Task Finish(GrantCast cast, DemoMoney money, long grant, CancellationToken ct)
    {
        long tranche = await money.First(grant, ct);
        List<(long, decimal)> handedIn = [];
        foreach (DemoReceipt receipt in new DemoReceipt[]
        {
            new(98, "楼道花架 4 组", "清河花木市场", 1_120, 1, Spending.KeptGoods, "26332000000081230017"),
            new(95, "花土和花苗", "清河花木市场", 640, 1, Spending.Supplies, "26332000000081230044"),
            new(80, "园艺老师到场指导 6 次", "许师傅", 840, 2, Spending.Service),
            new(72, "浇水值班手册 60 册", "清河印务有限公司", 260, 3, Spending.Supplies, "26332000000081230102"),
        })
        {
            handedIn.Add((await money.Receipt(cast.Lead, grant, receipt, ct), receipt.Yuan));
        }

        await money.Acquit(71, cast.FinLead, tranche, "石磊", "方志明", handedIn, ct);
        cast.Turn(65, 20);
        await cast.Lead.Run(new ReturnUnspent(GrantCast.Key(), tranche, await money.Version(tranche, ct), Amount.Yuan(140)), ct);
        await money.Shown(64, 140, Committee, $"{(await cast.Desk.Ask(new CasePage(grant), ct)).Number}-T1", ct);
        cast.Turn(61, 19);
        await cast.Lead.Run(new StartClosing(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        await cast.Lead.Run(new AttachToClosing(GrantCast.Key(), grant, ClosingPaperKind.Photo, Consent: true,
            await money.Picture(cast.Lead, "花架前合影", ct)), ct);
        cast.Turn(60, 20);
        int version = await cast.Lead.Run(new SaveClosingReport(GrantCast.Key(), grant, 0, new ReportText(
            [new ReachedIndicator(1, "21 次", ""), new ReachedIndicator(2, "196 人", "按楼道签名册统计")], 196,
            "清理六个楼道，装花架四组，种植指导六次，浇水值班十五次。", "两户起初不愿挪开堆物，楼组长上门说明后自行清走。", "楼道干净了，邻居下楼浇水会聊几句。", 60, 56,
            [new HandedGood("楼道花架", 4, "翠苑社区 3、5 幢楼道")], NoGoods: false)), ct);
        await cast.Lead.Run(new HandInClosingReport(GrantCast.Key(), grant, version), ct);
        cast.Turn(58, 10);
        await cast.Desk.Run(new AcceptClosingReport(GrantCast.Key(), grant, 1), ct);
        cast.Turn(57, 15);
        await cast.Panel.Run(new AssessGrant(GrantCast.Key(), grant, 1, ClosingGrade.Good, "指标达成，账目清楚；花架由楼组长登记保管。"), ct);
        cast.Turn(55, 10);
        await cast.Desk.Run(new CloseGrant(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        cast.Turn(55, 14);
        await cast.Panel.Run(new CloseGrant(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
    }
}
