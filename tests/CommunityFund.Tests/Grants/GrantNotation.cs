using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;

namespace CommunityFund.Tests.Grants;

/// <summary>Who takes part in a grant: ids of people with one role each.</summary>
internal sealed record GrantPeople(long Lead, long FinLead, long Signer, long Desk, long SecondDesk);

/// <summary>What people do about rounds and applications, in a few words.</summary>
internal static class GrantNotation
{
    public static readonly LocalDate Opens = new(2026, 3, 10), Closes = new(2026, 4, 10);

    public static FundSession As(this TestBody body, long person) => body.Foundation.SessionOf(person, body.Book);

    /// <summary>Somebody who can sign in and holds the roles.</summary>
    public static async Task<long> Person(this TestBody body, string name, params Role[] roles)
    {
        long person = await body.Operator.Run(new AddLogin(
            TestBody.Key, new NewLogin(name, $"u{Guid.NewGuid():N}"[..12], TestBody.Password), MustChange: false));
        foreach (Role role in roles)
        {
            await body.Operator.Run(new GrantRole(TestBody.Key, person, role, null, new LocalDate(2026, 1, 1), null));
        }

        return person;
    }

    public static async Task<GrantPeople> GrantPeople(this TestBody body) => new(
        await body.Person("石磊", Role.Lead), await body.Person("张蓉", Role.FinLead), await body.Person("吕建国", Role.SignOff),
        await body.Person("高敏", Role.Desk), await body.Person("孔亮", Role.Desk));

    /// <summary>A round that two people agreed to, over the community's fund and the children's: at most 30,000.00, a tenth of its own.</summary>
    public static async Task<long> Round(this TestBody body, string code = "2026-1", decimal cap = 30_000, short own = 1000,
        AdvancePolicy policy = AdvancePolicy.AdvanceThenAcquit)
    {
        await using FundDb db = body.Db();
        GrantRound round = new()
        {
            BookId = body.Book,
            Code = code,
            Title = "2026 年第一轮社区微项目",
            Survey = "2 月入户和议事会，访 312 户",
            WhoMay = "本街道居委会、登记的社会组织、在社区备案的居民自组织",
            Forbidden = "人员工资、旅游、烟酒、购买大额固定资产",
            Guide = "指南第三条：每个团队只能申报一个项目",
            OpensOn = Opens,
            ClosesOn = Closes,
            CapUnits = Amount.Yuan(cap).Units,
            OwnBasis = own,
            Policy = policy,
            ScreeningDays = 10,
            CorrectionDays = 5,
            NoticeDays = 7,
            AgreementDays = 15,
            State = RegisterState.Waiting,
            ProposedBy = 1,
            ProposedAt = body.Clock.Now,
        };
        db.Add(round);
        await db.SaveChangesAsync();
        db.AddRange(
            new GrantRoundPool { BookId = body.Book, GrantRoundId = round.GrantRoundId, FundId = TestBody.Community, Units = 6_000_000 },
            new GrantRoundPool { BookId = body.Book, GrantRoundId = round.GrantRoundId, FundId = TestBody.Children, Units = 4_000_000 },
            new GrantRoundNeed { BookId = body.Book, GrantRoundId = round.GrantRoundId, No = 1, What = "放学后没有人照看孩子", Voices = 87 },
            new GrantRoundNeed { BookId = body.Book, GrantRoundId = round.GrantRoundId, No = 2, What = "独居老人做饭难", Voices = 64 });
        await db.SaveChangesAsync();
        (round.State, round.DecidedBy, round.DecidedAt) = (RegisterState.Agreed, 2, body.Clock.Now);
        await db.SaveChangesAsync();
        return round.GrantRoundId;
    }

    /// <summary>The sections of a whole application that asks for nine tenths of its budget.</summary>
    public static IReadOnlyList<SectionText> Sections(GrantPeople people, decimal budget) =>
    [
        new NeedText([1], "双职工家庭孩子下午三点半放学无人照看", "议事会和入户访谈"),
        new PurposeText("工作日放学后有人照看、有地方写作业", "小学一至三年级学生", 40),
        new PlanText([new PlanStep("招募志愿者、布置场地", new LocalDate(2026, 5, 6), new LocalDate(2026, 5, 20)),
            new PlanStep("每周五天开放", new LocalDate(2026, 5, 21), new LocalDate(2026, 12, 31))]),
        new IndicatorText([new Indicator("照看的孩子", 0, 40, "人")]),
        new TeamForm(GroupKind.Committee, "幸福里社区居委会", people.FinLead, people.Signer, [new MemberForm("周小雨", "活动带领")]),
        new BudgetText(Amount.Yuan(budget), [new BudgetLine("桌椅和书架", BudgetCategory.Materials, 10, "套", Amount.Yuan(budget / 10), Amount.Yuan(budget / 10))]),
    ];

    /// <summary>An application with everything written.</summary>
    public static async Task<long> Draft(this TestBody body, GrantPeople people, long round, string title = "三点半课堂", decimal budget = 20_000)
    {
        FundSession lead = body.As(people.Lead);
        long grant = await lead.Run(new StartApplication(TestBody.Key, round, title, "幸福里社区"));
        foreach (SectionText section in Sections(people, budget))
        {
            await lead.Run(new SaveSection(TestBody.Key, grant, 0, section));
        }

        return grant;
    }

    public static async Task<long> AwaitingSignOff(this TestBody body, GrantPeople people, long round, string title = "三点半课堂", decimal budget = 20_000)
    {
        long grant = await body.Draft(people, round, title, budget);
        await body.As(people.Lead).Run(new AskForSignOff(TestBody.Key, grant, 1));
        return grant;
    }

    /// <summary>Signed and numbered.</summary>
    public static async Task<long> Submitted(this TestBody body, GrantPeople people, long round, string title = "三点半课堂", decimal budget = 20_000)
    {
        long grant = await body.AwaitingSignOff(people, round, title, budget);
        ApplicationView view = await body.As(people.Signer).Ask(new ReadApplication(grant));
        await body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, view.StateVersion, view.Sha256));
        return grant;
    }

    public static async Task<long> UnderScreening(this TestBody body, GrantPeople people, long round, string title = "三点半课堂", decimal budget = 20_000)
    {
        long grant = await body.Submitted(people, round, title, budget);
        await body.As(people.Desk).Run(new StartScreening(TestBody.Key, grant, await body.Version(grant)));
        return grant;
    }

    public static Task Checks(this TestBody body, GrantPeople people, long grant, CheckVerdict verdict = CheckVerdict.Ok) =>
        body.As(people.Desk).Run(new NoteChecks(TestBody.Key, grant,
            [.. Enum.GetValues<ScreeningCheck>().Select(check => new CheckForm(check, verdict, verdict == CheckVerdict.Ok ? "" : "见附件"))]));

    /// <summary>Screened and found eligible: it may go to a meeting.</summary>
    public static async Task<long> Eligible(this TestBody body, GrantPeople people, long round, string title = "三点半课堂", decimal budget = 20_000)
    {
        long grant = await body.UnderScreening(people, round, title, budget);
        await body.Checks(people, grant);
        await body.As(people.Desk).Run(new AcceptApplication(TestBody.Key, grant, await body.Version(grant)));
        return grant;
    }

    public static async Task<GrantCase> Case(this TestBody body, long grant)
    {
        await using FundDb db = body.Db();
        return db.Set<GrantCase>().Single(row => row.GrantId == grant);
    }

    public static async Task<int> Version(this TestBody body, long grant) => (await body.Case(grant)).StateVersion;
}
