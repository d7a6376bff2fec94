using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Closings;
using CommunityFund.Tests.Grants.Life;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>What is refused from the suspension of a grant to the last of its claims, to early, clumsy and related people.</summary>
public sealed class EndingRefusalTests
{
    [Fact]
    public async Task Nothing_ends_early_nothing_is_claimed_twice_and_nobody_of_the_project_sees_to_its_claims()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        AwardNotation grants = made.Grants;
        MoneyNotation where = new(grants, made.Grant);
        LocalDate today = body.Clock.Now.InUtc().Date;
        (await Refused(() => body.Operator.Run(new StepGrant(EndingNotation.Key, made.Grant, GrantMove.SuspendOverdue)))).Code.ShouldBe(EndingNeeds.NotLateEnough);
        (await Refused(async () => await grants.Desk.Run(new SuspendGrant(EndingNotation.Key, made.Grant, await made.Version(), SuspensionCause.Complaint,
            new string('诉', 501))))).Code.ShouldBe(GrantMoves.ReasonMissing);
        foreach ((LocalDate told, LocalDate heard) in new[]
        {
            (LocalDate.MaxIsoValue, today), (LocalDate.MinIsoValue, today), (today, LocalDate.MaxIsoValue), (today.PlusDays(-400), today.PlusDays(-390)),
        })
        {
            (await Refused(() => grants.Desk.Run(new RecordHearing(EndingNotation.Key, made.Grant, told, heard, true, "停办")))).Code.ShouldBe(RecordHearing.BadDays);
        }

        (await Refused(() => grants.Panel.Run(new NoteFinding(EndingNotation.Key, 9999, Amount.Yuan(1), "烟酒", "指南六")))).Code
            .ShouldBe(CommunityFund.Grants.Tranches.Tranche.Unknown);
        long tranche = await made.Tranche();
        foreach (Amount bad in new[] { Amount.Fen(long.MaxValue), Amount.Yuan(-1), Amount.Of(1, Commodity.Hour) })
        {
            (await Refused(() => grants.Panel.Run(new NoteFinding(EndingNotation.Key, tranche, bad, "烟酒", "指南六")))).Code.ShouldBe(NoteFinding.Beyond);
        }

        // Money that is with the bank is waited for.
        await made.Heard();
        await where.Stand(2, "scheduled");
        (await Refused(async () => await grants.Steer.Run(new TerminateGrant(EndingNotation.Key, made.Grant, await made.Version(), "停办", "决议"))))
            .Code.ShouldBe(ClosingNeeds.AtTheBank);
        await where.Stand(2, "planned");
        await made.Terminate();
        grants.Wait(31);
        today = body.Clock.Now.InUtc().Date;
        await where.Stand(1, "acquittal-submitted");
        DraftDemand draft = new(EndingNotation.Key, made.Grant, await made.Version(), today.PlusDays(15), "应退");
        (await Refused(() => body.Accountant.Run(draft))).Code.ShouldBe(EndingNeeds.AccountUnderReview);
        await where.Stand(1, "partly-acquitted");
        (await Refused(async () => await grants.Desk.Run(new CloseTerminated(EndingNotation.Key, made.Grant, await made.Version()))))
            .ShouldSay(ClosingNeeds.Outstanding, "3,200.00", "3,200.00");

        // Whoever leads the project keeps out of what is claimed of it, with whatever role.
        await grants.Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) select {grants.Id("lead")}, r, 1, '2026-01-01', now()
              from unnest(array['accountant', 'desk', 'panel', 'steer', 'approver-l2']) r;
            alter table role_grant enable trigger user
            """);
        (await Refused(() => grants.Lead.Run(draft with { Key = EndingNotation.Key }))).Code.ShouldBe(GrantMoves.Related);
        foreach ((DraftDemand bad, string code) in new[]
        {
            (draft with { DueOn = LocalDate.MaxIsoValue }, DraftDemand.BadDay), (draft with { Reason = new string('退', 501) }, GrantMoves.ReasonMissing),
            (draft with { Version = draft.Version - 1 }, GrantMoves.Stale), (draft with { Grant = 9999 }, GrantCase.Unknown),
        })
        {
            (await Refused(() => body.Accountant.Run(bad with { Key = EndingNotation.Key }))).Code.ShouldBe(code);
        }

        long demand = await body.Accountant.Run(draft with { Key = EndingNotation.Key });
        (await Refused(() => grants.Lead.Run(new SignDemand(EndingNotation.Key, demand)))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(new WithdrawDemand(EndingNotation.Key, demand)))).Code.ShouldBe(GrantMoves.Related);
        await grants.L2.Run(new SignDemand(EndingNotation.Key, demand));
        (await Refused(() => grants.Lead.Run(new PrepareDemand(EndingNotation.Key, demand)))).Code.ShouldBe(GrantMoves.Related);
        await body.Review(await body.Accountant.Run(new PrepareDemand(EndingNotation.Key, demand)));
        await Recovering(body, made, demand, tranche, today);
    }

    private static async Task Recovering(TestBody body, EndingNotation made, long demand, long tranche, LocalDate today)
    {
        AwardNotation grants = made.Grants;
        CutDemand cut = new(EndingNotation.Key, demand, tranche, Amount.Yuan(200), "补票", "决议〔2026〕31号");
        (await Refused(() => grants.Lead.Run(cut))).Code.ShouldBe(GrantMoves.Related);
        foreach (CutDemand bad in new[]
        {
            cut with { Amount = Amount.Fen(long.MaxValue) }, cut with { Amount = Amount.Yuan(-1) }, cut with { Amount = Amount.Of(1, Commodity.Hour) },
            cut with { Tranche = 9999 },
        })
        {
            (await Refused(() => body.Accountant.Run(bad with { Key = EndingNotation.Key }))).Code.ShouldBe(CutDemand.Beyond);
        }

        // One cut at a time, so that its voucher says which.
        long voucher = await body.Accountant.Run(cut);
        (await Refused(() => body.Accountant.Run(cut with { Key = EndingNotation.Key, Amount = Amount.Yuan(100) }))).Code.ShouldBe(CutDemand.CutWaits);
        PostgresException second = await Should.ThrowAsync<PostgresException>(() => grants.App("insert into grant_demand_cut select book_id, grant_demand_id, "
            + "(no + 1)::smallint, tranche_id, 1, reason, resolution, 'prepared', (select min(v.voucher_id) from voucher v), made_by, now() from grant_demand_cut"));
        second.ConstraintName.ShouldBe("grant_demand_cut_one");
        ConstraintWordsTests.Tell(second);
        await body.Review(voucher);
        PlanInstalments plan = new(EndingNotation.Key, demand, [new(today.PlusDays(10), Amount.Yuan(1000)), new(today.PlusDays(40), Amount.Yuan(2000))], "分两次");
        foreach (InstalmentForm[] bad in new InstalmentForm[][]
        {
            [new(today.PlusDays(10), Amount.Fen(long.MaxValue)), new(today.PlusDays(40), Amount.Fen(long.MaxValue))], [new(LocalDate.MaxIsoValue, Amount.Yuan(3000))],
            [new(today.PlusDays(10), Amount.Yuan(4000)), new(today.PlusDays(40), Amount.Yuan(-1000))], [], [new(today.PlusDays(-1), Amount.Yuan(3000))],
            [new(today.PlusDays(10), Amount.Of(5000, Commodity.Hour))],
        })
        {
            (await Refused(() => body.Accountant.Run(plan with { Key = EndingNotation.Key, Instalments = bad }))).Code.ShouldBe(PlanInstalments.BadPlan);
        }

        await body.Accountant.Run(plan);
        voucher = await Matched(made, demand);
        (await Refused(() => grants.L2.Run(new DecideInstalments(EndingNotation.Key, demand, true)))).ShouldSay(ClaimInstalments.PaymentWaits, "3,000.00", "3,000.00");
        await body.Reviewer.Run(new RejectVoucher(EndingNotation.Key, voucher, "认错款"));
        (await Refused(() => grants.Desk.Run(new NoteReminder(EndingNotation.Key, demand, int.MaxValue, today.PlusDays(30), "信")))).Code.ShouldBe(NoteReminder.WayMissing);

        // A loss is borne by own unrestricted money that is there.
        DraftWriteOff write = new(EndingNotation.Key, made.Grant, TestBody.General, "无力缴还", "损失由本级基金承担");
        (await Refused(() => grants.Lead.Run(write))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => body.Accountant.Run(write with { Key = EndingNotation.Key, Bearer = TestBody.Agency }))).Code.ShouldBe(DraftWriteOff.BearerRestricted);
        long writeOff = await body.Accountant.Run(write);
        (await Refused(() => grants.Lead.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议")))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(new WithdrawWriteOff(EndingNotation.Key, writeOff)))).Code.ShouldBe(GrantMoves.Related);
        await grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕30号"));
        (await Refused(() => grants.Lead.Run(new PrepareWriteOff(EndingNotation.Key, writeOff)))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff)))).Code.ShouldBe(PrepareWriteOff.BearerShort);
        await grants.ShouldBeClean();

        // What is claimed is waited for wherever the grant stands.
        await grants.Sql($"alter table grant_case disable trigger user; update grant_case set state = 'terminated' where grant_id = {made.Grant}; alter table grant_case enable trigger user");
        (await Refused(async () => await grants.Desk.Run(new CloseTerminated(EndingNotation.Key, made.Grant, await made.Version()))))
            .ShouldSay(ClosingNeeds.Claimed, "3,000.00", "3,000.00");
    }

    private static async Task<long> Matched(EndingNotation made, long demand)
    {
        await using FundDb db = made.Body.Db();
        long expectation = await db.Set<GrantInstalment>().Where(row => row.GrantDemandId == demand && row.EndedAt == null).Select(row => row.ExpectationId).SingleAsync();
        string day = made.Body.Clock.Now.InUtc().Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await made.Body.Import(Encoding.UTF8.GetBytes(string.Join('\n', $"账号：{BankNotation.Number}", StatementNotation.Header, $"{day},3000.00,,,幸福里居委会,退回项目款")));
        return await made.Body.Accountant.Run(new MatchExpectations(EndingNotation.Key, [(await made.Body.Lines())[^1].BankLineId], [expectation]));
    }

    private static Task<Refusal> Refused(Func<Task> act) => AwardNotation.Refused(act);
}
