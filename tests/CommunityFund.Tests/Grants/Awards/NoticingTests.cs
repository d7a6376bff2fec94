using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Grants.Awards;

public sealed class NoticingTests
{
    [Fact]
    public async Task A_notice_is_written_read_and_published_and_everybody_reads_it()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        (await AwardNotation.Refused(() => grants.Written())).Code.ShouldBe(WriteNotice.Nothing);
        long grant = await grants.Ranked(1);
        await grants.Steer.Run(await grants.Decision(grant, children: 9000, reason: "餐具由街道提供"));
        (await grants.Desk.Ask(new AwardPage(grant))).Offers.Single(offer => offer.Move == GrantMove.PublishNotice).WhyNot!.Code.ShouldBe(AwardNeeds.NotWritten);
        (await AwardNotation.Refused(() => grants.Desk.Run(new WriteNotice(AwardNotation.Key, grants.Round, "纪要", "", "墙上")))).Code
            .ShouldBe(WriteNotice.WordsMissing);
        long notice = await grants.Written();
        NoticeView draft = (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices.Single();
        (await AwardNotation.Refused(() => body.Foundation.Visitor().Ask(new PublicNotice(draft.PublicId)))).Code.ShouldBe(GrantNotice.Unknown);

        // Somebody was recommended since: the notice is written again.
        long other = await grants.Recommended(2, 500, 0, "书屋");
        (await AwardNotation.Refused(() => grants.Desk.Run(new PublishNotice(AwardNotation.Key, notice)))).Code.ShouldBe(PublishNotice.Overtaken);
        long again = await grants.Written();
        (await AwardNotation.Refused(() => grants.Desk.Run(new PublishNotice(AwardNotation.Key, notice)))).Code.ShouldBe(PublishNotice.NotWritten);
        (await grants.Desk.Run(new PublishNotice(AwardNotation.Key, again))).ShouldBe(2);
        (await grants.State(other)).ShouldBe(GrantState.PublicNotice);

        NoticeView told = await body.Foundation.Visitor().Ask(new PublicNotice((await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0].PublicId));
        (told.StartsOn, told.EndsOn, told.Given).ShouldBe((new LocalDate(2026, 3, 21), new LocalDate(2026, 3, 27), Amount.Yuan(11500)));
        told.Cases.Select(row => (row.Rank, row.Why)).ShouldBe([(1, "餐具由街道提供"), (2, "")]);
        told.IsOpen.ShouldBeTrue();

        // Taken back, it says what was wrong, and its cases are noticed anew.
        (await AwardNotation.Refused(() => grants.Desk.Run(new WithdrawNotice(AwardNotation.Key, again,
            "")))).Code.ShouldBe(WithdrawNotice.CorrectionMissing);
        await grants.Desk.Run(new WithdrawNotice(AwardNotation.Key, again, "金额写错"));
        (await grants.State(grant)).ShouldBe(GrantState.Recommended);
        (await AwardNotation.Refused(() => grants.Desk.Run(new WithdrawNotice(AwardNotation.Key, again,
            "金额写错")))).Code.ShouldBe(WithdrawNotice.NotPublished);
        (await body.Foundation.Visitor().Ask(new PublicNotice(told.PublicId))).Correction.ShouldBe("金额写错");
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task An_objection_stops_the_case_and_the_days_it_took_are_added()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Noticed();
        NoticeView told = (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0];
        SubmitObjection objects = new(AwardNotation.Key, told.PublicId, grant, "马大姐", "13800000000", "厨房没有证", "照片一张");
        (await AwardNotation.Refused(() => body.Foundation.Visitor().Run(objects with { Name = "" }))).Code.ShouldBe(GrantObjection.WordsMissing);
        (await AwardNotation.Refused(() => body.Foundation.Visitor().Run(objects with { Key = AwardNotation.Key, Notice = Guid.NewGuid() }))).Code
            .ShouldBe(GrantNotice.Unknown);
        await body.Foundation.Visitor().Run(objects with { Key = AwardNotation.Key });
        grants.Wait(3);
        ObjectionRow queued = (await grants.Panel.Ask(new ObjectionList())).Rows.Single();
        (queued.Name, queued.Objection).ShouldBe(("马大姐", ObjectionState.Queued));
        (await grants.Desk.Ask(new ObjectionList())).Rows.Single().Name.ShouldBe("");
        await grants.Panel.Run(new TakeUpObjection(AwardNotation.Key, queued.Id, await grants.Version(grant)));
        (await grants.State(grant)).ShouldBe(GrantState.Objected);
        (await grants.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 4, 7)); // ten working days after Monday 23 March, over 清明
        (await AwardNotation.Refused(() => grants.Panel.Run(new TakeUpObjection(AwardNotation.Key, queued.Id,
            0)))).Code.ShouldBe(GrantObjection.Decided);

        // A second one joins, and the case waits for both.
        long second = await grants.Panel.Run(new RegisterObjection(
            AwardNotation.Key, grant, await grants.Version(grant), "孙大爷", "当面", "名额不公", ""));
        AnswerObjection dismisses = new(AwardNotation.Key, queued.Id, await grants.Version(grant), ObjectionFinding.Dismiss, "证已补齐");
        (await AwardNotation.Refused(() => grants.Panel.Run(dismisses with { Answer = "" }))).Code.ShouldBe(GrantObjection.AnswerMissing);
        (await grants.Panel.Ask(new AwardPage(grant))).Offers.Single(offer => offer.Move == GrantMove.DismissObjection).WhyNot!.Code
            .ShouldBe(AwardNeeds.Unanswered);
        (await grants.Panel.Run(dismisses with { Key = AwardNotation.Key })).Happened.ShouldBeFalse();
        (await AwardNotation.Refused(async () => await grants.Desk.Run(new WithdrawNotice(AwardNotation.Key, told.Id, "有误")))).Code
            .ShouldBe(WithdrawNotice.NotAllThere);
        grants.Wait(2);
        (await grants.Panel.Run(dismisses with { Key = AwardNotation.Key, Objection = second })).Happened.ShouldBeTrue();
        (await grants.State(grant)).ShouldBe(GrantState.PublicNotice);
        (await grants.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 3, 29)); // two days stood still, after the 27th

        // The window is over: nobody objects any more.
        grants.Wait(10);
        (await AwardNotation.Refused(async () => await grants.Panel.Run(new RegisterObjection(
            AwardNotation.Key, grant, await grants.Version(grant), "孙大爷", "当面", "名额不公", "")))).Code.ShouldBe(AwardNeeds.WindowOver);
        (await AwardNotation.Refused(() => body.Foundation.Visitor().Run(objects with { Key = AwardNotation.Key }))).Code.ShouldBe(AwardNeeds.WindowOver);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_upheld_goes_back_to_the_count_or_out_and_out_may_be_appealed_once()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Noticed();
        AnswerObjection upholds = await Objected(ObjectionFinding.Recount);
        (await AwardNotation.Refused(() => grants.Panel.Run(upholds with { Resolution = "" }))).Code.ShouldBe(AnswerObjection.ResolutionMissing);
        await grants.Panel.Run(upholds with { Key = AwardNotation.Key });
        (await grants.State(grant)).ShouldBe(GrantState.Ranked);

        await grants.Steer.Run(await grants.Decision(grant));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        await grants.Panel.Run((await Objected(ObjectionFinding.Remove)) with { Key = AwardNotation.Key });
        (await grants.State(grant)).ShouldBe(GrantState.NotSelected);
        (await AwardNotation.Refused(async () => await grants.Steer.Run(new RedecideCase(AwardNotation.Key, grant,
            await grants.Version(grant), "再议"))))
            .Code.ShouldBe(AwardNeeds.IsRemoved);

        AppealRemoval appeals = new(AwardNotation.Key, grant, await grants.Version(grant), "证件是真的", "13900000000", "领导小组〔2026〕9号");
        (await AwardNotation.Refused(() => grants.Steer.Run(appeals with { Resolution = "" }))).Code.ShouldBe(AnswerObjection.ResolutionMissing);
        await grants.Steer.Run(appeals with { Key = AwardNotation.Key });
        ObjectionRow appeal = (await grants.Panel.Ask(new ObjectionList())).Rows[0];
        (appeal.CameBy, appeal.Name).ShouldBe((ObjectionCame.Appeal, "石磊"));
        await grants.Panel.Run(new AnswerObjection(AwardNotation.Key, appeal.Id, await grants.Version(grant), ObjectionFinding.Remove, "维持",
            "监审组〔2026〕5号"));
        (await AwardNotation.Refused(async () => await grants.Steer.Run(appeals with
        {
            Key = AwardNotation.Key,
            Version = await grants.Version(grant),
        })))
            .Code.ShouldBe(AwardNeeds.AppealedOnce);

        long refused = await grants.Ranked(2, "花园");
        await grants.Steer.Run(await grants.Decision(refused, DecisionKind.Refuse, reason: "不可行"));
        (await AwardNotation.Refused(async () => await grants.Steer.Run(appeals with
        {
            Key = AwardNotation.Key,
            Grant = refused,
            Version = await grants.Version(refused),
        }))).Code.ShouldBe(AwardNeeds.NothingRemoved);
        await grants.ShouldBeClean();

        async Task<AnswerObjection> Objected(ObjectionFinding finding)
        {
            long id = await grants.Panel.Run(new RegisterObjection(AwardNotation.Key, grant, await grants.Version(grant), "孙大爷", "当面", "唱票有误", ""));
            return new AnswerObjection(AwardNotation.Key, id, await grants.Version(grant), finding, "属实", "监审组〔2026〕4号");
        }
    }

    [Fact]
    public async Task The_public_page_takes_no_more_objections_than_the_panel_can_read()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Noticed();
        NoticeView told = (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0];
        for (int i = 0; i < 50; i++)
        {
            await body.Foundation.Visitor().Run(new SubmitObjection(AwardNotation.Key, told.PublicId, grant, $"居民{i}", "13800000000", "太吵", ""));
        }

        Refusal full = await AwardNotation.Refused(() => body.Foundation.Visitor().Run(
            new SubmitObjection(AwardNotation.Key, told.PublicId, grant, "又一位", "13800000000", "太吵", "")));
        (full.Code, full.Facts["title"]).ShouldBe((SubmitObjection.TooMany, "老人助餐"));

        // The panel takes one up in person all the same.
        await grants.Panel.Run(new RegisterObjection(AwardNotation.Key, grant, await grants.Version(grant), "又一位", "当面", "太吵", ""));
        (await grants.State(grant)).ShouldBe(GrantState.Objected);
    }

    [Fact]
    public async Task Who_cannot_be_reached_stops_nothing_and_is_told_so()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Noticed();
        NoticeView told = (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0];
        await body.Foundation.Visitor().Run(new SubmitObjection(AwardNotation.Key, told.PublicId, grant, "某人", "不留", "不好", ""));
        grants.Wait(8);
        (await AwardNotation.Refused(async () => await grants.Steer.Run(new AwardGrant(AwardNotation.Key, grant, await grants.Version(grant),
            "决议"))))
            .Code.ShouldBe(AwardNeeds.ObjectionOpen);
        ObjectionRow queued = (await grants.Panel.Ask(new ObjectionList())).Rows.Single();
        await grants.Panel.Run(new TurnAwayObjection(AwardNotation.Key, queued.Id, "联系不上"));
        (await grants.Award(grant)).Happened.ShouldBeTrue();
        (await AwardNotation.Refused(() => grants.Panel.Run(new TurnAwayObjection(AwardNotation.Key, queued.Id,
            "联系不上")))).Code.ShouldBe(GrantObjection.Decided);
        (await AwardNotation.Refused(() => grants.Panel.Run(new TurnAwayObjection(AwardNotation.Key, 99,
            "联系不上")))).Code.ShouldBe(GrantObjection.Unknown);
    }
}
