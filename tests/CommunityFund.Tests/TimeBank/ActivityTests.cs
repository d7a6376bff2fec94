using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Activities: published, signed up for, signed in and out by code, list and paper.</summary>
public sealed class ActivityTests
{
    [Fact]
    public async Task An_activity_is_published_with_what_the_rules_allow()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "某公司志愿队"));
        ActivityTerms fine = bank.Terms();
        (ActivityTerms Terms, string Code)[] wrong =
        [
            (fine with { Title = " " }, ActivityTerms.BadTitle), (fine with { Place = new string('远', 81) }, ActivityTerms.BadTitle),
            (fine with { Starts = "九点" }, ActivityClock.BadTime), (fine with { Ends = "08:00" }, ActivityTerms.BadSpan),
            (fine with { Ends = "2026-03-21 09:01" }, ActivityTerms.BadSpan), (fine with { CapMinutes = 0 }, ActivityTerms.BadCap),
            (fine with { CapMinutes = 1441 }, ActivityTerms.BadCap), (fine with { Roles = [] }, ActivityTerms.BadRoles),
            (fine with { Roles = [new("服务", 1), new(" 服务", 2)] }, ActivityTerms.BadRoles), (fine with { Roles = [new("服务", 0)] }, ActivityTerms.BadRoles),
            (fine with { Roles = [new("医疗", 1)] }, ActivityTerms.RoleWithoutRate), (fine with { IsInsured = false }, ActivityTerms.NotInsured),
            (fine with { Project = 77 }, Project.Unknown), (fine with { Confirmer = 1 }, Member.Unknown), (fine with { Confirmer = group }, Member.Unknown),
            (fine with { Day = new LocalDate(2025, 12, 31) }, ProgrammeRule.NoneInForce),
            (fine with { Day = bank.Today().PlusYears(1).PlusDays(1) }, ActivityTerms.TooFar),
        ];
        foreach ((ActivityTerms terms, string code) in wrong)
        {
            (await RefusalOf(() => bank.Activity(terms))).Code.ShouldBe(code);
        }

        long activity = await bank.Activity(fine);
        await bank.First.Run(new ChangeActivity(TestBody.Key, activity, fine with { Title = "改过的", Roles = [new("组织", 3)] }));
        ActivityPageView page = await bank.First.Ask(new ActivityPage(activity));
        page.Title.ShouldBe("改过的");
        page.Roles.Select(role => (role.Role, role.Seats)).ShouldBe([("服务", 0), ("组织", 3)], ignoreOrder: true);
        (await RefusalOf(() => bank.First.Run(new CancelActivity(TestBody.Key, activity, " ")))).Code.ShouldBe(CancelActivity.ReasonMissing);
        await bank.First.Run(new CancelActivity(TestBody.Key, activity, "下大雨"));
        (await RefusalOf(() => bank.First.Run(new ChangeActivity(TestBody.Key, activity, fine)))).Code.ShouldBe(Activity.Over);
        (await RefusalOf(() => bank.First.Run(new ChangeActivity(TestBody.Key, 99, fine)))).Code.ShouldBeOneOf(Activity.Unknown, Need.OutsideFund);
        (await bank.First.Ask(new ActivityList(State: ActivityState.Cancelled))).Rows.ShouldHaveSingleItem().Id.ShouldBe(activity);
        (await bank.First.Ask(new ActivityList(From: new LocalDate(2026, 4, 1)))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Seats_are_taken_once_each_and_given_back()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        long activity = await bank.Activity(bank.Terms(seats: 1));
        MemberPass card = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        await visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务"));
        (await RefusalOf(() => visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务")))).Code.ShouldBe(SignUpMember.Twice);
        (await RefusalOf(() => bank.First.Run(new SignUpMember(TestBody.Key, activity, other, "服务")))).Code.ShouldBe(SignUpMember.Full);
        (await RefusalOf(() => bank.First.Run(new SignUpMember(TestBody.Key, activity, other, "医疗")))).Code.ShouldBe(SignUpMember.NoSuchRole);
        (await RefusalOf(() => visitor.Run(new SignUpForActivity(TestBody.Key, card with { Code = "XXXXXXXX" }, activity, "服务")))).Code
            .ShouldBe(Member.CodeUnknown);
        (await RefusalOf(() => bank.First.Run(new ChangeActivity(TestBody.Key, activity, bank.Terms() with { Roles = [new("组织", 1)] })))).Code
            .ShouldBe("database.activity-full");
        await visitor.Run(new WithdrawSignUp(TestBody.Key, card, activity));
        (await RefusalOf(() => visitor.Run(new WithdrawSignUp(TestBody.Key, card, activity)))).Code.ShouldBe(WithdrawMember.NotSignedUp);
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, other, "服务"));
        (await RefusalOf(() => visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务")))).Code.ShouldBe(SignUpMember.Full);
        await bank.First.Run(new WithdrawMember(TestBody.Key, activity, other));
        (await visitor.Ask(new MyActivities(card))).Rows.ShouldHaveSingleItem().TakesMe.ShouldBeTrue();
        await visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务"));
        MyActivity mine = (await visitor.Ask(new MyActivities(card))).Rows.ShouldHaveSingleItem();
        (mine.TakesMe, mine.LetsMeGo).ShouldBe((false, true));
        bank.At("12:01");
        MyActivity late = (await visitor.Ask(new MyActivities(await bank.Card(other)))).Rows.ShouldHaveSingleItem();
        (late.TakesMe, late.Roles.Single(role => role.Role == "组织").Taken).ShouldBe((false, 0));
        (await RefusalOf(async () => await visitor.Run(new SignUpForActivity(TestBody.Key, await bank.Card(other), activity, "组织")))).Code.ShouldBe(SignUpMember.Ended);
        (await visitor.Ask(new MyActivities(card))).Rows.ShouldHaveSingleItem().MyRole.ShouldBe("服务");
    }

    [Fact]
    public async Task The_code_of_the_place_signs_in_and_out_while_it_is_shown_and_nowhere_else()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Activity(), elsewhere = await bank.Activity(bank.Terms(title: "清洁河道"));
        MemberPass card = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        bank.At("09:05");
        string code = await bank.Code(activity);
        Task<Done> In(string typed) => visitor.Run(new SignInAtVenue(TestBody.Key, card, activity, typed));
        Task<Done> Out(string typed) => visitor.Run(new SignOutAtVenue(TestBody.Key, card, activity, typed));
        (await RefusalOf(() => In(code))).Code.ShouldBe(WithdrawMember.NotSignedUp);
        await visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务"));
        (await RefusalOf(() => Out(code))).Code.ShouldBe(SignOutAtVenue.NotThere);
        string wrong = code == "123456" ? "654321" : "123456";
        (await RefusalOf(() => In(wrong))).Code.ShouldBe(RotatingCode.Wrong);
        await visitor.Run(new NoteVenueTry(TestBody.Key, card, activity));
        (await RefusalOf(async () => await In(await bank.Code(elsewhere)))).Code.ShouldBe(RotatingCode.OtherPlace);
        bank.At("09:07");
        (await RefusalOf(() => In(code))).Code.ShouldBe(RotatingCode.Expired);
        code = await bank.Code(activity);
        bank.At("09:08");
        await In(code);
        (await RefusalOf(() => In(code))).Code.ShouldBe(SignInAtVenue.Already);
        (await RefusalOf(() => Out(code))).Code.ShouldBe(SignOutAtVenue.TooSoon);
        (await visitor.Ask(new MyActivities(card))).Rows.Single(row => row.Id == activity).LetsMeGo.ShouldBeFalse();
        (await RefusalOf(() => visitor.Run(new WithdrawSignUp(TestBody.Key, card, activity)))).Code.ShouldBe(WithdrawMember.IsThere);
        (await RefusalOf(() => bank.First.Run(new ChangeActivity(TestBody.Key, activity, bank.Terms())))).Code.ShouldBe(ChangeActivity.HasBegun);
        (await RefusalOf(() => bank.First.Run(new CancelActivity(TestBody.Key, activity, "下雨")))).Code.ShouldBe(ChangeActivity.HasBegun);
        bank.At("09:12");
        Refusal soon = await RefusalOf(async () => await Out(await bank.Code(activity)));
        (soon.Code, soon.Facts["in"]).ShouldBe((SignOutAtVenue.TooSoon, ActivityClock.Read(bank.Today(), "09:08")));
        bank.At("11:53");
        await Out(await bank.Code(activity));
        ServiceRecord record = await bank.RecordOf(activity, one);
        (record.RawMinutes, record.RoundedMinutes, record.CreditedMinutes, record.Grade, record.Points).ShouldBe((165, 160, 160, EvidenceGrade.Verified, 26));
        ActivityPageView page = await bank.First.Ask(new ActivityPage(activity));
        page.Tries.ShouldHaveSingleItem().Name.ShouldBe("王小妹");
        page.People.ShouldHaveSingleItem().Attendance!.InHow.ShouldBe(SignedHow.Code);
        bank.At("12:01");
        (await RefusalOf(async () => await visitor.Run(new SignInAtVenue(TestBody.Key, await bank.Card(one), elsewhere, "1")))).Code
            .ShouldBe(WithdrawMember.NotSignedUp);
        (await RefusalOf(async () => await bank.First.Ask(new VenueCode(99)))).Code.ShouldBe(Activity.Unknown);
    }

    [Fact]
    public async Task Code_and_list_that_sign_one_out_at_once_come_one_after_the_other()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        bank.At("08:30");
        long activity = await bank.Activity();
        MemberPass card = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        await visitor.Run(new SignUpForActivity(TestBody.Key, card, activity, "服务"));
        await visitor.Run(new SignInAtVenue(TestBody.Key, card, activity, await bank.Code(activity)));
        bank.At("11:30");
        string code = await bank.Code(activity);
        Task[] all =
        [
            .. Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? (Task)visitor.Run(new SignOutAtVenue(TestBody.Key, card, activity, code))
                : bank.Tick(activity, "", "11:20", one)),
        ];
        await Task.WhenAll(all.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        all.Where(task => task.IsFaulted).ShouldAllBe(task =>
            ((RefusedException)task.Exception!.InnerException!).Refusal.Code == SignOutAtVenue.NotThere);
        (await bank.Records(activity)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_code_counts_only_around_the_activity()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Activity();
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, one, "服务"));
        MemberPass card = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        bank.At("07:59");
        (await RefusalOf(async () => await visitor.Run(new SignInAtVenue(TestBody.Key, card, activity, await bank.Code(activity))))).Code.ShouldBe(SignInAtVenue.NotNow);
        bank.At("08:00");
        await visitor.Run(new SignInAtVenue(TestBody.Key, card, activity, await bank.Code(activity)));
        bank.At("14:01");
        (await RefusalOf(async () => await visitor.Run(new SignOutAtVenue(TestBody.Key, card, activity, await bank.Code(activity))))).Code
            .ShouldBe(SignInAtVenue.NotNow);
        await bank.Tick(activity, "", "12:00", one);
        ServiceRecord record = await bank.RecordOf(activity, one);
        (record.Grade, record.RawMinutes, record.TickedInBy, record.TickedOutBy).ShouldBe((EvidenceGrade.TwoParty, 240, null, bank.FirstCoordinator));
    }

    [Fact]
    public async Task The_list_is_ticked_with_times_that_can_be()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { RoundingMinutes = 30 });
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        bank.At("06:00");
        long activity = await bank.Activity(bank.Terms(starts: "00:30", ends: "23:30"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, one, "服务"));
        bank.At("23:45");
        LocalDate next = bank.Today().PlusDays(1);
        async Task<string> Code(string from, string until, long who = 0) =>
            (await RefusalOf(() => bank.Tick(activity, from, until, who == 0 ? one : who))).Code;
        (await RefusalOf(() => bank.Tick(activity, "1", "2"))).Code.ShouldBe(TickAttendance.BadRows);
        (await Code("08:00", "10:00", other)).ShouldBe(WithdrawMember.NotSignedUp);
        (await Code("08:00", "08:00")).ShouldBe(SignedTimes.Backwards);
        (await Code("08:00", $"{next:uuuu-MM-dd} 09:00")).ShouldBe(SignedTimes.TooLong);
        (await Code("08:00", $"{next:uuuu-MM-dd} 07:00")).ShouldBe(TickAttendance.InFuture);
        (await Code($"{next.PlusDays(-2):uuuu-MM-dd} 23:00", "10:00")).ShouldBe(TickAttendance.OtherDay);
        (await Code("", "10:00")).ShouldBe(ActivityClock.BadTime);
        await bank.Tick(activity, "08:10", "10:00", one);
        ServiceRecord first = await bank.RecordOf(activity, one);
        (first.RawMinutes, first.RoundedMinutes).ShouldBe((110, 90));
        await bank.Tick(activity, "08:10", "10:50", one);
        ServiceRecord second = await bank.RecordOf(activity, one);
        (second.RoundedMinutes, second.State).ShouldBe((150, RecordState.Open));
        await using FundDb db = body.Db();
        (await db.Set<ServiceRecord>().SingleAsync(row => row.ServiceRecordId == first.ServiceRecordId)).State.ShouldBe(RecordState.Replaced);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, [second.ServiceRecordId]));
        (await Code("08:10", "10:00")).ShouldBe(TickAttendance.Confirmed);
    }

    [Fact]
    public async Task Nobody_serves_more_than_a_day_in_a_day()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        bank.At("06:00");
        long activity = await bank.Activity(bank.Terms(starts: "00:10", ends: "23:30")), other = await bank.Activity(bank.Terms(starts: "00:10", ends: "23:30"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, one, "服务"));
        await bank.First.Run(new SignUpMember(TestBody.Key, other, one, "服务"));
        bank.At("23:50");
        await bank.Tick(activity, "00:10", "23:30", one);
        Refusal refused = await RefusalOf(() => bank.Tick(other, "08:00", "09:40", one));
        refused.Code.ShouldBe(SignedTimes.DayTooLong);
        refused.Facts["minutes"].ShouldBe(Amount.OfUnits(1500, Commodity.Hour));
    }

    [Fact]
    public async Task A_sheet_of_paper_is_entered_with_its_photo_and_why_also_after_closing()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), late = await bank.Volunteer("李大伯");
        long activity = await bank.Activity();
        bank.At("13:00");
        AttendanceTimes row = new(one, "09:00", "11:00", "服务");
        (await RefusalOf(() => bank.First.Run(new EnterPaperSheet(TestBody.Key, activity, [row], "", [])))).Code.ShouldBe(EnterPaperSheet.ReasonMissing);
        (await RefusalOf(() => bank.First.Run(new EnterPaperSheet(TestBody.Key, activity, [row], "停电", [])))).Code.ShouldBe(FiledDocument.Missing);
        await bank.First.Run(new EnterPaperSheet(TestBody.Key, activity, [row], "停电", await bank.First.Photo()));
        ServiceRecord record = await bank.RecordOf(activity, one);
        (record.Grade, record.Points, record.FiledDocumentId is not null).ShouldBe((EvidenceGrade.BackEntered, 10, true));
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, [record.ServiceRecordId]));
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        (await RefusalOf(() => bank.First.Run(new CloseActivity(TestBody.Key, activity)))).Code.ShouldBe(Activity.Over);
        await bank.First.Run(new EnterPaperSheet(TestBody.Key, activity, [row with { Person = late }], "后来找到的签到表", await bank.First.Photo(2)));
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        (await bank.First.Run(new CloseActivity(TestBody.Key, activity))).Records.ShouldBe(1);
        (await bank.Holds(late)).ShouldBe((120, 10, 0));
        long cancelled = await bank.Activity(bank.Terms(starts: "14:00", ends: "15:00"));
        await bank.First.Run(new CancelActivity(TestBody.Key, cancelled, "下雨"));
        (await RefusalOf(() => bank.First.Run(new EnterPaperSheet(TestBody.Key, cancelled, [row], "停电", [])))).Code.ShouldBe(Activity.Over);
    }
}
