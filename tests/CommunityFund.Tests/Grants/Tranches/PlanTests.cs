using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>The plan of a grant that starts (grants.md 5.5, example A).</summary>
public sealed class PlanTests
{
    [Fact]
    public async Task A_grant_that_starts_has_its_tranches_split_over_its_funds_restricted_money_first()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await Started(grants);
        await using FundDb db = body.Db();
        List<Tranche> plan = await db.Set<Tranche>().AsNoTracking().Where(row => row.GrantId == grant).OrderBy(row => row.No).ToListAsync();
        plan.Select(row => (row.No, row.Units)).ShouldBe([((short)1, 720_000L), ((short)2, 480_000L)]);
        var parts = (await db.Set<TrancheFund>().AsNoTracking().ToListAsync()).OrderBy(row => row.TrancheId).ThenBy(row => row.Place)
            .Select(row => (row.TrancheId == plan[0].TrancheId ? 1 : 2, row.FundId == grants.Children, row.Planned));
        parts.ShouldBe([(1, true, 720_000L), (2, true, 280_000L), (2, false, 200_000L)]);

        // Its day has come when the grant starts; the second waits for the first.
        plan.Select(row => row.State).ShouldBe([TrancheState.Eligible, TrancheState.Planned]);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_promise_stands_in_the_register_of_grants_money_until_it_is_given_up()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        await using FundDb db = body.Db();
        (await db.Set<GrantFund>().AsNoTracking().OrderBy(row => row.FundId).Select(row => row.Committed - row.Cancelled).ToListAsync())
            .Order().ShouldBe([200_000L, 1_000_000L]);
        await grants.Lead.Run(new DeclineAward(AwardNotation.Key, grant, await grants.Version(grant), "团队解散"));
        (await db.Set<GrantFund>().AsNoTracking().Select(row => row.Committed - row.Cancelled).ToListAsync()).ShouldBe([0L, 0L]);
        await grants.ShouldBeClean();
    }

    /// <summary>A grant that runs, its first tranche open to be asked for.</summary>
    internal static async Task<long> Started(AwardNotation grants, decimal children = 10000, decimal community = 2000)
    {
        long grant = await grants.Awarded(children: children, community: community);
        await grants.Papers(grant, children + community);
        grants.Wait(14);
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        (await grants.State(grant)).ShouldBe(GrantState.Active);
        return grant;
    }
}
