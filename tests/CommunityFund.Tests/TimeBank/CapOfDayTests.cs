using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>The cap of a day and of what may be stored belong to the person: whatever way the hours came, and however many ask at once.</summary>
public sealed class CapOfDayTests
{
    [Fact]
    public async Task Two_services_that_are_reported_before_either_is_confirmed_keep_to_the_day()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { ActivityCap = 180, DayCap = 240 });
        long first = await exchange.Served("9:00", "12:00"), second = await exchange.Served("13:00", "16:00");
        (await exchange.Request(second)).ServedMinutes.ShouldBe(60);
        await exchange.Confirm(exchange.Mother, first);
        await exchange.Confirm(exchange.Mother, second);
        (await exchange.Bank.Holds(exchange.Helper)).Hours.ShouldBe(240);
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Nobody_helps_two_neighbours_at_once_or_while_in_an_activity()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long first = await exchange.Served("9:00", "10:00"), second = await exchange.Ask(exchange.Mother, exchange.Mother),
            third = await exchange.Ask(exchange.Mother, exchange.Mother);
        await exchange.Match(second, exchange.Helper);
        await exchange.Match(third, exchange.Helper);
        (await RefusalOf(() => exchange.Report(exchange.Helper, second, "9:50", "10:50"))).Code.ShouldBe(ServedTime.Overlap);
        await exchange.Report(exchange.Helper, second, "10:00", "11:00");
        await exchange.Confirm(exchange.Mother, first);

        // The activity was from half past ten to noon: it does not count with the first service, nor the second service with it.
        long activity = await bank.Activity(bank.Terms(starts: "9:00", ends: "12:00"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, exchange.Helper, "服务"));
        await bank.Tick(activity, "9:30", "12:00", exchange.Helper);
        ActivityPerson shown = (await bank.Second.Ask(new ActivityPage(activity))).People[0];
        (shown.IsException, shown.Record!.OverlapsWith).ShouldBe((true, "服务"));
        (await RefusalOf(async () => await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity))))).Code
            .ShouldBe(Confirmation.Overlap);
        await bank.Tick(activity, "10:30", "12:00", exchange.Helper);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        (await RefusalOf(() => exchange.Confirm(exchange.Mother, second))).Code.ShouldBe(ServedTime.Overlap);
        (await RefusalOf(() => exchange.Report(exchange.Helper, third, "11:50", "12:50"))).Code.ShouldBe(ServedTime.Overlap);
        await exchange.Report(exchange.Helper, third, "12:00", "13:00");
        await exchange.Confirm(exchange.Mother, third);
    }

    [Fact]
    public async Task A_day_has_one_cap_for_activities_and_services_together()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { ActivityCap = 240, DayCap = 300 });
        TimeBankBody bank = exchange.Bank;
        await exchange.Confirm(exchange.Mother, await exchange.Served("6:00", "9:00"));
        long late = await exchange.Served("17:00", "19:00");
        bank.At("20:00");
        long activity = await bank.Activity(bank.Terms(starts: "9:00", ends: "12:00"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, exchange.Helper, "服务"));
        await bank.Tick(activity, "9:00", "12:00", exchange.Helper);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        ServiceRecord record = await bank.RecordOf(activity, exchange.Helper);
        (record.CutDay, record.CreditedMinutes).ShouldBe((60, 120));
        (await RefusalOf(() => exchange.Confirm(exchange.Mother, late))).Code.ShouldBe(ServedTime.DayFull);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        (await bank.Holds(exchange.Helper)).Hours.ShouldBe(300);

        // The database says the same to whoever walks around the rules.
        await using FundDb db = body.Db();
        (await db.Database.SqlQuery<long>($"""select minutes_served({body.Book}, {exchange.Helper}, {exchange.Today.ToDateOnly()}) as "Value" """)
            .SingleAsync()).ShouldBe(300);
    }

    [Fact]
    public async Task Hours_from_before_the_programme_do_not_fill_the_day_on_which_they_are_booked()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        await exchange.Bank.Post(UnitKind.HoursEarned, 6000, exchange.Helper, null, exchange.Today);
        await exchange.Confirm(exchange.Mother, await exchange.Served());
        (await exchange.Bank.Holds(exchange.Helper)).Hours.ShouldBe(6120);
    }

    [Fact]
    public async Task Two_corrections_that_wait_at_once_do_not_go_beyond_the_day_together()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { ActivityCap = 240, DayCap = 240 });
        long one = await bank.Volunteer("王小妹");
        long morning = await bank.Served("09:00", "10:00", one), evening = await bank.Served("18:00", "19:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, morning));
        await bank.First.Run(new CloseActivity(TestBody.Key, evening));
        long first = await Propose(morning, 180), second = await Propose(evening, 180);
        await bank.Second.Run(new DecideCorrection(TestBody.Key, first, true));
        Refusal no = await RefusalOf(() => bank.Second.Run(new DecideCorrection(TestBody.Key, second, true)));
        (no.Code, no.Facts["most"]).ShouldBe((ProposeCorrection.BadMinutes, Amount.OfUnits(60, Commodity.Hour)));
        (await bank.Holds(one)).Hours.ShouldBe(240);

        // A sheet that comes later is cut by what the correction added.
        long late = await bank.Served("20:00", "22:00", one);
        (await bank.RecordOf(late, one)).CreditedMinutes.ShouldBe(0);

        async Task<long> Propose(long activity, int minutes) => await bank.First.Run(
            new ProposeCorrection(TestBody.Key, (await bank.RecordOf(activity, one)).ServiceRecordId, minutes, "签退漏记"));
    }

    [Fact]
    public async Task A_correction_takes_back_the_points_of_every_lot_that_the_record_brought()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Served("09:00", "10:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        await Correct(180);
        (await bank.Holds(one)).ShouldBe((180, 30, 0));
        await Correct(60);
        (await bank.Holds(one)).ShouldBe((60, 10, 0));
        await Correct(240);
        await Correct(0);
        (await bank.Holds(one)).ShouldBe((0, 0, 0));
        MyRecordRow shown = (await body.Foundation.Visitor().Ask(new MyRecords(await bank.Card(one)))).Rows.ShouldHaveSingleItem();
        shown.Corrections.ShouldAllBe(row => row.PointsShort.IsZero);
        await CheckedBody.IsClean(body);

        async Task Correct(int minutes)
        {
            long record = (await bank.RecordOf(activity, one)).ServiceRecordId;
            long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record, minutes, "核对签到表"));
            await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, true));
        }
    }

    [Fact]
    public async Task Many_who_give_to_one_person_at_once_do_not_go_beyond_what_one_may_store()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { StoredCap = 100 });
        long elder = await bank.Elder();
        List<long> givers = [];
        for (int i = 0; i < 6; i++)
        {
            givers.Add(await bank.Volunteer($"志愿者{i}"));
            await bank.Post(UnitKind.HoursEarned, 60, givers[i], null);
        }

        Task<long>[] all = [.. givers.Select(giver => bank.Gives(giver, elder, 60))];
        await Task.WhenAll(all.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        all.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        all.Where(task => task.IsFaulted).ShouldAllBe(task => ((RefusedException)task.Exception!.InnerException!).Refusal.Code == HourGift.BeyondStored);
        (await bank.Holds(elder)).Hours.ShouldBe(60);
    }
}
