using CommunityFund.Backups;
using NodaTime;

namespace CommunityFund.Tests.Backups;

/// <summary>Which backups are kept, and when the next is due.</summary>
public sealed class RetentionTests
{
    private static readonly BackupSettings Settings = new();

    [Fact]
    public void A_year_of_nights_leaves_seven_days_five_weeks_and_twelve_months()
    {
        List<(string Name, Instant TakenAt)> kept = [];
        for (LocalDate day = new(2026, 1, 1); day <= new LocalDate(2026, 12, 31); day = day.PlusDays(1))
        {
            kept.Add((day.ToString(), Night(day)));
            IReadOnlyList<string> drop = Retention.Drop(kept, new HashSet<string>(), Settings);
            kept.RemoveAll(backup => drop.Contains(backup.Name));
        }

        LocalDate[] days = [.. kept.Select(backup => backup.TakenAt.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date)];
        days.TakeLast(7).ShouldBe(Enumerable.Range(25, 7).Select(day => new LocalDate(2026, 12, day)));
        days.ShouldContain(new LocalDate(2026, 12, 6), "the Sunday four weeks back");
        days.Count(day => day == day.With(DateAdjusters.EndOfMonth)).ShouldBe(12);
        days.Length.ShouldBeInRange(20, 23);
    }

    [Fact]
    public void The_last_two_and_the_last_that_was_proved_are_never_dropped()
    {
        List<(string Name, Instant TakenAt)> backups =
            [.. Enumerable.Range(0, 5).Select(hour => ($"b{hour}", Night(new LocalDate(2026, 5, 4)) + Duration.FromHours(hour)))];
        Retention.Drop(backups, new HashSet<string> { "b0", "b1" }, Settings with { Daily = 1, Weekly = 0, Monthly = 0 }).Order()
            .ShouldBe(["b0", "b2"]);
        Retention.Drop(backups[..1], new HashSet<string>(), Settings with { Daily = 1, Weekly = 0, Monthly = 0 }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2026-05-04T02:29", "2026-05-03T02:30", false)] // the quiet hour is still to come
    [InlineData("2026-05-04T02:30", "2026-05-03T02:31", true)]
    [InlineData("2026-05-04T03:00", "2026-05-04T02:30", false)]
    [InlineData("2026-05-04T09:00", "2026-05-03T14:00", true)]  // the machine slept through the night
    [InlineData("2026-05-04T09:00", "2026-05-04T03:00", false)]
    [InlineData("2026-05-04T02:00", "2026-05-03T01:00", true)]  // older than a day
    [InlineData("2026-05-04T09:00", "2027-05-04T03:00", true)]  // the clock was ahead
    public void One_is_due_after_every_quiet_hour_and_when_the_last_is_a_day_old(string now, string last, bool due) =>
        new NextBackup(Settings).IsDue(At(last), At(now)).ShouldBe(due);

    [Fact]
    public void The_first_is_due_at_once() => new NextBackup(Settings).IsDue(null, At("2026-05-04T12:00")).ShouldBeTrue();

    [Theory]
    [InlineData("00000001000000000000002A", "00000001000000000000002B")]
    [InlineData("0000000200000003000000FF", "000000020000000400000000")]
    public void Segments_are_counted_as_PostgreSQL_counts_them(string name, string next)
    {
        WalSegment segment = WalSegment.Named(name)!.Value;
        segment.Name.ShouldBe(name);
        segment.Next.Name.ShouldBe(next);
        WalSegment.At(segment.Timeline, segment.Starts).ShouldBe(segment);
        WalSegment.At(segment.Timeline, segment.Next.Starts - 1).ShouldBe(segment);
    }

    private static Instant Night(LocalDate day) => At($"{day:uuuu-MM-dd}T02:30");

    private static Instant At(string here) => NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm")
        .Parse(here).Value.InZoneLeniently(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant();
}
