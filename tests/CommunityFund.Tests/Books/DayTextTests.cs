using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Books;

public sealed class DayTextTests
{
    [Theory]
    [InlineData("2026-03-05")]
    [InlineData(" 2026/3/5 ")]
    [InlineData("2026.3.5")]
    [InlineData("20260305")]
    [InlineData("2026年3月5日")]
    public void A_day_may_be_written_in_the_ways_people_write_it(string typed) => DayText.Read(typed).ShouldBe(new LocalDate(2026, 3, 5));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("3月5日")]
    [InlineData("2026-3/5")]
    [InlineData("２０２６-03-05")]
    [InlineData("2026-03-05T00:00")]
    [InlineData("=cmd")]
    [InlineData("-2026-03-05")]
    public void What_is_no_day_is_refused(string? typed) =>
        Should.Throw<RefusedException>(() => DayText.Read(typed)).Refusal.Code.ShouldBe(DayText.NotADay);

    [Theory]
    [InlineData("2026-02-31")]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-10")]
    [InlineData("0000-01-01")]
    public void A_day_the_calendar_lacks_is_refused_as_such(string typed) =>
        Should.Throw<RefusedException>(() => DayText.Read(typed)).Refusal.Code.ShouldBe(DayText.NoSuchDay);
}
