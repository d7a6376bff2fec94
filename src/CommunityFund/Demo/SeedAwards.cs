using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// What became of the earlier round: decisions that once depart from the ranking, a notice, awards over several funds. Two projects have begun, one
/// waits for its agreement, one declined, so that the head of the waiting list is before the public now.
/// </summary>
internal static class SeedAwards
{
    private const string Hall = "街道文化站 201 室，电话 0571-88000110", Board = "各社区公告栏、街道公众号", Happy = "幸福里社区居民委员会";

    /// <summary>The committee to which the pilot was paid already.</summary>
    public const string Green = "翠苑社区居民委员会";

    /// <summary>From the decisions to the awards.</summary>
    public static async Task Decide(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        cast.Turn(31, 10);
        long lights = Of(sent, SeedRound.Lights), mutual = Of(sent, SeedRound.Mutual);
        await cast.Steer.Run(new NoteOpinion(GrantCast.Key(), lights, "", Stance.Against, "彩灯只亮几天，不是居民调研里提出的需求。"), ct);
        await cast.Desk.Run(new NoteOpinion(GrantCast.Key(), mutual, "沈教授", Stance.For, "照护人的喘息服务街道里还没有，投入小，六个对子可以长期留下来。"), ct);
        cast.Turn(29, 15);
        string minutes = $"领导小组会议纪要〔{cast.Ago(29).Year}〕6 号";
        await Say(SeedRound.Books, DecisionKind.Recommend, null, "children", "", ("F03", 10_000), ("F01", 2_000));
        await Say(SeedRound.Phones, DecisionKind.Recommend, null, "elderly", "", ("F04", 6_000));
        await Say(SeedRound.Talks, DecisionKind.Recommend, null, "neighbourhood", "公示栏可以和居委会共用，核减 1,500 元", ("F01", 6_500));
        await Say(SeedRound.Lights, DecisionKind.Refuse, null, "", "不在居民调研的需求之内，活动结束后没有东西留下；建议由楼组自筹");
        await Say(SeedRound.Mutual, DecisionKind.Recommend, null, "neighbourhood", "排名第五，先于第四名：第四名不予资助；残障家庭的照护需求有 31 户提出，街道内没有同类服务", ("F01", 5_000));
        await Say(SeedRound.Stories, DecisionKind.Waitlist, 1, "culture", "幸福里社区基金本轮额度已用完，列候补第一", ("F01", 4_500));
        await Say(SeedRound.Balcony, DecisionKind.Waitlist, 2, "neighbourhood", "幸福里社区基金本轮额度已用完，列候补第二", ("F01", 3_800));
        cast.Turn(27, 16);
        await Publish(cast, await cast.Round(sent.Values.First(), ct), minutes, ct);
        foreach (string title in new[] { SeedRound.Books, SeedRound.Phones, SeedRound.Talks, SeedRound.Mutual })
        {
            AwardGrant award = new(GrantCast.Key(), Of(sent, title), await cast.Version(Of(sent, title), ct),
                $"领导小组决议〔{cast.Ago(17).Year}〕9 号");
            cast.Turn(17, 10);
            await cast.Steer.Run(award, ct);
            cast.Turn(17, 14, 30);
            await cast.ApproverL2.Run(award with { Key = GrantCast.Key() }, ct);
        }

        async Task Say(
            string title, DecisionKind kind, int? place, string projectClass, string reason, params (string Fund, decimal Yuan)[] shares) =>
            await cast.Steer.Run(new DecideCase(GrantCast.Key(), Of(sent, title), await cast.Version(Of(sent, title), ct), kind,
                [.. shares.Select(share => new FundShare(cast.Fund(share.Fund), Amount.Yuan(share.Yuan)))], place, projectClass, reason, minutes),
                ct);
    }

    /// <summary>From the awards to today.</summary>
    public static async Task Begin(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        cast.Turn(15, 10);
        long talks = Of(sent, SeedRound.Talks);
        await cast.Second.Run(new DeclineAward(GrantCast.Key(), talks, await cast.Version(talks, ct), "闲置车棚的产权单位不同意改造，团队放弃，有书面说明"),
            ct);
        DemoProject books = sent.Keys.Single(project => project.Title == SeedRound.Books);
        await Sign(cast, books, sent[books], Terms(books, 12_000, cast.Ago(9), cast.Ago(-175),
        [
            new TrancheTerm(Amount.Yuan(7_200), cast.Ago(9), "协议签订、收款账户核实", cast.Ago(-60)),
            new TrancheTerm(Amount.Yuan(4_800), cast.Ago(-65), "前一期核销满九成", cast.Ago(-165)),
        ]), await Account(cast, 14, Happy, "33050161882100001688", ct), (13, 11, 9), cast.FinLead, ct);
        DemoProject phones = sent.Keys.Single(project => project.Title == SeedRound.Phones);
        await Sign(cast, phones, sent[phones], Terms(phones, 6_000, cast.Ago(9), cast.Ago(-175),
        [
            new TrancheTerm(Amount.Yuan(3_000), cast.Ago(9), "协议签订、收款账户核实", cast.Ago(-45)),
            new TrancheTerm(Amount.Yuan(2_000), cast.Ago(-50), "前一期核销满九成，受益老人满 30 人", cast.Ago(-105)),
            new TrancheTerm(Amount.Yuan(1_000), cast.Ago(-110), "总结和账目公开", cast.Ago(-165)),
        ]), await Known(cast, Green, ct), (13, 11, 9), cast.FinLead, ct);
        await Draft(cast, sent, ct);
        await Promote(cast, sent, ct);
    }

    /// <summary>One project is paid, and half of its receipts are in the folder; another has asked and waits for its approver.</summary>
    public static async Task Spend(GrantCast cast, DemoMoney money, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        long books = Of(sent, SeedRound.Books), tranche = await money.First(books, ct);
        cast.Turn(8, 20);
        await money.Ask(cast.Lead, tranche, "书架和第一批绘本，故事带领培训六次，开馆海报", "报价单 书架和绘本", ct, (1, 4_800), (2, 1_800), (3, 600));
        cast.Turn(7, 10);
        await money.Check(tranche, "报价和预算一致", ct);
        cast.Turn(7, 15);
        await money.Approve(tranche, byBoth: true, ct);
        await money.Shown(6, -7_200, Happy, AwaitedPayment.CodeOf(tranche), ct);
        foreach (var (by, receipt) in new (FundSession, DemoReceipt)[]
        {
            (cast.Lead, new(5, "松木书架 6 个", "清河木器商行", 2_880, 1, Spending.KeptGoods, "26332000000090010011")),
            (cast.Lead, new(4, "绘本 40 册", "新华书店清河店", 1_126.40m, 1, Spending.Supplies, "26332000000090010035")),
            (cast.FinLead, new(3, "故事带领培训两次", "秦老师", 600, 2, Spending.Service)),
            (cast.Lead, new(2, "开馆海报", "清河印务有限公司", 180, 3, Spending.Supplies, HasPhoto: false)),
        })
        {
            await money.Receipt(by, books, receipt, ct);
        }

        tranche = await money.First(Of(sent, SeedRound.Phones), ct);
        cast.Turn(3, 19);
        await money.Ask(cast.FinLead, tranche, "大字教材 60 册、备用手机 4 台，一对一陪练补贴一个月", "报价单 教材和备用手机", ct, (1, 1_800), (2, 900), (3, 300));
        cast.Turn(2, 10);
        await money.Check(tranche, "陪练补贴按协议的标准", ct);
    }

    /// <summary>An agreement that is written and signed by one side.</summary>
    private static async Task Draft(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        cast.Turn(8, 15);
        DemoProject mutual = sent.Keys.Single(project => project.Title == SeedRound.Mutual);
        int version = await cast.Version(sent[mutual], ct);
        int paper = await cast.Desk.Run(new DraftAgreement(GrantCast.Key(), sent[mutual], version, Terms(mutual, 5_000, cast.Ago(8), cast.Ago(-175),
        [
            new TrancheTerm(Amount.Yuan(3_000), cast.Ago(-5), "协议签订、收款账户核实", cast.Ago(-60)),
            new TrancheTerm(Amount.Yuan(2_000), cast.Ago(-65), "前一期核销满九成", cast.Ago(-165)),
        ])), ct);
        cast.Turn(6, 10);
        await cast.Desk.Run(new SignGrantPaper(GrantCast.Key(), sent[mutual], version, paper, GrantPaper.Agreement, GrantSide.Lead,
            [await Scan(cast, mutual, "资助协议", ct)]), ct);
    }

    /// <summary>The money that one declined is free: the head of the line goes before the public, and somebody has asked about it.</summary>
    private static async Task Promote(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        cast.Turn(5, 11);
        long stories = Of(sent, SeedRound.Stories);
        await cast.Steer.Run(new PromoteCase(GrantCast.Key(), stories, await cast.Version(stories, ct), "邻里议事亭放弃资助，额度由候补第一递补"), ct);
        cast.Turn(3, 16);
        await Publish(cast, await cast.Round(stories, ct), $"领导小组会议纪要〔{cast.Ago(5).Year}〕8 号", ct);
    }

    public static async Task Publish(GrantCast cast, long round, string minutes, CancellationToken ct)
    {
        long notice = await cast.Desk.Run(new WriteNotice(GrantCast.Key(), round, minutes, Hall, Board), ct);
        await cast.Desk.Run(new PublishNotice(GrantCast.Key(), notice), ct);
    }

    /// <summary>Draft, signatures of both sides and the beginning, each on its day.</summary>
    public static async Task Sign(GrantCast cast, DemoProject project, long grant, AgreementTerms terms, long account,
        (int Drafted, int Signed, int Begun) ago, FundSession keeper, CancellationToken ct)
    {
        cast.Turn(ago.Drafted, 14);
        int version = await cast.Version(grant, ct), paper = await cast.Desk.Run(new DraftAgreement(GrantCast.Key(), grant, version, terms), ct);
        await cast.Desk.Run(new NamePayee(GrantCast.Key(), grant, version, account, PayeeKind.Committee), ct);
        cast.Turn(ago.Signed, 10);
        FundSession lead = project.IsOnPaper ? cast.Desk : cast.Lead;
        foreach (GrantPaper kind in new[] { GrantPaper.Agreement, GrantPaper.Duty })
        {
            Enclosure[]? scanned = project.IsOnPaper ? [await Scan(cast, project, kind == GrantPaper.Agreement ? "资助协议" : "职责合同", ct)] : null;
            await lead.Run(new SignGrantPaper(GrantCast.Key(), grant, version, paper, kind, GrantSide.Lead, scanned), ct);
        }

        cast.Turn(ago.Signed, 15);
        await keeper.Run(new SignGrantPaper(GrantCast.Key(), grant, version, paper, GrantPaper.Duty, GrantSide.FinLead), ct);
        await cast.Reviewer.Run(new SignGrantPaper(GrantCast.Key(), grant, version, paper, GrantPaper.Agreement, GrantSide.Body), ct);
        cast.Turn(ago.Begun, 9, 30);
        await cast.Desk.Run(new ActivateGrant(GrantCast.Key(), grant, version), ct);
        cast.Turn(ago.Begun, 11);
        await cast.Reviewer.Run(new ActivateGrant(GrantCast.Key(), grant, version), ct);
    }

    public static AgreementTerms Terms(
        DemoProject project, decimal yuan, LocalDate starts, LocalDate ends, IReadOnlyList<TrancheTerm> tranches) => new(starts, ends, tranches,
        [
            new BudgetTerm(project.Things, Amount.Yuan(yuan * 0.6m), Amount.Fen(0)),
            new BudgetTerm(project.Guidance, Amount.Yuan(yuan * 0.3m), Amount.Fen(0)),
            new BudgetTerm("海报和手册", Amount.Yuan(yuan * 0.1m), Amount.Fen(0)),
            new BudgetTerm("场地（居委会提供，折价）", Amount.Fen(0), Amount.Yuan(yuan / 8)),
        ],
        [new IndicatorTerm("活动次数", "0 次", "20 次"), new IndicatorTerm("受益居民", "0 人", $"{project.People} 人")],
        "人员工资、餐费烟酒、旅游、单价 5,000 元以上的设备、发放现金", "项目结束后十五日内，把没有用完的资金退回原支付账户");

    /// <summary>The committee's account, entered by the accountant and checked by another.</summary>
    public static async Task<long> Account(GrantCast cast, int daysAgo, string committee, string number, CancellationToken ct)
    {
        cast.Turn(daysAgo, 10);
        long payee = await cast.Accountant.Run(new SetPayeeAccount(
            GrantCast.Key(), committee, PersonKind.Organisation, number, "中国建设银行清河支行"), ct);
        long account = (await cast.Accountant.Ask(new PayeeList(), ct)).Single(row => row.PayeeId == payee).AccountId;
        cast.Turn(daysAgo, 16);
        await cast.Reviewer.Run(new CheckPayeeAccount(GrantCast.Key(), account), ct);
        return account;
    }

    private static async Task<long> Known(GrantCast cast, string committee, CancellationToken ct) =>
        (await cast.Accountant.Ask(new PayeeList(), ct)).Single(row => row.Name == committee).AccountId;

    private static Task<Enclosure> Scan(GrantCast cast, DemoProject project, string paper, CancellationToken ct) => GrantCast.Keep(cast.Desk,
        $"{paper} {project.Title}.pdf", $"{paper}（签字页扫描）", $"{project.Title}　总负责人签字", ct);

    private static long Of(IReadOnlyDictionary<DemoProject, long> sent, string title) => sent.Single(pair => pair.Key.Title == title).Value;
}
