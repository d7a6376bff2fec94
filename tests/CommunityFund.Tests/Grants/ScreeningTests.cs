using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants;

/// <summary>What the desk does with an application before the meeting.</summary>
public sealed class ScreeningTests
{
    private static readonly CorrectionForm Prices = new(SectionKind.Budget, "桌椅和书架", "单价高于市场价，请附两家报价");

    [Fact]
    public async Task An_application_goes_on_when_every_check_has_an_answer_and_none_says_no()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.UnderScreening(people, await body.Round());
        FundSession desk = body.As(people.Desk);
        (await body.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 4, 3));
        AcceptApplication accept = new(TestBody.Key, grant, 4);
        (await BankNotation.RefusalOf(() => desk.Run(accept))).ShouldSay(ApplicationNeeds.Unchecked, "申报主体符合指南、需求和居民调研一致", "nobody has looked at: The group may apply");
        await body.Checks(people, grant);
        await desk.Run(new NoteChecks(TestBody.Key, grant, [new CheckForm(ScreeningCheck.Money, CheckVerdict.Not, "单价偏高")]));
        (await BankNotation.RefusalOf(() => desk.Run(accept with { Key = TestBody.Key })))
            .ShouldSay(ApplicationNeeds.CheckFailed, "金额、单价和自筹符合指南不符合", "these do not hold: Amount, prices");
        (await BankNotation.RefusalOf(() => desk.Run(new NoteChecks(TestBody.Key, grant, [new CheckForm(ScreeningCheck.Money, CheckVerdict.Note, " ")]))))
            .ShouldSay(NoteChecks.NoteMissing, "要写明看到了什么（300 字以内）", "write what you saw");
        await desk.Run(new NoteChecks(TestBody.Key, grant, [new CheckForm(ScreeningCheck.Money, CheckVerdict.Note, "已补两家报价")]));
        await desk.Run(accept with { Key = TestBody.Key });
        (await body.Case(grant)).State.ShouldBe(GrantState.Eligible);
        (await BankNotation.RefusalOf(() => body.Checks(people, grant))).ShouldSay(NoteChecks.NotScreened, "现在是“资格通过”", "is “Eligible”");
        ScreeningView view = await desk.Ask(new ScreeningPage(grant));
        view.Checks.Single(check => check.Check == ScreeningCheck.Money).ShouldSatisfyAllConditions(
            check => check.Verdict.ShouldBe(CheckVerdict.Note), check => check.By.ShouldBe("高敏"));
    }

    [Fact]
    public async Task A_correction_opens_what_is_listed_once_and_both_sign_what_became_of_it()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.UnderScreening(people, await body.Round());
        (FundSession desk, FundSession lead, FundSession signer) = (body.As(people.Desk), body.As(people.Lead), body.As(people.Signer));
        RequestCorrection ask = new(TestBody.Key, grant, 4, "预算需要依据", []);
        (await BankNotation.RefusalOf(() => desk.Run(ask))).ShouldSay(ApplicationNeeds.NothingListed, "没有列出要补正的内容", "A correction says what to correct");
        (await BankNotation.RefusalOf(() => desk.Run(ask with { Key = TestBody.Key, Items = [Prices with { Words = "" }] })))
            .ShouldSay(RequestCorrection.BadItem, "最多 30 项", "at most 30 items");
        await desk.Run(ask with { Key = TestBody.Key, Items = [Prices] });
        (await body.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 3, 27));

        (await lead.Ask(new CasePage(grant))).Tasks.Where(task => task.MayWrite).Select(task => task.Kind).ShouldBe([SectionKind.Budget]);
        (await BankNotation.RefusalOf(() => lead.Run(new SaveSection(TestBody.Key, grant, 1, new PurposeText("换一个目的", "老人", 9)))))
            .Code.ShouldBe(WrittenCase.Closed);
        BudgetLine line = new("桌椅和书架", BudgetCategory.Materials, 10, "套", Amount.Yuan(1_500), Amount.Yuan(2_000));
        await lead.Run(new SaveSection(TestBody.Key, grant, 1, new BudgetText(Amount.Yuan(15_300),
            [line, new BudgetLine("宣传单", BudgetCategory.Printing, 300, "张", Amount.Yuan(1), Amount.Fen(0))])));
        ApplicationView shown = await lead.Ask(new ReadApplication(grant));
        GrantMoved first = await lead.Run(new ResubmitApplication(TestBody.Key, grant, 5, shown.Sha256));
        (first.Happened, first.Waits.Single()).ShouldBe((false, GrantMover.Signer));
        (await BankNotation.RefusalOf(() => lead.Run(new SaveSection(TestBody.Key, grant, 2, new BudgetText(Amount.Fen(0), [])))))
            .ShouldSay(WrittenCase.SignedByOne, "已经有一个人签了", "One person has signed");
        (await BankNotation.RefusalOf(() => signer.Run(new ResubmitApplication(TestBody.Key, grant, 5, new string('0', 64))))).Code.ShouldBe(SignOffApplication.OtherText);
        (await signer.Run(new ResubmitApplication(TestBody.Key, grant, 5, shown.Sha256))).Happened.ShouldBeTrue();
        GrantCase row = await body.Case(grant);
        (row.State, row.Requested, row.Number).ShouldBe((GrantState.UnderScreening, 1_330_000, "2026-1-001"));

        DifferencesView changed = await desk.Ask(new ApplicationDifferences(grant, 1, 2));
        changed.Differences.ShouldBe(
        [
            new Difference(SectionKind.Budget, ApplicationField.Total, "", ChangeKind.Changed, Amount.Yuan(20_000), Amount.Yuan(15_300)),
            new Difference(SectionKind.Budget, ApplicationField.UnitPrice, "桌椅和书架", ChangeKind.Changed, Amount.Yuan(2_000), Amount.Yuan(1_500)),
            new Difference(SectionKind.Budget, ApplicationField.Line, "宣传单", ChangeKind.Added, null, Amount.Yuan(300)),
        ]);
        (await desk.Ask(new ReadApplication(grant, 1))).Requested.ShouldBe(Amount.Yuan(18_000));
        (await BankNotation.RefusalOf(() => desk.Run(ask with { Key = TestBody.Key, StateVersion = 6, Items = [Prices] })))
            .ShouldSay(ApplicationNeeds.CorrectedAlready, "每份申请只有一次", "each application is corrected once");
    }

    [Fact]
    public async Task Two_of_the_desk_find_it_not_eligible_with_a_clause_and_the_panel_reopens_it_once()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long panel = await body.Person("监审员", Role.Panel);
        long grant = await body.UnderScreening(people, await body.Round());
        RefuseApplication refuse = new(TestBody.Key, grant, 4, "主要支出是人员工资", "");
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Run(refuse))).ShouldSay(ApplicationNeeds.NoClause, "没有写依据的指南条款", "names the clause");
        (await body.As(people.Desk).Run(refuse with { Key = TestBody.Key, Clause = "指南禁止开支第一项" })).Happened.ShouldBeFalse();
        (await body.As(people.SecondDesk).Ask(new ScreeningPage(grant))).Second!.Clause.ShouldBe("指南禁止开支第一项");
        (await body.As(people.SecondDesk).Run(new RefuseApplication(TestBody.Key, grant, 4, "", ""))).Happened.ShouldBeTrue();
        CaseView view = await body.As(people.Lead).Ask(new CasePage(grant));
        (view.State, view.Log[0].Clause, view.Log[0].Reason).ShouldBe((GrantState.Ineligible, "指南禁止开支第一项", "主要支出是人员工资"));

        await body.As(panel).Run(new AppealRefusal(TestBody.Key, grant, 5, "列的是讲师课酬，不是工资"));
        await body.As(people.Desk).Run(refuse with { Key = TestBody.Key, StateVersion = 6, Clause = "指南第三条" });
        await body.As(people.SecondDesk).Run(new RefuseApplication(TestBody.Key, grant, 6, "", ""));
        (await BankNotation.RefusalOf(() => body.As(panel).Run(new AppealRefusal(TestBody.Key, grant, 7, "再申诉"))))
            .ShouldSay(ApplicationNeeds.AppealedAlready, "每份申请只有一次申诉", "each application has one appeal");
    }

    [Fact]
    public async Task A_correction_that_does_not_come_lapses_after_its_days_and_not_before()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.UnderScreening(people, await body.Round());
        await body.As(people.Desk).Run(new RequestCorrection(TestBody.Key, grant, 4, "预算需要依据", [Prices]));
        body.Clock.Now = Instant.FromUtc(2026, 3, 27, 15, 0);
        (await body.Operator.Run(new TimeOutCorrections(TestBody.Key))).ShouldBe(0);
        GrantFacts early = new(await body.Case(grant), await Round(body), new LocalDate(2026, 3, 27), body.Clock.Now, "", "", new ApplicationFacts(),
            new CommunityFund.Grants.Meetings.MeetingFacts(), new CommunityFund.Grants.Awards.AwardFacts());
        ApplicationNeeds.CorrectionOverdue(early)!.ShouldSay(ApplicationNeeds.NotOverdue, "补正期限到 2026-03-27，今天是 2026-03-27", "due on 2026-03-27");
        body.Clock.Now = Instant.FromUtc(2026, 3, 27, 16, 5);
        (await body.As(people.Desk).Ask(new OverdueCorrections())).Single().DueOn.ShouldBe(new LocalDate(2026, 3, 27));
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Run(new TimeOutCorrections(TestBody.Key)))).Code.ShouldBe(Need.SignIn);
        (await body.Operator.Run(new TimeOutCorrections(TestBody.Key))).ShouldBe(1);
        (await body.Operator.Run(new TimeOutCorrections(TestBody.Key))).ShouldBe(0);
        CaseView view = await body.As(people.Lead).Ask(new CasePage(grant));
        (view.State, view.HasEnded, view.Log[0].By).ShouldBe((GrantState.Lapsed, true, ""));
    }

    [Fact]
    public async Task A_corrected_text_goes_back_to_the_lead_and_both_sign_anew_within_the_same_days()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.UnderScreening(people, await body.Round());
        (FundSession lead, FundSession signer) = (body.As(people.Lead), body.As(people.Signer));
        await body.As(people.Desk).Run(new RequestCorrection(TestBody.Key, grant, 4, "预算需要依据", [Prices]));
        SendCorrectionBack back = new(TestBody.Key, grant, 5, "单价还是没有依据");
        (await BankNotation.RefusalOf(() => signer.Run(back))).ShouldSay(ApplicationNeeds.NobodySigned, "还没有人签字", "Nobody has signed");
        BudgetText Budget(decimal price) => new(Amount.Yuan(10 * price),
            [new BudgetLine("桌椅和书架", BudgetCategory.Materials, 10, "套", Amount.Yuan(price), Amount.Yuan(2_000))]);
        await lead.Run(new SaveSection(TestBody.Key, grant, 1, Budget(1_500)));
        string shown = (await lead.Ask(new ReadApplication(grant))).Sha256;
        await lead.Run(new ResubmitApplication(TestBody.Key, grant, 5, shown));

        // The signer says why; the signature that waited counts no more, and the days stay.
        (await BankNotation.RefusalOf(() => signer.Run(back with { Key = TestBody.Key, Reason = " " }))).Code.ShouldBe(GrantMoves.ReasonMissing);
        (await BankNotation.RefusalOf(() => lead.Run(back with { Key = TestBody.Key }))).Code.ShouldBe(Need.Missing);
        (await signer.Run(back with { Key = TestBody.Key })).Happened.ShouldBeTrue();
        CaseView view = await lead.Ask(new CasePage(grant));
        (view.State, view.StateVersion, view.DueOn, view.Signatures.Count).ShouldBe(
            (GrantState.CorrectionRequested, 6, new LocalDate(2026, 3, 27), 0));
        (view.Log[0].Move, view.Log[0].Reason, view.Log[0].By).ShouldBe((GrantMove.SendBackCorrection, "单价还是没有依据", "吕建国"));
        view.Tasks.Where(task => task.MayWrite).Select(task => task.Kind).ShouldBe([SectionKind.Budget]);
        (await BankNotation.RefusalOf(() => signer.Run(new ResubmitApplication(TestBody.Key, grant, 5, shown)))).Code.ShouldBe(GrantMoves.Stale);

        // The signer signs first this time, and the lead finds something else.
        await lead.Run(new SaveSection(TestBody.Key, grant, 2, Budget(1_400)));
        string second = (await lead.Ask(new ReadApplication(grant))).Sha256;
        await signer.Run(new ResubmitApplication(TestBody.Key, grant, 6, second));
        (await BankNotation.RefusalOf(() => signer.Run(new TakeCorrectionBack(TestBody.Key, grant, 6, "再改")))).Code.ShouldBe(Need.Missing);
        await lead.Run(new TakeCorrectionBack(TestBody.Key, grant, 6, "数量写错了"));
        await lead.Run(new SaveSection(TestBody.Key, grant, 3, Budget(1_300)));
        string third = (await lead.Ask(new ReadApplication(grant))).Sha256;
        await lead.Run(new ResubmitApplication(TestBody.Key, grant, 7, third));
        (await signer.Run(new ResubmitApplication(TestBody.Key, grant, 7, third))).Happened.ShouldBeTrue();
        GrantCase row = await body.Case(grant);
        (row.State, row.Requested).ShouldBe((GrantState.UnderScreening, 1_100_000));

        // It is still the one correction that each application has.
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Run(new RequestCorrection(TestBody.Key, grant, 8, "再补", [Prices]))))
            .Code.ShouldBe(ApplicationNeeds.CorrectedAlready);
    }

    [Fact]
    public async Task What_was_changed_without_being_opened_stops_a_correction()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.UnderScreening(people, await body.Round());
        await body.As(people.Desk).Run(new RequestCorrection(TestBody.Key, grant, 4, "预算需要依据", [Prices]));
        await using (Npgsql.NpgsqlConnection owner = new(body.Connections.Owner))
        {
            await owner.OpenAsync();
            await using Npgsql.NpgsqlCommand past = new($"""
                alter table grant_section disable trigger user;
                update grant_section set content = '{"{"}"Aim": "别的", "ForWhom": "别人", "People": 3{"}"}' where kind = 'purpose';
                alter table grant_section enable trigger user;
                """, owner);
            await past.ExecuteNonQueryAsync();
        }

        ApplicationView shown = await body.As(people.Lead).Ask(new ReadApplication(grant));
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(new ResubmitApplication(TestBody.Key, grant, 5, shown.Sha256))))
            .ShouldSay(ApplicationNeeds.ChangedOther, "项目目的没有打开补正", "though nobody opened them: Purpose");
    }

    [Fact]
    public async Task Screening_shows_what_else_these_people_apply_for_and_nobody_screens_their_own()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long round = await body.Round();
        long before = await body.Submitted(people, await body.Round("2025-2"), "暑期课堂");
        long twin = await body.Submitted(people with { Lead = await body.Person("另一组长", Role.Lead), FinLead = await body.Person("另一财务", Role.FinLead) }, round);
        long grant = await body.UnderScreening(people, round);
        ScreeningView view = await body.As(people.Desk).Ask(new ScreeningPage(grant));
        view.Past.Single().ShouldSatisfyAllConditions(other => other.Grant.ShouldBe(before), other => other.Shared.ShouldContain("石磊"));
        view.Duplicates.Single().ShouldSatisfyAllConditions(other => other.Grant.ShouldBe(twin), other => other.Shared.ShouldBe(["周小雨"]));
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, people.FinLead, Role.Desk, null, new LocalDate(2026, 1, 1), null));
        (await BankNotation.RefusalOf(() => body.As(people.FinLead).Run(new NoteChecks(TestBody.Key, grant, [])))).Code.ShouldBe(GrantMoves.Related);
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Run(new StartScreening(TestBody.Key, grant, 4)))).Code.ShouldBe(Workflow.NotInTableCode);
    }

    private static async Task<CommunityFund.Grants.Rounds.GrantRound> Round(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<CommunityFund.Grants.Rounds.GrantRound>().FirstAsync();
    }

    private static class Workflow
    {
        public const string NotInTableCode = Workflow<GrantMover, GrantState, GrantMove, GrantFacts>.NotInTable;
    }
}
