using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Tests.Books;

/// <summary>Deadlines in working days at the borders of festivals, of worked weekends, of years and of what is known.</summary>
public sealed class WorkingDaysTests
{
    private const string Year = "years:\n  - year: 2027\n    source: 通知\n    off: [{ zh: 元旦, en: New Year, from: 2027-01-01 }]\n    worked: [2027-01-03]\n";

    [Theory]
    [InlineData("2026-03-02", 1, "2026-03-03")] // Monday
    [InlineData("2026-03-06", 1, "2026-03-09")] // Friday: Monday
    [InlineData("2026-03-07", 1, "2026-03-09")] // Saturday: Monday
    [InlineData("2026-03-07", 0, "2026-03-09")] // none from a Saturday is the next working day
    [InlineData("2026-03-06", 0, "2026-03-06")]
    [InlineData("2026-02-13", 1, "2026-02-14")] // the Saturday before the Spring Festival is worked
    [InlineData("2026-02-14", 1, "2026-02-24")] // nine days off
    [InlineData("2026-02-14", 5, "2026-02-28")] // 24, 25, 26, 27 and the worked Saturday
    [InlineData("2026-02-28", 1, "2026-03-02")] // the Sunday after it is not worked
    [InlineData("2025-12-31", 1, "2026-01-04")] // over the end of a year, to a worked Sunday
    [InlineData("2026-09-19", 1, "2026-09-20")]
    [InlineData("2026-09-24", 3, "2026-09-30")] // Mid-Autumn, then 28, 29, 30
    [InlineData("2026-09-30", 1, "2026-10-08")]
    [InlineData("2026-09-30", 3, "2026-10-10")] // 8, 9 and the worked Saturday
    [InlineData("2025-09-30", 2, "2025-10-10")]
    [InlineData("2025-01-25", 1, "2025-01-26")]
    [InlineData("2025-01-27", 1, "2025-02-05")]
    [InlineData("2025-02-07", 1, "2025-02-08")]
    [InlineData("2025-06-02", 0, "2025-06-03")]
    [InlineData("2026-12-31", 1, "2027-01-01")] // 2027 is not known: Monday to Friday
    public void A_deadline_counts_the_days_that_are_worked(string from, int days, string due) =>
        WorkingDays.After(Day(from), days).ShouldBe(Day(due));

    [Theory]
    [InlineData("2026-02-13", "2026-02-24", 2)]
    [InlineData("2026-02-24", "2026-02-13", -2)]
    [InlineData("2026-03-02", "2026-03-02", 0)]
    [InlineData("2026-10-01", "2026-10-07", 0)]
    [InlineData("2026-09-30", "2026-10-10", 3)]
    public void What_lies_between_two_days_is_counted_alike(string from, string to, int days) =>
        WorkingDays.Between(Day(from), Day(to)).ShouldBe(days);

    [Fact]
    public void As_many_days_are_worked_in_a_year_as_the_notice_leaves()
    {
        // 2025: 261 weekdays less 24 off on weekdays and 5 weekends worked; 2026 likewise.
        Worked(2025).ShouldBe(248);
        Worked(2026).ShouldBe(248);
        WorkingDays.IsKnown(2025).ShouldBeTrue();
        WorkingDays.IsKnown(2026).ShouldBeTrue();
        WorkingDays.IsKnown(2024).ShouldBeFalse();
        WorkingDays.Shipped.Years.ShouldAllBe(year => year.Source.StartsWith("国务院办公厅", StringComparison.Ordinal));

        static int Worked(int year) =>
            Enumerable.Range(0, 366).Select(day => new LocalDate(year, 1, 1).PlusDays(day)).Count(day => day.Year == year && WorkingDays.Is(day));
    }

    [Fact]
    public void More_days_than_any_deadline_has_are_a_fault_of_the_program()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => WorkingDays.After(Day("2026-03-02"), -1));
        Should.Throw<ArgumentOutOfRangeException>(() => WorkingDays.After(Day("2026-03-02"), 1001));
    }

    [Theory]
    [InlineData("year: 2027", "year: 27", StandardFlaw.BadNumber, "27")]
    [InlineData("worked: [2027-01-03]", "worked: [2027-01-04]", StandardFlaw.BadDate, "2027-01-04")] // a Monday
    [InlineData("worked: [2027-01-03]", "worked: [3 January]", StandardFlaw.BadDate, "3 January")]
    [InlineData("from: 2027-01-01", "from: 2027-01-01, to: 2026-12-31", StandardFlaw.BadDate, "2026-12-31")]
    [InlineData("from: 2027-01-01", "from: 2027-01-01, to: 2027-01-03", StandardFlaw.BadDate, "2027-01-03")] // off and worked
    [InlineData("from: 2027-01-01", "from: 2029-01-01", StandardFlaw.BadDate, "2029-01-01")]
    [InlineData("    source: 通知\n", "", StandardFlaw.MissingField, "source")]
    [InlineData("worked:", "work:", StandardFlaw.UnknownField, "work")]
    public void A_mistake_in_the_calendar_is_refused_with_its_reason(string was, string becomes, StandardFlaw flaw, string detail)
    {
        WorkingDays.Read("days.yaml", new StringReader(Year)).IsWorked(Day("2027-01-03")).ShouldBeTrue();
        Refusal refusal = Should.Throw<RefusedException>(() => WorkingDays.Read("days.yaml", new StringReader(Year.Replace(was, becomes)))).Refusal;
        (refusal.Code, refusal.Facts["reason"], refusal.Facts["detail"]).ShouldBe((StandardFile.BrokenFile, flaw, detail));
    }

    [Fact]
    public void A_year_is_written_once() => Should.Throw<RefusedException>(() => WorkingDays.Read("days.yaml", new StringReader(
        Year + Year[Year.IndexOf("  - ", StringComparison.Ordinal)..]))).Refusal.Facts["reason"].ShouldBe(StandardFlaw.DuplicateKey);

    private static LocalDate Day(string iso) => LocalDatePattern.Iso.Parse(iso).Value;
}
