using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Tranches;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Closings;

/// <summary>Report, audit table, findings, certificate and the ways back (grants.md 5.2, moves 20 and 21).</summary>
public sealed class ClosingTests
{
    private static readonly ReportText Whole = new(
        [new ReachedIndicator(1, "43 人", "九月平均")], 120, "每周五天助餐，共一百二十次。", "雨天送餐困难，已添两辆推车。", "比预期多三位老人。", 60, 57,
        [new HandedGood("保温餐箱", 4, "幸福里居委会活动室")], false);

    [Fact]
    public async Task Example_A_is_closed_with_its_report_its_audit_table_and_a_certificate()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await new MoneyNotation(grants, grant).ExampleA();
        await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant)));
        (await grants.State(grant)).ShouldBe(GrantState.Closing);
        (await grants.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 4, 11).PlusDays(30));

        await Report(grants, grant);
        (await grants.Case(grant)).DueOn.ShouldBe(WorkingDays.After(new LocalDate(2026, 4, 11), 20));
        await grants.Panel.Run(new AssessGrant(AwardNotation.Key, grant, 1, ClosingGrade.Good, "指标全部达成，账目清楚。"));
        await grants.Desk.Run(new AcceptClosingReport(AwardNotation.Key, grant, 1));

        ClosingView view = await grants.Desk.Ask(new ClosingPage(grant));
        view.Audit.Differences.ShouldBeEmpty();
        (view.Audit.Total.Planned, view.Audit.Total.Paid, view.Audit.Total.Acquitted, view.Audit.Total.Returned)
            .ShouldBe((Amount.Yuan(12000), Amount.Yuan(12000), Amount.Yuan(10850), Amount.Yuan(1150)));
        view.Audit.Tranches.Select(row => (row.No, row.Sum.Paid, row.Sum.Acquitted, row.Sum.Returned, row.Sum.Carried)).ShouldBe(
        [
            ((short)1, Amount.Yuan(7200), Amount.Yuan(6950), Amount.Fen(0), Amount.Yuan(-250)),
            ((short)2, Amount.Yuan(4800), Amount.Yuan(3900), Amount.Yuan(1150), Amount.Yuan(250)),
        ]);
        view.Tasks.ShouldAllBe(task => task.IsDone);

        GrantMoved waits = await grants.Desk.Run(new CloseGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        (waits.Happened, waits.Waits.Single()).ShouldBe((false, GrantMover.Panel));
        (await grants.Panel.Run(new CloseGrant(AwardNotation.Key, grant, await grants.Version(grant)))).Happened.ShouldBeTrue();
        (await grants.State(grant)).ShouldBe(GrantState.Closed);
        CertificateShown certificate = (await grants.Lead.Ask(new ClosingPage(grant))).Certificate!;
        certificate.Number.ShouldBe("结项-W-1-001");
        (certificate.First, certificate.Second).ShouldBe(("高敏", "纪监督"));
        certificate.Digest.Length.ShouldBe(64);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(7350)));
        await using (FundDb db = body.Db())
        {
            (await db.Set<Project>().AsNoTracking().SingleAsync()).ClosedOn.ShouldBe(new LocalDate(2026, 4, 11));
        }

        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_was_not_paid_is_given_up_with_the_last_signature_and_is_free_again()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        MoneyNotation money = new(grants, grant);
        await money.Pay(1, 7200, 0);
        await money.Acquit(1, 7200, 0);
        await money.Stand(1, "settled");
        await Ready(grants, grant);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(6200)));
        await Close(grants, grant);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(2800), Amount.Yuan(8200)));
        await using FundDb db = body.Db();
        (await db.Set<Tranche>().AsNoTracking().OrderBy(row => row.No).Select(row => row.State).ToListAsync())
            .ShouldBe([TrancheState.Settled, TrancheState.Cancelled]);
        (await db.Set<GrantLot>().AsNoTracking().SumAsync(row => row.Units)).ShouldBe(0);
        (await db.Set<GrantFund>().AsNoTracking().Select(row => row.Committed - row.Cancelled - row.Paid).ToListAsync()).ShouldBe([0L, 0L]);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Who_starts_a_closing_is_told_what_is_given_up_and_where_each_funds_unspent_money_goes()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        MoneyNotation money = new(grants, grant);
        await money.Pay(1, 7200, 0);
        await money.Acquit(1, 7200, 0);
        await money.Stand(1, "settled");
        ClosingEnds ends = (await grants.Lead.Ask(new ClosingPage(grant))).Audit.Ends;
        ends.Amount.ShouldBe(Amount.Yuan(4800));
        ends.Tranches.Select(row => (row.No, row.IsUnasked)).ShouldBe([((short)2, false)]);
        ends.Funds.Select(row => (row.Restricted.Units, row.Free.Units)).Order().ShouldBe([(0L, 200_000L), (280_000L, 0L)]);
        (await AwardNotation.Refused(async () => await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant), Amount.Yuan(4000)))))
            .ShouldSay(StartClosing.GivesUpOther, "4,800.00", "4,800.00");
        await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant), Amount.Yuan(4800)));
        (await grants.State(grant)).ShouldBe(GrantState.Closing);

        // The pack is due in thirty days; whoever leads and the desk are told before.
        (await grants.Lead.Ask(new DeadlinesForMe())).IsEmpty.ShouldBeTrue();
        grants.Wait(24);
        GrantDeadline due = (await grants.Lead.Ask(new DeadlinesForMe())).Mine.Single();
        (due.IsClosing, due.Reminder).ShouldBe((true, ReportReminder.Near));
        (await grants.Desk.Ask(new DeadlinesForMe())).ClosingsSoon.ShouldBe(1);
        grants.Wait(8);
        (await grants.Lead.Ask(new DeadlinesForMe())).Mine.Single().Late.ShouldBe(2);
        (await grants.Desk.Ask(new DeadlinesForMe())).ClosingsLate.ShouldBe(1);
    }

    [Fact]
    public async Task Every_guard_of_closing_refuses_in_words()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        MoneyNotation money = new(grants, grant);
        await money.Stand(1, "requested");
        (await AwardNotation.Refused(async () => await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant)))))
            .ShouldSay(ClosingNeeds.InFlight, "第 1 期已经申请", "tranche 1 was asked for");
        await money.Stand(1, "eligible");
        await money.Pay(1, 7200, 0);
        await money.Acquit(1, 7199.99m, 0);
        await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant)));

        (await WhyNot(grants, grant)).ShouldSay(ClosingNeeds.ReportOpen, "填写中", "not accepted");
        await Report(grants, grant);
        await grants.Desk.Run(new AcceptClosingReport(AwardNotation.Key, grant, 1));
        (await WhyNot(grants, grant)).ShouldSay(ClosingNeeds.NotAssessed, "监审组写评估", "has not assessed");
        await grants.Panel.Run(new AssessGrant(AwardNotation.Key, grant, 1, ClosingGrade.Fair, "基本达成。"));

        // One fen is a difference.
        (await WhyNot(grants, grant)).ShouldSay(ClosingNeeds.AuditDiffers, "差 0.01", "by CNY 0.01");
        await money.Acquit(1, 0.01m, 0);
        (await WhyNot(grants, grant)).ShouldSay(ClosingNeeds.Unsettled, "第 1 期还没有结清", "tranche 1 is not settled");
        await money.Stand(1, "settled");
        long finding = await grants.Panel.Run(new RaiseFinding(AwardNotation.Key, grant, "两张发票没有经手人签字。", true));
        (await WhyNot(grants, grant)).ShouldSay(ClosingNeeds.FindingOpen, "1 个阻断", "1 findings");
        await grants.Lead.Run(new AnswerFinding(AwardNotation.Key, grant, finding, "已补签，见附件。"));
        (await WhyNot(grants, grant)).Code.ShouldBe(ClosingNeeds.FindingOpen);
        await grants.Panel.Run(new CloseFinding(AwardNotation.Key, grant, finding, "核对无误。"));
        await Close(grants, grant);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_grant_is_closed_when_what_was_announced_to_come_back_has_come_or_is_given_up()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, isExpense: true);
        AwardNotation grants = paid.Grants;
        Tranche first = await paid.Tranche(1);
        await grants.Lead.Run(new SubmitReport(AwardNotation.Key, first.TrancheId, first.StateVersion, "办了三场活动", 30, 3, Amount.Yuan(7000)));
        await grants.Desk.Run(new AcceptReport(AwardNotation.Key, first.TrancheId, (await paid.Tranche(1)).StateVersion));
        await paid.Announce(1, 200);
        await Ready(grants, paid.Grant);
        (await WhyNot(grants, paid.Grant)).ShouldSay(ClosingNeeds.ComesBack, "第 1 期", "tranche 1");
        ClosingTaskRow audit = (await grants.Desk.Ask(new ClosingPage(paid.Grant))).Tasks.Single(row => row.Task == ClosingTask.Audit);
        (audit.IsDone, audit.WhyNot?.Code).ShouldBe((false, ClosingNeeds.ComesBack));

        // Booked and reversed, it is waited for again.
        long voucher = await paid.Came(200);
        await body.Review(voucher);
        await body.Review(await body.Accountant.Run(new ReverseVoucher(AwardNotation.Key, voucher, paid.Today, "认领错了流水")));
        (await WhyNot(grants, paid.Grant)).Code.ShouldBe(ClosingNeeds.ComesBack);
        int version = await grants.Version(paid.Grant);
        PostgresException wall = await Should.ThrowAsync<PostgresException>(() => grants.App($"""
            insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers)
              values (1, {paid.Grant}, {version + 1}, 'settle-recovery', 'closing', 'closed', {grants.Id("panel")}, now(), '', '', '{"{}"}', '{"{}"}')
            """));
        wall.ConstraintName.ShouldBe("grant_closing_return_awaited");

        await using FundDb db = body.Db();
        long announced = await db.Set<GrantReturn>().Where(row => row.State == GrantReturnState.Announced).Select(row => row.GrantReturnId).SingleAsync();
        (await AwardNotation.Refused(() => grants.Panel.Run(new DropReturn(AwardNotation.Key, announced)))).Code.ShouldBe(Need.Missing);
        (await grants.Desk.Ask(new ReceiptFolder(paid.Grant))).MayDrop.ShouldBeTrue();
        await grants.Desk.Run(new DropReturn(AwardNotation.Key, announced));
        await Close(grants, paid.Grant);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_register_that_differs_from_the_books_closes_nothing()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await new MoneyNotation(grants, grant).ExampleA();
        await Ready(grants, grant);
        await grants.Sql($"""
            alter table grant_fund disable trigger user;
            update grant_fund set acquitted = acquitted - 1, returned = returned + 1 where grant_id = {grant} and fund_id = {grants.Community};
            alter table grant_fund enable trigger user
            """);
        Refusal refusal = await WhyNot(grants, grant);
        refusal.ShouldSay(ClosingNeeds.AuditDiffers, "各期合计＝各基金合计", "tranches = funds");
        refusal.Facts["difference"].ShouldBe(Amount.Fen(1));
    }

    [Fact]
    public async Task A_report_comes_back_with_a_reason_for_each_field_and_is_written_on()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        (await grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 0, Whole with { Self = "" }))).ShouldBe(1);
        (await AwardNotation.Refused(() => grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 0, Whole))))
            .Code.ShouldBe(SaveClosingReport.Stale);
        (await AwardNotation.Refused(() => grants.Lead.Run(new HandInClosingReport(AwardNotation.Key, grant, 1))))
            .ShouldSay(HandInClosingReport.FieldsMissing, "自我评估", "Self-assessment");
        (await AwardNotation.Refused(() => grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 1, Whole with { Satisfied = 61 }))))
            .ShouldSay(ReportText.MoreThanAsked, "61", "61");
        (await AwardNotation.Refused(async () => await grants.Lead.Run(new AttachToClosing(AwardNotation.Key, grant, ClosingPaperKind.Photo, false,
            [await Photo(grants)])))).Code.ShouldBe(AttachToClosing.ConsentMissing);
        (await AwardNotation.Refused(() => grants.As("desk").Run(new SaveClosingReport(AwardNotation.Key, grant, 1, Whole))))
            .Code.ShouldBe(GrantMoves.NotYours);
        await grants.Lead.Run(new AttachToClosing(AwardNotation.Key, grant, ClosingPaperKind.Photo, true, [await Photo(grants)]));
        await grants.FinLead.Run(new SaveClosingReport(AwardNotation.Key, grant, 1, Whole));
        (await AwardNotation.Refused(() => grants.FinLead.Run(new HandInClosingReport(AwardNotation.Key, grant, 2)))).Code.ShouldBe(Need.Missing);
        await grants.Lead.Run(new HandInClosingReport(AwardNotation.Key, grant, 2));
        (await AwardNotation.Refused(() => grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 2, Whole))))
            .Code.ShouldBe(SaveClosingReport.HandedInAlready);
        (await AwardNotation.Refused(() => grants.Desk.Run(new ReturnClosingReport(AwardNotation.Key, grant, 1, []))))
            .Code.ShouldBe(ReturnClosingReport.RemarksMissing);
        await grants.Desk.Run(new ReturnClosingReport(AwardNotation.Key, grant, 1, [new ReportRemark(ReportField.People, "请说明怎样统计")]));
        ReportShown shown = (await grants.Lead.Ask(new ClosingPage(grant))).Report;
        (shown.No, shown.Version, shown.State, shown.Text.People).ShouldBe(((short)2, 0, ReportState.Draft, 120));
        shown.Remarks.Single().ShouldBe(new ReportRemark(ReportField.People, "请说明怎样统计"));
        shown.Indicators.Single().ShouldBe(new IndicatorRow(1, "每周用餐老人", "0 人", "40 人", "43 人", "九月平均"));
        (await grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 0, Whole with { People = 118 }))).ShouldBe(1);
        await grants.Lead.Run(new HandInClosingReport(AwardNotation.Key, grant, 1));
        await grants.Desk.Run(new AcceptClosingReport(AwardNotation.Key, grant, 2));
        (await AwardNotation.Refused(() => grants.Desk.Run(new AcceptClosingReport(AwardNotation.Key, grant, 2))))
            .Code.ShouldBe(AcceptClosingReport.NotHandedIn);
    }

    [Fact]
    public async Task Work_is_reopened_once_without_new_money_and_the_calendar_closes_it_again()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        (await body.Operator.Run(new TimeOutGrants(AwardNotation.Key))).ShouldBe(0);
        body.Clock.Now = Instant.FromUtc(2026, 10, 2, 2, 0);
        (await body.Operator.Run(new TimeOutGrants(AwardNotation.Key))).ShouldBe(1);
        GrantCase closing = await grants.Case(grant);
        (closing.State, closing.DueOn).ShouldBe((GrantState.Closing, new LocalDate(2026, 10, 30)));
        LocalDate today = new(2026, 10, 2);
        (await AwardNotation.Refused(async () => await grants.Desk.Run(new ReopenWork(AwardNotation.Key, grant, await grants.Version(grant),
            today.PlusDays(61), "还差两场活动")))).ShouldSay(ReopenWork.BadDay, "最多 60 天", "60 days");
        await grants.Desk.Run(new ReopenWork(AwardNotation.Key, grant, await grants.Version(grant), today.PlusDays(30), "还差两场活动"));
        (await grants.State(grant)).ShouldBe(GrantState.Active);

        // No new money: both tranches are given up.
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        await using (FundDb db = body.Db())
        {
            (await db.Set<Tranche>().AsNoTracking().Select(row => row.State).ToListAsync()).ShouldAllBe(state => state == TrancheState.Cancelled);
        }

        grants.Wait(31);
        (await body.Operator.Run(new TimeOutGrants(AwardNotation.Key))).ShouldBe(1);
        (await AwardNotation.Refused(async () => await grants.Desk.Run(new ReopenWork(AwardNotation.Key, grant, await grants.Version(grant),
            today.PlusDays(60), "再做一场")))).ShouldSay(ClosingNeeds.ReopenedBefore, "只有一次", "reopened once");
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_closed_grant_is_opened_again_only_by_panel_and_steering_group_with_a_reason()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await new MoneyNotation(grants, grant).ExampleA();
        await Ready(grants, grant);
        await Close(grants, grant);
        long entries = (long)(await grants.Sql("select count(*) from journal_entry"))!;
        int version = await grants.Version(grant);
        (await AwardNotation.Refused(() => grants.Desk.Run(new ReopenClosedGrant(AwardNotation.Key, grant, version, "补报"))))
            .Code.ShouldBe(Need.Missing);
        (await AwardNotation.Refused(() => grants.Panel.Run(new ReopenClosedGrant(AwardNotation.Key, grant, version, ""))))
            .Code.ShouldBe(GrantMoves.ReasonMissing);
        (await grants.Panel.Run(new ReopenClosedGrant(AwardNotation.Key, grant, version, "接到举报，发票存疑"))).Happened.ShouldBeFalse();
        await grants.Steer.Run(new ReopenClosedGrant(AwardNotation.Key, grant, version, "同意重开核查"));
        (await grants.State(grant)).ShouldBe(GrantState.Closing);
        ((long)(await grants.Sql("select count(*) from journal_entry"))!).ShouldBe(entries);
        (await grants.Desk.Ask(new ClosingPage(grant))).Certificate.ShouldBeNull();
        await Close(grants, grant);
        (await grants.Desk.Ask(new ClosingPage(grant))).Certificates.Select(row => (row.Number, row.EndedAt is null))
            .ShouldBe([("结项-W-1-001-2", true), ("结项-W-1-001", false)]);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_walls_of_closing_hold_against_the_programs_own_login()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await Report(grants, grant);
        await grants.Panel.Run(new RaiseFinding(AwardNotation.Key, grant, "账目待查", true));
        int version = await grants.Version(grant);
        (string Sql, string Refused)[] attacks =
        [
            ($"update grant_report set content = '{{}}' where grant_id = {grant}", "grant_report_out_of_turn"),
            ($"update grant_report set state = 'accepted', decided_by = {grants.Id("lead")}, decided_at = now() where grant_id = {grant}",
                "grant_report_two"),
            ($"update grant_finding set state = 'closed' where grant_id = {grant}", "grant_finding_stands"),
            ($"update grant_finding set words = '无' where grant_id = {grant}", "42501"),
            ($"insert into grant_reopening values (1, {grant}, '2026-04-11', '2026-07-11', {grants.Id("desk")}, now())", "grant_reopening_span"),
            ($"insert into grant_certificate values (1, {grant}, 1, 'X', '{{}}', '\\x00', '2026-04-11', now(), {grants.Id("desk")}, {grants.Id("panel")}, null)",
                "grant_certificate_hash"),
            ($"""
                alter table grant_case disable trigger user
                """, "42501"),
        ];
        foreach ((string sql, string refused) in attacks)
        {
            PostgresException thrown = await Should.ThrowAsync<PostgresException>(() => grants.App(sql));
            (thrown.SqlState == "42501" ? "42501" : thrown.ConstraintName).ShouldBe(refused, sql);
        }

        // Even with both signatures nothing is closed past what is open.
        await grants.Sql($"""
            alter table grant_case disable trigger user;
            update grant_case set state = 'closing' where grant_id = {grant};
            alter table grant_case enable trigger user
            """);
        PostgresException unready = await Should.ThrowAsync<PostgresException>(() => grants.App($"""
            insert into grant_signature (book_id, grant_id, state_version, move, mover, person_id, at, reason, clause) values
              (1, {grant}, {version}, 'close', 'desk', {grants.Id("desk")}, now(), '', ''),
              (1, {grant}, {version}, 'close', 'panel', {grants.Id("panel")}, now(), '', '');
            insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers)
              values (1, {grant}, {version + 1}, 'close', 'closing', 'closed', {grants.Id("panel")}, now(), '', '', '{"{}"}', '{"{}"}')
            """));
        unready.ConstraintName.ShouldBe("grant_closing_unready");
    }

    private static async Task<Refusal> WhyNot(AwardNotation grants, long grant) =>
        await AwardNotation.Refused(async () => await grants.Desk.Run(new CloseGrant(AwardNotation.Key, grant, await grants.Version(grant))));

    private static async Task<Enclosure> Photo(AwardNotation grants) => new(await grants.Lead.Run(new RegisterPaper(AwardNotation.Key,
        AwardNotation.Key, 1, "结项照片册")));

    private static async Task Report(AwardNotation grants, long grant)
    {
        await grants.Lead.Run(new SaveClosingReport(AwardNotation.Key, grant, 0, Whole));
        await grants.Lead.Run(new AttachToClosing(AwardNotation.Key, grant, ClosingPaperKind.Photo, true, [await Photo(grants)]));
        await grants.Lead.Run(new HandInClosingReport(AwardNotation.Key, grant, 1));
    }

    /// <summary>In closing, with everything that a closing needs beside its money.</summary>
    private static async Task Ready(AwardNotation grants, long grant)
    {
        await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant)));
        await Report(grants, grant);
        await grants.Desk.Run(new AcceptClosingReport(AwardNotation.Key, grant, 1));
        await grants.Panel.Run(new AssessGrant(AwardNotation.Key, grant, 1, ClosingGrade.Good, "指标达成。"));
    }

    private static async Task Close(AwardNotation grants, long grant)
    {
        await grants.Desk.Run(new CloseGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        (await grants.Panel.Run(new CloseGrant(AwardNotation.Key, grant, await grants.Version(grant)))).Happened.ShouldBeTrue();
    }
}
