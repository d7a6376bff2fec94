using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Bans;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Life;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Rounds;

/// <summary>Calls for applications: drawn up by one, opened by another, and closed by the server's clock.</summary>
public sealed class RoundTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task A_round_is_drawn_up_by_the_desk_opened_by_another_and_open_to_the_end_of_its_last_day()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 20000, Restriction.Unrestricted);
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        RoundChoicesView choices = await desks.Ask(new RoundChoices());
        (choices.Code, choices.Funds.Single(fund => fund.Fund == TestBody.Community).Available).ShouldBe(("2026-1", Amount.Yuan(20000)));
        long round = await desks.Run(Spring());

        // Those who apply see nothing of it yet.
        (await leads.Ask(new RoundList())).Rounds.ShouldBeEmpty();
        (await BankNotation.RefusalOf(() => leads.Ask(new RoundPage(round)))).Code.ShouldBe(GrantRound.Unknown);
        RoundView waits = await steers.Ask(new RoundPage(round));
        (waits.Card.Stage, waits.MayAgree, waits.WhyClosed!.Code).ShouldBe((RoundStage.Waiting, true, RoundNeeds.NotAgreed));

        // The pool is told beside what the funds have: 30,000 of 20,000 is 10,000 short.
        waits.Pool.Select(part => (part.Fund, part.Amount, part.Available, part.Short)).ShouldBe(
        [
            (TestBody.Community, Amount.Yuan(30000), Amount.Yuan(20000), Amount.Yuan(10000)), (TestBody.Children, Amount.Yuan(5000), Amount.Fen(0), Amount.Yuan(5000)),
        ]);
        await steers.Run(new AgreeRound(TestBody.Key, round));
        RoundView open = await leads.Ask(new RoundPage(round));
        (open.Card.Stage, open.WhyClosed, open.Card.Pool, open.Card.Cap, open.Card.DaysLeft).ShouldBe((RoundStage.Open, null, Amount.Yuan(35000), Amount.Yuan(10000), 7));
        open.Pool.ShouldAllBe(part => part.Available == null);
        open.Needs.Select(need => (need.No, need.What, need.Voices)).ShouldBe([(1, "楼道照明坏了没人修", 87), (2, "老人午饭没地方吃", 64)]);
        open.Guide.ShouldBe("第一条\n第二条");
        open.Calendar.Select(day => day.On).ShouldBe(
            [new LocalDate(2026, 3, 10), new LocalDate(2026, 3, 31), new LocalDate(2026, 4, 15), new LocalDate(2026, 4, 22)]);

        // To the last second of its last day in China, and not a second longer.
        foreach ((Instant now, RoundStage stage, string? why) in new (Instant, RoundStage, string?)[]
        {
            (Instant.FromUtc(2026, 3, 9, 15, 59, 59), RoundStage.Coming, RoundNeeds.NotYet), (Instant.FromUtc(2026, 3, 9, 16, 0), RoundStage.Open, null),
            (Instant.FromUtc(2026, 3, 31, 15, 59, 59), RoundStage.Open, null), (Instant.FromUtc(2026, 3, 31, 16, 0), RoundStage.Closed, RoundNeeds.Over),
        })
        {
            body.Clock.Now = now;
            RoundView at = await leads.Ask(new RoundPage(round));
            (at.Card.Stage, at.WhyClosed?.Code).ShouldBe((stage, why));
        }

        lead.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_a_round_may_not_be_is_refused_with_its_fact_and_who_can_put_it_right()
    {
        await using TestBody body = await TestBody.New();
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        ProposeRound good = Spring();
        PoolForm community = new(TestBody.Community, Amount.Yuan(30000));
        foreach ((ProposeRound bad, string code, string[] shown) in new (ProposeRound, string, string[])[]
        {
            (good with { Code = "春季一" }, ProposeRound.BadCode, ["春季一", "2026-1"]),
            (good with { Title = " " }, ProposeRound.BadText, ["名称", "100", "title"]),
            (good with { Survey = new string('调', 2001) }, ProposeRound.BadText, ["需求调查概况", "2000"]),
            (good with { WhoMay = "" }, ProposeRound.BadText, ["谁可以申请"]),
            (good with { Forbidden = "" }, ProposeRound.BadText, ["不能买什么"]),
            (good with { Guide = new string('指', 4001) }, ProposeRound.BadText, ["申请指南", "4000"]),
            (good with { ClosesOn = new LocalDate(2026, 3, 9) }, ProposeRound.BadDates, ["2026-03-10", "2026-03-09"]),
            (good with { OpensOn = new LocalDate(2026, 3, 1), ClosesOn = new LocalDate(2026, 3, 19) }, ProposeRound.BadDates, ["2026-03-20"]),
            (good with { ClosesOn = new LocalDate(2027, 3, 20) }, ProposeRound.BadDates, ["一年"]),
            (good with { Cap = Amount.Fen(0) }, ProposeRound.CapAbovePool, ["上限"]),
            (good with { Cap = Amount.Yuan(35001) }, ProposeRound.CapAbovePool, ["35,001.00", "35,000.00"]),
            (good with { OwnBasis = 9001 }, ProposeRound.BadNumber, ["自筹比例", "9000"]),
            (good with { Days = new RoundDays(Screening: 0) }, ProposeRound.BadNumber, ["资格审查天数", "60"]),
            (good with { Days = new RoundDays(Correction: 31) }, ProposeRound.BadNumber, ["补正天数", "30"]),
            (good with { Days = new RoundDays(Notice: 61) }, ProposeRound.BadNumber, ["公示天数"]),
            (good with { Days = new RoundDays(Agreement: 91) }, ProposeRound.BadNumber, ["签协议天数"]),
            (good with { Pool = [] }, ProposeRound.NoPool, ["20"]),
            (good with { Pool = [community, community] }, ProposeRound.NoPool, ["只写一次"]),
            (good with { Pool = [community with { Amount = Amount.Yuan(-1) }] }, ProposeRound.NoPool, ["大于零"]),
            (good with { Pool = [community with { Fund = TestBody.Agency }] }, ProposeRound.FundNotOpen, ["不能放进资金池"]),
            (good with { Needed = [] }, ProposeRound.NoNeeds, ["50"]),
            (good with { Needed = [new NeedForm("", 3)] }, ProposeRound.BadText, ["居民需求"]),
            (good with { Needed = [new NeedForm("灯", -1)] }, ProposeRound.BadNumber, ["居民需求"]),
        })
        {
            await Refused(() => desks.Run(bad with { Key = TestBody.Key }), code, shown);
        }

        await desks.Run(good);
        await Refused(() => desks.Run(good with { Key = TestBody.Key }), ProposeRound.CodeTaken, "2026-1");
        (await BankNotation.RefusalOf(() => body.Accountant.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task A_round_is_opened_once_by_another_person_while_its_funds_may_spend_and_its_days_are_not_over()
    {
        await using TestBody body = await TestBody.New();
        (long desk, FundSession desks) = await body.Somebody("高敏", Role.Desk, Role.Steer);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        (_, FundSession seconds) = await body.Somebody("二审", Role.ApproverL2);
        long round = await desks.Run(Spring());
        await Refused(() => desks.Run(new AgreeRound(TestBody.Key, round)), AgreeRound.OwnRound, "春季微项目征集");
        (await BankNotation.RefusalOf(() => body.Foundation.SignedIn(desk + 1, body.Book, "nowhere").Run(new AgreeRound(TestBody.Key, round)))).Code.ShouldBe(Need.Proof);
        await Refused(() => steers.Run(new AgreeRound(TestBody.Key, 987)), GrantRound.Unknown, "987");
        long late = await desks.Run(Spring() with { Code = "2026-2" }), frozen = await desks.Run(Spring() with { Code = "2026-3" });
        long dropped = await desks.Run(Spring() with { Code = "2026-4" });
        await seconds.Run(new AgreeRound(TestBody.Key, round));
        await Refused(() => steers.Run(new AgreeRound(TestBody.Key, round)), AgreeRound.Decided, "已同意");
        await Refused(() => steers.Run(new DropRound(TestBody.Key, round)), AgreeRound.Decided, "刷新");
        await desks.Run(new DropRound(TestBody.Key, dropped));
        (await steers.Ask(new RoundList())).Rounds.ShouldNotContain(card => card.Id == dropped);
        await body.Superuser("update fund set state = 'frozen' where fund_id = 3");
        await Refused(() => steers.Run(new AgreeRound(TestBody.Key, frozen)), ProposeRound.FundNotOpen, "幸福里社区基金");
        await body.Superuser("update fund set state = 'open' where fund_id = 3");
        body.Clock.Now = Instant.FromUtc(2026, 4, 1, 2, 0);
        await Refused(() => steers.Run(new AgreeRound(TestBody.Key, late)), RoundNeeds.Over, "2026-03-31");
    }

    [Fact]
    public async Task The_cards_show_what_is_open_first_the_last_winners_and_how_many_applied()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        long before = await body.Called("2026-1", new LocalDate(2026, 3, 9)), now = await body.Called("2026-2", opens: new LocalDate(2026, 3, 15));
        await body.Case(before, 1, GrantState.Active, title: "长者食堂");
        await body.Case(before, 1, GrantState.NotSelected, title: "没选上");
        foreach (string also in new[] { "楼道花园", "邻里修理铺", "合唱队" })
        {
            await body.Case(before, 1, GrantState.Active, title: also);
        }

        // A later round over another fund is not the one before it.
        long apart = await body.Called("2026-3", new LocalDate(2026, 3, 12), fund: TestBody.Children);
        await body.Case(apart, 1, GrantState.Active, title: "儿童书屋");
        await body.Case(now, lead);
        await body.Case(now, 1, GrantState.Submitted);
        await body.Case(now, 1, GrantState.UnderScreening);
        RoundCards cards = await leads.Ask(new RoundList());
        cards.Rounds.Select(card => (card.Id, card.Stage, card.Applications, card.Mine)).ShouldBe(
            [(now, RoundStage.Open, 2, 1), (apart, RoundStage.Closed, 1, 0), (before, RoundStage.Closed, 5, 0)]);
        cards.Rounds[0].Winners.ShouldBe([.. new[] { "长者食堂", "楼道花园", "邻里修理铺" }.Select(title => new Winner(title, "幸福里社区", Amount.Yuan(8000)))]);
        cards.Rounds[0].WinnersInAll.ShouldBe(4);
        cards.Rounds[0].WinnersOf.ShouldBe("春季微项目征集 2026-1");
        cards.Rounds.Skip(1).SelectMany(card => card.Winners).ShouldBeEmpty();
        (cards.MayPropose, cards.IsOffice).ShouldBe((false, false));
    }

    [Fact]
    public async Task May_I_apply_says_yes_no_with_the_clause_or_whom_to_ask()
    {
        await using TestBody body = await TestBody.New();
        (_, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        await body.Somebody("高敏", Role.Desk);
        MayIApply yes = new(await body.Called(), MayAnswer.Yes, MayAnswer.Yes, MayAnswer.Yes, MayAnswer.No, MayAnswer.Yes);
        MayView view = await leads.Ask(yes);
        (view.Verdict, view.Reasons.Count, view.AsksOwn, view.Whom.Single()).ShouldBe((MayVerdict.Yes, 0, true, "高敏"));
        (await leads.Ask(yes with { BringsOwn = null })).Verdict.ShouldBeNull();
        (await leads.Ask(new MayIApply(yes.Round))).Verdict.ShouldBeNull();
        foreach ((MayIApply asked, MayVerdict verdict, string code, string[] shown) in new (MayIApply, MayVerdict, string, string[])[]
        {
            (yes with { InCommunity = MayAnswer.No }, MayVerdict.No, MayIApply.Elsewhere, ["社区社会组织和居民自组织"]),
            (yes with { KindFits = MayAnswer.No }, MayVerdict.No, MayIApply.OtherKind, ["社区社会组织和居民自组织"]),
            (yes with { InTime = MayAnswer.No }, MayVerdict.No, MayIApply.TooLate, ["2026-03-31"]),
            (yes with { BuysForbidden = MayAnswer.Yes }, MayVerdict.No, MayIApply.Forbidden, ["餐费、烟酒、个人补贴"]),
            (yes with { BringsOwn = MayAnswer.No }, MayVerdict.No, MayIApply.OwnMissing, ["10%"]),
            (yes with { KindFits = MayAnswer.Unsure }, MayVerdict.Ask, MayIApply.Unsure, ["谁可以申请", "who may apply"]),
            (yes with { BuysForbidden = MayAnswer.Unsure }, MayVerdict.Ask, MayIApply.Unsure, ["不能买什么"]),
        })
        {
            MayView told = await leads.Ask(asked);
            (told.Verdict, told.Reasons.Single().Words.Code).ShouldBe((verdict, code));
            Said(told.Reasons.Single().Words, shown);
        }

        body.Clock.Now = Instant.FromUtc(2026, 4, 1, 2, 0);
        (await leads.Ask(yes)).Reasons.Single().Words.Code.ShouldBe(RoundNeeds.Over);
    }

    [Fact]
    public async Task A_ban_or_an_advance_long_overdue_is_told_before_any_work_is_done()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        long round = await body.Called();
        await steers.Run(Banned("石磊"));
        MayView view = await leads.Ask(new MayIApply(round));
        (view.Verdict, view.Reasons.Single().Words.Code).ShouldBe((MayVerdict.No, BanNeeds.Banned));
        Said(view.Reasons.Single().Words, "石磊", "2027-03-20", "指南第九条");

        // What is held against another person is not told to whoever types the name; of a group it is.
        (_, FundSession others) = await body.Somebody("别人", Role.Lead);
        (await others.Ask(new MayIApply(round, Group: "石磊"))).Reasons.ShouldBeEmpty();
        await Advance(body, "幸福里志愿服务队", 500, new LocalDate(2026, 1, 5), Side.Debit);
        await Advance(body, "幸福里志愿服务队", 200, new LocalDate(2026, 1, 9), Side.Credit);
        body.Clock.Now = Instant.FromUtc(2026, 3, 20, 2, 0);
        (await others.Ask(new MayIApply(round, Group: "幸福里志愿服务队"))).Reasons.ShouldBeEmpty();
        await Advance(body, "幸福里志愿服务队", 100, new LocalDate(2026, 3, 18), Side.Debit);
        long far = await body.Called("2026-2", new LocalDate(2026, 8, 31), new LocalDate(2026, 3, 1));
        body.Clock.Now = Instant.FromUtc(2026, 8, 1, 2, 0);
        MayView overdue = await others.Ask(new MayIApply(far, Group: " 幸福里志愿服务队 "));
        overdue.Reasons.Single().Words.Code.ShouldBe(BanNeeds.AdvanceOverdue);
        Said(overdue.Reasons.Single().Words, "幸福里志愿服务队", "300.00", "2026-01-05", "180");

        // The guard of signing off says the same of everybody in the application.
        GrantFacts facts = await Facts(body, await body.Case(far, lead));
        BanNeeds.MayApply(facts)!.Code.ShouldBe(BanNeeds.Banned);
        facts.Logged().ShouldNotContain("石磊");
    }

    [Fact]
    public async Task Whoever_changes_the_day_of_the_server_changes_whether_a_round_is_open()
    {
        await using TestBody body = await TestBody.New();
        GrantFacts facts = await Facts(body, await body.Case(await body.Called(), 1));
        RoundNeeds.IsOpen(facts).ShouldBeNull();
        Said(RoundNeeds.IsOpen(facts with { Today = new LocalDate(2026, 2, 28) })!, "2026-03-01");
        Said(RoundNeeds.IsOpen(facts with { Today = new LocalDate(2026, 4, 1) })!, "2026-03-31");
        RoundNeeds.IsOpen(facts with { Today = new LocalDate(2026, 3, 31) }).ShouldBeNull();
    }

    internal static ImposeBan Banned(string name, PersonKind kind = PersonKind.Person) => new(TestBody.Key, name, kind, "指南第九条：弄虚作假",
        "报销发票与实物不符，见监审组核查记录 2026-03", "领导小组决议 2026-7", new LocalDate(2026, 3, 20), new LocalDate(2027, 3, 20));

    private static ProposeRound Spring() => new(TestBody.Key, "2026-1", "春季微项目征集", "入户问卷 320 份，议事会两场", "社区社会组织和居民自组织", "餐费、烟酒、个人补贴",
        "第一条\r\n 第二条 ", new LocalDate(2026, 3, 10), new LocalDate(2026, 3, 31), Amount.Yuan(10000), 1000, AdvancePolicy.AdvanceThenAcquit, new RoundDays(),
        [new PoolForm(TestBody.Community, Amount.Yuan(30000)), new PoolForm(TestBody.Children, Amount.Yuan(5000))],
        [new NeedForm("楼道照明坏了没人修", 87), new NeedForm("老人午饭没地方吃", 64)]);

    private static async Task Advance(TestBody body, string group, decimal yuan, LocalDate on, Side side)
    {
        long party;
        await using (FundDb db = body.Db())
        {
            Person person = await db.People.SingleOrDefaultAsync(each => each.Name == group) ?? new Person
            {
                Kind = PersonKind.Organisation,
                Name = group,
                CreatedAt = body.Clock.Now,
            };
            db.Update(person);
            await db.SaveChangesAsync();
            party = person.PersonId;
        }

        await body.Review(await body.Accountant.Run(new CommunityFund.Vouchers.PrepareVoucher(TestBody.Key, on, "项目预拨",
        [
            new CommunityFund.Vouchers.VoucherRow("project-advances", TestBody.Community, side, Amount.Yuan(yuan), Counterparty: party),
            new CommunityFund.Vouchers.VoucherRow("long-term-payables", TestBody.Community, side == Side.Debit ? Side.Credit : Side.Debit, Amount.Yuan(yuan)),
        ])));
    }

    private static async Task<GrantFacts> Facts(TestBody body, long grant) => await body.Accountant.Ask(new FactsOf(grant));

    private static async Task Refused(Func<Task> act, string code, params string[] shown)
    {
        Refusal refusal = await BankNotation.RefusalOf(act);
        refusal.Code.ShouldBe(code, string.Join(' ', shown));
        Said(refusal, shown);
    }

    private static void Said(Refusal refusal, params string[] shown)
    {
        Grants.Spoken.Tell(refusal);
        string zh = Spoken.Of(refusal, CultureInfo.GetCultureInfo("zh-CN")), en = Spoken.Of(refusal, CultureInfo.GetCultureInfo("en"));
        shown.Where(words => !zh.Contains(words, StringComparison.Ordinal) && !en.Contains(words, StringComparison.Ordinal)).ShouldBeEmpty($"{zh} / {en}");
        zh.ShouldNotBe(en);
    }

    private sealed record FactsOf(long Grant) : Query<GrantFacts>
    {
        internal override Need Needs => Need.Person;

        internal override async Task<GrantFacts> Answer(Work work, CancellationToken ct) =>
            await GrantFacts.Of(work, await work.Db.Set<GrantCase>().SingleAsync(row => row.GrantId == Grant, ct), ct);
    }
}
