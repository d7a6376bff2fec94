using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Grants.Awards;

public sealed class DecidingTests
{
    [Fact]
    public async Task The_group_decides_in_any_order_and_only_a_departure_from_the_ranking_wants_a_reason()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long first = await grants.Ranked(1, "老人助餐", 6000), second = await grants.Ranked(2, "儿童书屋", 5000), third = await grants.Ranked(3,
            "楼道微更新", 3000);

        // The third before the first: nobody was left behind yet.
        (await grants.Steer.Run(await grants.Decision(third, children: 0, community: 3000))).Happened.ShouldBeTrue();
        (await grants.State(third)).ShouldBe(GrantState.Recommended);

        // The second waits, though a worse one is in: that is a departure and says why.
        DecideCase waits = await grants.Decision(second, DecisionKind.Waitlist, 5000, 0, place: 1);
        Refusal inverted = await AwardNotation.Refused(() => grants.Steer.Run(waits));
        (inverted.Code, inverted.Facts["rank"]).ShouldBe((DecideCase.InversionUnexplained, (short)2));
        await grants.Steer.Run(waits with { Key = AwardNotation.Key, Reason = "场地还没落实" });
        (await grants.State(second)).ShouldBe(GrantState.Waitlisted);

        // The first gets less than it asked for, and whoever is better than all needs no word about the ranking.
        DecideCase cut = await grants.Decision(first, children: 4000, community: 0);
        (await AwardNotation.Refused(() => grants.Steer.Run(cut))).Code.ShouldBe(DecideCase.CutUnexplained);
        await grants.Steer.Run(cut with { Key = AwardNotation.Key, Reason = "餐具由街道提供" });
        AwardView view = await grants.Steer.Ask(new AwardPage(first));
        (view.Decisions.Single().Inverts, view.Decisions.Single().Cuts, view.Rank).ShouldBe((false, true, 1));
        AwardView other = await grants.Steer.Ask(new AwardPage(second));
        (other.Decisions.Single().Inverts, other.Decisions.Single().Place).ShouldBe((true, 1));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_decision_fits_its_kind_the_pool_and_what_was_asked()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Ranked(1);
        DecideCase good = await grants.Decision(grant);
        await Says(DecideCase.BadForm, good with { Shares = [] });
        await Says(DecideCase.BadForm, good with { Place = 1 });
        await Says(DecideCase.BadForm, good with { Kind = DecisionKind.Waitlist });
        await Says(DecideCase.BadForm, good with { ProjectClass = "no-such" });
        await Says(DecideCase.BadForm, good with { Shares = [new FundShare(3, Amount.Yuan(1)), new FundShare(3, Amount.Yuan(2))] });
        await Says(DecideCase.BadForm, good with { Shares = [new FundShare(3, Amount.Yuan(-1))] });
        await Says(DecideCase.MinutesMissing, good with { Minutes = " " });
        await Says(DecideCase.AboveAsked, good with { Shares = [new FundShare(3, Amount.Yuan(12001))] });
        await Says(DecideCase.NotInPool, good with { Shares = [new FundShare(TestBody.General, Amount.Yuan(12000))] });
        await Says(GrantMoves.ReasonMissing, good with { Kind = DecisionKind.Refuse, Shares = [] });
        await Says(GrantMoves.Stale, good with { Version = 3 });
        (await AwardNotation.Refused(() => grants.Desk.Run(good with { Key = AwardNotation.Key }))).Code.ShouldBe(Need.Missing);

        await grants.Steer.Run(good);
        await grants.Steer.Run(good);
        (await grants.State(grant)).ShouldBe(GrantState.Recommended);
        (await AwardNotation.Refused(() => grants.As("steer2").Run(good with { Key = AwardNotation.Key }))).Code.ShouldBe(GrantMoves.Stale);

        long later = await grants.Ranked(2, "书屋");
        await grants.Steer.Run(await grants.Decision(later, DecisionKind.Waitlist, 100, 0, place: 1, reason: "款不够"));
        long third = await grants.Ranked(3, "花园");
        (await AwardNotation.Refused(async () => await grants.Steer.Run(
            await grants.Decision(third, DecisionKind.Waitlist, 100, 0, place: 1, reason: "款不够")))).Code.ShouldBe(DecideCase.PlaceTaken);

        async Task Says(string code, DecideCase form) =>
            (await AwardNotation.Refused(() => grants.Steer.Run(form with { Key = AwardNotation.Key }))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task No_more_is_recommended_than_the_pool_has_and_the_funds_can_bear()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 8200, children: 30000);
        long one = await grants.Ranked(1, "一", 15000), two = await grants.Ranked(2, "二", 15000), three = await grants.Ranked(3, "三", 9000);
        await grants.Steer.Run(await grants.Decision(one, children: 15000, community: 0));

        // The children's fund put 20,000 into the round.
        Refusal pool = await AwardNotation.Refused(async () => await grants.Steer.Run(await grants.Decision(two, children: 15000, community: 0)));
        (pool.Code, pool.Facts["left"]).ShouldBe((AwardNeeds.AbovePool, Amount.Yuan(5000)));

        // The community fund has 8,200, whatever it promised to the pool.
        Refusal poor = await AwardNotation.Refused(async () => await grants.Steer.Run(await grants.Decision(three, children: 0, community: 9000)));
        (poor.Code, poor.Facts["available"]).ShouldBe((AwardNeeds.NotAffordable, Amount.Yuan(8200)));
        await grants.Steer.Run(await grants.Decision(three, children: 0, community: 8000, reason: "按余额"));
        Refusal spoken = await AwardNotation.Refused(async () => await grants.Steer.Run(await grants.Decision(two, children: 0,
            community: 300, reason: "按余额")));
        (spoken.Code, spoken.Facts["spoken"], spoken.Facts["payable"]).ShouldBe((AwardNeeds.NotAffordable, Amount.Yuan(8000), Amount.Yuan(200)));
    }

    [Fact]
    public async Task Gifts_bound_to_another_class_or_community_do_not_count()
    {
        await using TestBody body = await TestBody.New();
        await grantsClause(body);
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Ranked(1);
        Refusal refused = await AwardNotation.Refused(async () =>
            await grants.Steer.Run(await grants.Decision(grant, projectClass: "elderly")));
        (refused.Code, refused.Facts["payable"]).ShouldBe((AwardNeeds.NotAffordable, Amount.Fen(0)));
        await grants.Steer.Run(await grants.Decision(grant, projectClass: "children"));
        (await grants.State(grant)).ShouldBe(GrantState.Recommended);

        static async Task grantsClause(TestBody body) => await body.Accountant.Run(new CommunityFund.Funds.AddClause(
            AwardNotation.Key, TestBody.Children, ClauseKind.Purpose, "只用于儿童", "章程", null, null, new LocalDate(2026, 1, 1), ["children"]));
    }

    [Fact]
    public async Task A_decision_is_taken_back_before_the_notice_and_the_head_of_the_line_moves_up()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long first = await grants.Recommended(1, 5000, 0, "一"), second = await grants.Ranked(2, "二", 4000), third = await grants.Ranked(3,
            "三", 3000);
        await grants.Steer.Run(await grants.Decision(second, DecisionKind.Waitlist, 4000, 0, place: 1));
        await grants.Steer.Run(await grants.Decision(third, DecisionKind.Waitlist, 3000, 0, place: 2));
        Refusal notHead = await AwardNotation.Refused(async () =>
            await grants.Steer.Run(new PromoteCase(AwardNotation.Key, third, await grants.Version(third), "")));
        (notHead.Code, notHead.Facts["head"]).ShouldBe((AwardNeeds.NotHead, (short)1));
        await grants.Steer.Run(new PassOverCase(AwardNotation.Key, second, await grants.Version(second), "团队解散"));
        await grants.Steer.Run(new PromoteCase(AwardNotation.Key, third, await grants.Version(third), ""));
        (await grants.State(third)).ShouldBe(GrantState.Recommended);
        (await AwardNotation.Refused(async () => await grants.Steer.Run(new RedecideCase(AwardNotation.Key, first,
            await grants.Version(first), ""))))
            .Code.ShouldBe(GrantMoves.ReasonMissing);
        await grants.Steer.Run(new RedecideCase(AwardNotation.Key, first, await grants.Version(first), "金额有误"));
        (await grants.State(first)).ShouldBe(GrantState.Ranked);

        // An old decision is none for now.
        IReadOnlyList<GrantOffer> offers = (await grants.Steer.Ask(new AwardPage(first))).Offers;
        offers.Single(offer => offer.Move == GrantMove.Recommend).WhyNot!.Code.ShouldBe(AwardNeeds.NotDecided);
    }

    [Fact]
    public async Task The_simulation_gives_by_rank_down_to_the_line_and_through_the_last_one()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        await grants.Ranked(2, "二", 5000);
        long first = await grants.Ranked(1, "一", 6000);
        await grants.Ranked(3, "三", 4000);
        await grants.Steer.Run(new NoteOpinion(AwardNotation.Key, first, "", Stance.For, "群众需要"));
        await grants.Desk.Run(new NoteOpinion(AwardNotation.Key, first, "邵教授", Stance.Less, "餐具可以借"));
        Deliberation view = await grants.Steer.Ask(new SimulateDecisions(grants.Round, Amount.Yuan(8000)));
        view.Cases.Select(row => (row.Title, row.Gets, row.IsPart)).ShouldBe(
            [("一", Amount.Yuan(6000), false), ("二", Amount.Yuan(2000), true), ("三", Amount.Fen(0), false)]);
        view.Cases[0].Opinions.ShouldBe((1, 1, 0));
        view.Funds.Select(fund => (fund.Pool, fund.Left)).ShouldBe([(Amount.Yuan(20000), Amount.Yuan(20000)), (Amount.Yuan(20000),
            Amount.Yuan(20000))]);
        view.Pool.ShouldBe(Amount.Yuan(40000));

        (await AwardNotation.Refused(() => grants.Desk.Run(new NoteOpinion(AwardNotation.Key, first, "", Stance.For,
            "好")))).Code.ShouldBe(NoteOpinion.ExpertMissing);
        (await AwardNotation.Refused(() => grants.Steer.Run(new NoteOpinion(AwardNotation.Key, first, "", Stance.For,
            "")))).Code.ShouldBe(NoteOpinion.WordsMissing);
        (await AwardNotation.Refused(() => grants.Desk.Run(new NoteOpinion(AwardNotation.Key, first, "石磊", Stance.For,
            "好")))).Code.ShouldBe(GrantMoves.Related);
        await grants.Steer.Run(await grants.Decision(first, children: 6000, community: 0));
        (await AwardNotation.Refused(() => grants.Steer.Run(new NoteOpinion(AwardNotation.Key, first, "", Stance.For,
            "好")))).Code.ShouldBe(NoteOpinion.NotRanked);
    }
}
