using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>A grant is suspended, goes on, is ended, and an appeal sets it back (grants.md 5.2, moves 19 and 22).</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task What_is_not_paid_is_held_with_a_suspended_grant_and_free_again_with_it()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        await made.Grants.Desk.Run(new SuspendGrant(EndingNotation.Key, made.Grant, await made.Version(), SuspensionCause.Complaint, "居民投诉占用通道"));
        (await made.State()).ShouldBe(GrantState.Suspended);
        (await made.TrancheState(1)).ShouldBe("held");
        (await made.TrancheState(2)).ShouldBe("held");
        (await made.Grants.Case(made.Grant)).DueOn.ShouldBe(body.Clock.Now.InUtc().Date.PlusDays(30));
        (await made.Grants.Sql("select distinct held_by from tranche")).ShouldBe("voucher");
        await made.Grants.Desk.Run(new ResumeGrant(EndingNotation.Key, made.Grant, await made.Version(), "已改到院内，居民签字"));
        (await made.State()).ShouldBe(GrantState.Active);
        (await made.TrancheState(1)).ShouldBe("eligible");
        (await made.TrancheState(2)).ShouldBe("planned");
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Only_the_panel_lifts_what_the_panel_suspended()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        await made.Grants.Panel.Run(new SuspendByPanel(EndingNotation.Key, made.Grant, await made.Version(), SuspensionCause.AuditFinding, "票据存疑"));
        (await AwardNotation.Refused(async () => await made.Grants.Desk.Run(new ResumeGrant(EndingNotation.Key, made.Grant, await made.Version(), "已核对"))))
            .ShouldSay(EndingNeeds.PanelSuspended, "只有监审组能恢复", "only the panel");
        (await AwardNotation.Refused(async () => await made.Grants.Panel.Run(new ResumeByPanel(EndingNotation.Key, made.Grant, await made.Version(), ""))))
            .Code.ShouldBe("grant.reason-missing");
        await made.Grants.Panel.Run(new ResumeByPanel(EndingNotation.Key, made.Grant, await made.Version(), "票据已补齐"));
        (await made.State()).ShouldBe(GrantState.Active);
    }

    [Fact]
    public async Task A_report_more_than_fifteen_days_late_suspends_the_grant_and_it_goes_on_only_when_the_report_is_in()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        body.Clock.Now = Instant.FromUtc(2026, 7, 15, 2, 0);
        (await body.Operator.Run(new SuspendLateGrants(EndingNotation.Key))).ShouldBe(0);
        body.Clock.Now = Instant.FromUtc(2026, 7, 16, 2, 0);
        (await body.Operator.Run(new SuspendLateGrants(EndingNotation.Key))).ShouldBe(1);
        (await made.State()).ShouldBe(GrantState.Suspended);
        (await AwardNotation.Refused(async () => await made.Grants.Desk.Run(new ResumeGrant(EndingNotation.Key, made.Grant, await made.Version(), "口头承诺"))))
            .ShouldSay(EndingNeeds.StillLate, "逾期 16 天", "16 days late");
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_grant_ends_only_when_its_lead_was_heard_and_somebody_proposed_it()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        LocalDate today = body.Clock.Now.InUtc().Date;
        TerminateGrant ends = new(EndingNotation.Key, made.Grant, await made.Version(), "停办", "决议〔2026〕15号");
        (await AwardNotation.Refused(() => made.Grants.Steer.Run(ends))).ShouldSay(EndingNeeds.NotHeard, "听取负责人意见", "heard its lead");
        (await AwardNotation.Refused(() => made.Grants.Desk.Run(new RecordHearing(EndingNotation.Key, made.Grant, today.PlusDays(-1), today, true, "停办"))))
            .ShouldSay(RecordHearing.BadDays, "至少 3 天", "at least 3 days");
        (await AwardNotation.Refused(() => made.Grants.Desk.Run(new RecordHearing(EndingNotation.Key, made.Grant, today.PlusDays(-5), today, true, " "))))
            .Code.ShouldBe(RecordHearing.SummaryMissing);
        await made.Grants.Desk.Run(new RecordHearing(EndingNotation.Key, made.Grant, today.PlusDays(-5), today, false, "已送达通知，没有到场"));
        (await AwardNotation.Refused(() => made.Grants.Steer.Run(ends with { Key = EndingNotation.Key }))).ShouldSay(EndingNeeds.NotProposed, "终止提议", "proposed");
        await made.Grants.Desk.Run(new ProposeTermination(EndingNotation.Key, made.Grant, TerminationCause.PurposeUnreachable, "场地收回"));
        (await AwardNotation.Refused(() => made.Grants.Steer.Run(ends with { Key = EndingNotation.Key, Resolution = "" }))).Code.ShouldBe(AwardGrant.ResolutionMissing);
        await made.Terminate();
        (await made.Grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        (await made.TrancheState(1)).ShouldBe("cancelled");
        await made.Grants.Desk.Run(new CloseTerminated(EndingNotation.Key, made.Grant, await made.Version()));
        (await made.Grants.Panel.Run(new CloseTerminated(EndingNotation.Key, made.Grant, await made.Version()))).Happened.ShouldBeTrue();
        (await made.State()).ShouldBe(GrantState.Closed);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task An_appeal_in_time_suspends_the_grant_again_and_promises_nothing_and_there_is_one()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        await made.Grants.Panel.Run(new AppealTermination(EndingNotation.Key, made.Grant, await made.Version(), "场地已恢复"));
        (await made.State()).ShouldBe(GrantState.Suspended);
        (await made.TrancheState(2)).ShouldBe("cancelled");
        (await made.Grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(2800), Amount.Yuan(8200)));
        (await AwardNotation.Refused(async () => await made.Grants.Steer.Run(new TerminateGrant(EndingNotation.Key, made.Grant, await made.Version(), "停办", "决议"))))
            .Code.ShouldBe(EndingNeeds.NotHeard);
        await made.Heard();
        await made.Terminate();
        (await AwardNotation.Refused(async () => await made.Grants.Panel.Run(new AppealTermination(EndingNotation.Key, made.Grant, await made.Version(), "再申诉"))))
            .ShouldSay(EndingNeeds.AppealedBefore, "申诉过一次", "upheld before");
    }

    [Fact]
    public async Task An_appeal_has_ten_working_days()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        LocalDate last = EndingNeeds.LastAppealDay(body.Clock.Now.InUtc().Date);
        body.Clock.Now = last.PlusDays(1).AtMidnight().InUtc().ToInstant();
        (await AwardNotation.Refused(async () => await made.Grants.Panel.Run(new AppealTermination(EndingNotation.Key, made.Grant, await made.Version(), "晚了"))))
            .ShouldSay(EndingNeeds.AppealLate, "10 个工作日", "10 working days");
    }
}
