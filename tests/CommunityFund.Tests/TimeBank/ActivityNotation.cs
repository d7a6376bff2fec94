using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Tests.Documents;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Activities in the time bank of the small charity, and the cards of its members.</summary>
internal static class ActivityNotation
{
    /// <summary>An afternoon of 服务 for ten, on the day that the clock shows.</summary>
    public static ActivityTerms Terms(this TimeBankBody bank, LocalDate? day = null, string starts = "09:00", string ends = "12:00", int seats = 10,
        int? cap = null, long? confirmer = null, long? project = null, string title = "敬老服务") => new(
        title, "幸福里活动室", day ?? bank.Today(), starts, ends, [new RoleSeats("服务", seats), new RoleSeats("组织", 2)], cap, IsInsured: true, project,
        Confirmer: confirmer);

    public static Task<long> Activity(this TimeBankBody bank, ActivityTerms? terms = null) =>
        bank.First.Run(new PublishActivity(TestBody.Key, bank.Programme, terms ?? bank.Terms()));

    /// <summary>Publishes, signs up, ticks the list as the first coordinator and confirms as the second.</summary>
    public static async Task<long> Served(this TimeBankBody bank, string from, string until, params long[] people)
    {
        bank.At("23:30");
        long activity = await bank.Activity(bank.Terms(ends: "23:00", seats: Math.Max(10, people.Length)));
        foreach (long person in people)
        {
            await bank.First.Run(new SignUpMember(TestBody.Key, activity, person, "服务"));
        }

        await bank.Tick(activity, from, until, people);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        return activity;
    }

    public static Task<int> Tick(this TimeBankBody bank, long activity, string from, string until, params long[] people) =>
        bank.First.Run(new TickAttendance(TestBody.Key, activity, [.. people.Select(person => new AttendanceTimes(person, from, until))]));

    public static async Task<long[]> Records(this TimeBankBody bank, long activity)
    {
        await using FundDb db = bank.Body.Db();
        return await db.Set<ServiceRecord>().Where(row => row.ActivityId == activity && row.State == RecordState.Open).OrderBy(row => row.ServiceRecordId)
            .Select(row => row.ServiceRecordId).ToArrayAsync();
    }

    /// <summary>The record that stands, or was dropped last.</summary>
    public static async Task<ServiceRecord> RecordOf(this TimeBankBody bank, long activity, long person)
    {
        await using FundDb db = bank.Body.Db();
        return await db.Set<ServiceRecord>().AsNoTracking().Where(row => row.ActivityId == activity && row.PersonId == person
            && row.State != RecordState.Replaced).OrderByDescending(row => row.ServiceRecordId).FirstAsync();
    }

    public static async Task<MemberPass> Card(this TimeBankBody bank, long person)
    {
        await using FundDb db = bank.Body.Db();
        Member member = await db.Set<Member>().SingleAsync(row => row.PersonId == person);
        return new MemberPass(member.Number, member.Code(bank.Body.Foundation));
    }

    /// <summary>The code that the screen at the place shows now.</summary>
    public static async Task<string> Code(this TimeBankBody bank, long activity) => (await bank.First.Ask(new VenueCode(activity))).Code;

    /// <summary>A photo that somebody has uploaded.</summary>
    public static async Task<IReadOnlyList<Enclosure>> Photo(this FundSession who, int seed = 1) =>
        [new Enclosure(await who.Run(new UploadDocument(TestBody.Key, "签到表.png", Samples.Png(seed))))];

    /// <summary>The clock shows "14:30" of today, or a day with a time.</summary>
    public static void At(this TimeBankBody bank, string time) => bank.Body.Clock.Now = ActivityClock.Read(bank.Today(), time);

    public static LocalDate Today(this TimeBankBody bank) => ActivityClock.Local(bank.Body.Clock.Now).Date;
}
