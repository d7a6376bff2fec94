using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>One foundation with many grants that began together: awarded in one round, signed, started, nothing paid. Two grants each have the
/// same leads.</summary>
internal sealed class HistoryWorld : IAsyncDisposable
{
    private readonly List<(FundSession Lead, FundSession Fin)> _leads = [];
    private int _paper;

    private HistoryWorld(TestBody body, AwardNotation grants, bool isExpense) => (Body, Awards, IsExpense) = (body, grants, isExpense);

    public TestBody Body { get; }

    public AwardNotation Awards { get; }

    public bool IsExpense { get; }

    public List<GrantModel> Grants { get; } = [];

    public List<BatchModel> Batches { get; } = [];

    public static Guid Key => TestBody.Key;

    /// <summary>The day on paper, where there is no foundation.</summary>
    public LocalDate? OnPaper { get; set; }

    public LocalDate Today => OnPaper ?? Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    public FundSession Lead(GrantModel grant) => OnPaper is null ? _leads[grant.Pair].Lead : null!;

    public FundSession Fin(GrantModel grant) => OnPaper is null ? _leads[grant.Pair].Fin : null!;

    /// <param name="seed">The sizes of the grants follow from it.</param>
    public static async Task<HistoryWorld> Of(int seed, int grants, bool isExpense, bool is2004)
    {
        TestBody body = is2004 ? await TestBody.New2004() : await TestBody.New();
        AwardNotation notation = await AwardNotation.Of(body, 400_000, 150_000);
        LocalDate given = new(notation.Year, 3, 2);
        await body.Gift(TestBody.Children, 60_000.01m, Restriction.Restricted, given);
        await body.Gift(TestBody.Children, 190_000, Restriction.Restricted, given.PlusDays(3));
        await body.Reviewer.Run(new AgreeRule(Key, await body.Accountant.Run(new ProposeRule(Key, true, new LocalDate(notation.Year, 1, 1),
            "逾期未申请，自动冲回承诺", ReviewRule.LapsedCommitments))));
        HistoryWorld made = new(body, notation, isExpense);
        await made.Sql($"""
            alter table grant_round disable trigger user;
            update grant_round set policy = '{(isExpense ? "expense-on-disbursement" : "advance-then-acquit")}';
            alter table grant_round enable trigger user;
            alter table grant_round_pool disable trigger user;
            update grant_round_pool set units = 40000000;
            alter table grant_round_pool enable trigger user
            """);
        await made.Begin(new Random(seed), grants);
        return made;
    }

    /// <summary>The same on paper: the model alone, without a database.</summary>
    public static HistoryWorld Paper(int seed, int grants, bool isExpense)
    {
        HistoryWorld made = new(null!, null!, isExpense) { OnPaper = new LocalDate(2026, 4, 1) };
        Random random = new(seed);
        for (int at = 0; at < grants; at++)
        {
            (long children, long community) = Sizes(random);
            made.Grants.Add(made.Agreed(random, at + 1, at / 2, children, community));
        }

        made.Grants.ForEach(each => each.LookAgain(made.Today));
        return made;
    }

    private static (long Children, long Community) Sizes(Random random)
    {
        long children = random.Next(4) == 0 ? 0 : random.Next(100_001, 2_200_000);
        return (children, children > 0 && random.Next(3) == 0 ? 0 : random.Next(100_001, 1_500_000));
    }

    public Task Sql(string sql) => Awards.Sql(sql);

    private async Task Begin(Random random, int count)
    {
        List<(long Id, long Children, long Community)> awarded = [];
        for (int at = 0; at < count; at++)
        {
            if (at % 2 == 0)
            {
                _leads.Add((await Person($"总负责{at}", Role.Lead), await Person($"财务负责{at}", Role.FinLead)));
            }

            (long children, long community) = Sizes(random);
            long grant = await Awards.Ranked(at + 1, $"项目{at + 1}", (children + community) / 100m);
            await Sql($"""
                alter table grant_case disable trigger user;
                update grant_case set (lead_id, fin_lead_id, filled_by) = ({Ids[at / 2].Lead}, {Ids[at / 2].Fin}, {Ids[at / 2].Lead}) where grant_id = {grant};
                alter table grant_case enable trigger user
                """);
            await Awards.Steer.Run(await Awards.Decision(grant, children: children / 100m, community: community / 100m, reason: "按审议意见"));
            awarded.Add((grant, children, community));
        }

        await Awards.Desk.Run(new PublishNotice(Key, await Awards.Written()));
        Awards.Wait(8);
        foreach (var (grant, children, community) in awarded)
        {
            await Awards.Award(grant);
            await Papers(random, grant, awarded.FindIndex(each => each.Id == grant) / 2, children, community);
        }

        Awards.Wait(3);
        foreach (GrantModel each in Grants)
        {
            int version = await Awards.Version(each.Id);
            await Awards.Desk.Run(new ActivateGrant(Key, each.Id, version));
            await Awards.L1.Run(new ActivateGrant(Key, each.Id, version));
            each.LookAgain(Today);
            await using FundDb db = Body.Db();
            foreach (Tranche row in await db.Set<Tranche>().AsNoTracking().Where(row => row.GrantId == each.Id).ToListAsync())
            {
                each.Tranches[row.No - 1].Id = row.TrancheId;
            }
        }
    }

    private List<(long Lead, long Fin)> Ids { get; } = [];

    private async Task<FundSession> Person(string name, Role role)
    {
        long id = (long)(await Awards.Sql($"insert into person (kind, name, created_at) values ('person', '{name}', now()) returning person_id"))!;
        await Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) values ({id}, '{Codes.Kebab(role)}', 1, '2024-01-01', now());
            alter table role_grant enable trigger user
            """);
        if (role == Role.Lead)
        {
            Ids.Add((id, 0));
        }
        else
        {
            Ids[^1] = (Ids[^1].Lead, id);
        }

        return Body.Foundation.SessionOf(id, Body.Book);
    }

    /// <summary>Agreement, duty contract and payee.</summary>
    private async Task Papers(Random random, long grant, int pair, long children, long community)
    {
        long award = children + community;
        GrantModel model = Agreed(random, grant, pair, children, community);
        Grants.Add(model);
        AgreementTerms terms = new(model.StartsOn, model.EndsOn,
            [.. model.Tranches.Select(each => new TrancheTerm(Amount.Fen(each.Promise), each.EarliestOn, "按计划", each.ReportDueOn))],
            [new BudgetTerm("餐费", Amount.Fen(award), Amount.Fen(0))], [new IndicatorTerm("每周用餐老人", "0 人", "40 人")], "不得用于吃请",
            "结束后十五日内退回");
        int version = await Awards.Version(grant), paper = await Awards.Desk.Run(new DraftAgreement(Key, grant, version, terms));
        await Lead(model).Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await Awards.L1.Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await Lead(model).Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await Fin(model).Run(new SignGrantPaper(Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await Awards.Desk.Run(new NamePayee(Key, grant, version,
            await Awards.Account($"居委会{grant}", number: $"3305016100000001{grant:0000}"), PayeeKind.Committee));
    }

    /// <summary>What was agreed: two or three tranches, and how the funds share them.</summary>
    private GrantModel Agreed(Random random, long grant, int pair, long children, long community)
    {
        long award = children + community;
        long[] units = random.Next(3) switch
        {
            0 => [award / 2, award - (award / 2)],
            1 => [award * 6 / 10, award - (award * 6 / 10)],
            _ => [award / 3, award / 4, award - (award / 3) - (award / 4)],
        };
        GrantModel model = new() { Id = grant, Pair = pair, IsExpense = IsExpense, World = Grants };
        (model.StartsOn, model.EndsOn) = (Today.PlusDays(-5), Today.PlusDays(random.Next(60, 200)));
        List<FundModel>[] plan = GrantModel.Plan(units, [(TestBody.Children, children), (TestBody.Community, community)]);
        for (int at = 0; at < units.Length; at++)
        {
            model.Tranches.Add(new TrancheModel(0, (short)(at + 1), plan[at])
            {
                Batches = Batches,
                EarliestOn = Today.PlusDays(at * random.Next(1, 25)),
                ReportDueOn = Today.PlusDays((at * 25) + random.Next(20, 90)),
            });
        }

        foreach (var (fund, given) in new[] { (TestBody.Children, children), (TestBody.Community, community) }.Where(each => each.Item2 > 0))
        {
            model.Committed[fund] = given;
        }

        return model;
    }

    public async Task<Enclosure> Photo(FundSession by) => new(await by.Run(new UploadDocument(Key, "票据.png", Samples.Png(1000 + ++_paper))));

    /// <summary>A line of the bank, of today.</summary>
    public Task<long> Line(long units, bool isIn)
    {
        string amount = (units / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        return Body.LineOf(Today.Year, $"{Today.ToString("MM-dd", CultureInfo.InvariantCulture)},{(isIn ? amount : "")},{(isIn ? "" : amount)},,居委会,第{++_paper}笔");
    }

    public ValueTask DisposeAsync() => Body.DisposeAsync();
}
