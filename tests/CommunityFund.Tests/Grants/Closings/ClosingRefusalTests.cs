using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Closings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using CommunityFund.Tests.Grants.Tranches;
using NodaTime;

namespace CommunityFund.Tests.Grants.Closings;

/// <summary>What is refused on the way to a closing, to early, clumsy, hostile and related people.</summary>
public sealed class ClosingRefusalTests
{
    private static readonly ReportText Whole = new(
        [new ReachedIndicator(1, "43 人", "")], 120, "每周五天助餐。", "雨天送餐困难。", "比预期多三位老人。", 60, 57, [new HandedGood("保温餐箱", 4, "活动室")], false);

    [Fact]
    public async Task A_report_is_within_bounds_of_its_own_people_and_decided_by_others_in_its_turn()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants), other = await grants.Ranked(2, "童趣课堂", 4000);
        (await Refused(() => body.Operator.Run(new StepGrant(TestBody.Key, grant, GrantMove.EndReached)))).Code.ShouldBe(ClosingNeeds.NotOverYet);
        (await Refused(() => grants.Lead.Run(new HandInClosingReport(TestBody.Key, grant, 1)))).Code.ShouldBe(HandInClosingReport.NoDraft);
        await grants.Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) select p, r, 1, '2026-01-01', now()
              from (values ({grants.Id("l1")}, 'lead'), ({grants.Id("lead")}, 'panel'), ({grants.Id("lead")}, 'desk')) x(p, r);
            alter table role_grant enable trigger user
            """);
        foreach ((FundSession by, ReportText bad, string code) in new[]
        {
            (grants.L1, Whole, GrantMoves.NotYours), (grants.Lead, Whole with { Activities = new string('活', 2001) }, ReportText.OutOfBounds),
            (grants.Lead, Whole with { People = 10_000_001 }, ReportText.OutOfBounds), (grants.Lead, Whole with { People = -1 }, ReportText.OutOfBounds),
            (grants.Lead, Whole with { Asked = int.MaxValue }, ReportText.OutOfBounds),
            (grants.Lead, Whole with { Goods = [new HandedGood("餐箱", 0, "活动室")] }, ReportText.OutOfBounds),
            (grants.Lead, Whole with { Indicators = [new ReachedIndicator(1, new string('多', 61), "")] }, ReportText.OutOfBounds),
        })
        {
            (await Refused(() => by.Run(new SaveClosingReport(TestBody.Key, grant, 0, bad)))).Code.ShouldBe(code);
        }

        (await Refused(() => grants.Lead.Run(new SaveClosingReport(TestBody.Key, 9999, 0, Whole)))).Code.ShouldBe(GrantCase.Unknown);
        await grants.Lead.Run(new SaveClosingReport(TestBody.Key, grant, 0, Whole));
        Enclosure photo = await Photo(grants.Lead, 71), foreign = await Photo(grants.Desk, 72);
        AttachToClosing attach = new(TestBody.Key, grant, ClosingPaperKind.Photo, true, [photo]);
        foreach ((FundSession by, AttachToClosing bad, string code) in new[]
        {
            (grants.L1, attach, GrantMoves.NotYours), (grants.Lead, attach with { Papers = [foreign] }, FiledDocument.Missing),
            (grants.Lead, attach with { Papers = [] }, FiledDocument.Missing),
            (grants.Lead, attach with { Papers = [.. Enumerable.Repeat(photo, 41)] }, AttachToClosing.TooMany),
        })
        {
            (await Refused(() => by.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        await grants.Lead.Run(attach);
        (await Refused(() => grants.Lead.Run(new RemoveClosingPaper(TestBody.Key, grant, 9999)))).Code.ShouldBe(FiledDocument.Unknown);
        long paper = (long)(await grants.Sql("select max(closing_paper_id) from grant_closing_paper"))!;
        (await Refused(() => grants.Panel.Run(new AssessGrant(TestBody.Key, grant, 1, ClosingGrade.Good, "好")))).Code.ShouldBe(AcceptClosingReport.NotHandedIn);
        (await Refused(() => grants.Lead.Run(new HandInClosingReport(TestBody.Key, grant, 7)))).Code.ShouldBe(SaveClosingReport.Stale);
        await grants.Lead.Run(new HandInClosingReport(TestBody.Key, grant, 1));
        (await Refused(() => grants.Lead.Run(new HandInClosingReport(TestBody.Key, grant, 1)))).Code.ShouldBe(HandInClosingReport.NoDraft);
        (await Refused(() => grants.Lead.Run(new RemoveClosingPaper(TestBody.Key, grant, paper)))).ShouldSay(SaveClosingReport.HandedInAlready, "老人助餐", "Handed in");

        // The panel says what it found in words; the lead has no part in that, with whatever role.
        foreach (string words in new[] { " ", new string('长', 1001) })
        {
            (await Refused(() => grants.Panel.Run(new AssessGrant(TestBody.Key, grant, 1, ClosingGrade.Good, words)))).Code.ShouldBe(AssessGrant.WordsMissing);
            (await Refused(() => grants.Panel.Run(new RaiseFinding(TestBody.Key, grant, words, true)))).Code.ShouldBe(RaiseFinding.WordsMissing);
        }

        (await Refused(() => grants.Panel.Run(new AssessGrant(TestBody.Key, grant, 1, (ClosingGrade)9, "好")))).Code.ShouldBe(AssessGrant.WordsMissing);
        (await Refused(() => grants.Lead.Run(new AssessGrant(TestBody.Key, grant, 1, ClosingGrade.Good, "好")))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(new RaiseFinding(TestBody.Key, grant, "无", false)))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(new AcceptClosingReport(TestBody.Key, grant, 1)))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Panel.Run(new RaiseFinding(TestBody.Key, other, "账目不清", true)))).Code.ShouldBe(ClosingCase.NotNow);
        (await Refused(() => grants.Lead.Run(new AnswerFinding(TestBody.Key, grant, 9999, "已改")))).Code.ShouldBe(AnswerFinding.NotOpen);
        (await Refused(() => grants.Panel.Run(new CloseFinding(TestBody.Key, grant, 9999, "已了")))).Code.ShouldBe(AnswerFinding.NotOpen);
        ClosingView view = await grants.Desk.Ask(new ClosingPage(grant));
        Spoken.Tell(Should.Throw<RefusedException>(() => ClosingPapers.Of(view, ClosingPrint.Certificate, Words.From([typeof(Words).Assembly]))).Refusal)
            .Code.ShouldBe(ClosingPapers.NoCertificate);
        (await Refused(async () => await grants.Desk.Run(new ReopenWork(TestBody.Key, grant, await grants.Version(grant), LocalDate.MaxIsoValue, "再做"))))
            .Code.ShouldBe(ReopenWork.BadDay);

        // Whoever led the project when the report went in, and is of the desk now, does not decide about it.
        await grants.Sql($"alter table grant_report disable trigger user; update grant_report set handed_in_by = {grants.Id("desk")}; alter table grant_report enable trigger user");
        (await Refused(() => grants.Desk.Run(new AcceptClosingReport(TestBody.Key, grant, 1)))).Code.ShouldBe(AcceptClosingReport.OwnReport);
    }

    private static async Task<Enclosure> Photo(FundSession by, int picture) => new(await by.Run(new UploadDocument(TestBody.Key, "照片.png", Samples.Png(picture))));

    private static Task<Refusal> Refused(Func<Task> act) => AwardNotation.Refused(act);
}
