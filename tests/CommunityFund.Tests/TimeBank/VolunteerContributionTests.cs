using CommunityFund.Books;
using CommunityFund.Grants.Registers;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.TimeBank;

/// <summary>What volunteers gave to the project of a grant stands on the grant, in hours and never as income.</summary>
public sealed class VolunteerContributionTests
{
    [Fact]
    public async Task Hours_of_activities_and_services_stand_on_the_grant_by_grade_beside_its_cost_and_are_no_income()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, isExpense: true);
        long project = await Project(body, paid.Grant);
        (await Contribution()).ShouldBeNull();
        Exchange exchange = await Opened(body);
        TimeBankBody bank = exchange.Bank;
        Amount before = await Income();

        // Three hours of an activity, an hour more by a correction, and a service of two hours.
        bank.At("23:30");
        long activity = await bank.Activity(bank.Terms(ends: "23:00", project: project));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, exchange.Daughter, "服务"));
        await bank.Tick(activity, "09:00", "12:00", exchange.Daughter);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long correction = await bank.First.Run(new ProposeCorrection(
            TestBody.Key, (await bank.RecordOf(activity, exchange.Daughter)).ServiceRecordId, 240, "签退漏记"));
        await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, true));
        await exchange.Confirm(exchange.Mother, await exchange.Served(project: project));
        VolunteerContributionView view = (await Contribution())!;
        view.Grades.Select(row => (row.Grade.Key, row.People, row.Hours.Units)).ShouldBe(
            [("term.EvidenceGrade.TwoParty", 2, 300L)]);
        (view.Corrected.Units, view.Total.Units).ShouldBe((60, 360));
        view.Cost.ShouldBe(Amount.Fen((await paid.Tranche(1)).Units));
        view.CostPerHour.ShouldBe(Amount.Fen(view.Cost.Units / 6));
        (await Income()).ShouldBe(before);

        // A service that did not take place is taken back on both sides.
        long wrong = await exchange.Served("13:00", "14:00", project: project);
        await exchange.Confirm(exchange.Mother, wrong);
        await bank.First.Run(new ProposeServiceCorrection(TestBody.Key, wrong, "没来"));
        await bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, wrong, true));
        view = (await Contribution())!;
        (view.Grades.Single().Hours.Units, view.Corrected.Units, view.Total.Units).ShouldBe((360, 0, 360));

        async Task<VolunteerContributionView?> Contribution() => await paid.Grants.Desk.Ask(new VolunteerContribution(paid.Grant));

        async Task<Amount> Income()
        {
            await using FundDb db = body.Db();
            return Amount.Fen(await db.Database.SqlQuery<long>(
                $"""
                select coalesce(sum(p.units), 0)::bigint as "Value" from posting p join account a using (book_id, account_id)
                 where a.class = 'income' and a.commodity = 'CNY'
                """).SingleAsync(TestContext.Current.CancellationToken));
        }
    }

    private static async Task<long> Project(TestBody body, long grant)
    {
        await using FundDb db = body.Db();
        return await db.Database.SqlQuery<long>($"""select distinct project_id as "Value" from grant_award where grant_id = {grant}""")
            .SingleAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The elder and her helpers, on the day that the grant is at.</summary>
    private static async Task<Exchange> Opened(TestBody body)
    {
        TimeBankBody bank = await body.OpenTimeBank();
        long mother = await Exchange.Add(bank, MemberKind.Elder, "赵奶奶", "2-301");
        Exchange exchange = new(bank, mother, await Exchange.Add(bank, MemberKind.Family, "赵女儿", "2-301"),
            await Exchange.Add(bank, MemberKind.Volunteer, "王小妹"));
        await bank.Post(UnitKind.HoursEarned, Exchange.TenHours, mother, null, exchange.Today);
        return exchange;
    }
}
