using CommunityFund.Books;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Registers;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>A suspension is looked at every thirty days and kept up for a reason (grants.md 5.2, move 19).</summary>
public sealed class SuspensionReviewTests
{
    [Fact]
    public async Task A_suspension_that_is_reviewed_goes_on_until_the_day_said_and_the_page_tells_who_and_why()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        await made.Grants.Desk.Run(new SuspendGrant(EndingNotation.Key, made.Grant, await made.Version(), SuspensionCause.Complaint, "居民投诉占用通道"));
        LocalDate suspended = body.Clock.Now.InUtc().Date;
        (await made.Grants.Desk.Ask(new DeadlinesForMe())).Reviews.ShouldBeEmpty();
        made.Grants.Wait(29);
        GrantDeadline due = (await made.Grants.Desk.Ask(new DeadlinesForMe())).Reviews.Single();
        (due.IsClosing, due.DueOn, due.Reminder).ShouldBe((false, suspended.PlusDays(30), ReportReminder.Now));
        (await made.Grants.Lead.Ask(new DeadlinesForMe())).IsEmpty.ShouldBeTrue();

        LocalDate today = body.Clock.Now.InUtc().Date;
        (await Renew(made, " ", today.PlusDays(20))).ShouldSay(RenewSuspension.ReasonMissing, "为什么", "why");
        (await Renew(made, "整改未完", today)).ShouldSay(RenewSuspension.BadDay, "今天", "after today");
        (await Renew(made, "整改未完", today.PlusDays(31))).Code.ShouldBe(RenewSuspension.BadDay);
        await made.Grants.Desk.Run(new RenewSuspension(EndingNotation.Key, made.Grant, await made.Version(), "整改还没有完成，通道仍有杂物", today.PlusDays(20)));
        SuspensionShown shown = (await made.Grants.Desk.Ask(new GrantEndingPage(made.Grant))).Suspension!;
        (shown.ReviewOn, shown.Reviews.Single().By, shown.Reviews.Single().Until).ShouldBe((today.PlusDays(20), "高敏", today.PlusDays(20)));
        (await made.Grants.Desk.Ask(new GrantStory(made.Grant))).Events.ShouldContain(row =>
            row.What.Key == "term.StoryAct.SuspensionKept" && row.Reason.Contains("通道"));
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => made.Grants.App(
            "insert into grant_suspension_review select book_id, grant_id, state_version, 9, '再停', reviewed_on, reviewed_on + 31, reviewed_by, now() "
            + "from grant_suspension_review"));
        refused.ConstraintName.ShouldBe("grant_suspension_review_until");
        ConstraintWordsTests.Tell(refused);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Only_the_panel_keeps_up_what_the_panel_began_and_nothing_is_reviewed_that_runs()
    {
        await using TestBody body = await TestBody.New();
        EndingNotation made = await EndingStages.Started(body);
        LocalDate soon = body.Clock.Now.InUtc().Date.PlusDays(10);
        (await Renew(made, "继续", soon)).ShouldSay(RenewSuspension.NotSuspended, "执行中", "Reload");
        await made.Grants.Panel.Run(new SuspendByPanel(EndingNotation.Key, made.Grant, await made.Version(), SuspensionCause.AuditFinding, "票据存疑"));
        (await Renew(made, "继续", soon)).ShouldSay(RenewSuspension.PanelsOwn, "只有项目监审组", "only the panel");
        await made.Grants.Panel.Run(new RenewSuspension(EndingNotation.Key, made.Grant, await made.Version(), "还在核对票据", soon));
        (await made.Grants.Case(made.Grant)).DueOn.ShouldBe(soon);
        await made.Grants.ShouldBeClean();
    }

    private static async Task<Refusal> Renew(EndingNotation made, string reason, LocalDate until) => await AwardNotation.Refused(async () =>
        await made.Grants.Desk.Run(new RenewSuspension(EndingNotation.Key, made.Grant, await made.Version(), reason, until)));
}
