using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Awards;

/// <summary>What is left undecided is decided by the line of the simulation, each case as if it were decided alone.</summary>
public sealed class CutLineTests
{
    private const string Minutes = "领导小组纪要〔2026〕3号";

    /// <summary>
    /// The line is 13,000 of four cases of 6,000, 5,000, 4,000 and 1,000. The first was decided before; the second gets all, the third the 2,000
    /// that are left, and the last waits. The children's fund has 12,000 for it and its gifts come first: 6,000 are taken, so 5,000 and 1,000 of
    /// it, and 1,000 of the community's.
    /// </summary>
    [Fact]
    public async Task What_the_line_leaves_is_given_in_the_order_of_the_ranking_and_the_rest_waits()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 8200, children: 12000);
        long[] cases = await Four(grants);
        await grants.Steer.Run(await grants.Decision(cases[0], children: 6000, community: 0));
        DecideByCutLine line = await Line(grants, 13000);
        line.Cases.Select(seen => seen.Grant).ShouldBe(cases[1..]);

        // The third gets less than it asked for, and nobody said why: none is decided.
        Refusal cut = await AwardNotation.Refused(() => grants.Steer.Run(line));
        (cut.Code, cut.Facts["title"], cut.Facts["given"]).ShouldBe((DecideCase.CutUnexplained, "三", Amount.Yuan(2000)));
        (await grants.State(cases[1])).ShouldBe(GrantState.Ranked);
        (await grants.Steer.Ask(new SimulateDecisions(grants.Round, Amount.Yuan(13000)))).Undecided.Count.ShouldBe(3);

        DecideByCutLine told = line with { Key = AwardNotation.Key, Reason = "总额所限" };
        (await grants.Steer.Run(told)).ShouldBe(new LineDecided(2, 1));
        (await grants.Steer.Run(told)).ShouldBe(new LineDecided(2, 1));
        List<GrantState> states = [];
        foreach (long grant in cases)
        {
            states.Add(await grants.State(grant));
        }

        states.ShouldBe([GrantState.Recommended, GrantState.Recommended, GrantState.Recommended, GrantState.Waitlisted]);
        (await Shares(body, cases[1])).ShouldBe([(TestBody.Children, 500_000)]);
        (await Shares(body, cases[2])).ShouldBe([(TestBody.Community, 100_000), (TestBody.Children, 100_000)]);
        (await Shares(body, cases[3])).ShouldBe([(TestBody.Community, 100_000)]);
        DecisionRow third = (await grants.Steer.Ask(new AwardPage(cases[2]))).Decisions.Single(), last = (await grants.Steer.Ask(
            new AwardPage(cases[3]))).Decisions.Single();
        (third.Cuts, third.Inverts, third.Reason, third.Minutes).ShouldBe((true, false, "总额所限", Minutes));
        (last.Kind, last.Place, last.Amount).ShouldBe((DecisionKind.Waitlist, 1, Amount.Yuan(1000)));
        (await AwardNotation.Refused(async () => await grants.Steer.Run(await Line(grants, 13000)))).Code.ShouldBe(DecideByCutLine.NothingLeft);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_lies_below_the_line_may_be_left_out_with_a_reason()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 8200, children: 12000);
        long[] cases = await Four(grants);
        DecideByCutLine line = await Line(grants, 11000) with { Waits = false };
        (await AwardNotation.Refused(() => grants.Steer.Run(line))).Code.ShouldBe(GrantMoves.ReasonMissing);
        (await grants.State(cases[0])).ShouldBe(GrantState.Ranked);
        (await grants.Steer.Run(line with { Key = AwardNotation.Key, Reason = "本轮资金所限" })).ShouldBe(new LineDecided(2, 2));
        (await grants.State(cases[1])).ShouldBe(GrantState.Recommended);
        (await grants.State(cases[3])).ShouldBe(GrantState.NotSelected);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task It_is_refused_as_each_decision_would_be_and_when_it_is_not_what_the_page_showed()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 8200, children: 0);
        long[] cases = await Four(grants);
        DecideByCutLine line = await Line(grants, 8000) with { Reason = "总额所限" };
        await Says(DecideCase.MinutesMissing, line with { Minutes = " " });
        await Says(DecideByCutLine.BadLine, line with { Line = Amount.Yuan(-1) });
        await Says(DecideByCutLine.NothingLeft, line with { Cases = [] });
        await Says(GrantMoves.Stale, line with { Cases = [.. line.Cases.Select(seen => seen with { Version = seen.Version - 1 })] });
        await Says(DecideByCutLine.LineMoved, line with { Cases = line.Cases.Skip(1).ToArray() });
        await Says(GrantCase.Unknown, line with { Cases = [new LineCase(987, 1)] });
        (await AwardNotation.Refused(() => grants.Desk.Run(line with { Key = AwardNotation.Key }))).Code.ShouldBe(Need.Missing);

        // The community fund has 8,200, so the second, for 5,000 after 6,000, cannot be borne; the words are those of the single decision.
        Refusal poor = await AwardNotation.Refused(async () => await grants.Steer.Run(await Line(grants, 12000) with { Reason = "x" }));
        (poor.Code, poor.Facts["spoken"], poor.Facts["payable"]).ShouldBe((AwardNeeds.NotAffordable, Amount.Yuan(6000), Amount.Yuan(2200)));

        // The last one is in before the others: leaving the better ones behind is a departure, and so it says why.
        await grants.Steer.Run(await grants.Decision(cases[3], children: 0, community: 1000));
        Refusal inverts = await AwardNotation.Refused(async () => await grants.Steer.Run(await Line(grants, 0)));
        (inverts.Code, inverts.Facts["title"]).ShouldBe((DecideCase.InversionUnexplained, "一"));

        // Who has part in one of them decides none of them so.
        await grants.Sql($"""
            alter table grant_case disable trigger user;
            update grant_case set fin_lead_id = {grants.Id("steer")} where grant_id = {cases[2]};
            alter table grant_case enable trigger user
            """);
        DecideByCutLine own = await Line(grants, 7000) with { Reason = "总额所限" };
        await Says(GrantMoves.Related, own);
        (await grants.State(cases[0])).ShouldBe(GrantState.Ranked);
        (await grants.As("steer2").Run(own with { Key = AwardNotation.Key })).ShouldBe(new LineDecided(2, 1));

        async Task Says(string code, DecideByCutLine form) =>
            (await AwardNotation.Refused(() => grants.Steer.Run(form with { Key = AwardNotation.Key }))).Code.ShouldBe(code);
    }

    private static async Task<long[]> Four(AwardNotation grants) =>
    [
        await grants.Ranked(1, "一", 6000), await grants.Ranked(2, "二", 5000), await grants.Ranked(3, "三", 4000), await grants.Ranked(4, "四", 1000),
    ];

    /// <summary>As the page sends it.</summary>
    private static async Task<DecideByCutLine> Line(AwardNotation grants, decimal yuan)
    {
        Deliberation view = await grants.Steer.Ask(new SimulateDecisions(grants.Round, Amount.Yuan(yuan)));
        return new DecideByCutLine(AwardNotation.Key, grants.Round, view.Line,
            [.. view.Undecided.Select(row => new LineCase(row.Grant, row.Version))], Waits: true, "", Minutes);
    }

    private static async Task<(int Fund, long Units)[]> Shares(TestBody body, long grant)
    {
        await using FundDb db = body.Db();
        return [.. (await db.Set<GrantDecisionFund>().Where(row => row.GrantId == grant).OrderBy(row => row.FundId).ToListAsync())
            .Select(row => (row.FundId, row.Units))];
    }
}
