using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>An ended grant's money comes back, or is given up (grants.md 5.5 example B, T14; rulings 17-19).</summary>
public sealed class RecoveringTests
{
    [Theory]
    [InlineData(2004)]
    [InlineData(2026)]
    public async Task Example_B_comes_out_to_the_fen(int standard)
    {
        await using TestBody body = standard == 2004 ? await TestBody.New2004() : await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        AwardNotation grants = made.Grants;
        await made.Heard();
        await made.Terminate();
        (await made.State()).ShouldBe(GrantState.Terminated);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(2800), Amount.Yuan(8200)));
        (await made.TrancheState(2)).ShouldBe("cancelled");
        grants.Wait(31);
        long demand = await made.Demanded();
        (await made.State()).ShouldBe(GrantState.Recovering);
        (await made.TrancheState(1)).ShouldBe("clawed-back");
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(3200);
        (await made.Net("project-advances", TestBody.Children)).ShouldBe(0);

        LocalDate today = body.Clock.Now.InUtc().Date;
        await body.Accountant.Run(new PlanInstalments(EndingNotation.Key, demand,
            [new InstalmentForm(today.PlusDays(10), Amount.Yuan(2500)), new InstalmentForm(today.PlusDays(40), Amount.Yuan(700))], "居委会本季只能退回一部分"));
        await grants.L2.Run(new DecideInstalments(EndingNotation.Key, demand, true));
        await made.Receive(demand, 2500);
        (await body.Numbers(TestBody.Children)).OwnCash.ShouldBe(Amount.Yuan(5300));
        (await AwardNotation.Refused(async () => await body.Accountant.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()))))
            .ShouldSay(EndingNeeds.ClaimOpen, "700.00", "700.00");

        long writeOff = await body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, TestBody.Community, "居委会账户无余额", "损失 700.00 元，由社区基金承担"));
        (await AwardNotation.Refused(() => grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, " "))))
            .ShouldSay(ResolveWriteOff.NoResolution, "没有决议编号", "without a resolution");
        (await AwardNotation.Refused(() => body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff))))
            .ShouldSay(GrantWriteOff.OutOfTurn, "已拟", "Drafted");
        await grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕30号"));
        await body.Review(await body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff)));
        await body.Accountant.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()));
        (await grants.L2.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()))).Happened.ShouldBeTrue();

        (await made.State()).ShouldBe(GrantState.Closed);
        (await body.Numbers(TestBody.Children)).OwnCash.ShouldBe(Amount.Yuan(6000));
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(7500));
        foreach (string square in new[] { "project-advances", "recovery-claims", "bad-debt-allowance", "commitments" })
        {
            (await made.Net(square, TestBody.Children)).ShouldBe(0);
            (await made.Net(square, TestBody.Community)).ShouldBe(0);
        }

        (await made.Net(standard == 2004 ? "management-expense" : "impairment-loss", TestBody.Community)).ShouldBe(700);
        (await grants.Sql("select sum(units - used)::bigint from gift_lot where restriction = 'R'")).ShouldBe(600_000L);
        (await grants.Sql("select sum(reserved)::bigint from gift_lot")).ShouldBe(0L);
        await grants.ShouldBeClean();
    }

    [Theory]
    [InlineData(2004)]
    [InlineData(2026)]
    public async Task What_was_accepted_and_then_found_not_to_be_allowed_goes_back_to_its_restriction_and_is_claimed(int standard)
    {
        await using TestBody body = standard == 2004 ? await TestBody.New2004() : await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        (await AwardNotation.Refused(async () => await made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, await made.Tranche(), Amount.Yuan(4001), "烟酒", "指南六"))))
            .ShouldSay(NoteFinding.Beyond, "4,000.00", "4,000.00");
        await made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, await made.Tranche(), Amount.Yuan(300), "烟酒，指南禁止", "指南第六条"));
        await made.Demanded();
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(3500);
        (await made.Net("project-advances", TestBody.Children)).ShouldBe(0);
        (await made.Net("programme-cost", TestBody.Children)).ShouldBe(3700);
        (await made.Grants.Sql("select sum(used)::bigint from gift_lot where restriction = 'R'")).ShouldBe(370_000L);
        if (standard == 2004)
        {
            (await made.Net("net-assets-restricted", TestBody.Children)).ShouldBe(3700);
        }

        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Of_a_grant_that_was_expensed_when_paid_the_cost_becomes_the_claim()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body, isExpensed: true);
        await made.Pay(7200, isExpensed: true);
        await made.Heard(TerminationCause.Voluntary);
        await made.Terminate();
        (await AwardNotation.Refused(async () => await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(),
            body.Clock.Now.InUtc().Date.PlusDays(15), "未用款")))).ShouldSay(DraftDemand.Nothing, "没有可以追缴的款", "nothing to claim");
        await made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, await made.Tranche(), Amount.Yuan(800), "没有使用的款", "协议第二条"));
        await made.Demanded();
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(800);
        (await made.Net("programme-cost", TestBody.Children)).ShouldBe(6400);
        (await made.TrancheState(1)).ShouldBe("clawed-back");
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_claim_is_cut_by_resolution_and_what_is_left_is_waited_for()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        long demand = await made.Demanded(), tranche = await made.Tranche();
        (await AwardNotation.Refused(() => body.Accountant.Run(new CutDemand(EndingNotation.Key, demand, tranche, Amount.Yuan(3201), "补票", "决议〔2026〕31号"))))
            .ShouldSay(CutDemand.Beyond, "3,200.00", "3,200.00");
        (await AwardNotation.Refused(() => body.Accountant.Run(new CutDemand(EndingNotation.Key, demand, tranche, Amount.Yuan(200), "补票", ""))))
            .Code.ShouldBe(AwardGrant.ResolutionMissing);
        await body.Review(await body.Accountant.Run(new CutDemand(EndingNotation.Key, demand, tranche, Amount.Yuan(200), "补交发票", "决议〔2026〕31号")));
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(3000);
        (await made.Net("programme-cost", TestBody.Children)).ShouldBe(4200);
        (await made.Net("project-advances", TestBody.Children)).ShouldBe(0);
        await made.Receive(demand, 3000);
        await body.Accountant.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()));
        await made.Grants.L2.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()));
        (await made.State()).ShouldBe(GrantState.Closed);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_payment_whose_voucher_is_reversed_is_claimed_again()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        long demand = await made.Demanded();
        long paid = await made.Receive(demand, 3200);
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(0);
        await body.Review(await body.Accountant.Run(new ReverseVoucher(EndingNotation.Key, paid, body.Clock.Now.InUtc().Date, "认错款")));
        (await made.Net("recovery-claims", TestBody.Children)).ShouldBe(3200);
        (await made.Grants.Sql("select sum(demanded - recovered)::bigint from grant_fund")).ShouldBe(320_000L);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Whoever_drafts_does_not_sign_and_what_was_signed_is_what_is_booked()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await body.Operator.Run(new CommunityFund.People.GrantRole(EndingNotation.Key, 1, Role.ApproverL2, null, new LocalDate(2026, 1, 1), null));
        await made.Heard();
        await made.Terminate();
        LocalDate today = body.Clock.Now.InUtc().Date;
        (await AwardNotation.Refused(async () => await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(), today.PlusDays(15), "应退"))))
            .ShouldSay(EndingNeeds.FinalAccountRuns, "3,200.00", "3,200.00");
        made.Grants.Wait(31);
        today = body.Clock.Now.InUtc().Date;
        (await AwardNotation.Refused(async () => await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(), today, "应退"))))
            .Code.ShouldBe(DraftDemand.BadDay);
        long demand = await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(), today.PlusDays(15), "应退"));
        (await AwardNotation.Refused(async () => await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(), today.PlusDays(15), "应退"))))
            .Code.ShouldBe(DraftDemand.AnotherWaits);
        (await AwardNotation.Refused(() => body.Accountant.Run(new SignDemand(EndingNotation.Key, demand))))
            .ShouldSay(SignDemand.OwnDemand, "您拟的", "You drafted");
        (await AwardNotation.Refused(() => body.Accountant.Run(new PrepareDemand(EndingNotation.Key, demand)))).Code.ShouldBe(GrantDemand.OutOfTurn);
        await made.Grants.L2.Run(new SignDemand(EndingNotation.Key, demand));
        await made.Grants.Panel.Run(new NoteFinding(EndingNotation.Key, await made.Tranche(), Amount.Yuan(100), "烟酒", "指南六"));
        (await AwardNotation.Refused(() => body.Accountant.Run(new PrepareDemand(EndingNotation.Key, demand))))
            .ShouldSay(PrepareDemand.Changed, "3,300.00", "3,300.00");
        await body.Accountant.Run(new WithdrawDemand(EndingNotation.Key, demand));
        demand = await made.Demanded();
        long voucher = (long)(await made.Grants.Sql($"select voucher_id from grant_demand where grant_demand_id = {demand}"))!;
        (await AwardNotation.Refused(async () => await body.Review(await body.Accountant.Run(
            new ReverseVoucher(EndingNotation.Key, voucher, body.Clock.Now.InUtc().Date, "不追了"))))).ShouldSay(DemandUndone.ByResolution, "核减追缴", "by resolution");
        (await AwardNotation.Refused(() => made.Grants.Desk.Run(new NoteReminder(EndingNotation.Key, demand, 15, body.Clock.Now.InUtc().Date, "挂号信"))))
            .Code.ShouldBe(NoteReminder.WayMissing);
        made.Grants.Wait(31);
        await made.Grants.Desk.Run(new NoteReminder(EndingNotation.Key, demand, 15, body.Clock.Now.InUtc().Date, "挂号信"));
        (await AwardNotation.Refused(() => made.Grants.Desk.Run(new NoteReminder(EndingNotation.Key, demand, 15, body.Clock.Now.InUtc().Date, "挂号信"))))
            .ShouldSay(NoteReminder.NotDue, "15 天催缴", "15 days");
        (await AwardNotation.Refused(() => body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, TestBody.Children, "无力缴还", "公开"))))
            .ShouldSay(DraftWriteOff.BearerRestricted, "限定性基金", "restricted");
    }

    [Theory]
    [InlineData("insert into grant_money (book_id, grant_id, fund_id, move, units, voucher_id, occurred_on, at) select 1, grant_id, 4, 'written-off', 320000, voucher_id, now(), now() from grant_demand", "grant_write_off_unresolved")]
    [InlineData("update grant_demand set signed_by = 1", "grant_demand_two,demand_out_of_turn")]
    [InlineData("update grant_demand set state = 'drafted'", "demand_out_of_turn")]
    [InlineData("delete from grant_demand", "append_only")]
    [InlineData("update grant_demand_part set open_units = 1", "append_only")]
    [InlineData("update grant_hearing set summary = '另一种说法'", "append_only")]
    [InlineData("delete from grant_termination", "append_only")]
    [InlineData("update grant_instalment set units = 1", "append_only")]
    [InlineData("insert into grant_write_off (book_id, grant_id, bearer_fund_id, units, reason, disclosure, state, drafted_by, drafted_at) select 1, grant_id, 3, 1, '无', '无', 'posted', 1, now() from grant_demand", "demand_out_of_turn,grant_write_off_resolved")]
    public async Task The_database_refuses_to_claim_or_give_up_without_signatures(string attack, string walls)
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        await made.Demanded();
        walls.Split(',').ShouldContain((await Should.ThrowAsync<PostgresException>(() => made.Grants.Sql(attack))).ConstraintName);
    }

    [Fact]
    public async Task Cash_goes_from_fund_to_fund_for_a_claim_only_by_a_resolution()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        await made.Demanded();
        (await AwardNotation.Refused(() => body.Accountant.Run(new PrepareVoucher(EndingNotation.Key, body.Clock.Now.InUtc().Date, "划款补损失",
        [
            new VoucherRow("bad-debt-allowance", TestBody.Community, Side.Debit, Amount.Yuan(100)),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(100), CashFlow: CashFlow.Internal.Key),
            new VoucherRow(TestBody.Bank, TestBody.Children, Side.Debit, Amount.Yuan(100), CashFlow: CashFlow.Internal.Key),
            new VoucherRow("recovery-claims", TestBody.Children, Side.Credit, Amount.Yuan(100)),
        ])))).ShouldSay("database.grant-write-off-unresolved", "没有领导小组的决议", "resolution");
    }
}
