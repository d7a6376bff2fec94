using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>What is refused on the way from a claim to its end, and what people are told then.</summary>
public sealed class RefusingTests
{
    [Fact]
    public async Task Instalments_sum_to_the_claim_wait_for_another_and_are_decided_once()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await Recovering(body);
        long demand = (long)(await made.Grants.Sql("select grant_demand_id from grant_demand"))!;
        LocalDate today = body.Clock.Now.InUtc().Date;
        PlanInstalments plan = new(EndingNotation.Key, demand,
            [new InstalmentForm(today.PlusDays(10), Amount.Yuan(1000)), new InstalmentForm(today.PlusDays(40), Amount.Yuan(2000))], "分两次");
        (await Refused(() => body.Accountant.Run(plan))).ShouldSay(PlanInstalments.BadPlan, "3,200.00", "3,200.00");
        (await Refused(() => made.Grants.L2.Run(new DecideInstalments(EndingNotation.Key, demand, true))))
            .ShouldSay(DecideInstalments.NoPlan, "没有待决定", "No plan");
        plan = plan with { Instalments = [plan.Instalments[0], plan.Instalments[1] with { Amount = Amount.Yuan(2200) }] };
        await body.Accountant.Run(plan with { Key = EndingNotation.Key });
        (await Refused(() => body.Accountant.Run(plan with { Key = EndingNotation.Key }))).ShouldSay(PlanInstalments.PlanWaits, "待二级审批人", "second approver");
        await body.Operator.Run(new GrantRole(EndingNotation.Key, 1, Role.ApproverL2, null, new LocalDate(2026, 1, 1), null));
        (await Refused(() => body.Accountant.Run(new DecideInstalments(EndingNotation.Key, demand, true))))
            .ShouldSay(DecideInstalments.OwnPlan, "您提的", "You proposed");
        await made.Grants.L2.Run(new DecideInstalments(EndingNotation.Key, demand, false));
        (await made.Grants.Sql("select count(*) from grant_instalment where ended_at is null")).ShouldBe(1L);
        (await Refused(() => made.Grants.L2.Run(new SignDemand(EndingNotation.Key, 99)))).ShouldSay(GrantDemand.Unknown, "99", "99");
    }

    [Fact]
    public async Task A_write_off_says_why_waits_for_the_steering_group_and_is_of_what_is_claimed()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        (await Refused(() => Draft(body, made))).ShouldSay(DraftWriteOff.NothingClaimed, "没有未收回", "Nothing is claimed");
        await Recovering(made);
        (await Refused(() => body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, TestBody.Community, "无力缴还", " "))))
            .ShouldSay(DraftWriteOff.WordsMissing, "对外公开的说明", "told to the public");
        long writeOff = await Draft(body, made);
        (await Refused(() => Draft(body, made))).ShouldSay(DraftWriteOff.Waits, "在办理中", "on its way");
        await body.Operator.Run(new GrantRole(EndingNotation.Key, 1, Role.Steer, null, new LocalDate(2026, 1, 1), null));
        (await Refused(() => body.Accountant.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕30号"))))
            .ShouldSay(ResolveWriteOff.OwnWriteOff, "您拟的", "You drafted");
        await made.Grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕30号"));
        long demand = (long)(await made.Grants.Sql("select grant_demand_id from grant_demand"))!;
        await body.Review(await body.Accountant.Run(new CutDemand(EndingNotation.Key, demand, await made.Tranche(), Amount.Yuan(200), "补票", "决议〔2026〕31号")));
        (await Refused(() => body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff))))
            .ShouldSay(PrepareWriteOff.Changed, "3,000.00", "3,000.00");
        (await Refused(() => made.Grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, 99, "决议")))).ShouldSay(GrantWriteOff.Unknown, "99", "99");
        await body.Accountant.Run(new WithdrawWriteOff(EndingNotation.Key, writeOff));
        writeOff = await Draft(body, made);
        await made.Grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕32号"));
        long voucher = await body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff));
        await body.Reviewer.Run(new CommunityFund.Vouchers.RejectVoucher(EndingNotation.Key, voucher, "附件不全"));
        (await made.Grants.Sql($"select state from grant_write_off where grant_write_off_id = {writeOff}")).ShouldBe("resolved");
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_was_found_is_claimed_before_an_ended_grant_is_closed()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        await made.Pay(7200);
        await made.Acquit(7200, "settled");
        await made.Heard();
        await made.Terminate();
        await made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, await made.Tranche(), Amount.Yuan(300), "烟酒", "指南六"));
        (await Refused(async () => await made.Grants.Desk.Run(new CloseTerminated(EndingNotation.Key, made.Grant, await made.Version()))))
            .ShouldSay(EndingNeeds.FindingOpen, "300.00", "300.00");
        (await Refused(() => made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, 1, Amount.Yuan(1), "", "指南六")))).Code.ShouldBe(NoteFinding.WordsMissing);
        (await Refused(() => made.Grants.Desk.Run(new RecordHearing(EndingNotation.Key, made.Grant, new LocalDate(2026, 4, 1), new LocalDate(2026, 4, 6), true, "补记"))))
            .ShouldSay(RecordHearing.NotRunning, "已终止", "Terminated");
        await made.Demanded();
        (await made.TrancheState(1)).ShouldBe("clawed-back");
        (await made.State()).ShouldBe(GrantState.Recovering);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_page_of_an_ending_is_the_offices_and_the_groups_own()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await Recovering(body);
        EndingView seen = await made.Grants.Lead.Ask(new GrantEndingPage(made.Grant));
        seen.Demands.Single().Left.ShouldBe(Amount.Yuan(3200));
        seen.IsOwn.ShouldBeTrue();
        seen.Account.ShouldNotBeNull();
        (await made.Grants.Desk.Ask(new EndingList())).Single().Claimed.ShouldBe(Amount.Yuan(3200));
        (await made.Grants.FinLead.Ask(new EndingList())).Count.ShouldBe(1);
        long stranger = (long)(await made.Grants.Sql("insert into person (kind, name, created_at) values ('person', '路人', now()) returning person_id"))!;
        FundSession other = body.Foundation.SessionOf(stranger, body.Book);
        (await Refused(() => other.Ask(new GrantEndingPage(made.Grant)))).Code.ShouldBe(GrantCase.Unknown);
        (await other.Ask(new EndingList())).ShouldBeEmpty();
    }

    private static Task<Refusal> Refused(Func<Task> act) => AwardNotation.Refused(act);

    private static Task<long> Draft(TestBody body, EndingNotation made) =>
        body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, TestBody.Community, "无力缴还", "损失由社区基金承担"));

    private static async Task<EndingNotation> Recovering(TestBody body)
    {
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await Recovering(made);
        return made;
    }

    private static async Task Recovering(EndingNotation made)
    {
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        await made.Demanded();
    }
}
