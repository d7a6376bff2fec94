using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Bans;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants;

/// <summary>An application from its first line to the signature under it.</summary>
public sealed class ApplyingTests
{
    [Fact]
    public async Task An_application_is_written_in_parts_signed_by_another_and_numbered_in_turn_without_gaps()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long round = await body.Round();
        long grant = await body.Draft(people, round);
        CaseView draft = await body.As(people.Lead).Ask(new CasePage(grant));
        (draft.State, draft.Number, draft.Requested, draft.Own).ShouldBe((GrantState.Draft, "", Amount.Yuan(18_000), Amount.Yuan(2_000)));
        draft.Tasks.Select(task => task.Progress).ShouldBe([.. Enumerable.Repeat(SectionProgress.Done, 6), SectionProgress.NotStarted]);
        draft.Waits.ShouldBe([new WaitedFor(GrantMover.Lead, "石磊")]);

        await body.As(people.Lead).Run(new AskForSignOff(TestBody.Key, grant, 1));
        ApplicationView shown = await body.As(people.Signer).Ask(new ReadApplication(grant));
        shown.NameOf(shown.Text.Team.Organisation).ShouldBe("幸福里社区居委会");
        GrantMoved moved = await body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, shown.StateVersion, shown.Sha256));
        moved.Happened.ShouldBeTrue();
        GrantCase row = await body.Case(grant);
        (row.State, row.Number, row.DueOn).ShouldBe((GrantState.Submitted, "2026-1-001", new LocalDate(2026, 3, 25)));
        ApplicationView kept = await body.As(people.Desk).Ask(new ReadApplication(grant, 1));
        (kept.Sha256, kept.Signed.Single().Sha256, kept.Signed.Single().SignedBy).ShouldBe((shown.Sha256, shown.Sha256, "吕建国"));

        (await body.Case(await body.Submitted(people, round, "老人食堂"))).Number.ShouldBe("2026-1-002");
        (await body.Case(await body.Submitted(people, await body.Round("2026-2"), "老人食堂"))).Number.ShouldBe("2026-2-001");
    }

    [Fact]
    public async Task A_page_that_somebody_overtook_saves_nothing_and_a_form_sent_twice_saves_once()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.Draft(people, await body.Round());
        SaveSection once = new(TestBody.Key, grant, 1, new PurposeText("放学后有人照看", "小学生", 50));
        (await body.As(people.Lead).Run(once)).ShouldBe(new SavedSection(2, SectionProgress.Done));
        (await body.As(people.Lead).Run(once)).Version.ShouldBe(2);
        (await BankNotation.RefusalOf(() => body.As(people.FinLead).Run(
            new SaveSection(TestBody.Key, grant, 1, new PurposeText("另一个人写的", "", 0))))).ShouldSay(SaveSection.Stale, "石磊保存过", "石磊 saved “Purpose”");
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(once with { Text = new PurposeText("改了", "小学生", 50) })))
            .Code.ShouldBe(FundSession.KeyReused);
        SectionView view = await body.As(people.FinLead).Ask(new WriteSection(grant, SectionKind.Purpose));
        (view.Version, view.Text, view.MayWrite).ShouldBe((2, new PurposeText("放学后有人照看", "小学生", 50), true));
    }

    [Fact]
    public async Task Only_those_whose_it_is_write_and_only_while_it_is_a_draft()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long other = await body.Person("别的负责人", Role.Lead);
        long grant = await body.AwaitingSignOff(people, await body.Round());
        SectionText text = new PurposeText("改一改", "小学生", 50);
        (await BankNotation.RefusalOf(() => body.As(other).Run(new SaveSection(TestBody.Key, grant, 1, text))))
            .ShouldSay(WrittenCase.NotWriter, "您不能改", "Ask one of them");
        (await BankNotation.RefusalOf(() => body.As(other).Ask(new CasePage(grant)))).Code.ShouldBe(GrantCase.Unknown);
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Ask(new CasePage(grant)))).Code.ShouldBe(GrantCase.Unknown);
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(new SaveSection(TestBody.Key, grant, 1, text))))
            .ShouldSay(WrittenCase.Closed, "“项目目的”不能改", "so “Purpose” stays as it is");
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(new AttachToApplication(TestBody.Key, grant, [])))).Code.ShouldBe(WrittenCase.Closed);
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(new RetitleApplication(TestBody.Key, grant, "别的", "幸福里社区"))))
            .Code.ShouldBe(WrittenCase.Closed);
        await body.As(people.Signer).Run(new SendBackApplication(TestBody.Key, grant, 2, "预算写细一点"));
        await body.As(people.Lead).Run(new SaveSection(TestBody.Key, grant, 1, text));
        await body.As(people.Lead).Run(new RetitleApplication(TestBody.Key, grant, "三点半课堂二期", "翠苑社区"));
        GrantCase row = await body.Case(grant);
        (row.Title, row.Community, row.State).ShouldBe(("三点半课堂二期", "翠苑社区", GrantState.Draft));
    }

    [Fact]
    public async Task The_desk_fills_in_for_a_group_with_its_paper_and_both_names_stand()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long round = await body.Round();
        FundSession desk = body.As(people.Desk);
        StartApplication start = new(TestBody.Key, round, "银发合唱团", "幸福里社区", "赵阿姨");
        (await BankNotation.RefusalOf(() => desk.Run(start))).Code.ShouldBe(FiledDocument.Missing);
        Enclosure paper = new(await desk.Run(new RegisterPaper(TestBody.Key, TestBody.Key, 4, "申请书档案 1")));
        (await BankNotation.RefusalOf(() => body.As(people.Lead).Run(start with { Key = TestBody.Key })))
            .ShouldSay(StartApplication.WhoseIsIt, "代填的，由项目协调组", "the project desk fills it in");
        (await BankNotation.RefusalOf(() => desk.Run(start with { Key = TestBody.Key, Lead = "" }))).Code.ShouldBe(StartApplication.WhoseIsIt);
        (await BankNotation.RefusalOf(() => desk.Run(start with { Key = TestBody.Key, Lead = "高敏", Papers = [paper] })))
            .Code.ShouldBe(StartApplication.WhoseIsIt);
        (await BankNotation.RefusalOf(() => desk.Run(start with { Key = TestBody.Key, Title = " " })))
            .ShouldSay(StartApplication.WordsMissing, "项目名称（100 字以内）", "A title (up to 100 characters)");
        long grant = await desk.Run(start with { Key = TestBody.Key, Papers = [paper] });
        CaseView view = await desk.Ask(new CasePage(grant));
        (view.Lead, view.FilledBy, view.IsForAnother).ShouldBe(("赵阿姨", "高敏", true));
        foreach (SectionText section in GrantNotation.Sections(people, 10_000))
        {
            await desk.Run(new SaveSection(TestBody.Key, grant, 0, section));
        }

        long original = (await desk.Ask(new ReadApplication(grant))).Papers.Single().Paper;
        (await BankNotation.RefusalOf(() => desk.Run(new RemovePaper(TestBody.Key, grant, original))))
            .ShouldSay(RemovePaper.Stays, "代填所依据的纸质申请书", "the form from which");
        await desk.Run(new AskForSignOff(TestBody.Key, grant, 1));
        ApplicationView shown = await body.As(people.Signer).Ask(new ReadApplication(grant));
        await body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, 2, shown.Sha256));

        // Who typed it has part in it.
        (await BankNotation.RefusalOf(() => desk.Run(new CommunityFund.Grants.Screening.StartScreening(TestBody.Key, grant, 3))))
            .Code.ShouldBe(GrantMoves.Related);
    }

    [Fact]
    public async Task Papers_are_enclosed_and_taken_out_while_it_is_written_and_stand_in_the_signed_text()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.Draft(people, await body.Round());
        FundSession lead = body.As(people.Lead);
        Enclosure one = new(await lead.Run(new RegisterPaper(TestBody.Key, TestBody.Key, 1, "场地证明")));
        Enclosure two = new(await lead.Run(new RegisterPaper(TestBody.Key, TestBody.Key, 2, "志愿者名单")));
        await lead.Run(new AttachToApplication(TestBody.Key, grant, [one, two]));
        ApplicationView view = await lead.Ask(new ReadApplication(grant));
        await lead.Run(new RemovePaper(TestBody.Key, grant, view.Papers[0].Paper));
        (await BankNotation.RefusalOf(() => lead.Run(new RemovePaper(TestBody.Key, grant, view.Papers[0].Paper)))).Code.ShouldBe(RemovePaper.Stays);
        ApplicationView after = await lead.Ask(new ReadApplication(grant));
        after.Text.Papers.Single().ShouldBe(new SignedPaper("志愿者名单", two.Sha256, false));
        after.Sha256.ShouldNotBe(view.Sha256);
        (await BankNotation.RefusalOf(() => lead.Run(new AttachToApplication(TestBody.Key, grant, [.. Enumerable.Repeat(one, 31)]))))
            .ShouldSay(AttachToApplication.TooMany, "最多附 30 份附件", "at most 30 papers");
    }

    [Fact]
    public async Task What_has_gaps_does_not_add_up_or_asks_for_too_much_is_not_sent()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long round = await body.Round(cap: 10_000);
        FundSession lead = body.As(people.Lead);
        long grant = await lead.Run(new StartApplication(TestBody.Key, round, "三点半课堂", "幸福里社区"));
        Task<Refusal> Sent() => BankNotation.RefusalOf(() => lead.Run(new AskForSignOff(TestBody.Key, grant, 1)));
        foreach (SectionText section in GrantNotation.Sections(people, 20_000).Where(section => section is not PlanText))
        {
            await lead.Run(new SaveSection(TestBody.Key, grant, 0, section));
        }

        (await Sent()).ShouldSay(ApplicationNeeds.Incomplete, "实施计划还没有填完", "these parts have gaps: Plan");
        await lead.Run(new SaveSection(TestBody.Key, grant, 0, GrantNotation.Sections(people, 1).OfType<PlanText>().Single()));
        (await Sent()).ShouldSay(ApplicationNeeds.AboveCap, "申请资助 18,000.00 元，“2026 年第一轮社区微项目”每个项目最多 10,000.00 元", "at most CNY 10,000.00");
        BudgetLine line = new("桌椅", BudgetCategory.Materials, 10, "套", Amount.Yuan(900), Amount.Yuan(899.99m));
        await lead.Run(new SaveSection(TestBody.Key, grant, 1, new BudgetText(Amount.Yuan(9_500), [line])));
        (await Sent()).ShouldSay(ApplicationNeeds.NotAddingUp, "合计是 9,000.00 元，差 500.00 元", "a difference of CNY 500.00");
        await lead.Run(new SaveSection(TestBody.Key, grant, 2, new BudgetText(Amount.Yuan(9_000), [line])));
        (await Sent()).ShouldSay(ApplicationNeeds.OwnTooSmall, "自筹 899.99 元，“2026 年第一轮社区微项目”要求至少 900.00 元", "at least CNY 900.00");
        CaseView view = await lead.Ask(new CasePage(grant));
        view.Offers.Single(offer => offer.Move == GrantMove.RequestSignOff).WhyNot!.Code.ShouldBe(ApplicationNeeds.OwnTooSmall);
        await lead.Run(new SaveSection(TestBody.Key, grant, 3, new BudgetText(Amount.Yuan(9_000), [line with { Own = Amount.Yuan(900) }])));
        await lead.Run(new AskForSignOff(TestBody.Key, grant, 1));
    }

    [Fact]
    public async Task Bounds_are_said_by_part_and_field()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        FundSession lead = body.As(people.Lead);
        long grant = await lead.Run(new StartApplication(TestBody.Key, await body.Round(), "三点半课堂", "幸福里社区"));
        Task<Refusal> Saved(SectionText text) => BankNotation.RefusalOf(() => lead.Run(new SaveSection(TestBody.Key, grant, 0, text)));
        (await Saved(new NeedText([1], new string('长', 1001), ""))).ShouldSay(SectionText.OutOfBounds, "“需求依据”里的“为什么要做”超出了范围，最多 1000", "its limit of 1000");
        (await Saved(new PurposeText("", "", -1))).Code.ShouldBe(SectionText.OutOfBounds);
        (await Saved(new PlanText([.. Enumerable.Repeat(new PlanStep("步骤", null, null), 31)]))).Code.ShouldBe(SectionText.OutOfBounds);
        (await Saved(new PlanText([new PlanStep("步骤", new LocalDate(1999, 1, 1), null)]))).Code.ShouldBe(SectionText.OutOfBounds);
        (await Saved(new IndicatorText([new Indicator("人数", 0, 1_000_000_001, "人")]))).Code.ShouldBe(SectionText.OutOfBounds);
        BudgetLine line = new("桌椅", BudgetCategory.Materials, 1, "套", Amount.Yuan(1_000_001), Amount.Fen(0));
        (await Saved(new BudgetText(Amount.Fen(0), [line]))).ShouldSay(SectionText.OutOfBounds, "“单价”超出了范围，最多 1,000,000.00 元", "CNY 1,000,000.00");
        (await Saved(new BudgetText(Amount.Fen(0), [line with { Quantity = -1, UnitPrice = Amount.Yuan(1) }]))).Code.ShouldBe(SectionText.OutOfBounds);
        TeamForm team = new(GroupKind.Residents, "", people.FinLead, people.Lead, []);
        (await Saved(team)).ShouldSay(TeamForm.LeadTwice, "总负责人不能同时是确认人", "cannot also be: Signer");
        (await Saved(team with { Signer = people.FinLead })).ShouldSay(TeamForm.WithoutRole, "没有“居委会或组织负责人”岗位", "does not hold the role");
        (await lead.Ask(new CasePage(grant))).Tasks.ShouldAllBe(task => task.Progress == SectionProgress.NotStarted);
        await lead.Run(new SaveSection(TestBody.Key, grant, 0, new PlanText([new PlanStep(" ", null, null), new PlanStep("招募\u202e", null, null)])));
        SectionView view = await lead.Ask(new WriteSection(grant, SectionKind.Plan));
        (((PlanText)view.Text!).Steps.Single().What, view.Progress).ShouldBe(("招募", SectionProgress.Begun));
    }

    [Fact]
    public async Task Only_the_signer_named_signs_and_only_the_text_that_was_shown()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long stranger = await body.Person("另一个主任", Role.SignOff);
        long grant = await body.AwaitingSignOff(people, await body.Round());
        ApplicationView shown = await body.As(people.Signer).Ask(new ReadApplication(grant));
        (await BankNotation.RefusalOf(() => body.As(stranger).Run(new SignOffApplication(TestBody.Key, grant, 2, shown.Sha256)))).Code.ShouldBe(GrantMoves.NotYours);
        (await BankNotation.RefusalOf(() => body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, 2, new string('0', 64)))))
            .ShouldSay(SignOffApplication.OtherText, "和您刚才看到的不一样", "no longer the text you were shown");
        (await BankNotation.RefusalOf(() => body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, 1, shown.Sha256)))).Code.ShouldBe(GrantMoves.Stale);
        (await BankNotation.RefusalOf(() => body.As(people.Signer).Run(new SendBackApplication(TestBody.Key, grant, 2, " ")))).Code.ShouldBe(GrantMoves.ReasonMissing);
        await body.As(people.Lead).Run(new WithdrawApplication(TestBody.Key, grant, 2, "今年人手不够"));
        (await body.Case(grant)).State.ShouldBe(GrantState.Withdrawn);
        CaseView view = await body.As(people.Lead).Ask(new CasePage(grant));
        (view.HasEnded, view.Waits.Count, view.Log[0].Reason).ShouldBe((true, 0, "今年人手不够"));
    }

    [Fact]
    public async Task An_organisation_that_is_banned_is_refused_at_sign_off_and_again_when_it_is_screened()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        FundSession steers = body.As(await body.Person("方组长", Role.Steer)), panels = body.As(await body.Person("白监审", Role.Panel));
        long grant = await body.AwaitingSignOff(people, await body.Round());
        ApplicationView shown = await body.As(people.Signer).Ask(new ReadApplication(grant));
        long ban = await steers.Run(Rounds.RoundTests.Banned("幸福里社区居委会", PersonKind.Organisation));
        (await BankNotation.RefusalOf(() => body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, 2, shown.Sha256))))
            .ShouldSay(BanNeeds.OrganisationBanned, "实施主体“幸福里社区居委会”在限制申请的期限内，到 2027-03-20 为止", "which is to carry the project out, is banned until 2027-03-20");
        (await body.As(people.Signer).Ask(new CasePage(grant))).Offers.Single(offer => offer.Move == GrantMove.SignOff).WhyNot!.Code
            .ShouldBe(BanNeeds.OrganisationBanned);
        (await body.Case(grant)).State.ShouldBe(GrantState.AwaitingSignOff);

        // Lifted, it is signed; banned anew, it is not found eligible.
        await panels.Run(new LiftBan(TestBody.Key, ban, "申诉成立"));
        await body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, grant, 2, shown.Sha256));
        await body.As(people.Desk).Run(new StartScreening(TestBody.Key, grant, 3));
        await body.Checks(people, grant);
        await steers.Run(Rounds.RoundTests.Banned("幸福里社区居委会", PersonKind.Organisation));
        (await BankNotation.RefusalOf(() => body.As(people.Desk).Run(new AcceptApplication(TestBody.Key, grant, 4)))).Code
            .ShouldBe(BanNeeds.OrganisationBanned);
    }

    [Fact]
    public async Task Numbers_have_no_gaps_when_many_are_signed_at_once_and_one_that_is_refused_takes_none()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long round = await body.Round();
        List<(long Grant, ApplicationView Shown)> waiting = [];
        for (int i = 0; i < 6; i++)
        {
            long grant = await body.AwaitingSignOff(people, round, $"项目 {i}");
            waiting.Add((grant, await body.As(people.Signer).Ask(new ReadApplication(grant))));
        }

        (await BankNotation.RefusalOf(() => body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, waiting[0].Grant, 2, waiting[1].Shown.Sha256))))
            .Code.ShouldBe(SignOffApplication.OtherText);
        await Task.WhenAll(waiting.Select(each =>
            body.As(people.Signer).Run(new SignOffApplication(TestBody.Key, each.Grant, 2, each.Shown.Sha256))));
        List<string> numbers = [];
        foreach (var (grant, _) in waiting)
        {
            numbers.Add((await body.Case(grant)).Number);
        }

        numbers.Order(StringComparer.Ordinal).ShouldBe([.. Enumerable.Range(1, 6).Select(no => $"2026-1-00{no}")]);
    }

    [Fact]
    public async Task PostgreSQL_refuses_what_the_program_would_never_send()
    {
        await using TestBody body = await TestBody.New();
        GrantPeople people = await body.GrantPeople();
        long grant = await body.Submitted(people, await body.Round());
        await using FundDb db = body.Db();
        async Task<string> Refused(FormattableString sql)
        {
            Npgsql.PostgresException refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => db.Database.ExecuteSqlAsync(sql));
            Books.ConstraintWordsTests.Tell(refused);
            return refused.ConstraintName!;
        }

        (await Refused($"update grant_section set version = version + 1 where grant_id = {grant}")).ShouldBe("grant_text_closed");
        (await Refused($"update grant_case set requested = 1 where grant_id = {grant}")).ShouldBe("grant_text_closed");
        (await Refused($"update grant_case set number = '2026-1-009' where grant_id = {grant}")).ShouldBe("grant_number_counts_up");
        (await Refused($"delete from grant_member where grant_id = {grant}")).ShouldBe("grant_text_closed");
        (await Refused($"insert into grant_check (book_id, grant_id, kind, verdict, note, checked_by, checked_at) values (1, {grant}, 'who-may', 'ok', '', {people.Desk}, now())"))
            .ShouldBe("grant_not_screened");
        (await Refused($"insert into grant_snapshot select book_id, grant_id, 2, state_version, content, sha256, requested, own_units, signed_by, now() from grant_snapshot where grant_id = {grant}"))
            .ShouldBe("grant_snapshot_untrue");
        Npgsql.PostgresException no = await Should.ThrowAsync<Npgsql.PostgresException>(
            () => db.Database.ExecuteSqlAsync($"update grant_snapshot set content = 'x' where grant_id = {grant}"));
        no.SqlState.ShouldBe("42501");
        long draft = await body.Draft(people, (await body.Case(grant)).GrantRoundId, "另一个");
        (await Refused($"update grant_section set version = version + 2 where grant_id = {draft} and kind = 'need'")).ShouldBe("grant_section_stale");
        (await Refused($"update grant_case set number = '2026-1-002' where grant_id = {draft}")).ShouldBe("grant_number_counts_up");
    }
}
