using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>From "may be asked for" to "to be paid": each guard provoked, its words in both languages.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task A_request_is_checked_and_approved_by_as_many_as_its_amount_takes()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Requested();
        Tranche asked = await grant.Tranche();
        (asked.State, asked.Asked, asked.Tier, asked.RequestNo).ShouldBe((TrancheState.Requested, 720_000L, ApprovalTier.Second, (short)1));

        // Five working days from a Saturday that is none.
        asked.DueOn.ShouldBe(WorkingDays.After(grant.Today, 5));
        await grant.Check();
        await grant.Approve(grant.Grants.L1, TrancheMove.ApproveL1);
        await grant.Approve(grant.Grants.L2, TrancheMove.ApproveL2);
        (await grant.State()).ShouldBe(TrancheState.Approved);
        await grant.Grants.ShouldBeClean();
    }

    [Theory]
    [InlineData(5000, ApprovalTier.First)]
    [InlineData(5000.01, ApprovalTier.Second)]
    [InlineData(20000, ApprovalTier.Second)]
    [InlineData(20000.01, ApprovalTier.Third)]
    public void The_amount_says_how_far_a_request_has_to_go(double yuan, ApprovalTier tier) =>
        TierRule.Default.For(Amount.Yuan((decimal)yuan).Units).ShouldBe(tier);

    [Fact]
    public async Task What_may_not_be_asked_for_is_refused_and_says_why()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        RequestTranche good = await grant.Request();
        foreach ((RequestTranche bad, string code) in new[]
        {
            (await grant.Request(7200.01m), TrancheNeeds.BeyondTranche),
            (good with { Amount = Amount.Fen(0), Lines = [] }, TrancheNeeds.BeyondTranche),
            (good with { Lines = [] }, TrancheNeeds.NoLines),
            (good with { Purpose = "  " }, RequestTranche.PurposeMissing),
            (good with { Purpose = new string('用', 501) }, RequestTranche.PurposeMissing),
            (good with { Lines = [new RequestLine(1, Amount.Yuan(7000))] }, RequestTranche.LinesDiffer),
            (good with { Lines = [new RequestLine(9, Amount.Yuan(7200))] }, RequestTranche.UnknownLine),
            (good with { Lines = [new RequestLine(1, Amount.Yuan(4000)), new RequestLine(1, Amount.Yuan(3200))] }, RequestTranche.UnknownLine),
            (good with { Lines = [new RequestLine(1, Amount.Yuan(4999)), new RequestLine(2, Amount.Yuan(2201))] }, RequestTranche.LineOver),
            (good with { Papers = [] }, RequestTranche.PapersMissing),
            (good with { Version = good.Version - 1 }, TrancheMoves.Stale),
        })
        {
            (await AwardNotation.Refused(() => grant.Lead.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        (await AwardNotation.Refused(() => grant.Desk.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(Need.Missing);
        Tranche second = await grant.Tranche(2);
        (await Banking.BankNotation.RefusalOf(() => grant.Lead.Run(good with
        {
            Key = TestBody.Key,
            Tranche = second.TrancheId,
            Version = second.StateVersion,
        }))).Code.ShouldBe("workflow.not-in-table");

        // The same form twice is done once; an old page is told so.
        await grant.Lead.Run(good);
        await grant.Lead.Run(good);
        (await grant.Tranche()).RequestNo.ShouldBe((short)1);
        (await AwardNotation.Refused(() => grant.Lead.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(TrancheMoves.Stale);
    }

    [Fact]
    public async Task A_paper_proves_one_tranche_and_a_line_is_asked_for_within_its_budget_over_all_of_them()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        RequestTranche first = await grant.Request();
        await grant.Lead.Run(first);
        Tranche row = await grant.Tranche();
        await grant.Lead.Run(new WithdrawTrancheRequest(TestBody.Key, row.TrancheId, row.StateVersion));
        (await grant.Tranche()).Asked.ShouldBe(0);
        await grant.Paid();
        await grant.Grants.Sql($"""
            alter table tranche disable trigger user; alter table tranche_log disable trigger user;
            update tranche set state = 'eligible', due_on = '2026-12-31' where no = 2;
            alter table tranche enable trigger user; alter table tranche_log enable trigger user
            """);
        RequestTranche next = await grant.Request(4800, no: 2);
        (await AwardNotation.Refused(() => grant.Lead.Run(next))).Code.ShouldBe(RequestTranche.LineOver);
        string again = await grant.Lead.Run(new UploadDocument(TestBody.Key, "同一张.png", Samples.Png(101), ""));
        (await AwardNotation.Refused(() => grant.Lead.Run(next with
        {
            Key = TestBody.Key,
            Lines = [new RequestLine(1, Amount.Yuan(2800)), new RequestLine(2, Amount.Yuan(2000))],
            Papers = [new Enclosure(again)],
        }))).Code.ShouldBe(RequestTranche.PaperUsed);
    }

    [Fact]
    public async Task The_desk_checks_or_sends_back_and_nobody_of_the_grant_does()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Requested();
        (await AwardNotation.Refused(() => grant.Check(isDone: false))).Code.ShouldBe(TrancheNeeds.ChecksOpen);
        (await AwardNotation.Refused(() => grant.Check(grant.Grants.L1))).Code.ShouldBe(Need.Missing);
        Tranche row = await grant.Tranche();
        (await AwardNotation.Refused(() => grant.Desk.Run(new ReturnTrancheRequest(TestBody.Key, row.TrancheId, row.StateVersion, " "))))
            .Code.ShouldBe(TrancheMoves.ReasonMissing);
        await grant.Desk.Run(new ReturnTrancheRequest(TestBody.Key, row.TrancheId, row.StateVersion, "报价单看不清"));
        (await grant.State()).ShouldBe(TrancheState.Eligible);
        await grant.Give("lead", Role.Desk);
        await grant.Requested();
        (await AwardNotation.Refused(() => grant.Check(grant.Lead))).Code.ShouldBe(GrantMoves.Related);
    }

    [Fact]
    public async Task Approvers_are_others_than_who_asked_checked_or_approved_and_each_goes_as_far_as_the_tier()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        foreach ((string who, Role role) in new[] { ("desk", Role.ApproverL1), ("l1", Role.ApproverL2) })
        {
            await grant.Give(who, role);
        }

        await grant.Checked();
        (await AwardNotation.Refused(() => grant.Approve(grant.Desk, TrancheMove.ApproveL1))).Code.ShouldBe(TrancheNeeds.ActedBefore);
        (await AwardNotation.Refused(() => grant.Approve(grant.Grants.L1, TrancheMove.Approve))).Code.ShouldBe(TrancheNeeds.OtherTier);
        (await AwardNotation.Refused(() => grant.Approve(grant.Grants.L1, TrancheMove.Check))).Code.ShouldBe(ApproveTranche.NoApproval);
        await grant.Approve(grant.Grants.L1, TrancheMove.ApproveL1);
        (await AwardNotation.Refused(() => grant.Approve(grant.Grants.L1, TrancheMove.ApproveL2))).Code.ShouldBe(TrancheNeeds.ActedBefore);
        (await AwardNotation.Refused(() => grant.Approve(grant.Grants.L2, TrancheMove.ApproveL2BeforeSteer))).Code.ShouldBe(TrancheNeeds.OtherTier);
        await grant.Approve(grant.Grants.L2, TrancheMove.ApproveL2);

        // Nor does the owner of the tables write it down.
        Tranche row = await grant.Tranche();
        PostgresException wall = await Should.ThrowAsync<PostgresException>(() => grant.Grants.Sql($"""
            alter table tranche_log disable trigger tranche_log_listed;
            insert into tranche_log (book_id, tranche_id, state_version, move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers)
              values (1, {row.TrancheId}, {row.StateVersion + 1}, 'approve-l2', 'approved-l1', 'approved', 'approver-l2', {grant.Grants.Id("l1")},
                now(), '', '{"{}"}', '{"{}"}')
            """));
        wall.ConstraintName.ShouldBe("tranche_same_person");
    }

    [Fact]
    public async Task Above_the_second_limit_the_steering_group_approves_with_a_note()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Grants.Desk.Run(new ProposeTiers(TestBody.Key, TierPreset.Three, Amount.Yuan(1000), Amount.Yuan(5000), grant.Today, "决议〔2026〕9号"));
        await grant.Grants.Steer.Run(new AgreeTiers(TestBody.Key, 1));
        await grant.Give("desk", Role.ApproverL1);
        await grant.Checked();

        // Of three people whoever checked may approve.
        await grant.Approve(grant.Desk, TrancheMove.ApproveL1);
        await grant.Approve(grant.Grants.L2, TrancheMove.ApproveL2BeforeSteer);
        (await AwardNotation.Refused(() => grant.Approve(grant.Grants.Steer, TrancheMove.ApproveSteer))).Code.ShouldBe(TrancheMoves.ReasonMissing);
        await grant.Approve(grant.Grants.Steer, TrancheMove.ApproveSteer, "同意，注意食品安全");
        (await grant.State()).ShouldBe(TrancheState.Approved);
    }

    [Fact]
    public async Task Tiers_are_proposed_by_one_and_agreed_by_another_and_a_request_keeps_those_it_was_made_under()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Requested(4000);
        ProposeTiers good = new(TestBody.Key, TierPreset.Nine, Amount.Yuan(2000), Amount.Yuan(10000), grant.Today, "年度调整");
        foreach ((ProposeTiers bad, string code) in new[]
        {
            (good with { Second = Amount.Yuan(1000) }, ProposeTiers.BadLimits), (good with { First = Amount.Fen(0) }, ProposeTiers.BadLimits),
            (good with { From = grant.Today.PlusDays(-1) }, ProposeTiers.Backwards), (good with { Reason = "" }, ProposeTiers.ReasonMissing),
        })
        {
            (await AwardNotation.Refused(() => grant.Grants.L2.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        short version = await grant.Grants.L2.Run(good);
        (await AwardNotation.Refused(() => grant.Desk.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(ProposeTiers.OneWaits);
        (await AwardNotation.Refused(() => grant.Grants.L2.Run(new AgreeTiers(TestBody.Key, version)))).Code.ShouldBe(AgreeTiers.Own);
        await grant.Grants.Steer.Run(new AgreeTiers(TestBody.Key, version));
        (await AwardNotation.Refused(() => grant.Grants.Steer.Run(new DropTiers(TestBody.Key, version)))).Code.ShouldBe(AgreeTiers.Decided);
        (await grant.Desk.Ask(new TierSettings())).InForce.ShouldBe(TierRule.Of(version, TierPreset.Nine, 200_000, 1_000_000));
        await grant.Check();
        await grant.Approve(grant.Grants.L1, TrancheMove.Approve);
        (await grant.State()).ShouldBe(TrancheState.Approved);
    }

    [Fact]
    public async Task What_an_approver_declines_or_cancels_and_what_nobody_asks_for_is_free_again()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Checked();
        Tranche row = await grant.Tranche();
        await grant.Grants.L1.Run(new DeclineTranche(TestBody.Key, row.TrancheId, row.StateVersion, "与协议不符"));
        (await grant.State()).ShouldBe(TrancheState.Declined);
        (await grant.Money()).ShouldBe((4800m, 0m, 0m));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(7200), Amount.Yuan(6200)));
        Tranche second = await grant.Tranche(2);
        (await AwardNotation.Refused(() => grant.Grants.L1.Run(new CancelTranche(TestBody.Key, second.TrancheId, second.StateVersion, "不再需要"))))
            .Code.ShouldBe(Need.Missing);
        await grant.Grants.L2.Run(new CancelTranche(TestBody.Key, second.TrancheId, second.StateVersion, "不再需要"));
        (await grant.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_tranche_that_nobody_asks_for_in_sixty_days_expires()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        (await grant.Tranche()).DueOn.ShouldBe(grant.Today.PlusDays(60));
        grant.Grants.Wait(60);
        (await body.Operator.Run(new TimeOutRequests(TestBody.Key))).ShouldBe(0);
        grant.Grants.Wait(1);
        (await body.Operator.Run(new TimeOutRequests(TestBody.Key))).ShouldBe(0, "nothing lapses without a rule that two approved");
        await grant.Grants.ApproveLapsing();
        (await body.Operator.Run(new TimeOutRequests(TestBody.Key))).ShouldBe(1);
        (await grant.State()).ShouldBe(TrancheState.Expired);
        (await grant.Available()).Children.ShouldBe(Amount.Yuan(7200));
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_hold_says_what_ends_it_and_the_panels_only_the_panel_lifts()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        Tranche row = await grant.Tranche();
        HoldTranche hold = new(TestBody.Key, row.TrancheId, row.StateVersion, "收到居民反映", "监审组核实后", ByPanel: true);
        (await AwardNotation.Refused(() => grant.Grants.Panel.Run(hold with { Cure = "" }))).Code.ShouldBe(HoldTranche.CureMissing);
        await grant.Grants.Panel.Run(hold with { Key = TestBody.Key });
        row = await grant.Tranche();
        (row.State, row.HeldBy, row.DueOn).ShouldBe((TrancheState.Held, GrantMover.Panel, grant.Today.PlusDays(30)));

        // The bank's line is waited for no more.
        await using FundDb db = body.Db();
        (await db.Set<Expectation>().AsNoTracking().SingleAsync(each => each.ExpectationId == row.ExpectationId)).ClosedAt.ShouldNotBeNull();
        (await AwardNotation.Refused(() => grant.Desk.Run(new ReleaseTranche(TestBody.Key, row.TrancheId, row.StateVersion, "已核实"))))
            .Code.ShouldBe(TrancheNeeds.PanelHolds);
        await grant.Grants.Panel.Run(new ReleaseTranche(TestBody.Key, row.TrancheId, row.StateVersion, "已核实", ByPanel: true));
        (await grant.State()).ShouldBe(TrancheState.Eligible);

        // It is asked for anew.
        await grant.Approved();
        (await grant.Tranche()).RequestNo.ShouldBe((short)2);
        await grant.Grants.ShouldBeClean();
    }
}
