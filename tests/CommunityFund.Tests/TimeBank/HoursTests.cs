using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Records: reckoned, confirmed by another person, booked at once, disputed and corrected.</summary>
public sealed class HoursTests
{
    [Fact]
    public async Task Closing_books_what_was_confirmed_and_drops_the_rest()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), silent = await bank.Volunteer("李大伯");
        long group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "某公司志愿队"));
        bank.At("09:00");
        long activity = await bank.Activity();
        foreach (long person in new[] { one, silent, group })
        {
            await bank.First.Run(new SignUpMember(TestBody.Key, activity, person, "服务"));
        }

        bank.At("11:59");
        await bank.Tick(activity, "09:00", "11:30", one, silent, group);
        long[] ids = [(await bank.RecordOf(activity, one)).ServiceRecordId, (await bank.RecordOf(activity, group)).ServiceRecordId];
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, ids));
        (await RefusalOf(() => bank.First.Run(new CloseActivity(TestBody.Key, activity)))).Code.ShouldBe(CloseActivity.TooEarly);
        (await bank.First.Ask(new ActivityPage(activity))).Moves.CannotClose!.Code.ShouldBe(CloseActivity.TooEarly);
        bank.At("12:00");
        ActivityClosed closed = await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        closed.ShouldBe(new ActivityClosed(2, 300, 0, 25, 1));
        (await bank.Holds(one)).ShouldBe((150, 25, 0));
        (await bank.Holds(group)).ShouldBe((150, 0, 0));
        (await bank.Holds(silent)).ShouldBe((0, 0, 0));
        ActivityPageView page = await bank.First.Ask(new ActivityPage(activity));
        page.State.ShouldBe(ActivityState.Closed);
        page.Counts.ShouldBe(new ActivityCounts(3, 3, 3, 0, 0, 2, 1, 0));
        ServiceRecord record = await bank.RecordOf(activity, one);
        (record.State, record.HoursEntryNo is not null, record.PointsEntryNo is not null).ShouldBe((RecordState.Posted, true, true));
        (await RefusalOf(() => bank.Second.Run(new ConfirmHours(TestBody.Key, activity, ids)))).Code.ShouldBe(Confirmation.Gone);
    }

    [Fact]
    public async Task Nobody_confirms_the_own_hours_or_those_of_the_household_or_the_own_list()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Volunteer, "", "幸福里", "3 号楼", Person: bank.SecondCoordinator));
        long home = await bank.Volunteer("钱太太", "3 号楼");
        long child = await bank.Volunteer("小小", "", new LocalDate(2012, 5, 1), bank.SecondCoordinator);
        long elder = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Elder, "赵奶奶"));
        long stranger = await bank.Volunteer("王小妹");
        bank.At("09:00");
        long activity = await bank.Activity(bank.Terms(confirmer: elder));
        long[] people = [bank.SecondCoordinator, home, child, stranger];
        foreach (long person in people)
        {
            await bank.First.Run(new SignUpMember(TestBody.Key, activity, person, "服务"));
        }

        bank.At("12:30");
        await bank.Tick(activity, "09:00", "11:00", people);
        foreach (long person in people.Take(3))
        {
            long record = (await bank.RecordOf(activity, person)).ServiceRecordId;
            (await RefusalOf(() => bank.Second.Run(new ConfirmHours(TestBody.Key, activity, [record])))).Code.ShouldBe(Confirmation.Close);
        }

        (await RefusalOf(() => bank.Second.Run(new ConfirmHours(TestBody.Key, activity, [])))).Code.ShouldBe(Confirmation.Gone);
        long free = (await bank.RecordOf(activity, stranger)).ServiceRecordId;
        Refusal own = await RefusalOf(() => bank.First.Run(new ConfirmHours(TestBody.Key, activity, [free])));
        (own.Code, own.Facts["person"]).ShouldBe((Confirmation.OwnList, "王小妹"));
        (await bank.Second.Ask(new ActivityPage(activity))).Confirmable.ShouldBe([free]);
        FundSession visitor = body.Foundation.Visitor();
        MemberPass other = await bank.Card(stranger), named = await bank.Card(elder);
        (await RefusalOf(() => visitor.Run(new ConfirmHoursWithCard(TestBody.Key, other, activity, [free])))).Code.ShouldBe(Confirmation.NotNamed);
        MyActivitiesView mine = await visitor.Ask(new MyActivities(named));
        mine.ToConfirm.Select(row => row.Name).ShouldBe(["钱协调", "钱太太", "小小", "王小妹"], ignoreOrder: true);
        (await visitor.Run(new ConfirmHoursWithCard(TestBody.Key, named, activity, [.. mine.ToConfirm.Select(row => row.Record)]))).ShouldBe(4);
    }

    [Fact]
    public async Task Caps_cut_and_say_so_and_a_day_is_counted_over_all_services()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { ActivityCap = 240, DayCap = 300, RoundingMinutes = 15 });
        long one = await bank.Volunteer("王小妹");
        bank.At("07:00");
        long morning = await bank.Activity(bank.Terms(starts: "08:00", ends: "13:00")),
            evening = await bank.Activity(bank.Terms(starts: "14:00", ends: "18:00", cap: 120));
        await bank.First.Run(new SignUpMember(TestBody.Key, morning, one, "服务"));
        await bank.First.Run(new SignUpMember(TestBody.Key, evening, one, "服务"));
        bank.At("18:30");
        await bank.Tick(morning, "08:00", "12:40", one);
        await bank.Tick(evening, "14:00", "17:05", one);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, morning, await bank.Records(morning)));
        await bank.Second.Run(new ConfirmHours(TestBody.Key, evening, await bank.Records(evening)));
        ServiceRecord first = await bank.RecordOf(morning, one), second = await bank.RecordOf(evening, one);
        (first.RawMinutes, first.RoundedMinutes, first.CutActivity, first.CutDay, first.CreditedMinutes).ShouldBe((280, 270, 30, 0, 240));
        (second.RawMinutes, second.RoundedMinutes, second.CutActivity, second.CutDay, second.CreditedMinutes).ShouldBe((185, 180, 60, 60, 60));
        await bank.First.Run(new CloseActivity(TestBody.Key, morning));
        await bank.First.Run(new CloseActivity(TestBody.Key, evening));
        (await bank.Holds(one)).ShouldBe((300, 50, 0));
    }

    [Fact]
    public async Task Two_services_at_the_same_time_are_not_both_confirmed()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        bank.At("07:00");
        long here = await bank.Activity(), there = await bank.Activity(bank.Terms(title: "清洁河道"));
        await bank.First.Run(new SignUpMember(TestBody.Key, here, one, "服务"));
        await bank.First.Run(new SignUpMember(TestBody.Key, there, one, "服务"));
        bank.At("12:30");
        await bank.Tick(here, "09:00", "11:00", one);
        await bank.Tick(there, "10:59", "12:00", one);
        ActivityPerson shown = (await bank.Second.Ask(new ActivityPage(there))).People[0];
        (shown.IsException, shown.Record!.OverlapsWith).ShouldBe((true, "敬老服务"));
        await bank.Second.Run(new ConfirmHours(TestBody.Key, here, await bank.Records(here)));
        (await RefusalOf(async () => await bank.Second.Run(new ConfirmHours(TestBody.Key, there, await bank.Records(there))))).Code
            .ShouldBe(Confirmation.Overlap);
        await bank.Tick(there, "11:00", "12:00", one);
        (await bank.Second.Run(new ConfirmHours(TestBody.Key, there, await bank.Records(there)))).ShouldBe(1);
    }

    [Fact]
    public async Task What_nobody_may_store_any_more_goes_to_the_pool()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { StoredCap = 100 });
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.HoursEarned, 70, one, null);
        long activity = await bank.Served("09:00", "11:00", one);
        bank.At("23:30");
        (await bank.First.Run(new CloseActivity(TestBody.Key, activity))).ShouldBe(new ActivityClosed(1, 30, 90, 20, 0));
        (await bank.Holds(one)).Hours.ShouldBe(100);
        (await bank.RecordOf(activity, one)).ToPool.ShouldBe(90);
        long again = await bank.Served("12:00", "13:00", one);
        (await bank.First.Run(new CloseActivity(TestBody.Key, again))).ShouldBe(new ActivityClosed(1, 0, 60, 10, 0));
    }

    [Fact]
    public async Task Hours_from_before_the_programme_take_a_paper_and_two_people()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        LocalDate until = new(2025, 6, 30);
        EnterLegacyHours asked = new(TestBody.Key, bank.Programme, one, "服务", 600, until, "旧台账第 3 页", await bank.First.Photo());
        (await RefusalOf(() => bank.First.Run(asked with { Minutes = 0 }))).Code.ShouldBe(EnterLegacyHours.BadMinutes);
        (await RefusalOf(() => bank.First.Run(asked with { Until = bank.Today().PlusDays(1) }))).Code.ShouldBe(EnterLegacyHours.BadDay);
        (await RefusalOf(() => bank.First.Run(asked with { Reason = "" }))).Code.ShouldBe(EnterLegacyHours.ReasonMissing);
        (await RefusalOf(() => bank.First.Run(asked with { Role = "医疗" }))).Code.ShouldBe(SignUpMember.NoSuchRole);
        (await RefusalOf(() => bank.First.Run(asked with { Papers = [] }))).Code.ShouldBe(FiledDocument.Missing);
        long record = await bank.First.Run(asked with { Key = TestBody.Key });
        (await bank.Second.Ask(new DisputeList())).Legacy.ShouldHaveSingleItem().MayDecide.ShouldBeTrue();
        (await RefusalOf(() => bank.First.Run(new DecideLegacyHours(TestBody.Key, record, Agrees: true)))).Code.ShouldBe(Confirmation.OwnList);
        await bank.Second.Run(new DecideLegacyHours(TestBody.Key, record, Agrees: true));
        (await bank.Holds(one)).ShouldBe((600, 0, 0));
        (await RefusalOf(() => bank.Second.Run(new DecideLegacyHours(TestBody.Key, record, Agrees: false)))).Code.ShouldBe(Confirmation.Gone);
        await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Volunteer, "", Person: bank.SecondCoordinator));
        long close = await bank.First.Run(asked with { Key = TestBody.Key, Person = bank.SecondCoordinator, Papers = await bank.First.Photo(2) });
        (await RefusalOf(() => bank.Second.Run(new DecideLegacyHours(TestBody.Key, close, Agrees: true)))).Code.ShouldBe(Confirmation.Close);
        await bank.Second.Run(new DecideLegacyHours(TestBody.Key, close, Agrees: false));
    }

    [Fact]
    public async Task A_volunteer_disputes_a_record_and_a_coordinator_who_did_not_confirm_it_answers()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        long activity = await bank.Served("09:00", "11:00", one);
        long record = (await bank.RecordOf(activity, one)).ServiceRecordId;
        FundSession visitor = body.Foundation.Visitor();
        MemberPass card = await bank.Card(one), theirs = await bank.Card(other);
        Task<long> Dispute(string text, MemberPass? pass = null) => visitor.Run(new DisputeRecord(TestBody.Key, pass ?? card, record, text));
        bank.At("23:30");
        (await RefusalOf(() => Dispute("少记了"))).Code.ShouldBe(DisputeRecord.TooEarly);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        (await RefusalOf(() => Dispute("少记了", theirs))).Code.ShouldBe(ServiceRecord.Unknown);
        (await RefusalOf(() => Dispute(" "))).Code.ShouldBe(DisputeRecord.BadText);
        MyRecordRow mine = (await visitor.Ask(new MyRecords(card))).Rows.ShouldHaveSingleItem();
        mine.DisputeUntil.ShouldBe(bank.Today().PlusDays(30));
        long dispute = await Dispute("我 12 点才走");
        (await RefusalOf(() => Dispute("再说一次"))).Code.ShouldBe(DisputeRecord.OneWaits);
        (await RefusalOf(() => bank.Second.Run(new AnswerDispute(TestBody.Key, dispute, true, "对")))).Code.ShouldBe(AnswerDispute.Own);
        (await RefusalOf(() => bank.First.Run(new AnswerDispute(TestBody.Key, dispute, true, "")))).Code.ShouldBe(AnswerDispute.ReasonMissing);
        (await bank.First.Ask(new DisputeList())).Disputed.ShouldHaveSingleItem().Disputes[0].MayAnswer.ShouldBeTrue();
        await bank.First.Run(new AnswerDispute(TestBody.Key, dispute, true, "签退漏记，改为 12 点"));
        (await RefusalOf(() => bank.First.Run(new AnswerDispute(TestBody.Key, dispute, false, "再答")))).Code.ShouldBe(AnswerDispute.Gone);
        // It was right, so it waits on until somebody proposes what is right; what became of that is another matter.
        (await bank.First.Ask(new DisputeList())).Disputed.ShouldHaveSingleItem().Disputes[0].State.ShouldBe(DisputeState.Upheld);
        body.Clock.Now += Duration.FromMinutes(1);
        long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record, 180, "签退漏记"));
        (await bank.First.Ask(new DisputeList())).Total.ShouldBe(1);
        await bank.First.Run(new DecideCorrection(TestBody.Key, correction, false));
        (await bank.First.Ask(new DisputeList())).Total.ShouldBe(0);
        body.Clock.Now += Duration.FromDays(31);
        (await RefusalOf(() => Dispute("太晚了"))).Code.ShouldBe(DisputeRecord.TooLate);
    }

    [Fact]
    public async Task A_correction_books_the_difference_linked_and_by_two_and_the_record_stays()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { ActivityCap = 240, DayCap = 240 });
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        long activity = await bank.Served("09:00", "11:00", one);
        long record = (await bank.RecordOf(activity, one)).ServiceRecordId;
        bank.At("23:30");
        Task<long> Propose(int minutes, string reason = "签退漏记") => bank.First.Run(new ProposeCorrection(TestBody.Key, record, minutes, reason));
        (await RefusalOf(() => Propose(60))).Code.ShouldBe(ProposeCorrection.NotPosted);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        (await RefusalOf(() => Propose(120))).Code.ShouldBe(ProposeCorrection.BadMinutes);
        (await RefusalOf(() => Propose(241))).Code.ShouldBe(ProposeCorrection.BadMinutes);
        (await RefusalOf(() => Propose(-1))).Code.ShouldBe(ProposeCorrection.BadMinutes);
        (await RefusalOf(() => Propose(60, ""))).Code.ShouldBe(ProposeCorrection.ReasonMissing);
        long more = await Propose(180);
        (await RefusalOf(() => Propose(60))).Code.ShouldBe(ProposeCorrection.OneWaits);
        (await RefusalOf(() => bank.First.Run(new DecideCorrection(TestBody.Key, more, true)))).Code.ShouldBe(DecideCorrection.Own);
        await bank.Second.Run(new DecideCorrection(TestBody.Key, more, true));
        (await RefusalOf(() => bank.Second.Run(new DecideCorrection(TestBody.Key, more, true)))).Code.ShouldBe(DecideCorrection.Gone);
        (await bank.Holds(one)).ShouldBe((180, 30, 0));

        // All hours are given away and half of the points used: hours go below zero, and the points that are missing are said.
        await bank.Post(UnitKind.HoursGiven, 180, other, one, bank.Today());
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 15, one, one, bank.Today());
        await bank.Post(UnitKind.PointsRedeemed, 15, null, one, bank.Today(), of: reserved.EntryNo);
        long less = await Propose(0, "没有来");
        await bank.Second.Run(new DecideCorrection(TestBody.Key, less, true));
        (await bank.Holds(one)).ShouldBe((-180, 0, 0));
        MyRecordRow shown = (await body.Foundation.Visitor().Ask(new MyRecords(await bank.Card(one)))).Rows.ShouldHaveSingleItem();
        (shown.Now.Units, shown.Reckoning.Credited.Units, shown.Corrections.Count).ShouldBe((0, 120, 2));
        (shown.Corrections[1].Points.Units, shown.Corrections[1].PointsShort.Units).ShouldBe((-15, 15));
        long dropped = await Propose(30);
        await bank.First.Run(new DecideCorrection(TestBody.Key, dropped, false));
        (await bank.RecordOf(activity, one)).CreditedMinutes.ShouldBe(120);
    }

    [Fact]
    public async Task A_correction_of_somebody_close_is_for_others()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Volunteer, "", "", "3 号楼", Person: bank.FirstCoordinator));
        long home = await bank.Volunteer("孙太太", "3 号楼");
        long activity = await bank.Served("09:00", "11:00", home);
        bank.At("23:30");
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long record = (await bank.RecordOf(activity, home)).ServiceRecordId;
        (await RefusalOf(() => bank.First.Run(new ProposeCorrection(TestBody.Key, record, 60, "多记了")))).Code.ShouldBe(Confirmation.Close);
        long correction = await bank.Second.Run(new ProposeCorrection(TestBody.Key, record, 60, "多记了"));
        (await RefusalOf(() => bank.First.Run(new DecideCorrection(TestBody.Key, correction, true)))).Code.ShouldBe(Confirmation.Close);
        (await RefusalOf(() => bank.First.Run(new ProposeCorrection(TestBody.Key, 99, 60, "多记了")))).Code
            .ShouldBeOneOf(ServiceRecord.Unknown, Need.OutsideFund);
    }
}
