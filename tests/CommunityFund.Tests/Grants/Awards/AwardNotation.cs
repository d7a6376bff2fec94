using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.People;
using CommunityFund.Periods;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Awards;

/// <summary>
/// A round over the community fund and the children's fund, the people who decide and carry out, and cases as a meeting has ranked them: what came
/// before is written down by the owner of the tables, for it is not what these tests are about.
/// </summary>
internal sealed partial class AwardNotation
{
    private readonly Dictionary<string, long> _people = [];

    private AwardNotation(TestBody body) => Body = body;

    public TestBody Body { get; }

    public long Round { get; private set; }

    /// <summary>The year in which it all happens.</summary>
    public int Year => Body.Clock.Now.InUtc().Year;

    public FundSession Steer => As("steer");

    public FundSession L1 => As("l1");

    public FundSession L2 => As("l2");

    public FundSession Desk => As("desk");

    public FundSession Panel => As("panel");

    public FundSession Lead => As("lead");

    public FundSession FinLead => As("fin");

    public static Guid Key => TestBody.Key;

    public FundSession As(string who) => Body.Foundation.SessionOf(_people[who], Body.Book);

    public long Id(string who) => _people[who];

    public int Community { get; private init; } = TestBody.Community;

    public int Children { get; private init; } = TestBody.Children;

    /// <summary>The same on another foundation, with people who can sign in as <c>award-steer</c> and so on.</summary>
    public static Task<AwardNotation> On(TestBody body, int community, int children) =>
        Fill(new AwardNotation(body) { Community = community, Children = children }, 0, 0, canSignIn: true);

    /// <param name="community">Yuan in the unrestricted community fund.</param>
    /// <param name="children">Yuan in the children's fund, restricted.</param>
    public static Task<AwardNotation> Of(TestBody body, decimal community = 8200, decimal children = 10000) =>
        Fill(new AwardNotation(body), community, children, canSignIn: false);

    private static async Task<AwardNotation> Fill(AwardNotation made, decimal community, decimal children, bool canSignIn)
    {
        TestBody body = made.Body;
        foreach ((string who, string name, Role[] roles) in new (string, string, Role[])[]
        {
            ("steer", "陆主任", [Role.Steer]), ("steer2", "何副主任", [Role.Steer]), ("l1", "白审批", [Role.ApproverL1]), ("l2", "韩审批", [Role.ApproverL2]),
            ("desk", "高敏", [Role.Desk]), ("desk2", "孔亮", [Role.Desk]), ("panel", "纪监督", [Role.Panel]), ("lead", "石磊", [Role.Lead]),
            ("fin", "张蓉", [Role.FinLead]), ("signer", "吕建国", [Role.SignOff]),
        })
        {
            made._people[who] = canSignIn
                ? await body.Operator.Run(new AddLogin(Key, new NewLogin(name, $"award-{who}", TestBody.Password), MustChange: false))
                : (long)(await made.Sql($"insert into person (kind, name, created_at) values ('person', '{name}', now()) returning person_id"))!;
            foreach (Role role in roles)
            {
                await made.Sql($"""
                    alter table role_grant disable trigger user;
                    insert into role_grant (person_id, role, book_id, valid_from, granted_at) values ({made._people[who]},
                      '{Codes.Kebab(role)}', 1, '2024-01-01', now());
                    alter table role_grant enable trigger user
                    """);
            }
        }

        if (community > 0)
        {
            await body.Gift(TestBody.Community, community, Restriction.Unrestricted, GivenOn(body));
        }

        if (children > 0)
        {
            await body.Gift(TestBody.Children, children, Restriction.Restricted, GivenOn(body));
        }

        made.Round = (long)(await made.Sql($"""
            alter table grant_round disable trigger user;
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis,
              policy, screening_days,
              correction_days, notice_days, agreement_days, state, proposed_by, proposed_at, decided_by, decided_at)
            values (1, 'W-1', '邻里项目征集', '走访八百户', '社区团队', '不得用于吃请', '', '{made.Year}-02-01', '{made.Year}-02-28', 5000000, 0,
              'advance-then-acquit', 10, 5, 7, 15, 'agreed', {made.Id("desk")}, now(), {made.Id("steer")}, now());
            alter table grant_round enable trigger user;
            alter table grant_round_pool disable trigger user;
            insert into grant_round_pool values (1, (select max(grant_round_id) from grant_round), {made.Community}, 2000000),
              (1, (select max(grant_round_id) from grant_round), {made.Children}, 2000000);
            alter table grant_round_pool enable trigger user;
            alter table grant_meeting disable trigger user;
            alter table grant_tally disable trigger user;
            insert into grant_meeting (book_id, grant_round_id, title, place, starts_at, speak_minutes, answer_minutes, mode, weighs_groups,
              quorum, own_community, ties,
              state, proposed_by, proposed_at)
              select 1, max(grant_round_id), '评审会', '活动室', now(), 5, 3, 'count', false, 1, false, array['lots'], 'waiting',
                {made.Id("desk")}, now() from grant_round;
            insert into grant_tally select 1, max(grant_meeting_id), 1, 'signed', '', {made.Id("desk")}, now(), {made.Id("desk")}, now(),
              now(), 1, 0, 0, 0, 0
              from grant_meeting;
            alter table grant_tally enable trigger user;
            alter table grant_meeting enable trigger user;
            select max(grant_round_id) from grant_round
            """))!;
        return made;
    }

    private static LocalDate GivenOn(TestBody body) => new(body.Clock.Now.InUtc().Year, 3, 2);

    /// <summary>A case as the count left it.</summary>
    public async Task<long> Ranked(int rank, string title = "老人助餐", decimal yuan = 12000, string community = "幸福里")
    {
        long id = (long)(await Sql($"""
            alter table grant_case disable trigger user;
            alter table grant_log disable trigger user;
            insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, fin_lead_id, signer_id, filled_by, state,
              state_version,
              requested, own_units, created_at, submitted_at)
            values (1, {Round}, 'W-1-' || lpad((1 + (select count(*) from grant_case))::text, 3, '0'), '{title}', '{community}',
              {Id("lead")}, {Id("fin")},
              {Id("signer")}, {Id("lead")}, 'ranked', 7, {(long)(yuan * 100)}, 0, now(), now());
            insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, at, reason, clause, facts, vouchers)
              select 1, max(grant_id), v, case v when 1 then 'create' when 7 then 'count-votes' else 'accept' end, null, 'ranked', now(),
                '', '', '{"{}"}', '{"{}"}'
                from grant_case cross join generate_series(1, 7) v group by v;
            alter table grant_log enable trigger user;
            alter table grant_case enable trigger user;
            select max(grant_id) from grant_case
            """))!;
        await Sql($"""
            alter table grant_rank disable trigger user;
            insert into grant_rank (book_id, grant_id, tally_version, grant_meeting_id, rank, score_text, counted_at)
              select 1, {id}, 1, max(grant_meeting_id), {rank}, '{100 - rank}.50', now() from grant_meeting;
            alter table grant_rank enable trigger user
            """);
        return id;
    }

    public async Task<GrantCase> Case(long grant)
    {
        await using FundDb db = Body.Db();
        return await db.Set<GrantCase>().AsNoTracking().SingleAsync(row => row.GrantId == grant);
    }

    public async Task<int> Version(long grant) => (await Case(grant)).StateVersion;

    public async Task<GrantState> State(long grant) => (await Case(grant)).State;

    /// <summary>As the steering group decides: what the children's fund and the community fund give.</summary>
    public async Task<DecideCase> Decision(long grant, DecisionKind kind = DecisionKind.Recommend, decimal children = 10000,
        decimal community = 2000,
        int? place = null, string reason = "", string projectClass = "") => new(Key, grant, await Version(grant), kind,
            kind == DecisionKind.Refuse ? [] : [.. new[] { (Children, children), (Community, community) }.Where(part => part.Item2 != 0)
                .Select(part => new FundShare(part.Item1, Amount.Yuan(part.Item2)))], place, projectClass, reason, "领导小组纪要〔2026〕3号");

    public async Task<long> Recommended(int rank = 1, decimal children = 10000, decimal community = 2000, string title = "老人助餐")
    {
        long grant = await Ranked(rank, title, children + community);
        await Steer.Run(await Decision(grant, children: children, community: community, reason: "按审议意见"));
        return grant;
    }

    public Task<long> Written() => Desk.Run(new WriteNotice(Key, Round, "领导小组纪要〔2026〕3号", "幸福里 1 号监审组，电话 0571-8000", "居委会公告栏"));

    public async Task<long> Noticed(int rank = 1, decimal children = 10000, decimal community = 2000, string title = "老人助餐")
    {
        long grant = await Recommended(rank, children, community, title);
        await Desk.Run(new PublishNotice(Key, await Written()));
        return grant;
    }

    public void Wait(int days) => Body.Clock.Now += Duration.FromDays(days);

    public async Task<GrantMoved> Award(long grant)
    {
        await Steer.Run(new AwardGrant(Key, grant, await Version(grant), "决议〔2026〕8号"));
        return await L2.Run(new AwardGrant(Key, grant, await Version(grant), "决议〔2026〕8号"));
    }

    public async Task<long> Awarded(int rank = 1, decimal children = 10000, decimal community = 2000, string title = "老人助餐")
    {
        long grant = await Noticed(rank, children, community, title);
        Wait(8);
        await Award(grant);
        return grant;
    }

    /// <summary>Two of the office approve that the calendar gives up what nobody signed in time.</summary>
    public async Task ApproveLapsing()
    {
        long rule = await Body.Accountant.Run(
            new ProposeRule(Key, true, new LocalDate(2026, 1, 1), "协议逾期未签，自动冲回承诺", ReviewRule.LapsedCommitments));
        await Body.Reviewer.Run(new AgreeRule(Key, rule));
    }

    public static AgreementTerms Terms(decimal yuan = 12000, bool withIndicator = true, int year = 2026) => new(
        new LocalDate(year, 4, 1), new LocalDate(year, 9, 30),
        [
            new TrancheTerm(Amount.Yuan(yuan * 0.6m), new LocalDate(year, 4, 10), "协议签订", new LocalDate(year, 6, 30)),
            new TrancheTerm(Amount.Yuan(yuan * 0.4m), new LocalDate(year, 7, 1), "前一期核销满九成", new LocalDate(year, 10, 15)),
        ],
        [new BudgetTerm("餐费", Amount.Yuan(yuan - 2000), Amount.Yuan(500)), new BudgetTerm("餐具", Amount.Yuan(2000), Amount.Fen(0))],
        withIndicator ? [new IndicatorTerm("每周用餐老人", "0 人", "40 人")] : [], "不得用于吃请", "结束后十五日内退回");

    /// <summary>An account of an organisation in the register of payees, checked unless said otherwise.</summary>
    public async Task<long> Account(string name = "幸福里居委会", PersonKind kind = PersonKind.Organisation,
        string number = "33050161000000009999", bool isChecked = true)
    {
        await Body.Accountant.Run(new SetPayeeAccount(Key, name, kind, number, "中国建设银行幸福里支行"));
        long account = (long)(await Sql("select max(payee_account_id) from payee_account"))!;
        if (isChecked)
        {
            await Body.Reviewer.Run(new CheckPayeeAccount(Key, account));
        }

        return account;
    }

    /// <summary>Everything that is signed and checked before a project begins.</summary>
    public async Task Papers(long grant, decimal yuan = 12000, AgreementTerms? terms = null, string payee = "幸福里居委会")
    {
        int version = await Version(grant);
        int paper = await Desk.Run(new DraftAgreement(Key, grant, version, terms ?? Terms(yuan, year: Year)));
        await Lead.Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await L1.Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await Lead.Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await FinLead.Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        string number = terms is null ? "33050161000000009999" : $"3305016100000001{grant:0000}";
        await Desk.Run(new NamePayee(Key, grant, version, await Account(payee, number: number), PayeeKind.Committee));
    }

    public Task<FundNumberPair> Available() => FundNumberPair.Of(Body);

    /// <summary>Nothing in the books is out of order.</summary>
    public async Task ShouldBeClean()
    {
        CheckReport report = await Body.Operator.Ask(new CheckBooks());
        report.Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    /// <summary>As the program's own login.</summary>
    public async Task App(string sql)
    {
        await using NpgsqlConnection connection = new(Body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<object?> Sql(string sql)
    {
        await using NpgsqlConnection connection = new(Body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>What the children's and the community fund have available, in yuan.</summary>
internal sealed record FundNumberPair(Amount Children, Amount Community)
{
    public static async Task<FundNumberPair> Of(TestBody body) =>
        new((await body.Numbers(TestBody.Children)).Available, (await body.Numbers(TestBody.Community)).Available);
}
