using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Closings;
using CommunityFund.Tests.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Amendments;

/// <summary>What changes in a running grant (grants.md 5.2, move 18).</summary>
public sealed class AmendmentTests
{
    [Fact]
    public async Task A_small_shift_takes_effect_at_once_and_small_shifts_do_not_add_up_to_a_large_one()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        (await Shift(grants, grant, 9800, 2200)).ShouldBe(new AmendmentAsked(1, true));
        await Lines(grants, grant, 9800, 2200);

        // Another 200 is ten percent of the second line again, and twenty of what was agreed.
        (await Shift(grants, grant, 9600, 2400)).ShouldBe(new AmendmentAsked(2, false));
        await Lines(grants, grant, 9800, 2200);
        AmendmentRow row = (await grants.Desk.Ask(new AmendmentPage(grant))).Rows[0];
        (row.Share, row.DueOn).ShouldBe((2000, WorkingDays.After(new LocalDate(2026, 4, 11), 10)));
        row.Lines.Select(line => (line.Before, line.After, line.Difference)).ShouldBe(
        [
            (Amount.Yuan(9800), Amount.Yuan(9600), Amount.Yuan(-200)), (Amount.Yuan(2200), Amount.Yuan(2400), Amount.Yuan(200)),
        ]);
        (await grants.Desk.Run(new ApproveAmendment(AwardNotation.Key, grant, 2))).Waits.ShouldBe([GrantMover.ApproverL1]);
        (await AwardNotation.Refused(() => grants.Desk.Run(new ApproveAmendment(AwardNotation.Key, grant, 2)))).Code
            .ShouldBe(GrantMoves.SignedAlready);
        (await grants.L1.Run(new ApproveAmendment(AwardNotation.Key, grant, 2))).Happened.ShouldBeTrue();
        await Lines(grants, grant, 9600, 2400);
        (await grants.State(grant)).ShouldBe(GrantState.Active);

        // What people decided is the measure from then on.
        (await Shift(grants, grant, 9400, 2600)).InForce.ShouldBeTrue();
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Every_guard_of_an_amendment_refuses_in_words()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        int version = await grants.Version(grant);
        RequestAmendment form = new(AwardNotation.Key, grant, version, AmendmentKind.Shift, "餐具涨价", [new(1, "", Amount.Yuan(9500)),
            new(2, "", Amount.Yuan(2500))]);
        (RequestAmendment Form, string Code, string Zh, string En)[] table =
        [
            (form with { Kind = AmendmentKind.Purpose }, AmendmentNeeds.OtherPurpose, "第五十六条", "article 56"),
            (form with { Reason = " " }, RequestAmendment.ReasonMissing, "写明理由", "reason in words"),
            (form with { Version = version - 1 }, GrantMoves.Stale, "老人助餐", "老人助餐"),
            (form with { Lines = [new(1, "", Amount.Yuan(9500))] }, AmendmentPlan.NotTheSameSum, "11,500.00", "11,500.00"),
            (form with { Lines = [new(1, "", Amount.Yuan(14500)), new(2, "", Amount.Yuan(-2500))] }, AmendmentPlan.BadLine, "第 2 行", "line 2"),
            (form with { Lines = [] }, AmendmentPlan.NothingChanged, "没有任何变化", "Nothing is changed"),
            (form with { Kind = AmendmentKind.Extend, EndsOn = new LocalDate(2026, 9, 1) }, AmendmentPlan.BadEnd, "新的结束日", "new last day"),
            (form with { Kind = AmendmentKind.Team, Lead = grants.Id("fin") }, AmendmentPlan.OnePerson, "两个人", "two people"),
            (form with { Kind = AmendmentKind.AmountUp }, AmendmentPlan.OtherWay, "追加金额", "More money"),
            (form with { Kind = AmendmentKind.AmountUp, Lines = [new(1, "", Amount.Yuan(11000))] }, AmendmentPlan.PlanUnequal, "必须相等", "are the same"),
            (form with { Kind = AmendmentKind.AmountDown, Lines = [new(1, "", Amount.Yuan(9000))],
                Tranches = [new(1, Amount.Yuan(8000), default, default, "")] }, AmendmentPlan.BadTranche, "第 1 期", "Tranche 1"),
        ];
        foreach (var (asked, code, zh, en) in table)
        {
            (await AwardNotation.Refused(() => grants.Lead.Run(asked with { Key = AwardNotation.Key }))).ShouldSay(code, zh, en);
        }

        (await AwardNotation.Refused(() => grants.Desk.Run(form with { Key = AwardNotation.Key }))).Code.ShouldBe(GrantMoves.NotYours);
        await grants.Lead.Run(form with { Key = AwardNotation.Key });
        (await AwardNotation.Refused(() => grants.Lead.Run(form with { Key = AwardNotation.Key }))).ShouldSay(AmendmentNeeds.OneOpen, "一次只办一件",
            "one at a time");
        (await AwardNotation.Refused(() => grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1)))).Code.ShouldBe(Need.Missing);
        (await AwardNotation.Refused(() => grants.Desk.Run(new RejectAmendment(AwardNotation.Key, grant, 1, "")))).Code
            .ShouldBe(RejectAmendment.ReplyMissing);
        await grants.Desk.Run(new RejectAmendment(AwardNotation.Key, grant, 1, "餐具有存货"));
        (await AwardNotation.Refused(() => grants.L1.Run(new ApproveAmendment(AwardNotation.Key, grant, 1)))).ShouldSay(AmendmentNeeds.Decided, "未同意",
            "Not agreed to");

        // Late reports delay amendments.
        MoneyNotation money = new(grants, grant);
        await money.Pay(1, 7200, 0);
        body.Clock.Now = Instant.FromUtc(2026, 7, 5, 2, 0);
        (await AwardNotation.Refused(() => grants.Lead.Run(form with { Key = AwardNotation.Key }))).ShouldSay(AmendmentNeeds.Late, "逾期 5 天",
            "5 days overdue");
        await money.Acquit(1, 7200, 0);
        await money.Stand(1, "settled");
        body.Clock.Now = Instant.FromUtc(2026, 10, 3, 2, 0);
        (await AwardNotation.Refused(() => grants.Lead.Run(form with { Key = AwardNotation.Key }))).ShouldSay(AmendmentNeeds.Ended, "已过", "ended on");
        await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, version));
        (await AwardNotation.Refused(async () => await grants.Lead.Run(form with { Key = AwardNotation.Key, Version = await grants.Version(grant) })))
            .ShouldSay(AmendmentNeeds.NotActive, "结项中", "Closing");
    }

    [Fact]
    public async Task More_time_moves_the_end_and_the_days_of_tranches_that_wait()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.Extend, "场地装修", null,
            [new(2, Amount.Fen(0), new LocalDate(2026, 8, 1), new LocalDate(2026, 12, 15), "")], new LocalDate(2026, 11, 30)));
        await Agree(grants, grant, 1);
        await using FundDb db = body.Db();
        Tranche second = await db.Set<Tranche>().AsNoTracking().SingleAsync(row => row.No == 2);
        (second.EarliestOn, second.ReportDueOn).ShouldBe((new LocalDate(2026, 8, 1), new LocalDate(2026, 12, 15)));
        AmendmentView view = await grants.Lead.Ask(new AmendmentPage(grant));
        view.Term.ShouldBe(new AgreedTerm(new LocalDate(2026, 4, 1), new LocalDate(2026, 11, 30)));
        (view.Rows[0].EndsBefore, view.Rows[0].EndsOn).ShouldBe((new LocalDate(2026, 9, 30), new LocalDate(2026, 11, 30)));
        body.Clock.Now = Instant.FromUtc(2026, 10, 15, 2, 0);
        (await body.Operator.Run(new TimeOutGrants(AwardNotation.Key))).ShouldBe(0);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Leads_change_by_an_amendment_and_stay_two_people()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        (await AwardNotation.Refused(async () => await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant),
            AmendmentKind.Team, "张蓉调走", FinLead: grants.Id("l1"))))).Code.ShouldBe(CommunityFund.Grants.Applications.TeamForm.WithoutRole);
        await grants.Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) values ({grants.Id("signer")}, 'fin-lead', 1, '2026-01-01', now());
            alter table role_grant enable trigger user
            """);
        await Should.ThrowAsync<PostgresException>(() => grants.App($"update grant_case set fin_lead_id = {grants.Id("signer")} where grant_id = {grant}"));
        await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.Team, "张蓉调走",
            FinLead: grants.Id("signer")));
        await Agree(grants, grant, 1);
        (await grants.Case(grant)).FinLeadId.ShouldBe(grants.Id("signer"));
        AmendmentRow row = (await grants.Desk.Ask(new AmendmentPage(grant))).Rows[0];
        (row.FinBefore, row.FinLead, row.LeadBefore, row.Lead).ShouldBe(("张蓉", "吕建国", "石磊", "石磊"));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task More_money_is_promised_by_steering_group_and_second_approver_and_planned_over_its_funds()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, children: 11000);
        long grant = await PlanTests.Started(grants);
        await Raise(grants, grant, 3000, 1);
        FundShare[] shares = [new(grants.Children, Amount.Yuan(1000)), new(grants.Community, Amount.Yuan(2000))];
        (await AwardNotation.Refused(() => grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1, [shares[0]], "决议9号", "公示"))))
            .ShouldSay(ApproveAmendment.BadShares, "3,000.00", "3,000.00");
        (await AwardNotation.Refused(() => grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1, shares, "", "公示"))))
            .ShouldSay(ApproveAmendment.NoticeMissing, "决议编号", "number of the resolution");
        (await AwardNotation.Refused(() => grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1,
            [new(grants.Children, Amount.Yuan(3000))], "决议9号", "公示")))).ShouldSay(ApproveAmendment.NotAffordable, "1,000.00", "1,000.00");
        (await grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1, shares, "决议9号", "追加三千元，用于推车"))).Happened.ShouldBeFalse();
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(1000), Amount.Yuan(6200)));
        (await AwardNotation.Refused(() => grants.L2.Run(new ApproveAmendment(AwardNotation.Key, grant, 1,
            [new(grants.Community, Amount.Yuan(3000))])))).Code.ShouldBe(ApproveAmendment.OtherShares);
        (await grants.L2.Run(new ApproveAmendment(AwardNotation.Key, grant, 1))).Happened.ShouldBeTrue();

        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(4200)));
        await using FundDb db = body.Db();
        (await db.Set<GrantFund>().AsNoTracking().OrderBy(row => row.FundId).Select(row => row.Committed).ToListAsync())
            .ShouldBe([400_000L, 1_100_000L]);
        (await db.Set<GrantLot>().AsNoTracking().SumAsync(row => row.Units)).ShouldBe(1_100_000L);
        List<Tranche> plan = await db.Set<Tranche>().AsNoTracking().OrderBy(row => row.No).ToListAsync();
        plan.Select(row => row.Units).ShouldBe([720_000L, 580_000L, 200_000L]);
        (await db.Set<TrancheFund>().AsNoTracking().Where(row => row.TrancheId != plan[0].TrancheId).OrderBy(row => row.TrancheId)
            .ThenBy(row => row.Place).Select(row => new { row.FundId, row.Planned }).ToListAsync())
            .ShouldBe([new { FundId = grants.Children, Planned = 380_000L }, new { FundId = grants.Community, Planned = 200_000L },
                new { FundId = grants.Community, Planned = 200_000L }]);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Two_amendments_at_once_never_promise_more_than_a_fund_has()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 9000, children: 0);
        List<long> running = [];
        foreach (int rank in new[] { 1, 2 })
        {
            running.Add(await Small(grants, rank));
        }

        FundShare[] shares = [new(grants.Community, Amount.Yuan(3000))];
        foreach (long grant in running)
        {
            await Raise(grants, grant, 3000, 1, from: 1000);
            await grants.Steer.Run(new ApproveAmendment(AwardNotation.Key, grant, 1, shares, "决议9号", "追加三千元"));
        }

        (await grants.Available()).Community.ShouldBe(Amount.Yuan(5000));
        Refusal?[] ends = await Task.WhenAll(running.Select(async grant =>
        {
            try
            {
                await grants.L2.Run(new ApproveAmendment(AwardNotation.Key, grant, 1));
                return null;
            }
            catch (RefusedException refused)
            {
                return refused.Refusal;
            }
        }));
        ends.Count(each => each is null).ShouldBe(1);
        ends.OfType<Refusal>().Single().Code.ShouldBeOneOf(ApproveAmendment.NotAffordable, ConstraintRefusal.HoldAboveAvailable);
        (await grants.Available()).Community.ShouldBe(Amount.Yuan(2000));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Less_money_frees_gifts_and_cancels_a_tranche_that_has_nothing_left()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.AmountDown, "人数减少",
            [new(1, "", Amount.Yuan(7000))], [new(2, Amount.Yuan(1800), default, default, "")]));
        await Agree(grants, grant, 1);

        // Money that is bound to nobody goes first: 2,000 of the community fund, then 1,000 of the children's.
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(1000), Amount.Yuan(8200)));
        await using (FundDb db = body.Db())
        {
            (await db.Set<GrantLot>().AsNoTracking().SumAsync(row => row.Units)).ShouldBe(900_000L);
        }

        await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.AmountDown, "第二期不做了",
            [new(1, "", Amount.Yuan(5200))], [new(2, Amount.Fen(0), default, default, "")]));
        await Agree(grants, grant, 2);
        await using (FundDb db = body.Db())
        {
            (await db.Set<Tranche>().AsNoTracking().OrderBy(row => row.No).Select(row => row.State).ToListAsync())
                .ShouldBe([TrancheState.Eligible, TrancheState.Cancelled]);
        }

        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(2800), Amount.Yuan(8200)));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_walls_of_amendments_hold_against_the_programs_own_login()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants);
        await Shift(grants, grant, 9000, 3000);
        (string Sql, string Refused)[] attacks =
        [
            ($"update grant_amendment set state = 'in-force', decided_by = {grants.Id("lead")}, decided_at = now() where grant_id = {grant}",
                "grant_amendment_unsigned"),
            ($"update grant_amendment set share = 1 where grant_id = {grant}", "42501"),
            ($"insert into grant_amended_line values (1, {grant}, 1, 3, '聚餐', 100, 0)", "grant_amendment_sums"),
            ($"select amend_tranches(1, {grant}, 1, {grants.Id("lead")}, now())", "tranche_plan_once"),
            ($"insert into grant_amended_fund values (1, {grant}, 1, {grants.Community}, 100)", "grant_amendment_sums"),
        ];
        foreach ((string sql, string refused) in attacks)
        {
            if (refused == "grant_amendment_sums")
            {
                // Children are measured with their amendment: whoever decides it next is refused.
                await Should.ThrowAsync<PostgresException>(() => grants.App($"begin; {sql}; update grant_amendment set state = 'withdrawn', decided_by = "
                    + $"{grants.Id("lead")}, decided_at = now() where grant_id = {grant}; commit"));
                continue;
            }

            PostgresException thrown = await Should.ThrowAsync<PostgresException>(() => grants.App(sql));
            (thrown.SqlState == "42501" ? "42501" : thrown.ConstraintName).ShouldBe(refused, sql);
        }
    }

    private static async Task<AmendmentAsked> Shift(AwardNotation grants, long grant, decimal first, decimal second) => await grants.Lead.Run(
        new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.Shift, "餐具涨价",
            [new(1, "", Amount.Yuan(first)), new(2, "", Amount.Yuan(second))]));

    private static async Task Lines(AwardNotation grants, long grant, decimal first, decimal second) =>
        (await grants.Lead.Ask(new AmendmentPage(grant))).Lines.Select(line => line.Amount).ShouldBe([Amount.Yuan(first), Amount.Yuan(second)]);

    private static async Task Agree(AwardNotation grants, long grant, int no)
    {
        await grants.Desk.Run(new ApproveAmendment(AwardNotation.Key, grant, no));
        (await grants.L1.Run(new ApproveAmendment(AwardNotation.Key, grant, no))).Happened.ShouldBeTrue();
    }

    /// <summary>A higher amount asked for: a thousand on the second tranche, and the rest in a new one.</summary>
    private static async Task Raise(AwardNotation grants, long grant, decimal yuan, int no, decimal from = 4800)
    {
        AmendmentView view = await grants.Lead.Ask(new AmendmentPage(grant));
        AgreedLine line = view.Lines[0];
        (await grants.Lead.Run(new RequestAmendment(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.AmountUp, "增加三十位老人",
            [new(line.No, "", line.Amount + Amount.Yuan(yuan))],
            [
                new(2, Amount.Yuan(from + 1000), default, default, ""),
                new(0, Amount.Yuan(yuan - 1000), new LocalDate(2026, 8, 1), new LocalDate(2026, 10, 30), "第二期核销后"),
            ]))).ShouldBe(new AmendmentAsked((short)no, false));
    }

    /// <summary>A running grant of 2,000 of the community fund alone, in two tranches.</summary>
    private static async Task<long> Small(AwardNotation grants, int rank)
    {
        long grant = await grants.Awarded(rank, 0, 2000, $"项目{rank}");
        int version = await grants.Version(grant);
        AgreementTerms terms = AwardNotation.Terms() with
        {
            Tranches =
            [
                new TrancheTerm(Amount.Yuan(1000), new LocalDate(2026, 4, 10), "协议签订", new LocalDate(2026, 6, 30)),
                new TrancheTerm(Amount.Yuan(1000), new LocalDate(2026, 7, 1), "前一期核销满九成", new LocalDate(2026, 10, 15)),
            ],
            Budget = [new BudgetTerm("餐费", Amount.Yuan(2000), Amount.Fen(0))],
        };
        int paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, terms));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await grants.L1.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await grants.FinLead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, await grants.Account($"第{rank}居委会",
            number: $"3305016100000000999{rank}"), PayeeKind.Committee));
        grants.Wait(1);
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        return grant;
    }
}
