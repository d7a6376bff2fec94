using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Tests.Grants.Life;

namespace CommunityFund.Tests.Grants.Lists;

/// <summary>Who sees which applications, found by round, state and words, a page at a time.</summary>
public sealed class ApplicationListTests
{
    [Fact]
    public async Task The_office_sees_what_was_sent_off_and_everybody_else_what_they_have_part_in()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (long signer, FundSession signers) = await body.Somebody("吕建国", Role.SignOff);
        (long desk, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        (long member, FundSession members) = await body.Somebody("组员", Role.FinLead);
        long round = await body.Called();
        long draft = await body.Case(round, lead), asked = await body.Case(round, lead, GrantState.AwaitingSignOff, signer), sent = await body.Case(round, 1, GrantState.Submitted);
        long filled = await body.Case(round, desk);
        await body.Superuser($"insert into grant_member values (1, {sent}, {member}, '出纳')");
        (await Ids(leads)).ShouldBe([asked, draft]);
        (await Ids(signers)).ShouldBe([asked]);
        (await Ids(members)).ShouldBe([sent]);
        (await Ids(desks)).ShouldBe([filled, sent, asked]);
        (await Ids(desks, new ApplicationList(Mine: true))).ShouldBe([filled]);
        (await Ids(body.Accountant)).ShouldBe([sent, asked]);
        ApplicationsFound seen = await leads.Ask(new ApplicationList());
        (seen.IsOffice, seen.Total, seen.Before, seen.Rounds.Single().Id).ShouldBe((false, 2, null, round));
        ApplicationRow row = seen.Rows[1];
        (row.Lead, row.FilledBy, row.State, row.WaitsFor.Single(), row.RoundTitle).ShouldBe(("石磊", null, GrantState.Draft, GrantMover.Lead, "春季微项目征集 2026-1"));
        (await desks.Ask(new ApplicationList())).Rows.Single(each => each.Id == asked).WaitsFor.ShouldBe([GrantMover.Signer]);
    }

    [Fact]
    public async Task Filters_find_by_round_state_and_words_and_pages_go_on_where_the_last_ended()
    {
        await using TestBody body = await TestBody.New();
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        long spring = await body.Called(), summer = await body.Called("2026-2");
        long light = await body.Case(spring, 1, GrantState.Submitted, title: "点亮楼道", number: "2026-1-001");
        long lunch = await body.Case(spring, 1, GrantState.Eligible, title: "长者午餐", number: "2026-1-002");
        long[] many = new long[5];
        for (int i = 0; i < many.Length; i++)
        {
            many[i] = await body.Case(summer, 1, GrantState.Submitted, title: $"绿化角 {i} 100%");
        }

        (await Ids(desks, new ApplicationList(spring))).ShouldBe([lunch, light]);
        (await Ids(desks, new ApplicationList(State: GrantState.Eligible))).ShouldBe([lunch]);
        (await Ids(desks, new ApplicationList(Text: "楼道"))).ShouldBe([light]);
        (await Ids(desks, new ApplicationList(Text: "2026-1-00"))).ShouldBe([lunch, light]);
        (await Ids(desks, new ApplicationList(Text: " 幸福里 ", Round: spring))).ShouldBe([lunch, light]);
        (await Ids(desks, new ApplicationList(Text: "0%"))).ShouldBe([.. many.Reverse()]);
        (await Ids(desks, new ApplicationList(Text: "没有"))).ShouldBeEmpty();
        ApplicationsFound first = await desks.Ask(new ApplicationList(summer, PageSize: 2));
        (first.Total, first.Before, first.Rows.Count).ShouldBe((5, many[3], 2));
        ApplicationsFound second = await desks.Ask(new ApplicationList(summer, PageSize: 2, Before: first.Before));
        ApplicationsFound last = await desks.Ask(new ApplicationList(summer, PageSize: 2, Before: second.Before));
        (second.Rows[0].Id, last.Rows.Single().Id, last.Before, last.Total).ShouldBe((many[2], many[0], null, 5));
    }

    private static async Task<long[]> Ids(FundSession session, ApplicationList? asked = null) =>
        [.. (await session.Ask(asked ?? new ApplicationList())).Rows.Select(row => row.Id)];
}
