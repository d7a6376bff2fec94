using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using NodaTime;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>What is refused of a tranche to hostile, clumsy and early people, and what they are told.</summary>
public sealed class TrancheRefusalTests
{
    [Fact]
    public async Task Neither_the_calendar_nor_the_desk_nor_a_stranger_moves_a_tranche_past_its_guards()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        (long one, long two) = ((await grant.Tranche()).TrancheId, (await grant.Tranche(2)).TrancheId);

        // Its day has not come, there is time to ask for it, nobody is late.
        (await Refused(() => body.Operator.Run(new StepTranche(TestBody.Key, two, TrancheMove.MeetCondition))))
            .ShouldSay(TrancheNeeds.TooEarly, "2026-07-01", "2026-07-01");
        (await Refused(() => body.Operator.Run(new StepTranche(TestBody.Key, one, TrancheMove.Expire)))).Code.ShouldBe(TrancheNeeds.StillTime);
        (await Refused(() => body.Operator.Run(new StepTranche(TestBody.Key, one, TrancheMove.HoldOverdue)))).Code.ShouldBe(TrancheNeeds.NothingOverdue);

        // Neither another lead nor another's paper, neither a number that is none nor amounts that only add up together.
        await grant.Give("l1", Role.Lead);
        RequestTranche good = await grant.Request();
        Enclosure foreign = new(await grant.Desk.Run(new UploadDocument(TestBody.Key, "别人的.png", Samples.Png(77), "")));
        Amount most = Amount.Fen(long.MaxValue);
        foreach ((FundSession by, RequestTranche bad, string code) in new[]
        {
            (grant.Lead, good with { Tranche = 9999 }, Tranche.Unknown), (grant.Grants.L1, good, GrantMoves.NotYours),
            (grant.Lead, good with { Papers = [foreign] }, FiledDocument.Missing),
            (grant.Lead, good with { Papers = [.. Enumerable.Repeat(good.Papers[0], 11)] }, RequestTranche.PapersMissing),
            (grant.Lead, good with { Amount = most, Lines = [new RequestLine(1, most)] }, TrancheNeeds.BeyondTranche),
            (grant.Lead, good with { Amount = Amount.Yuan(-1), Lines = [new RequestLine(1, Amount.Yuan(-1))] }, TrancheNeeds.BeyondTranche),
            (grant.Lead, good with { Lines = [new RequestLine(1, most), new RequestLine(2, most)] }, RequestTranche.LinesDiffer),
            (grant.Lead, good with { Lines = [new RequestLine(1, Amount.Yuan(8000)), new RequestLine(2, Amount.Yuan(-800))] }, RequestTranche.LinesDiffer),
            (grant.Lead, good with { Lines = [new RequestLine(1, Amount.Of(7200, Commodity.Hour))] }, RequestTranche.LinesDiffer),
        })
        {
            (await Refused(() => by.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        await grant.Lead.Run(good);
        Tranche row = await grant.Tranche();
        (await Refused(() => grant.Desk.Run(new CheckTranche(TestBody.Key, one, row.StateVersion, true, true, true, new string('说', 501)))))
            .Code.ShouldBe(CheckTranche.NoteTooLong);

        // What the desk held for a reason of its own neither the calendar nor a grant that goes on sets free.
        await grant.Desk.Run(new HoldTranche(TestBody.Key, one, row.StateVersion, "报价偏高", "换一家供应商"));
        foreach (TrancheMove move in new[] { TrancheMove.ReleaseCured, TrancheMove.ReleaseWithGrant })
        {
            (await Refused(() => body.Operator.Run(new StepTranche(TestBody.Key, one, move)))).Code.ShouldBe(TrancheNeeds.HeldOtherwise);
        }

        await grant.Desk.Run(new ReleaseTranche(TestBody.Key, one, (await grant.Tranche()).StateVersion, "已换供应商"));

        // What is held with its grant is free again with it, and with nothing else.
        await grant.Desk.Run(new SuspendGrant(TestBody.Key, grant.Grant, await grant.Grants.Version(grant.Grant), SuspensionCause.Complaint, "居民投诉"));
        row = await grant.Tranche();
        foreach ((FundSession by, bool isPanel) in new[] { (grant.Desk, false), (grant.Grants.Panel, true) })
        {
            (await Refused(() => by.Run(new ReleaseTranche(TestBody.Key, one, row.StateVersion, "先放行", isPanel)))).Code.ShouldBe(TrancheNeeds.HeldByGrant);
        }

        await grant.Desk.Run(new ResumeGrant(TestBody.Key, grant.Grant, await grant.Grants.Version(grant.Grant), "已整改"));
        body.Clock.Now = Instant.FromUtc(2026, 7, 2, 2, 0);
        (await Refused(() => body.Operator.Run(new StepTranche(TestBody.Key, two, TrancheMove.MeetCondition)))).Code.ShouldBe(TrancheNeeds.EarlierOpen);

        // A grant that is being closed asks for nothing more.
        await grant.Lead.Run(new StartClosing(TestBody.Key, grant.Grant, await grant.Grants.Version(grant.Grant)));
        row = await grant.Tranche();
        (await Refused(() => grant.Lead.Run(good with { Key = TestBody.Key, Version = row.StateVersion }))).Code.ShouldBe(TrancheNeeds.GrantStopped);
        (await Refused(() => grant.Desk.Run(new ChangePayee(TestBody.Key, grant.Grant, 1, PayeeKind.Committee)))).Code.ShouldBe(ChangePayee.NotRunning);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task An_expense_is_settled_by_a_report_of_its_own_people_that_the_desk_has_read()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, isExpense: true, children: 5000, community: 0);
        AwardNotation grants = paid.Grants;
        Tranche row = await paid.Tranche(1);
        (await Refused(() => body.Accountant.Run(new StepTranche(TestBody.Key, row.TrancheId, TrancheMove.AwaitAcquittal)))).Code.ShouldBe(TrancheNeeds.NoAdvance);
        AcceptReport accept = new(TestBody.Key, row.TrancheId, row.StateVersion);
        (await Refused(() => grants.Desk.Run(accept))).Code.ShouldBe(TrancheNeeds.NoReport);
        SendBackReport back = new(TestBody.Key, row.TrancheId, row.StateVersion, "请写明人数");
        (await Refused(() => grants.Desk.Run(back))).Code.ShouldBe(SendBackReport.NotSentBack);

        SubmitReport good = new(TestBody.Key, row.TrancheId, row.StateVersion, "助餐一千二百人次。", 60, 40, Amount.Yuan(3000));
        await paid.Gives("l1", Role.Lead);
        foreach ((FundSession by, SubmitReport bad, string code) in new[]
        {
            (grants.Lead, good with { Text = " " }, SubmitReport.BadReport), (grants.Lead, good with { Text = new string('字', 4001) }, SubmitReport.BadReport),
            (grants.Lead, good with { People = -1 }, SubmitReport.BadReport), (grants.Lead, good with { Activities = 10_001 }, SubmitReport.BadReport),
            (grants.Lead, good with { Spent = Amount.Fen(long.MaxValue) }, SubmitReport.BadReport),
            (grants.Lead, good with { Spent = Amount.Yuan(-1) }, SubmitReport.BadReport),
            (grants.Lead, good with { Spent = Amount.Of(1, Commodity.Hour) }, SubmitReport.BadReport),
            (grants.Lead, good with { Version = row.StateVersion - 1 }, TrancheMoves.Stale), (grants.L1, good, GrantCase.Unknown),
            (grants.Desk, good, Need.Missing), (grants.Lead, good with { Tranche = 9999 }, Tranche.Unknown),
        })
        {
            (await Refused(() => by.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        await grants.Lead.Run(good);
        await grants.Lead.Run(good);
        (await Refused(() => grants.Lead.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(SubmitReport.NotNow);
        (await Refused(() => grants.Desk.Run(back with { Key = TestBody.Key, Reason = "" }))).Code.ShouldBe(SendBackReport.NotSentBack);
        await paid.Gives("lead", Role.Desk);
        (await Refused(() => grants.Lead.Run(back with { Key = TestBody.Key }))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(accept with { Key = TestBody.Key }))).Code.ShouldBe(GrantMoves.Related);

        // A round keeps its policy; whatever changed it behind its back is noticed.
        await grants.Sql("alter table grant_round disable trigger user; update grant_round set policy = 'advance-then-acquit'; alter table grant_round enable trigger user");
        (await Refused(() => grants.Desk.Run(accept with { Key = TestBody.Key }))).Code.ShouldBe(TrancheNeeds.IsAnAdvance);
    }

    private static Task<Refusal> Refused(Func<Task> act) => AwardNotation.Refused(act);
}
