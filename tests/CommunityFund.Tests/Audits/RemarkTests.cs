using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants;
using NodaTime;

namespace CommunityFund.Tests.Audits;

public sealed class RemarkTests
{
    private static readonly RemarkDue FiveDays = new(WorkingDays: 5);

    private static RaiseRemark Finding(long voucher) => new(
        TestBody.Key, voucher, RemarkKind.Finding, "没有看到签收单，请补附。", FiveDays, RemarkSeverity.Ordinary);

    [Fact]
    public async Task A_finding_is_answered_with_papers_sent_back_answered_again_and_closed()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long sample = await body.FinanceOfficer.Run(new DrawSample(
            TestBody.Key, SampleClass.Donations, new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 31), 1, "六合", "抽查"));
        long remark = await body.FinanceOfficer.Run(Finding(voucher) with { Sample = sample });
        RemarkView raised = await body.Accountant.Ask(new RemarkPage(remark));
        (raised.Row.DueOn, raised.Row.State, raised.MayAnswer, raised.MayClose).ShouldBe((new LocalDate(2026, 3, 27), RemarkState.Open, true, false));
        (await body.Accountant.Ask(new RemarksForMe())).ShouldBe(new RemarksToDo(1, 0, 0, remark));
        (await body.FinanceOfficer.Ask(new SampleList())).Samples.Single().OpenRemarks.ShouldBe(1);

        await body.Accountant.Run(new AnswerRemark(TestBody.Key, remark, 1, "签收单已补。", [await body.Paper(2)]));
        (await body.FinanceOfficer.Ask(new RemarksForMe())).ShouldBe(new RemarksToDo(0, 0, 1, remark));
        RemarkPaperName paper = (await body.FinanceOfficer.Ask(new RemarkPage(remark))).Steps[1].Papers.Single();
        (await body.FinanceOfficer.Ask(new RemarkPaper(remark, paper.Document))).Content.ShouldNotBeEmpty();
        await body.FinanceOfficer.Run(new SendBackRemark(TestBody.Key, remark, 2, "缺两个人的签名。", new RemarkDue(On: new LocalDate(2026, 4, 3))));
        (await body.Accountant.Ask(new RemarkPage(remark))).Row.DueOn.ShouldBe(new LocalDate(2026, 4, 3));

        body.Clock.Now = Instant.FromUtc(2026, 4, 6, 2, 0);
        (await body.FinanceOfficer.Ask(new RemarkList())).ShouldSatisfyAllConditions(
            list => list.Overdue.ShouldBe(1), list => list.Remarks.Single().IsOverdue.ShouldBeTrue());
        await body.Accountant.Run(new AnswerRemark(TestBody.Key, remark, 3, "已补签。"));
        await body.FinanceOfficer.Run(new CloseRemark(TestBody.Key, remark, 4, "看过原件，齐了。"));
        (await body.Reviewer.Ask(new RemarkList(Voucher: voucher))).Remarks.Single().State.ShouldBe(RemarkState.Closed);
        (await body.Reviewer.Ask(new RemarkList())).Remarks.ShouldBeEmpty();
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new AnswerRemark(TestBody.Key, remark, 5, "再补。"))))
            .ShouldSay(AuditRemark.OutOfTurn, "已销号", "Closed");
    }

    [Fact]
    public async Task Overdue_remarks_stand_first_then_by_day()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long asked = await body.FinanceOfficer.Run(new RaiseRemark(TestBody.Key, voucher, RemarkKind.Question, "这笔捐赠的来源？", new RemarkDue()));
        long later = await body.FinanceOfficer.Run(Finding(voucher) with { Key = TestBody.Key, Due = new RemarkDue(WorkingDays: 30) });
        long late = await body.FinanceOfficer.Run(Finding(voucher));
        body.Clock.Now = Instant.FromUtc(2026, 4, 6, 2, 0);
        (await body.FinanceOfficer.Ask(new RemarkList())).Remarks.Select(row => row.Id).ShouldBe([late, later, asked]);
    }

    [Fact]
    public async Task What_a_remark_must_say_is_refused_in_words()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long other = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        long sample = await body.FinanceOfficer.Run(new DrawSample(
            TestBody.Key, SampleClass.Donations, new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 31), 1, "六合", "抽查"));
        long drawn = (await body.FinanceOfficer.Ask(new SampleSheet(sample))).Rows.Single().Voucher;
        RaiseRemark raise = Finding(voucher);
        (await Refused(raise with { Words = "" })).ShouldSay(AuditRemark.WordsMissing, "1 到 1000 个字", "1 to 1000 characters");
        (await Refused(raise with { Severity = null })).ShouldSay(RaiseRemark.SeverityMissing, "严重程度", "how grave");
        (await Refused(raise with { Kind = RemarkKind.Question })).Code.ShouldBe(RaiseRemark.SeverityMissing);
        (await Refused(raise with { Words = new string('长', 1001) })).Code.ShouldBe(AuditRemark.WordsMissing);
        (await Refused(raise with { Due = new RemarkDue(5, new LocalDate(2026, 4, 1)) })).Code.ShouldBe(RemarkDue.Missing);
        (await Refused(raise with { Due = new RemarkDue(WorkingDays: 0) })).Code.ShouldBe(RemarkDue.OutOfReach);
        (await Refused(raise with { Due = new RemarkDue(On: new LocalDate(2027, 3, 21)) })).Code.ShouldBe(RemarkDue.OutOfReach);
        (await Refused(raise with { Due = new RemarkDue() })).ShouldSay(RemarkDue.Missing, "必须有期限", "always has a deadline");
        (await Refused(raise with { Due = new RemarkDue(On: new LocalDate(2026, 3, 1)) })).ShouldSay(RemarkDue.OutOfReach, "期限要在", "The deadline lies");
        (await Refused(raise with { Due = new RemarkDue(WorkingDays: 251) })).Code.ShouldBe(RemarkDue.OutOfReach);
        (await Refused(raise with { Voucher = 999 })).ShouldSay(RaiseRemark.UnknownVoucher, "999", "999");
        (await Refused(raise with { Voucher = drawn == voucher ? other : voucher, Sample = sample })).ShouldSay(RaiseRemark.NotInSample, "不在", "not in sample");
        (await BankNotation.RefusalOf(() => body.Accountant.Run(raise))).Code.ShouldBe(Need.Missing);
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Ask(new RemarkPage(55)))).ShouldSay(AuditRemark.Unknown, "55", "55");

        long remark = await body.FinanceOfficer.Run(raise with { Key = TestBody.Key });
        AnswerRemark answer = new(TestBody.Key, remark, 1, "已补。");
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Run(answer))).Code.ShouldBe(Need.Missing);
        Enclosure[] many = [.. Enumerable.Repeat(new Enclosure(new string('a', 64)), 21)];
        (await BankNotation.RefusalOf(() => body.Accountant.Run(answer with { Papers = many }))).ShouldSay(AnswerRemark.TooManyPapers, "最多附 20", "At most 20");
        await body.Accountant.Run(answer with { Key = TestBody.Key });
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Run(new CloseRemark(TestBody.Key, remark, 1, "好"))))
            .ShouldSay(AuditRemark.Moved, "已答复", "Answered");
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Run(new CloseRemark(TestBody.Key, remark, 2, " ")))).Code
            .ShouldBe(AuditRemark.WordsMissing);
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Run(new SendBackRemark(TestBody.Key, remark, 2, "再看", new RemarkDue(300)))))
            .Code.ShouldBe(RemarkDue.OutOfReach);
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Ask(new RemarkPaper(remark, 99)))).Code.ShouldBe(FiledDocument.Unknown);
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Ask(new RemarkForm(999)))).Code.ShouldBe(RaiseRemark.UnknownVoucher);
        (await body.FinanceOfficer.Ask(new RemarkForm(voucher))).ShouldSatisfyAllConditions(
            form => form.Voucher.Narrative.ShouldBe("捐赠"), form => form.Voucher.Total.ShouldBe(Amount.Yuan(100)),
            form => form.Before.Single().Id.ShouldBe(remark));

        Task<Refusal> Refused(RaiseRemark form) => BankNotation.RefusalOf(() => body.FinanceOfficer.Run(form with { Key = TestBody.Key }));
    }

    [Fact]
    public async Task Nobody_answers_what_they_raised_nor_closes_what_they_answered_whatever_roles_they_hold()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        await body.Operator.Run(new GrantRole(TestBody.Key, 1, Role.Panel, null, new LocalDate(2026, 1, 1), null));
        long remark = await body.FinanceOfficer.Run(Finding(voucher));
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Run(new AnswerRemark(TestBody.Key, remark, 1, "没有问题"))))
            .ShouldSay(AuditRemark.OtherPerson, "另一位会计或监督人员", "Another accountant");
        await body.Accountant.Run(new AnswerRemark(TestBody.Key, remark, 1, "已补。"));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new CloseRemark(TestBody.Key, remark, 2, "好")))).Code.ShouldBe(AuditRemark.OtherPerson);
        (await body.Accountant.Ask(new RemarkPage(remark))).MayClose.ShouldBeFalse();

        // The database says the same to whoever comes past the program.
        (await AuditNotation.Refused(body, Step(remark, 3, "closed", 1))).ShouldBe("audit_remark_other_person");
        (await AuditNotation.Refused(body, Step(remark, 4, "closed", 3))).ShouldBe("audit_remark_out_of_turn");
        (await AuditNotation.Refused(body, Step(remark, 3, "answered", 1))).ShouldBe("audit_remark_out_of_turn");
        (await AuditNotation.Refused(body, $"""
            insert into audit_remark (book_id, voucher_id, kind, severity, raised_by, raised_at) values (1, {voucher}, 'finding', 'slight', 3, now())
            """)).ShouldBe("audit_remark_out_of_turn", "a remark without words");
        (await AuditNotation.Refused(body, $"""
            insert into audit_remark_paper (book_id, audit_remark_id, step_no, filed_document_id) values (1, {remark}, 1, 1)
            """)).ShouldBe("audit_remark_out_of_turn", "a paper with what is no answer");
        (await AuditNotation.Refused(body, "update audit_remark_step set words = 'x'")).ShouldBe("append_only");
        (await AuditNotation.Refused(body, "delete from audit_remark")).ShouldBe("append_only");
    }

    [Fact]
    public async Task An_officer_of_one_fund_asks_only_about_its_vouchers_and_sees_no_others_remarks_nor_any_after_the_last_day()
    {
        await using TestBody body = await TestBody.New();
        long community = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long children = await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        FundSession officer = await body.OfficerOfChildren();
        long others = await body.FinanceOfficer.Run(Finding(community));
        (await BankNotation.RefusalOf(() => officer.Run(Finding(community)))).Code.ShouldBe(Need.OutsideFund);
        long own = await officer.Run(Finding(children));
        (await officer.Ask(new RemarkList())).Remarks.Select(row => row.Id).ShouldBe([own]);
        (await officer.Ask(new RemarkList(Voucher: community))).ShouldSatisfyAllConditions(
            list => list.Remarks.ShouldBeEmpty(), list => list.MayRaise.ShouldBeFalse());
        (await BankNotation.RefusalOf(() => officer.Ask(new RemarkPage(others)))).Code.ShouldBe(AuditRemark.Unknown);
        (await BankNotation.RefusalOf(() => officer.Ask(new RemarkForm(community)))).Code.ShouldBe(RaiseRemark.UnknownVoucher);
        (await officer.Ask(new RemarkForm(children))).Before.Single().Id.ShouldBe(own);
        await body.Accountant.Run(new AnswerRemark(TestBody.Key, others, 1, "已补。"));
        (await BankNotation.RefusalOf(() => officer.Run(new CloseRemark(TestBody.Key, others, 2, "好")))).Code.ShouldBe(Need.OutsideFund);

        body.Clock.Now = Instant.FromUtc(2026, 4, 1, 2, 0);
        (await BankNotation.RefusalOf(() => officer.Ask(new RemarkList()))).Code.ShouldBe(Need.Missing);
        (await BankNotation.RefusalOf(() => officer.Run(Finding(children)))).Code.ShouldBe(Need.Missing);
        (await officer.Ask(new RemarksForMe())).IsEmpty.ShouldBeTrue();
    }

    private static string Step(long remark, int no, string move, int by) => $"""
        insert into audit_remark_step (book_id, audit_remark_id, step_no, move, words, due_on, done_by, done_at)
        values (1, {remark}, {no}, '{move}', 'x', (select due_on from audit_remark_step where audit_remark_id = {remark} limit 1), {by}, now())
        """;
}
