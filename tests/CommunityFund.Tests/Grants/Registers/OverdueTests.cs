using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using NodaTime;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>The calendar of running grants: what opens on its day, what an overdue advance holds, and who is reminded when.</summary>
public sealed class OverdueTests
{
    [Fact]
    public async Task An_overdue_advance_holds_what_is_still_to_be_paid_to_the_same_people_until_it_is_accounted_for()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        await told.Aged(0);
        (await body.Operator.Run(new HoldOverdueAdvances(TestBody.Key))).ShouldBe(0);
        told.Grants.Wait(1);

        // The advance stands in another project of the same lead.
        (await body.Operator.Run(new HoldOverdueAdvances(TestBody.Key))).ShouldBe(2);
        (await told.Plan(grant)).Select(row => (row.State, row.HeldBy)).ShouldAllBe(row =>
            row.State == TrancheState.Held && row.HeldBy == CommunityFund.Grants.GrantMover.Calendar);
        (await body.Operator.Run(new HoldOverdueAdvances(TestBody.Key))).ShouldBe(0);
        Refusal refusal = await AwardNotation.Refused(() => told.Grants.Desk.Run(new MakeStep(
            TestBody.Key, told.Plan(grant).Result[0].TrancheId, TrancheMove.Release, "已电话催办")));
        refusal.Code.ShouldBe(TrancheNeeds.AdvanceOverdue);

        await body.Superuser("update tranche set state = 'settled' where state = 'awaiting-acquittal'; update tranche_fund set acquitted = paid where paid > 0");
        (await body.Operator.Run(new HoldOverdueAdvances(TestBody.Key))).ShouldBeGreaterThan(1);
        (await told.Plan(grant)).Select(row => row.State).ShouldBe([TrancheState.Eligible, TrancheState.Planned]);
    }

    [Fact]
    public async Task A_planned_tranche_opens_on_its_day_once_enough_of_the_one_before_is_accounted_for()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        IReadOnlyList<Tranche> plan = await told.Plan(grant);
        await told.Move(grant, plan[0].TrancheId, MoneyMove.Paid, children: 7200);
        await told.Stands(plan[0].TrancheId, TrancheState.AwaitingAcquittal, due: told.Today.PlusDays(300));
        body.Clock.Now += Duration.FromDays(Period.DaysBetween(told.Today, plan[1].EarliestOn));
        (await body.Operator.Run(new OpenDueTranches(TestBody.Key))).ShouldBe(0);
        await body.Superuser($"update tranche_fund set acquitted = 576000 where tranche_id = {plan[0].TrancheId} and fund_id = {TestBody.Children}");
        body.Clock.Now -= Duration.FromDays(1);
        (await body.Operator.Run(new OpenDueTranches(TestBody.Key))).ShouldBe(0);
        body.Clock.Now += Duration.FromDays(1);
        (await body.Operator.Run(new OpenDueTranches(TestBody.Key))).ShouldBe(1);
        (await told.Plan(grant))[1].State.ShouldBe(TrancheState.Eligible);
    }

    [Fact]
    public async Task Leads_and_the_desk_are_reminded_fifteen_seven_and_one_working_day_before_and_when_it_is_late()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        LocalDate today = told.Today;
        int[] working = [15, 7, 1];
        int[] days = [.. working.Select(each => Period.DaysBetween(today, CommunityFund.Books.WorkingDays.After(today, each)))];
        await told.Aged(3, -days[2], -days[1], -days[0], -days[0] - 1 - (CommunityFund.Books.WorkingDays.Is(today.PlusDays(days[0] + 1)) ? 0 : 3));
        ReportsDue lead = await told.Grants.Lead.Ask(new AdvancesForMe());
        lead.Mine.Select(row => (row.Reminder, row.DaysLeft, row.Late)).ShouldBe(
        [
            (ReportReminder.Late, 0, 3), (ReportReminder.Now, 1, 0), (ReportReminder.Near, 7, 0), (ReportReminder.Soon, 15, 0),
        ]);
        (lead.SoonAll, lead.LateAll).ShouldBe((0, 0));
        (await told.Grants.FinLead.Ask(new AdvancesForMe())).Mine.Count.ShouldBe(4);
        ReportsDue desk = await told.Grants.Desk.Ask(new AdvancesForMe());
        (desk.Mine.Count, desk.SoonAll, desk.LateAll).ShouldBe((0, 3, 1));
        (await told.Grants.Panel.Ask(new AdvancesForMe())).ShouldBeEquivalentTo(new ReportsDue([], 0, 0, 0));
    }
}

/// <summary>Makes a step and nothing else.</summary>
internal sealed record MakeStep(Guid Key, long Tranche, TrancheMove Move, string? Reason = null) : CommunityFund.Books.Command<int>(Key)
{
    internal override ValueTask<CommunityFund.Books.Need> Needs(CommunityFund.Books.Work work, CancellationToken ct) =>
        TrancheMoves.NeedOf(work, Tranche, Move, ct);

    internal override async Task<int> Apply(CommunityFund.Books.Work work, CancellationToken ct)
    {
        Tranche row = await CommunityFund.Grants.Tranches.Tranche.Lock(work, Tranche, ct);
        return (await TrancheMoves.Make(work, Tranche, row.StateVersion, Move, Reason, ct)).StateVersion;
    }
}
